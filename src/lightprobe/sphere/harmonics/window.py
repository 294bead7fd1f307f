"""Windows against ringing: with a sun, three bands become negative on its far side.

Convention: a window is one factor per coefficient, the same for every m of a band and for every channel, so
that directions and hues do not change. `auto` reproduces Filament's cmgen.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import POLYNOMIAL_CONSTANTS, band_count, orders
from lightprobe.sphere.harmonics.irradiance import cosine_lobe


def sinc_window(cutoff: float, bands: int = 3) -> Float[np.ndarray, " n"]:
    """(sin(πl/w)/(πl/w))⁴ for bands below the cut-off w, 0 from there on.

    Source: Filament, libs/ibl/src/CubemapSH.cpp, sincWindow; after Sloan, "Deringing Spherical Harmonics", 2017.
    """
    if not cutoff > 0:
        raise ValueError(f"expected a cut-off above 0 bands, got {cutoff}; 'auto' finds one, 'none' applies no window")
    band = orders(bands)[0]
    return np.where(band < cutoff, np.sinc(band / cutoff) ** 4, 0.0)


def laplacian_window(damping: float, bands: int = 3) -> Float[np.ndarray, " n"]:
    """1 / (1 + λ l²(l+1)²): the window that balances squared error and squared Laplacian.

    Source: Sloan, "Stupid Spherical Harmonics (SH) Tricks", 2008, "Windowing", appendix A7.
    """
    band = orders(bands)[0]
    return 1 / (1 + damping * (band * (band + 1.0)) ** 2)


def quadratic_minimum(coeffs: Float[np.ndarray, " 9"]) -> float:
    """Exact minimum over the sphere of the function that nine coefficients describe.

    The function is a quadratic form plus a linear one on unit vectors: nᵀAn + b·n + c with |n| = 1. Its minimum
    follows from the one root of the secular equation below the smallest eigenvalue.

    Source: Gander, Golub & von Matt, "A constrained eigenvalue problem", Lin. Alg. Appl. 114, 1989.
    """
    scale = float(np.abs(coeffs).max())
    if scale == 0:
        return 0.0
    constant, linear, form = _polynomial(coeffs / scale)
    values, vectors = np.linalg.eigh(form)
    half = vectors.T @ linear / 2
    least = 1e-150  # of a gap: its square must not overflow below
    # n(μ) = −(A − μ)⁻¹ b/2 has length 1 at one μ ≤ the smallest eigenvalue; the length falls as μ does
    low, high = values[0] - np.linalg.norm(half) - 1e-12, values[0]
    for _ in range(100):
        middle = (low + high) / 2
        gap = np.maximum(values - middle, least)
        low, high = (low, middle) if np.sum((half / gap) ** 2) > 1 else (middle, high)
    gap = values - low
    normal = -half / np.maximum(gap, least)
    slack = 1 - float(normal @ normal)
    if slack > 0:  # the "hard case": the missing length goes along the lowest eigenvector at no cost
        normal[0] = math.copysign(math.sqrt(normal[0] ** 2 + slack), normal[0])
    normal /= np.linalg.norm(normal)
    return scale * float(constant + normal @ (values * normal) + 2 * half @ normal)


def _polynomial(coeffs: Float[np.ndarray, " 9"]) -> tuple[float, Float[np.ndarray, " 3"], Float[np.ndarray, "3 3"]]:
    """c, b and A of the function c + b·n + nᵀAn of directions n that nine coefficients describe."""
    one, y, z, x, xy, yz, zz, xz, xxyy = (POLYNOMIAL_CONSTANTS * coeffs).tolist()
    form = [[xxyy - zz, xy / 2, xz / 2], [xy / 2, -xxyy - zz, yz / 2], [xz / 2, yz / 2, 2 * zz]]
    return one, np.array([x, y, z]), np.array(form)


def sloan_bound(coeffs: Float[np.ndarray, " 9"]) -> float:
    """A lower bound on the minimum, as cmgen tests it: the worst phases of |m| = 1 and 2 about the main axis.

    Source: Filament, CubemapSH.cpp, windowSH/shmin; after Sloan, "Deringing Spherical Harmonics", 2017.
    """
    return _lowest(_bounds_of_bands(coeffs).sum(axis=0))


_Z = np.cos(np.linspace(0, np.pi, 721))
_SLOPE = np.abs(_Z) * np.sqrt(1 - _Z * _Z)


def _bounds_of_bands(coeffs: Float[np.ndarray, " 9"]) -> Float[np.ndarray, "3 z"]:
    """Lower bounds of each band at each angle from the main axis, that of band 1 (z where band 1 is zero)."""
    constant, linear, form = _polynomial(coeffs)
    length = math.sqrt(linear @ linear)
    if length > 0:
        turn = _to_z(linear / length)
        form = turn @ form @ turn.T
    (xx, xy, xz), (_, yy, yz), (_, _, zz) = form.tolist()
    around_two, around_one = math.hypot((xx - yy) / 2, xy), 2 * math.hypot(xz, yz)
    quadratic = (1.5 * zz + around_two) * _Z * _Z - (zz / 2 + around_two) - around_one * _SLOPE
    return np.array([np.full(len(_Z), constant), length * _Z, quadratic])


def _lowest(values: Float[np.ndarray, " z"]) -> float:
    """The minimum, refined once by a parabola through the smallest value and its neighbors."""
    least = int(values.argmin())
    best = min(max(least, 1), len(values) - 2)
    left, center, right = values[best - 1 : best + 2].tolist()
    curvature = left - 2 * center + right
    dip = (left - right) ** 2 / (8 * curvature) if curvature > 0 else 0.0
    return min(float(values[least]), center - dip)


def _to_z(direction: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """A rotation that takes this unit direction to +Z.

    Source: Duff et al., "Building an Orthonormal Basis, Revisited", JCGT 6(1), 2017, listing 3.
    """
    x, y, z = direction.tolist()
    sign = math.copysign(1, z)
    a = -1 / (sign + z)
    b = x * y * a
    return np.array([[1 + sign * x * x * a, sign * b, -sign * x], [b, sign + y * y * a, -y], [x, y, z]])


@lru_cache(maxsize=1024)
def _factors(cutoff: float) -> Float[np.ndarray, " 3"]:
    """The factor of each band; a search asks for the same few cut-offs again and again."""
    return sinc_window(cutoff)[[0, 1, 4]]


def automatic_cutoff(coeffs: Float[np.ndarray, "n c"]) -> float:
    """The cut-off w [bands] of cmgen's default window for one to three bands.

    Bisects from w = 4·bands + 1 down to w = bands for the mildest window whose result is nowhere negative;
    one cut-off for all channels, the smallest. Even without ringing, the search ends below its start
    (12.77 for three bands), so band 1 is always × 0.960 or less and band 2 × 0.850.

    `coeffs` belong to the function that must not be negative: irradiance, by cmgen's default.

    Raises: ValueError for more than 3 bands, where cmgen applies no automatic window.
    """
    bands = band_count(len(coeffs))
    if bands > 3:
        raise ValueError(f"expected at most 3 bands for an automatic window, got {bands}; give a cut-off or 'none'")
    padded = np.zeros((9, coeffs.shape[1]))
    padded[: len(coeffs)] = coeffs
    cutoff = 4.0 * bands + 1
    for channel in padded.T:
        bounds = _bounds_of_bands(channel)  # a window does not turn the axis
        low, high = float(bands), cutoff
        for _ in range(16):
            if low + 0.1 >= high:
                break
            middle = (low + high) / 2
            negative = _lowest(_factors(middle) @ bounds) < 0
            low, high = (low, middle) if negative else (middle, high)
        cutoff = min(cutoff, low)
    return cutoff


def sloan_damping(coeffs: Float[np.ndarray, "9 c"]) -> float:
    """The smallest Laplacian damping λ for which irradiance is nowhere negative; 0 without ringing."""

    def lowest(damping: float) -> float:
        damped = (laplacian_window(damping) * cosine_lobe())[:, None] * coeffs
        return min(quadratic_minimum(channel) for channel in damped.T)

    if lowest(0.0) >= 0:
        return 0.0
    low, high = 0.0, 1e-3
    while lowest(high) < 0:
        if high > 1e9:
            raise ValueError(
                "expected light with a positive mean in each channel, got a mean of 0 or less; check the picture"
            )
        low, high = high, 4 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if lowest(middle) < 0 else (low, middle)
    return high


def window(coeffs: Float[np.ndarray, "n c"], kind: str | float = "auto") -> Float[np.ndarray, " n"]:
    """Factor of each radiance coefficient under a window.

    `auto`: cmgen's window, found from irradiance (`auto-radiance`: from radiance, as `cmgen --sh` does). `sloan`:
    the mildest Laplacian damping that keeps irradiance from being negative; light without ringing does not change.
    A number: sinc⁴ with that cut-off [bands]. `none`: all factors are 1.

    Raises: ValueError for another kind, for `auto` with more than 3 bands, or for `sloan` with other than 3.
    """
    bands = band_count(len(coeffs))
    if kind == "none":
        return np.ones(len(coeffs))
    if kind == "auto":
        return sinc_window(automatic_cutoff(cosine_lobe(bands)[:, None] * coeffs), bands)
    if kind == "auto-radiance":
        return sinc_window(automatic_cutoff(coeffs), bands)
    if kind == "sloan":
        if bands != 3:
            raise ValueError(f"expected 3 bands for the window 'sloan', got {bands}; give a cut-off or 'none'")
        return laplacian_window(sloan_damping(coeffs))
    if isinstance(kind, str):
        raise ValueError(f"expected a window 'auto', 'sloan', 'none' or a cut-off in bands, got {kind!r}")
    return sinc_window(float(kind), bands)
