"""Golden vectors of the basis and of projection: directions, panoramas and their coefficients, pixel by pixel."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np

from document import SH, write
from harmonics import cell_rule, real_basis


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
