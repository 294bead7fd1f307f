"""Golden vectors of rotation: coefficients of turned and mirrored light."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from document import SH, write
from harmonics import real_basis, sphere_rule


def turn(axis: np.ndarray, degrees: float) -> np.ndarray:
    """Rodrigues' rotation matrix."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def rotate(coeffs: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Coefficients of the light that shines from M d where it shone from d, integrated."""
    bands = int(np.sqrt(len(coeffs)))
    points, weights = sphere_rule(3 * bands + 4)
    return (real_basis(points, bands) * weights[:, None]).T @ (real_basis(points @ matrix, bands) @ coeffs)


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
