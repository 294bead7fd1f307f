"""Real spherical harmonics by SciPy, and quadrature over the sphere and over pixels."""

from __future__ import annotations

import numpy as np
from scipy.special import eval_legendre, sph_harm_y

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
PAIRS = [(l, m) for l in range(9) for m in range(-l, l + 1)]


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
