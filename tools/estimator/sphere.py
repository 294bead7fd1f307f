"""The sphere as tensors: cells, their solid angles, projection, black-body colors.

Convention: planes [..., h, w], row 0 is up, the middle column looks along +X, columns run towards +Z
(spec/CONVENTIONS.md). Only numpy and torch, so that it runs on a machine without lightprobe.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

ROWS, COLUMNS = 32, 64
LUMINANCE = (0.2126, 0.7152, 0.0722)


def directions(rows: int, columns: int) -> np.ndarray:
    """Directions of the centers of cells, [rows, columns, 3]."""
    elevation = np.pi * (0.5 - (np.arange(rows) + 0.5) / rows)
    azimuth = 2 * np.pi * ((np.arange(columns) + 0.5) / columns - 0.5)
    a, e = np.meshgrid(azimuth, elevation)
    return np.stack([np.cos(e) * np.cos(a), np.sin(e), np.cos(e) * np.sin(a)], axis=-1)


def solid_angles(rows: int, columns: int) -> np.ndarray:
    """Solid angle of each cell [sr], [rows, columns]."""
    edges = np.sin(np.pi * (0.5 - np.arange(rows + 1) / rows))
    return np.repeat((edges[:-1] - edges[1:])[:, None], columns, axis=1) * 2 * np.pi / columns


def basis(d: np.ndarray) -> np.ndarray:
    """The nine real spherical harmonics of directions [..., 3], in the order 1, y, z, x, xy, yz, 3z²−1, xz, x²−y²."""
    x, y, z = d[..., 0], d[..., 1], d[..., 2]
    return np.stack(
        [
            np.full_like(x, 0.28209479177387814),
            *(0.4886025119029199 * v for v in (y, z, x)),
            1.0925484305920792 * x * y,
            1.0925484305920792 * y * z,
            0.31539156525252005 * (3 * z * z - 1),
            1.0925484305920792 * x * z,
            0.5462742152960396 * (x * x - y * y),
        ],
        axis=-1,
    )


def projection(rows: int, columns: int) -> np.ndarray:
    """[rows · columns, 9]: basis times solid angle, integrated over each cell with 8 × 8 points."""
    fine = 8
    values = basis(directions(rows * fine, columns * fine)) * solid_angles(rows * fine, columns * fine)[..., None]
    return values.reshape(rows, fine, columns, fine, 9).sum(axis=(1, 3)).reshape(-1, 9)


def planck(kelvin: float) -> np.ndarray:
    """Linear Rec.709 of a black body at luminance 1.

    Source: Wyman, Sloan & Shirley, "Simple Analytic Approximations to the CIE XYZ Color Matching Functions", JCGT 2(2),
    2013 (multi-lobe fit); IEC 61966-2-1 for the matrix.
    """
    nm = np.arange(380, 781, 5.0)

    def lobe(mean: float, left: float, right: float) -> np.ndarray:
        return np.exp(-0.5 * ((nm - mean) * np.where(nm < mean, left, right)) ** 2)

    x = 1.056 * lobe(599.8, 0.0264, 0.0323) + 0.362 * lobe(442, 0.0624, 0.0374) - 0.065 * lobe(501.1, 0.0490, 0.0382)
    y = 0.821 * lobe(568.8, 0.0213, 0.0247) + 0.286 * lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(437, 0.0845, 0.0278) + 0.681 * lobe(459, 0.0385, 0.0725)
    power = (nm * 1e-3) ** -5 / np.expm1(14388 / (nm * 1e-3 * kelvin))
    to_rgb = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    rgb = to_rgb @ np.array([(power * v).sum() for v in (x, y, z)])
    rgb = np.maximum(rgb, 0.012 * rgb.max())
    return rgb / (rgb @ np.array(LUMINANCE))


COOLEST, WARMEST = 12000.0, 1900.0
"""Ends of the locus [K]."""


def locus_polynomial() -> np.ndarray:
    """[5, 3]: ln of the color of a black body as a polynomial of t; t runs over the mired scale from −1 (12000 K) to 1
    (1900 K)."""
    mired = np.linspace(1e6 / COOLEST, 1e6 / WARMEST, 33)
    colors = np.log([planck(1e6 / m) for m in mired])
    return np.polyfit(np.linspace(-1, 1, 33), colors, 4)[::-1].copy()


class Sphere:
    """Constants on one device."""

    def __init__(self, device: torch.device | str) -> None:
        def tensor(values: np.ndarray) -> Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)

        self.areas = tensor(solid_angles(ROWS, COLUMNS))
        self.shares = self.areas / (4 * np.pi)
        self.project_matrix = tensor(projection(ROWS, COLUMNS))
        self.directions = tensor(directions(ROWS, COLUMNS).reshape(-1, 3))
        self.luminance = tensor(np.array(LUMINANCE))
        self.lobe = tensor(np.repeat([np.pi, 2 * np.pi / 3, np.pi / 4], [1, 3, 5]))
        self.locus = tensor(locus_polynomial())

    def project(self, planes: Tensor) -> Tensor:
        """[m, b, 9, 3] radiance coefficients of planes [m, 3, b, 32, 64]."""
        return (planes.flatten(3) @ self.project_matrix).permute(0, 2, 3, 1)

    def lum(self, planes: Tensor) -> Tensor:
        """[m, 1, b, h, w] luminance of planes [m, 3, b, h, w]."""
        r, g, b = LUMINANCE
        return r * planes[:, :1] + g * planes[:, 1:2] + b * planes[:, 2:3]

    def integral(self, planes: Tensor) -> Tensor:
        """[m, c, b] integrals over the sphere of planes [m, c, b, 32, 64]."""
        return planes.flatten(3) @ self.areas.flatten()

    def log_hue(self, t: Tensor) -> Tensor:
        """ln of the color [m, 3, b, h, w] of black bodies t [m, 1, b, h, w]."""
        coefficients = self.locus[:, None, :, None, None, None]  # [5, 1, 3, 1, 1, 1]
        value = coefficients[4]
        for power in range(3, -1, -1):
            value = value * t + coefficients[power]
        return value

    def norm(self, coeffs: Tensor) -> Tensor:
        """Norm of the irradiance, [...], of coefficients [..., 9, 3]."""
        return torch.linalg.vector_norm(self.lobe[:, None] * coeffs, dim=(-2, -1))
