"""Golden vectors for spec/golden, from SciPy and brute force; nothing here imports lightprobe.

    python tools/golden/make_golden.py [folder]

Deterministic. What is integrated here with Gauss-Legendre rules of plentiful order, lightprobe has in closed form;
what is minimised here on dense grids, lightprobe solves. Needs NumPy and SciPy ≥ 1.15.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import eval_legendre, sph_harm_y

FOLDER = Path(__file__).parents[2] / "spec" / "golden"
SH = (
    "L_lm: real orthonormal radiance SH, order 00 1-1 10 11 2-2 2-1 20 21 22 …, no Condon-Shortley sign, polar axis z; "
    "frame three (panorama center +X, right +Z, up +Y)"
)
PROGRAM = "tools/golden/make_golden.py"
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
PAIRS = [(l, m) for l in range(9) for m in range(-l, l + 1)]


# ---------------------------------------------------------------------------------------------- tools


def real_basis(directions: np.ndarray, bands: int) -> np.ndarray:
    """SciPy's complex harmonics made real; their Condon-Shortley sign is taken out again."""
    x, y, z = np.moveaxis(directions, -1, 0)
    polar, azimuth = np.arctan2(np.hypot(x, y), z), np.arctan2(y, x)
    columns = []
    for l, m in PAIRS[: bands * bands]:
        value = sph_harm_y(l, abs(m), polar, azimuth)
        part = value.real if m >= 0 else value.imag
        columns.append(part * ((-1) ** m * np.sqrt(2) if m else 1.0))
    return np.stack(columns, axis=-1)


def lobe(bands: int) -> np.ndarray:
    """A_l = 2π ∫ t P_l(t) dt over 0 … 1."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    t = (nodes + 1) / 2
    values = [np.pi * weights @ (t * eval_legendre(l, t)) for l in range(bands)]
    return np.array([values[l] for l, _ in PAIRS[: bands * bands]])


def direction(elevation: float, azimuth: float) -> np.ndarray:
    """Unit vector [degrees]: elevation from the horizon, azimuth to the right of the panorama's center."""
    e, a = np.radians([elevation, azimuth])
    return np.array([np.cos(e) * np.cos(a), np.sin(e), np.cos(e) * np.sin(a)])


def turn(axis: np.ndarray, degrees: float) -> np.ndarray:
    """Rodrigues' rotation matrix."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def sphere_rule(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre in y, even steps around it: another grid than lightprobe's own."""
    y, weight = np.polynomial.legendre.leggauss(order)
    azimuth = 2 * np.pi * np.arange(2 * order + 1) / (2 * order + 1)
    r = np.sqrt(1 - y * y)[:, None]
    points = np.stack(np.broadcast_arrays(r * np.cos(azimuth), y[:, None], r * np.sin(azimuth)), axis=-1)
    return points.reshape(-1, 3), np.repeat(weight * 2 * np.pi / len(azimuth), len(azimuth))


