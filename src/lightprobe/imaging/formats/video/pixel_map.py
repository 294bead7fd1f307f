"""Where the pixels of a frame go: cropping, square pixels, eyes in order, orientation.

Sources: ISO/IEC 14496-12, 8.3.2 (the matrix of a track) and 12.1.4 (pixel aspect); FFmpeg, libavutil/display.h.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lightprobe._shapes import Num
from lightprobe.imaging.picture import check_picture_size

DISPLAY_MATRIX = "DISPLAYMATRIX"
"""Name of the side data of frames that is read."""


@dataclass(frozen=True, kw_only=True)
class PixelMap:
    """What is done with the planes of a frame, in this order."""

    cropping: tuple[int, int, int, int] = (0, 0, 0, 0)
    """From left, top, right and bottom."""
    size: tuple[int, int] | None = None
    """Rows and columns in square pixels; None where they are square already."""
    swapped: str | None = None
    """'top-bottom' or 'left-right': these halves change places."""
    is_transposed: bool = False
    is_mirrored: bool = False
    is_upside_down: bool = False
    notes: tuple[str, ...] = ()

    def __call__(self, plane: Num[np.ndarray, "h w ..."]) -> Num[np.ndarray, "v u ..."]:
        """The plane with its pixels in their places: the same array, or a view of it, where that will do."""
        left, top, right, bottom = self.cropping
        if any(self.cropping):
            plane = plane[top : len(plane) - bottom, left : plane.shape[1] - right]
        if self.size is not None:
            for axis, length in enumerate(self.size):
                if length != plane.shape[axis]:
                    plane = plane.take((2 * np.arange(length) + 1) * plane.shape[axis] // (2 * length), axis=axis)
        if self.swapped is not None:
            axis = 0 if self.swapped == "top-bottom" else 1
            plane = np.roll(plane, plane.shape[axis] // 2, axis=axis)
        if self.is_transposed:
            plane = plane.swapaxes(0, 1)
        return plane[:: -1 if self.is_upside_down else 1, :: -1 if self.is_mirrored else 1]


def pixel_map_of(
    width: int,
    height: int,
    *,
    aspect: Fraction | None,
    cropping: tuple[int, int, int, int],
    display_matrix: bytes | None,
    swapped: str | None,
    name: str,
) -> PixelMap:
    """The map of frames of this size.

    `aspect` is that of its pixels, width to height; `swapped` names the halves that change places, where there are two
    eyes and the right one comes first.

    Pixels that are not square are repeated in columns or rows, so that no codes are mixed. Turns by other angles than
    quarters are rounded to them.

    Raises: ImageError if the frame has too many pixels, also when it is stretched.
    """
    check_picture_size(width, height, name)
    left, top, right, bottom = cropping
    if left + right >= width or top + bottom >= height:  # of another size than the header says
        left = top = right = bottom = 0
    width, height = width - left - right, height - top - bottom
    size = None
    if aspect is not None and aspect > 0 and aspect != 1:
        stretched = (height, round(width * aspect)) if aspect > 1 else (round(height / aspect), width)
        check_picture_size(stretched[1], stretched[0], f"{name}, in square pixels")
        size = None if stretched == (height, width) else stretched
    is_transposed = is_mirrored = is_upside_down = False
    notes: list[str] = []
    if display_matrix is not None and len(display_matrix) >= 36:
        a, b, _, c, d, *_ = struct.unpack_from("=9i", display_matrix)
        if is_transposed := abs(b) + abs(c) > abs(a) + abs(d):
            a, b, c, d = c, d, a, b
        is_mirrored, is_upside_down = a < 0, d < 0
        if max(abs(b), abs(c)) > 0.02 * max(abs(a), abs(d)):
            notes.append("the file turns its picture by an angle that is no quarter turn; the nearest one was applied")
    if swapped is not None:
        notes.append("the file says that the right eye comes first; the halves were swapped")
    return PixelMap(
        cropping=(left, top, right, bottom),
        size=size,
        swapped=swapped,
        is_transposed=is_transposed,
        is_mirrored=is_mirrored,
        is_upside_down=is_upside_down,
        notes=tuple(notes),
    )
