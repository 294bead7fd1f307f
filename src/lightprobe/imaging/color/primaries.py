"""Primaries: the matrix from a picture's own linear RGB to linear Rec.709.

The matrix is linear, as is all that follows (averages, projection), so it is applied to sums, not to pixels.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float

REC709 = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))
"""Chromaticities (x, y) of red, green, blue and white. Source: ITU-R BT.709-6, item 1.3."""
REC2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), (0.3127, 0.3290))
"""Source: ITU-R BT.2020-2, table 3."""
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290))
"""Source: SMPTE EG 432-1, with the white point D65."""
ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), (0.3127, 0.3290))
"""Source: Adobe, "Adobe RGB (1998) Color Image Encoding", 2005, section 4.3.1."""
XYZ = ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0))
"""Primaries of CIE XYZ itself, whatever its white."""


def xyz_from_rgb(chromaticities: tuple[tuple[float, float], ...]) -> Float[np.ndarray, "3 3"]:
    """Matrix from linear RGB with these primaries and white to CIE XYZ, white having Y = 1.

    Columns are (x, y, 1 − x − y), scaled so that their sum is white; so a primary may have y = 0.

    Raises: ValueError if the primaries lie on one line, or white has y = 0.

    Source: SMPTE RP 177-1993, "Derivation of Basic Television Color Equations".
    """
    xyz = np.array([[x, y, 1 - x - y] for x, y in chromaticities], np.float64)
    if not np.isfinite(xyz).all() or abs(np.linalg.det(xyz[:3])) < 1e-6 or abs(xyz[3, 1]) < 1e-6:
        raise ValueError(f"expected chromaticities of three different primaries and a white, got {chromaticities}")
    return xyz[:3].T * np.linalg.solve(xyz[:3].T, xyz[3] / xyz[3, 1])


def to_rec709(chromaticities: tuple[tuple[float, float], ...]) -> Float[np.ndarray, "3 3"] | None:
    """Matrix from linear RGB with these primaries and white to linear Rec.709; None if they are those of Rec.709.

    White maps to white, without chromatic adaptation. CIE XYZ is converted as it is: there, equal numbers are no white.

    Raises: ValueError as `xyz_from_rgb`.
    """
    if np.allclose(chromaticities, REC709, atol=2e-3):
        return None
    if np.allclose(chromaticities[:3], XYZ, atol=1e-4):
        return np.linalg.inv(xyz_from_rgb(REC709))
    matrix = np.linalg.solve(xyz_from_rgb(REC709), xyz_from_rgb(chromaticities))
    return matrix / matrix.sum(axis=1, keepdims=True)