def cell_rule(height: int, width: int, row: int, column: int, order: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Directions and weights [sr] that integrate over one pixel of a panorama."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    latitude = np.pi * (0.5 - (row + 0.5 + nodes / 2) / height)
    azimuth = np.pi * (2 * (column + 0.5 + nodes / 2) / width - 1)
    phi, theta = np.meshgrid(latitude, azimuth, indexing="ij")
    points = np.stack([np.cos(phi) * np.cos(theta), np.sin(phi), np.cos(phi) * np.sin(theta)], axis=-1)
    area = np.outer(weights * np.cos(latitude), weights) * (np.pi / height / 2) * (np.pi / width)
    return points.reshape(-1, 3), area.ravel()


def rotate(coeffs: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Coefficients of the light that shines from M d where it shone from d, integrated."""
    bands = int(np.sqrt(len(coeffs)))
    points, weights = sphere_rule(3 * bands + 4)
    return (real_basis(points, bands) * weights[:, None]).T @ (real_basis(points @ matrix, bands) @ coeffs)


def write(folder: Path, name: str, convention: str, how: str, cases: dict[str, list[dict[str, Any]]]) -> None:
    """One case per line; floats as Python prints them, which is exact."""

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return plain(value.tolist())
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return float(value) + 0.0 if isinstance(value, float | np.floating) else value

    lines = [f' "convention": {json.dumps(convention)}', f' "how": {json.dumps(f"{PROGRAM}: {how}")}']
    for key, rows in cases.items():
        inner = ",\n".join("  " + json.dumps(plain(row), ensure_ascii=False) for row in rows)
        lines.append(f' "{key}": [\n{inner}\n ]')
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    assert len(text.encode()) < 60_000, (name, len(text))
    (folder / name).write_text(text, encoding="utf-8")


# ---------------------------------------------------------------------------------------------- basis


def basis_file(folder: Path) -> None:
    rng = np.random.default_rng(1)
    axes = [np.eye(3)[i] * sign for i, sign in product(range(3), (1, -1))]
    diagonal = [np.array(v) / np.linalg.norm(v) for v in ((1, 1, 0), (0, 1, 1), (1, 0, -1), (1, 1, 1), (-1, 2, -3))]
    others = [v / np.linalg.norm(v) for v in rng.normal(size=(9, 3))]
    cases = [{"direction": d, "values": real_basis(d, 6)} for d in (*axes, *diagonal, *others)]
    write(
        folder,
        "basis.json",
        f"{SH}; values of 6 bands, the first 9 are those of 3 bands",
        "scipy.special.sph_harm_y, real and imaginary parts times √2, (−1)^m taken out",
        {"cases": cases},
    )


# ----------------------------------------------------------------------------------------- projection


def integrate(panorama: np.ndarray, bands: int) -> np.ndarray:
    height, width, channels = panorama.shape
    total = np.zeros((bands * bands, channels))
    for row, column in product(range(height), range(width)):
        if panorama[row, column].any():
            points, weights = cell_rule(height, width, row, column)
            total += np.outer(weights @ real_basis(points, bands), panorama[row, column])
    return total


def projection_file(folder: Path) -> None:
    rng = np.random.default_rng(2)

    def one(height: int, row: int, column: int, value: list[float]) -> np.ndarray:
        panorama = np.zeros((height, 2 * height, 3))
        panorama[row, column] = value
        return panorama

    bright = one(8, 2, 11, [900.0, 700.0, 500.0]) + 0.25
    pictures = {
        "one row": (rng.uniform(0, 2, (1, 2, 3)).round(3), 3),
        "two rows": (rng.uniform(0, 2, (2, 4, 3)).round(3), 3),
        "random": (rng.uniform(0, 2, (4, 8, 3)).round(3), 3),
        "random, 6 bands": (rng.uniform(0, 2, (4, 8, 3)).round(3), 6),
        "three rows": (rng.uniform(0, 2, (3, 6, 3)).round(3), 4),
        "a sun over gray": (bright, 3),
        "one pixel at the upper pole": (one(8, 0, 3, [1.0, 2.0, 3.0]), 3),
        "one pixel at the left seam": (one(8, 4, 0, [3.0, 2.0, 1.0]), 3),
        "constant": (np.full((4, 8, 3), 1.0), 3),
    }
    cases = [
        {"name": name, "bands": bands, "height": len(p), "panorama": p.reshape(-1, 3), "coeffs": integrate(p, bands)}
        for name, (p, bands) in pictures.items()
    ]
    write(
        folder,
        "projection.json",
        f"{SH}; panorama: rows from the top, pixels from the left, RGB; a pixel is constant over its patch of sphere",
        "each pixel integrated with a 20 × 20 Gauss-Legendre rule and SciPy's harmonics",
        {"cases": cases},
    )


# ----------------------------------------------------------------------------------------- irradiance


def irradiance_file(folder: Path) -> None:
    rng = np.random.default_rng(3)
    normals = np.array(
        [*np.eye(3), *-np.eye(3)] + [v / np.linalg.norm(v) for v in rng.normal(size=(6, 3))], dtype=float
    )
    cases = []

    def add(name: str, coeffs: np.ndarray, irradiance: np.ndarray, how: str) -> None:
        cases.append({"name": name, "how": how, "coeffs": coeffs, "normals": normals, "irradiance": irradiance})

    one = np.ones(3)
    constant = np.zeros((9, 3))
    constant[0] = np.sqrt(4 * np.pi)
    add("constant 1", constant, np.full((len(normals), 3), np.pi), "closed form: π")

    # radiance 1 above the horizon; band 2 of it is 0, and odd bands above 1 give no irradiance: exact
    sky = np.zeros((9, 3))
    sky[0], sky[1] = np.sqrt(np.pi), np.sqrt(3 * np.pi) / 2
    add("upper half 1", sky, np.outer(np.pi * (1 + normals[:, 1]) / 2, one), "closed form: π (1 + n·up) / 2")

    # radiance max(d·a, 0), cut after band 2: E(n) = Σ A_l² (2l + 1) / 4π P_l(n·a)
    axis = direction(35, -70)
    a = np.array([np.pi, 2 * np.pi / 3, np.pi / 4])
    zonal = a[[0, 1, 1, 1, 2, 2, 2, 2, 2]]
    legendre = sum(a[l] ** 2 * (2 * l + 1) / (4 * np.pi) * eval_legendre(l, normals @ axis) for l in range(3))
    add(
        "cosine lobe about elevation 35°, azimuth −70°",
        np.outer(zonal * real_basis(axis, 3), one),
        np.outer(legendre, one),
        "closed form: Σ A_l² (2l + 1)/4π P_l(n·a), l = 0 … 2",
    )
    for bands in (3, 5):
        coeffs = rng.normal(size=(bands * bands, 3)).round(6)
        field = real_basis(normals, bands) @ (lobe(bands)[:, None] * coeffs)
        add(f"random, {bands} bands", coeffs, field, "SciPy's harmonics; A_l = 2π ∫ t P_l(t) dt by quadrature")
    write(
        folder,
        "irradiance.json",
        f"{SH}; irradiance of surfaces with these unit normals [radiance · sr], E/π is what a white one shows",
        "closed forms, or SciPy; see `how` of each case",
        {"cases": cases},
    )


# ------------------------------------------------------------------------------------------- rotation


def rotation_file(folder: Path) -> None:
    rng = np.random.default_rng(4)
    matrices = {
        "nothing": np.eye(3),
        "30° about up: +X towards +Z": turn(np.array([0.0, -1.0, 0.0]), 30),
        "90° about x": turn(np.array([1.0, 0.0, 0.0]), 90),
        "137° about (1, 2, 3)": turn(np.array([1.0, 2.0, 3.0]), 137),
        "left and right exchanged": np.diag([1.0, 1.0, -1.0]),
        "all three axes reversed": -np.eye(3),
        "filament from three": np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]]),
        "reflection in a slanted plane": np.eye(3) - 2 * np.outer(*2 * [np.array([2, -1, 2]) / 3]),
    }
    cases = []
    for bands in (3, 5):
        coeffs = rng.normal(size=(bands * bands, 3)).round(6)
        for name, matrix in matrices.items():
            if bands == 3 or name.startswith(("137", "reflection")):
                cases.append({"name": name, "matrix": matrix, "coeffs": coeffs, "rotated": rotate(coeffs, matrix)})
    write(
        folder,
        "rotation.json",
        f"{SH}; matrix rows; the light that shone from d shines from M d afterwards",
        "∫ L(Mᵀ d) Y_lm(d) dω by quadrature, with SciPy's harmonics",
        {"cases": cases},
    )


# ----------------------------------------------------------------------------------------- conversion

# world axes at the panorama's center, its right and its top, as the compass tests found them (frames.json)
FRAME_OF = {
    "radiance": "three",
    "irradiance": "three",
    "cmgen": "filament",
    "cmgen-irradiance": "filament",
    "cmgen-radiance": "filament",
    "arcore": "three",
    "arkit": "three",
    "webxr": "three",
    "unity": "unity",
    "unity-packed": "unity",
    "unreal": "unreal",
    "unreal-packed": "unreal",
    "playcanvas": "playcanvas",
    "babylon": "babylon",
}
PLANAR = {"arkit", "unity", "unreal"}
MONOMIALS = {
    "polynomial": lambda x, y, z: [1 + 0 * x, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y],
    "packed": lambda x, y, z: [x, y, z, 1 + 0 * x, x * y, y * z, z * z, x * z, x * x - y * y],
    "playcanvas": lambda x, y, z: [1 + 0 * x, x, y, z, x * z, z * y, y * x, 3 * z * z - 1, x * x - y * y],
    "babylon": lambda x, y, z: [x, y, z, x * x, y * y, z * z, y * z, z * x, x * y],
}
SHADED = {"cmgen": "polynomial", "unity": "polynomial", "unity-packed": "packed", "unreal-packed": "packed"}


def frame_matrix(folder: Path, frame: str) -> np.ndarray:
    axes = json.loads((folder / "frames.json").read_text(encoding="utf-8"))["frames"][frame]
    center, right, up = (np.array(axes[key], float) for key in ("center", "right", "up"))
    return np.outer(center, [1, 0, 0]) + np.outer(right, [0, 0, 1]) + np.outer(up, [0, 1, 0])


def stored(folder: Path, name: str, coeffs: np.ndarray) -> np.ndarray:
    """What a tool stores, in rows of RGB. Polynomials are fitted to the light that its shader has to show."""
    there = rotate(coeffs, frame_matrix(folder, FRAME_OF[name]))
    a = lobe(3)[:, None]
    condon = np.array([(-1.0) ** m for _, m in PAIRS[:9]])[:, None]
    plain = {
        "radiance": there,
        "irradiance": a * there,
        "cmgen-irradiance": condon * a * there,
        "cmgen-radiance": condon * there,
        "arcore": condon * there,
        "arkit": there,
        "webxr": there,
        "unreal": condon * there,
    }
    if name in plain:
        return plain[name]
    normals, _ = sphere_rule(5)
    form = SHADED.get(name, name)
    filtered = a / np.pi * there if name == "babylon" else there  # its shader undoes one of two cosine filters
    shown = real_basis(normals, 3) @ (a / np.pi * filtered)
    return np.linalg.lstsq(np.stack(MONOMIALS[form](*normals.T), axis=-1), shown, rcond=None)[0]


def conversion_file(folder: Path) -> None:
    coeffs = np.random.default_rng(5).normal(size=(9, 3)).round(6)
    coeffs[0] = [2.75, 2.5, 2.0]
    cases = []
    for name, frame in FRAME_OF.items():
        values = stored(folder, name, coeffs)
        flat = (values.T if name in PLANAR else values).ravel()
        cases.append({"convention": name, "frame": frame, "planar": name in PLANAR, "flat": flat})
    write(
        folder,
        "conversion.json",
        f"coeffs: {SH}. flat: what the tool stores, as it lays it out, no window applied",
        "turned by quadrature into the frame of frames.json; polynomials by least squares on E/π "
        "(babylon: E/π of light that went through the cosine filter once before)",
        {"coeffs": coeffs.tolist(), "cases": cases},
    )


# --------------------------------------------------------------------------------------------- window


def sinc4(cutoff: float) -> np.ndarray:
    per_band = [1.0] + [(np.sin(np.pi * l / cutoff) / (np.pi * l / cutoff)) ** 4 if l < cutoff else 0.0 for l in (1, 2)]
    return np.array([per_band[l] for l, _ in PAIRS[:9]])


def worst_case(channel: np.ndarray) -> float:
    """cmgen's estimate of the minimum: about the axis of band 1, bands |m| = 1 and 2 at their worst phases."""
    axis = np.array([channel[3], channel[1], channel[2]])
    length = np.linalg.norm(axis)
    if length > 0:
        z = axis / length
        helper = np.array([1.0, 0, 0]) if abs(z[0]) < 0.5 else np.array([0, 1.0, 0])
        x = np.cross(helper, z) / np.linalg.norm(np.cross(helper, z))
        channel = rotate(channel[:, None], np.stack([x, np.cross(z, x), z]))[:, 0]
    k = real_basis(np.array([[0.0, 0, 1], [np.sqrt(0.5), 0, np.sqrt(0.5)], [1.0, 0, 0]]), 3)
    one, two = k[1, 7] * np.hypot(channel[5], channel[7]), k[2, 8] * np.hypot(channel[4], channel[8])

    def bound(angle: np.ndarray) -> np.ndarray:
        c, s = np.cos(angle), np.sin(angle)
        zonal = k[0, 0] * channel[0] + k[0, 2] * channel[2] * c + k[0, 6] * channel[6] * (3 * c * c - 1) / 2
        return zonal - two * s * s - one * 2 * np.abs(c) * s

    angles = np.linspace(0, np.pi, 100_001)
    best = angles[np.argmin(bound(angles))]
    step = angles[1]
    refined = minimize_scalar(bound, bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-12})
    return min(float(refined.fun), float(bound(best)))


def cmgen_cutoff(values: np.ndarray) -> float:
    """cmgen's bisection, three bands; `values` is what must not be negative."""
    cutoff = 13.0
    for channel in values.T:
        low, high = 3.0, cutoff
        for _ in range(16):
            if low + 0.1 >= high:
                break
            middle = (low + high) / 2
            low, high = (low, middle) if worst_case(sinc4(middle) * channel) < 0 else (middle, high)
        cutoff = min(cutoff, low)
    return cutoff


def lowest(channel: np.ndarray) -> float:
    """Minimum over the sphere: dense grid, then Nelder-Mead from the three best."""
    points, _ = sphere_rule(60)
    values = real_basis(points, 3) @ channel
    found = []
    for start in np.argsort(values)[:3]:
        polar, azimuth = np.arccos(points[start, 2]), np.arctan2(points[start, 1], points[start, 0])

        def value(at: np.ndarray) -> float:
            s = np.sin(at[0])
            return float(real_basis(np.array([s * np.cos(at[1]), s * np.sin(at[1]), np.cos(at[0])]), 3) @ channel)

        result = minimize(value, [polar, azimuth], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15})
        found.append(float(result.fun))
    return min(found)


