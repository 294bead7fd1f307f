"""Stereo: pictures that hold two eyes, one above the other or side by side. The left eye is the upper or left half."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.geometry.resample import luma_grid
from lightprobe.imaging.picture import Picture
from lightprobe.sphere.panorama import equirect

TOP_BOTTOM, LEFT_RIGHT = "top-bottom", "left-right"

ALIKE = 0.85
"""Correlation of the halves from which on they are two eyes; in 2:1, side by side, only if one does not continue the
other. The upper and the lower half of an HDRI have at most 0.71 (144 of them, at six exposures), the left and the right
half 0.83; eyes 64 mm apart have 0.93 and more in nine of ten, with random depths."""
SAME = 0.94
"""Correlation from which on they are two eyes, even if one seems to continue the other."""
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
    small = luma_grid(picture, 64, 64, 1)
    likely = [way for way in ways if _rough_correlation(*_halves(small, way, 2)) > _QUICK]
    if not likely:
        return None
    fine = luma_grid(picture, 192, 192, 4)
    is_front_and_back = width < 3 * height  # what the left and the right half of one panorama are
    return next(
        (way for way in likely if _are_eyes(likeness(fine, way, 4), is_front_and_back and way == LEFT_RIGHT)), None
    )


def _are_eyes(found: Likeness, may_continue: bool) -> bool:
    """`may_continue`: the halves of one panorama may look alike too, but then one continues the other."""
    needed = SAME if may_continue and found.break_ < BREAK else ALIKE
    is_pattern = found.repetition > REPEATED * found.correlation
    return found.correlation > needed and found.contrast > FAINT and not is_pattern


def likeness(small: Float[np.ndarray, "n n"], way: str, cell: int) -> Likeness:
    """How alike the halves of a small picture are, after averaging cell × cell pixels; its sides divide by 2 · cell."""
    lines = small if way == TOP_BOTTOM else small.T
    middle = len(lines) // 2
    steps = np.abs(np.diff(lines, axis=0)).mean(axis=1)
    one, other = _halves(small, way, cell)
    turns = [(axis, k * one.shape[axis] // 8) for axis in (0, 1) for k in range(1, 8)]
    return Likeness(
        correlation=_best_shift(one, other, 2),
        contrast=float(_centered(one).std()),
        break_=float(steps[middle - 1]) / max(float(np.median(steps)), 0.5 / 255),
        repetition=max(_correlation(one, np.roll(one, turn, axis), 0) for axis, turn in turns),
    )


def _halves(small: Float[np.ndarray, "n n"], way: str, cell: int) -> tuple[np.ndarray, np.ndarray]:
    """Means of cell × cell pixels of both halves."""
    means = small.reshape(len(small) // cell, cell, -1, cell).mean(axis=(1, 3))
    one, other = np.split(means, 2, axis=0 if way == TOP_BOTTOM else 1)
    return one, other


def _best_shift(one: np.ndarray, other: np.ndarray, most: int) -> float:
    """The best correlation at small horizontal shifts: near things are shifted between two eyes."""
    return max(_correlation(one, other, shift) for shift in range(-most, most + 1))


def _rough_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """About what `_best_shift` with shifts of one column says, in a fifth of its time: centered once."""
    one, other = _centered(one), _centered(other)
    scale = math.sqrt(float(np.vdot(one, one)) * float(np.vdot(other, other)))
    pairs = (one, other), (one[:, 1:], other[:, :-1]), (one[:, :-1], other[:, 1:])
    return max(float(np.vdot(left, right)) for left, right in pairs) / scale if scale > 1e-9 else 0.0


def _centered(values: np.ndarray) -> np.ndarray:
    rows, columns = values.shape
    of_columns, of_rows = np.add.reduce(values, axis=0) / rows, np.add.reduce(values, axis=1) / columns
    return values - (of_columns - np.add.reduce(of_columns) / columns) - of_rows[:, None]


def _correlation(one: np.ndarray, other: np.ndarray, shift: int) -> float:
    """Of two pictures, without their means over rows and over columns, the second shifted by columns."""
    size = one.shape[1]
    one = _centered(one[:, max(0, shift) : size - max(0, -shift)])
    other = _centered(other[:, max(0, -shift) : size - max(0, shift)])
    scale = math.sqrt(float((one * one).sum()) * float((other * other).sum()))
    return float((one * other).sum()) / scale if scale > 1e-9 else 0.0


def left_eye(picture: Picture, way: str) -> Picture:
    """The upper or the left half. Raises: ImageError if there is none."""
    height, width = picture.pixels.shape[:2]
    part = (slice(height // 2), slice(None)) if way == TOP_BOTTOM else (slice(None), slice(width // 2))

    if (height if way == TOP_BOTTOM else width) < 2:
        raise ImageError(f"{picture.name}: expected two eyes ({way}), got {picture.size} pixels; leave stereo out")

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
