"""Primaries: matrices to linear Rec.709."""

from __future__ import annotations

import numpy as np

from lightprobe.imaging.color.primaries import DISPLAY_P3, REC709, XYZ, to_rec709, xyz_from_rgb


def test_other_primaries() -> None:
    """P3-D65 to Rec.709, as CSS Color 4 (section 18) has it."""
    expected = [[1.2249401, -0.2249402, 0], [-0.0420570, 1.0420571, 0], [-0.0196376, -0.0786361, 1.0982735]]
    matrix = to_rec709(DISPLAY_P3)
    np.testing.assert_allclose(matrix, expected, atol=2e-5)


def test_white_stays_white() -> None:
    aces = ((0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.077), (0.32168, 0.33767))
    np.testing.assert_allclose(to_rec709(aces).sum(axis=1), 1, atol=1e-6)


def test_rec709_needs_no_matrix() -> None:
    assert to_rec709(REC709) is None


def test_xyz_is_converted_as_it_is() -> None:
    """Equal numbers of X, Y and Z are no white; a primary may have y = 0."""
    matrix = to_rec709((*XYZ, (1 / 3, 1 / 3)))
    np.testing.assert_allclose(matrix @ xyz_from_rgb(REC709), np.eye(3), atol=1e-12)