def laplacian(damping: float) -> np.ndarray:
    return np.array([1 / (1 + damping * (l * (l + 1)) ** 2) for l, _ in PAIRS[:9]])


def sloan_damping(coeffs: np.ndarray) -> float:
    def lowest_of_all(damping: float) -> float:
        return min(lowest(channel) for channel in (laplacian(damping) * lobe(3))[:, None].T * coeffs.T)

    return 0.0 if lowest_of_all(0.0) >= 0 else float(brentq(lowest_of_all, 0, 10, xtol=1e-13, rtol=1e-12))


def window_file(folder: Path) -> None:
    rng = np.random.default_rng(6)

    def sun(toward: np.ndarray, irradiance: list[float], ambient: list[float]) -> np.ndarray:
        coeffs = np.outer(real_basis(toward, 3), irradiance)
        coeffs[0] += np.sqrt(4 * np.pi) * np.array(ambient)
        return coeffs

    gentle = rng.normal(size=(9, 3)) * 0.1
    gentle[0] = [3.0, 2.5, 2.0]
    sets = {
        "constant": sun(direction(0, 0), [0.0, 0.0, 0.0], [1.0, 0.8, 0.6]),
        "gentle": gentle.round(6),
        "sun over a bright sky": sun(direction(50, 120), [2.0, 1.8, 1.5], [1.0, 1.1, 1.4]),
        "sun over a dim sky": sun(direction(35, -60), [9.0, 8.0, 6.0], [0.4, 0.5, 0.7]),
        "sun alone, low": sun(direction(8, 10), [5.0, 3.0, 1.0], [0.01, 0.01, 0.01]),
        "red sun over a blue sky": sun(direction(20, 200), [6.0, 1.0, 0.2], [0.2, 0.5, 1.0]),
        "two lamps": sun(direction(60, 0), [3.0, 3.0, 3.0], [0.1, 0.1, 0.1])
        + sun(direction(10, 150), [2.0, 1.0, 0.5], [0.0, 0.0, 0.0]),
        "random": np.concatenate([np.full((1, 3), 2.0), rng.normal(size=(8, 3)) * 0.7]).round(6),
    }
    cases = []
    for name, coeffs in sets.items():
        auto, on_radiance = cmgen_cutoff(lobe(3)[:, None] * coeffs), cmgen_cutoff(coeffs)
        damping = sloan_damping(coeffs)
        cases.append(
            {
                "name": name,
                "coeffs": coeffs,
                "auto": {"cutoff": auto, "factors": sinc4(auto)[[0, 2, 6]]},
                "auto-radiance": {"cutoff": on_radiance, "factors": sinc4(on_radiance)[[0, 2, 6]]},
                "sloan": {"damping": damping, "factors": laplacian(damping)[[0, 2, 6]]},
                "least_irradiance": [lowest(channel) for channel in (lobe(3)[:, None] * coeffs).T],
            }
        )
    numbers = [
        {"cutoff": w, "factors": sinc4(w)[[0, 2, 6]]} for w in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 12.7675, 100.0)
    ]
    write(
        folder,
        "window.json",
        f"{SH}; factors: of bands 0, 1, 2. auto: cmgen's, on irradiance; auto-radiance: on radiance; sloan: "
        "1/(1 + λ l²(l+1)²) with the smallest λ that leaves no negative irradiance; cutoffs: sinc⁴ with a given cut-off",
        "cmgen's bisection over minima on a grid of 100001 angles; sloan by Brent's method over Nelder-Mead minima "
        "(good to 1e-8, `least_irradiance` to 1e-10)",
        {"cases": cases, "cutoffs": numbers},
    )


