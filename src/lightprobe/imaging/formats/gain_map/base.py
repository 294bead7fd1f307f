"""The base picture's own linear light: its tone curves, and the matrix from its primaries."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.color.space import ColorSpace
from lightprobe.imaging.tone.curves import srgb_decode


class LinearSpace(NamedTuple):
    """How 8-bit codes become linear light in their own primaries, and that linear Rec.709."""

    curves: Float[np.ndarray, "3 256"]
    matrix: Float[np.ndarray, "3 3"] | None = None


def linear_space(space: ColorSpace) -> LinearSpace:
    """That of a color space of display values."""
    signal = np.linspace(0, 1, 256)
    curves = 3 * (srgb_decode,) if space.curves is None else space.curves
    return LinearSpace(np.stack([curve(signal) for curve in curves]), space.matrix)
