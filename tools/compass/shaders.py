"""Stored spherical harmonics as matrices on radiance L_lm, and the tools' own code that reads or writes them.

The order of coefficients is that of LM. A coefficient is one number: the test light is the red channel of the pages'.
"""

import math

LM = ["L00", "L1-1", "L10", "L11", "L2-2", "L2-1", "L20", "L21", "L22"]
K = [math.sqrt(v / math.pi) for v in (1 / 4, 3 / 4, 3 / 4, 3 / 4, 15 / 4, 15 / 4, 5 / 16, 15 / 4, 15 / 16)]
A = [1, 2 / 3, 2 / 3, 2 / 3, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 1 / 4]  # A_l / pi
CS = [1, -1, 1, -1, 1, -1, 1, -1, 1]  # Condon-Shortley
S = [a * k for a, k in zip(A, K, strict=True)]  # what multiplies L_lm times the bare polynomial in E/pi


def row(**terms):
    """A row of a matrix; L1_1 stands for L1-1."""
    return [terms.get(name.replace("-", "_"), 0) for name in LM]


def apply(matrix, values):
    """The product of a matrix and a vector."""
    return [sum(m * v for m, v in zip(r, values, strict=True)) for r in matrix]


IDENTITY = [[int(i == j) for j in range(9)] for i in range(9)]
SIGNED = [[CS[i] * v for v in r] for i, r in enumerate(IDENTITY)]
SCALED = [[S[i] * v for v in r] for i, r in enumerate(IDENTITY)]
PACKED = [
    row(L11=S[3]),
    row(L1_1=S[1]),
    row(L10=S[2]),
    row(L00=S[0], L20=-S[6]),
    row(L2_2=S[4]),
    row(L2_1=S[5]),
    row(L20=3 * S[6]),
    row(L21=S[7]),
    row(L22=S[8]),
]
AMBIENT = [SCALED[i] for i in (0, 3, 1, 2, 7, 5, 4, 6, 8)]


def bare(x, y, z):
    """The basis without its factors."""
    return [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y]


def unity(p, x, y, z):
    """SphericalHarmonicsL2, evaluated."""
    return sum(a * b for a, b in zip(p, bare(x, y, z), strict=True))


def packed(p, x, y, z):
    """SHEvalLinearL0L1 + SHEvalLinearL2 (Unity), GetSkySHDiffuse (Unreal)."""
    linear = p[0] * x + p[1] * y + p[2] * z + p[3]
    return linear + p[4] * x * y + p[5] * y * z + p[6] * z * z + p[7] * z * x + p[8] * (x * x - y * y)


def playcanvas(p, x, y, z):
    """lit/frag/ambient.js"""
    terms = (1, x, y, z, x * z, z * y, y * x, 3 * z * z - 1, x * x - y * y)
    return sum(a * b for a, b in zip(p, terms, strict=True))


def babylon(p, x, y, z):
    """FromPolynomial, preScaleForRendering, computeEnvironmentIrradiance, without rounding."""
    p = dict(zip(("x", "y", "z", "xx", "yy", "zz", "yz", "zx", "xy"), p, strict=True))
    full = [
        (p["xx"] + p["yy"] + p["zz"]) / 3,
        p["y"],
        p["z"],
        p["x"],
        p["xy"],
        p["yz"],
        (2 * p["zz"] - p["xx"] - p["yy"]) / 6,
        p["zx"],
        (p["xx"] - p["yy"]) / 2,
    ]
    return sum(v / a * b for v, a, b in zip(full, A, bare(x, y, z), strict=True))


DIRECTIONS = [
    [c / math.hypot(*v) for c in v] for v in ((1, 0, 0), (0, -1, 0), (0, 0, 1), (1, 2, 3), (-3, 1, -2), (0.2, -1, 0.7))
]


def check_shaders(light, polynomial):
    """Stop unless every shader, fed with what its tool stores, gives E/pi."""
    for shader, matrix in ((packed, PACKED), (playcanvas, AMBIENT), (unity, SCALED), (babylon, polynomial)):
        stored = apply(matrix, light)
        for d in DIRECTIONS:
            white = sum(s * p * v for s, p, v in zip(S, bare(*d), light, strict=True))
            assert abs(shader(stored, *d) - white) < 1e-12, (shader.__name__, shader(stored, *d), white)


# Transcriptions of cited code, fed with Condon-Shortley radiance as those tools do; independent of the matrices.


def unity_cited(raw):
    """SphericalHarmonics.cs UndoCosineRescaling with kNormalizationConstants."""
    c0, c1, c2, c3, c4 = (
        0.28209479177387814347,
        0.32573500793527994772,
        0.27313710764801976764,
        0.07884789131313000151,
        0.13656855382400988382,
    )
    return [n * v for n, v in zip((c0, -c1, c1, -c1, c2, -c2, c3, -c2, c4), raw, strict=True)]


def unity_packed_cited(raw):
    """SphericalHarmonics.cs PackCoefficients."""
    v = unity_cited(raw)
    return [v[3], v[1], v[2], v[0] - v[6], v[4], v[5], 3 * v[6], v[7], v[8]]


def unreal_packed_cited(raw):
    """SetupSkyIrradianceEnvironmentMapConstantsFromSkyIrradiance."""
    root = math.sqrt(math.pi)
    u0, u1, u2, u3 = 1 / (2 * root), math.sqrt(3) / (3 * root), math.sqrt(15) / (8 * root), math.sqrt(5) / (16 * root)
    return [
        -u1 * raw[3],
        -u1 * raw[1],
        u1 * raw[2],
        u0 * raw[0] - u3 * raw[6],
        u2 * raw[4],
        -u2 * raw[5],
        3 * u3 * raw[6],
        -u2 * raw[7],
        0.5 * u2 * raw[8],
    ]