# ---------------------------------------------------------------------------------------------- light


def light_file(folder: Path) -> None:
    """Everything again, by the words of CONVENTIONS.md#dominant-light, with moments by quadrature."""
    height, width = 32, 64
    moment, angle = np.zeros((height, width, 3)), np.zeros((height, width))
    for row, column in product(range(height), range(width)):
        points, weights = cell_rule(height, width, row, column, 8)
        moment[row, column], angle[row, column] = weights @ points, weights.sum()
    moment, angle = moment.reshape(-1, 3), angle.ravel()
    toward = moment / np.linalg.norm(moment, axis=1, keepdims=True)

    def of(coeffs: np.ndarray, cells: np.ndarray) -> dict[str, Any]:
        y = cells @ LUMINANCE
        if y.max() <= 0:
            return {"direction": [0.0, 1.0, 0.0], "color": [1.0, 1.0, 1.0], "intensity": 0.0, "share": 0.0}
        center = toward[np.argmax(y)]
        for _ in range(8):
            inside = toward @ center > np.cos(np.radians(20))
            pull = (y[inside, None] * moment[inside]).sum(axis=0)
            center = pull / np.linalg.norm(pull)
        inside = toward @ center > np.cos(np.radians(20))
        ring = ~inside & (toward @ center > np.cos(np.radians(40)))
        around = (angle[ring, None] * cells[ring]).sum(axis=0) / angle[ring].sum()
        rgb = (angle[inside, None] * (cells[inside] - around)).sum(axis=0)
        everything = (coeffs[[3, 1, 2]] @ LUMINANCE) / np.sqrt(3 / (4 * np.pi))
        rest = (y[~inside, None] * moment[~inside]).sum(axis=0) + around @ LUMINANCE * moment[inside].sum(axis=0)
        to = everything - rest
        to = to / np.linalg.norm(to) if np.linalg.norm(to) > 1e-9 else center
        to = to if to @ center >= np.cos(np.radians(20)) else center
        rgb = np.maximum(rgb, 0)
        facing = float(real_basis(to, 3) @ (lobe(3)[:, None] * coeffs) @ LUMINANCE)
        share = float(np.clip(rgb @ LUMINANCE / facing, 0, 1)) if facing > 0 else 0.0
        intensity = float(rgb.max())
        color = rgb / intensity if intensity > 0 else np.ones(3)
        return {"direction": to, "color": color, "intensity": intensity, "share": share}

    def fit(coeffs: np.ndarray) -> dict[str, Any]:
        band1 = coeffs[[3, 1, 2]] @ LUMINANCE
        to = band1 / np.linalg.norm(band1) if np.linalg.norm(band1) > 0 else np.array([0.0, 1.0, 0.0])
        normals, weights = sphere_rule(12)
        a = lobe(3)[:, None]
        seen = real_basis(normals, 3) @ (a * coeffs)
        of_light = real_basis(normals, 3) @ (a[:, 0] * real_basis(to, 3))
        design = np.stack([of_light, np.ones(len(normals))], axis=-1) * np.sqrt(weights)[:, None]
        rgb = np.maximum(np.linalg.lstsq(design, seen * np.sqrt(weights)[:, None], rcond=None)[0][0], 0)
        facing = float(real_basis(to, 3) @ (a * coeffs) @ LUMINANCE)
        intensity = float(rgb.max())
        return {
            "direction": to,
            "color": rgb / intensity if intensity > 0 else np.ones(3),
            "intensity": intensity,
            "share": float(np.clip(rgb @ LUMINANCE / facing, 0, 1)) if facing > 0 else 0.0,
        }

    def scene(background: list[float], ground: list[float], lamps: list[tuple[np.ndarray, list[float]]]) -> dict:
        """Halves of constant light, and lamps smaller than a cell that fill the cell they are in."""
        cells = np.empty((height * width, 3))
        cells[: height * width // 2], cells[height * width // 2 :] = background, ground
        coeffs = np.zeros((9, 3))
        coeffs[0] = np.sqrt(np.pi) * (np.array(background) + ground)
        coeffs[1] = np.sqrt(3 * np.pi) / 2 * (np.array(background) - ground)
        changed = []
        for to, irradiance in lamps:
            row = int((0.5 - np.arcsin(to[1]) / np.pi) * height)
            column = int((np.arctan2(to[2], to[0]) / (2 * np.pi) + 0.5) * width)
            cells[row * width + column] += np.array(irradiance) / angle[row * width + column]
            coeffs += np.outer(real_basis(to, 3), irradiance)
            changed.append([row, column, *cells[row * width + column]])
        picture = {"upper": background, "lower": ground, "cells": changed}
        return {"panorama": picture, "coeffs": coeffs, "light": of(coeffs, cells), "fit": fit(coeffs)}

    scenes = {
        "black": scene([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], []),
        "a sun over a sky": scene([0.5, 0.7, 1.0], [0.2, 0.18, 0.15], [(direction(41.3, 67.9), [3.0, 2.7, 2.2])]),
        "a low sun across the seam": scene(
            [0.3, 0.3, 0.4], [0.1, 0.1, 0.1], [(direction(4.0, -179.0), [2.0, 1.0, 0.5])]
        ),
        "the zenith": scene([0.2, 0.2, 0.2], [0.2, 0.2, 0.2], [(direction(88.5, 12.0), [1.0, 1.0, 1.2])]),
        "two lamps side by side": scene(
            [0.1, 0.1, 0.1],
            [0.1, 0.1, 0.1],
            [(direction(30, 10), [1.0, 0.8, 0.6]), (direction(27, 19), [0.5, 0.6, 0.7])],
        ),
        "a lamp on either side": scene(
            [0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0],
            [(direction(20, 40), [3.0, 0.0, 0.0]), (direction(15, -130), [0.0, 2.0, 0.0])],
        ),
    }
    scenes["coefficients that tell of another light"] = {
        **scenes["a sun over a sky"],
        "coeffs": scenes["the zenith"]["coeffs"],
    }
    cells = np.repeat([[0.5, 0.7, 1.0], [0.2, 0.18, 0.15]], height * width // 2, axis=0)
    for row, column, *value in scenes["a sun over a sky"]["panorama"]["cells"]:
        cells[row * width + column] = value
    odd = scenes["coefficients that tell of another light"]
    odd["light"], odd["fit"] = of(odd["coeffs"], cells), fit(odd["coeffs"])
    write(
        folder,
        "light.json",
        f"{SH}. panorama: 32 × 64, `upper` in rows 0 … 15, `lower` in the others, then `cells` [row, column, r, g, b] "
        "replaced. light: from coefficients and panorama; fit: from coefficients alone. color × intensity is the "
        "irradiance of a surface facing the light",
        "CONVENTIONS.md#dominant-light in its own words; moments by an 8 × 8 Gauss-Legendre rule per cell, "
        "the fit by least squares on 300 normals",
        {"cases": [{"name": name, **case} for name, case in scenes.items()]},
    )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for make in (basis_file, projection_file, irradiance_file, rotation_file, conversion_file, window_file, light_file):
        make(folder)


if __name__ == "__main__":
    main()
