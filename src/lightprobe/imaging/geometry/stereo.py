"""Stereo: pictures that hold two eyes, one above the other or side by side. The left eye is the upper or left half."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.geometry.resample import thumbnail
from lightprobe.imaging.picture import Picture
from lightprobe.sphere.panorama import equirect

TOP_BOTTOM, LEFT_RIGHT = "top-bottom", "left-right"

ALIKE = 0.85
"""Correlation of the halves from which on they are two eyes; side by side, only if they do not continue each other. The
upper and the lower half of an HDRI have at most 0.71 (144 of them, at six exposures), the left and the right half 0.83;
eyes 64 mm apart have 0.93 and more in nine of ten, with random depths."""
SAME = 0.94
"""Correlation from which on they are two eyes, even if they seem to continue each other."""
BREAK = 2.0
"""How many times the usual difference of neighboring rows or columns those on both sides of the middle differ."""
REPEATED = 0.9
"""Correlation of a half with itself, shifted, as a share of that of the halves: above it, the picture is a pattern."""
FAINT = 2.5 / 255
"""Contrast (standard deviation of display values) below which nothing can be said."""
_QUICK = 0.5


class Likeness(NamedTuple):
    """How alike the halves of a picture are."""

    correlation: float
    """Of what remains when the means of rows and columns are taken away, at the best small shift."""
    contrast: float
    """Standard deviation of that, as a share of display white."""
    break_: float
    """Difference across the middle of the picture, in units of the usual difference of neighbors."""
    repetition: float
    """Correlation of the first half with itself, at the best large shift."""


def find_eyes(picture: Picture) -> str | None:
    """How two eyes share the picture, by its looks: 'top-bottom', 'left-right', or None.

    Looked at are pictures of 2:1 (both ways), 1:1 (top-bottom) and 4:1 (left-right).
    """
    height, width = picture.pixels.shape[:2]
    if equirect.is_panorama(height, width):
        ways = (TOP_BOTTOM, LEFT_RIGHT)
    elif height == width:
        ways = (TOP_BOTTOM,)
    elif equirect.is_panorama(2 * height, width):
        ways = (LEFT_RIGHT,)
    else:
        return None
    small = thumbnail(picture, 96, 96, 1)
    likely = [way for way in ways if likeness(small, way, 2).correlation > _QUICK]
    if not likely:
        return None
    fine = thumbnail(picture, 192, 192, 4)
    return next((way for way in likely if _are_eyes(likeness(fine, way, 4), way)), None)


def _are_eyes(found: Likeness, way: str) -> bool:
    needed = ALIKE if way == TOP_BOTTOM or found.break_ > BREAK else SAME
    is_pattern = found.repetition > REPEATED * found.correlation
    return found.correlation > needed and found.contrast > FAINT and not is_pattern


def likeness(small: Float[np.ndarray, "n n"], way: str, cell: int) -> Likeness:
    """How alike the halves of a small picture are, after averaging cell × cell pixels; its sides divide by 2 · cell."""
    if way == LEFT_RIGHT:  # horizontal and vertical change places, but eyes are always shifted horizontally
        small = small.T
    middle = len(small) // 2
    steps = np.abs(np.diff(small, axis=0)).mean(axis=1)
    usual = max(float(np.median(steps)), 0.5 / 255)
    means = small.reshape(len(small) // cell, cell, -1, cell).mean(axis=(1, 3))
    one, other = np.split(means, 2)
    along = 1 if way == TOP_BOTTOM else 0
    shifts = [_correlation(one, other, shift, along) for shift in range(-2, 3)]
    far = [_correlation(one, np.roll(one, k * one.shape[1] // 8, axis=1), 0, along) for k in range(1, 8)]
    near = [_correlation(one, np.roll(one, k * one.shape[0] // 4, axis=0), 0, along) for k in range(1, 4)]
    return Likeness(
        correlation=max(shifts),
        contrast=float(_centered(one).std()),
        break_=float(steps[middle - 1]) / usual,
        repetition=max(far + near),
    )


def _centered(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()


def _correlation(one: np.ndarray, other: np.ndarray, shift: int, axis: int) -> float:
    """Of two pictures, without their means over rows and over columns, the second shifted along an axis."""
    size = one.shape[axis]
    first, second = max(0, shift), max(0, -shift)
    one = _centered(one.take(range(first, size - second), axis))
    other = _centered(other.take(range(second, size - first), axis))
    scale = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / scale if scale > 1e-9 else 0.0


def left_eye(picture: Picture, way: str) -> Picture:
    """The upper or the left half."""
    height, width = picture.pixels.shape[:2]
    part = (slice(height // 2), slice(None)) if way == TOP_BOTTOM else (slice(None), slice(width // 2))

    def half(mask: np.ndarray | None) -> np.ndarray | None:
        return None if mask is None else np.ascontiguousarray(mask[part])

    seen = half(picture.seen)
    return replace(
        picture,
        pixels=np.ascontiguousarray(picture.pixels[part]),
        seen=None if seen is None or seen.all() else seen,
        white=half(picture.white),
    )


def repeated(picture: Picture, axis: int) -> Picture:
    """Each row (axis 0) or each column (axis 1) twice: the same picture of twice the height or width."""
    seen, white = (None if mask is None else mask.repeat(2, axis) for mask in (picture.seen, picture.white))
    return replace(picture, pixels=picture.pixels.repeat(2, axis), seen=seen, white=white)
