"""Rotating and mirroring light.

Convention: `matrix` acts on directions, d' = M d. The turned light comes from M d where the old light came
from d, so radiance(rotate(c, M), M d) = radiance(c, d).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import band_count, basis, orders, quadrature

_ONE = np.eye(3)


def rotation_matrix(matrix: Float[np.ndarray, "3 3"], bands: int = 3) -> Float[np.ndarray, "n n"]:
    """The bands² × bands² matrix that turns coefficients as `matrix` turns directions.

    Exact for any rotation or reflection and any number of bands: the products of basis functions are
    integrated with a quadrature of sufficient degree. Blocks of different bands are exactly zero.

    Raises: ValueError if `matrix` is not orthogonal.
    """
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape != (3, 3) or not (np.abs(matrix @ matrix.T - _ONE) <= 1e-6 + 1e-5 * _ONE).all():
        raise ValueError(
            f"expected a 3×3 rotation or reflection, got {np.round(matrix, 4).tolist()}; "
            "normalize it first (distant light cannot be scaled or sheared)"
        )
    directions, weighted = _weighted_basis(bands)
    # ∫ Y_i(d) Y_j(Mᵀ d) dω: what the old function j, carried along by M, holds of the new function i
    turned = weighted.T @ basis(directions @ matrix, bands)
    band = orders(bands)[0]
    return np.where(band[:, None] == band, turned, 0.0)


@lru_cache(maxsize=32)
def _weighted_basis(bands: int) -> tuple[Float[np.ndarray, "k 3"], Float[np.ndarray, "k n"]]:
    """Directions of the quadrature, and the basis there times its weights."""
    directions, weights = quadrature(bands)
    return directions, basis(directions, bands) * weights[:, None]


def rotate(coeffs: Float[np.ndarray, "n c"], matrix: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "n c"]:
    """Coefficients of the light turned (or mirrored) by a 3×3 matrix.

    Raises: ValueError if `matrix` is not orthogonal.
    """
    return rotation_matrix(matrix, band_count(len(coeffs))) @ coeffs


def about_y(angle: float) -> Float[np.ndarray, "3 3"]:
    """Rotation about the up axis [rad] that moves a panorama's content to the right (+X towards +Z)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, -s], [0.0, 1.0, 0.0], [s, 0.0, c]])


MIRROR = np.diag([1.0, 1.0, -1.0])
"""Exchanges left and right of a panorama (+Z ↔ −Z)."""
