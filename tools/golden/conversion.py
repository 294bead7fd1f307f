"""Golden vectors of conversion: what other tools store for the same light."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from document import SH, write
from harmonics import PAIRS, lobe, real_basis, sphere_rule
from rotation import rotate

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
    "blender": "blender",
    "godot": "godot",
    "usd": "usd",
    "cesium": "cesium",
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
SHADED = {
    **dict.fromkeys(("cmgen", "unity", "cesium"), "polynomial"),
    **dict.fromkeys(("unity-packed", "unreal-packed"), "packed"),
}


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
        **dict.fromkeys(("blender", "godot", "usd"), there),
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
