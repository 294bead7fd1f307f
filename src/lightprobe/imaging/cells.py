"""Cells: what a picture keeps of the light, on the small grid that estimators work on.

Convention: three frame, row 0 is up, cells of equal angles (spec/CONVENTIONS.md#panorama). Means are by solid angle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging import curves
from lightprobe.sphere import equirect
from lightprobe.sphere.projection import BLOCK_VALUES, integrate_rows

CELLS = (32, 64)
"""Rows and columns."""
PLANES = 6
"""Quantities of a cell: radiance and clipped share, of red, green and blue each."""


def picture_cells(pixels: Num[np.ndarray, "h w 3"], response: str) -> Float[np.ndarray, "6 32 64"]:
    """Radiance as a share of what the curve can hold, then the share of pixels at display white; red, green, blue each.

    The response 'auto' is decoded as sRGB.

    Raises: ValueError for an unknown response, or for pixels that are no 2:1 panorama of 8 or 16 bits.
    """
    response = curves.decoding(response)
    cells = cell_means(pixels, lambda rows, out: curves.decode(rows, response, out=out))
    cells[:3] /= curves.white(response)
    return cells


def cell_means(
    pixels: Num[np.ndarray, "h w 3"], decode: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Float[np.ndarray, "6 32 64"]:
    """Means of what `decode(rows, out)` makes of the pixels, then the share of those at display white.

    One block of rows is in memory as floats at a time, so pictures may be large.

    Raises: ValueError if the pixels are no 2:1 panorama of 8 or 16 bits.
    """
    height, width = pixels.shape[:2]
    equirect.check_panorama(height, width)
    if pixels.dtype.kind != "u" or pixels.dtype.itemsize > 2:
        raise ValueError(f"expected uint8 or uint16 display values, got {pixels.dtype}; convert the picture first")
    down, across = _overlaps(height, width)
    limit = np.iinfo(pixels.dtype).max
    step = max(1, 2 * BLOCK_VALUES // (3 * width))  # float32: twice the values in the same bytes

    def light() -> Iterator[tuple[int, np.ndarray]]:
        buffer = np.empty((min(step, height), width, 3), np.float32)
        for start in range(0, height, step):
            rows = pixels[start : start + step]
            yield start, decode(rows, buffer[: len(rows)]).reshape(len(rows), -1)

    def white() -> Iterator[tuple[int, np.ndarray]]:
        for start in range(0, height, step):
            is_white = pixels[start : start + step] == limit
            if is_white.any():
                yield start, is_white.astype(np.float32).reshape(len(is_white), -1)

    planes = np.zeros((6, *CELLS), np.float32)
    for first, blocks in ((0, light()), (3, white())):
        sums = integrate_rows(down, blocks)
        if sums.size:  # no block at all is white
            planes[first : first + 3] = np.moveaxis(across @ sums.reshape(CELLS[0], width, 3), -1, 0)
    return planes


@lru_cache(maxsize=8)
def _overlaps(height: int, width: int) -> tuple[Float[np.ndarray, "v h"], Float[np.ndarray, "u w"]]:
    return (
        equirect.overlaps(equirect.row_edges(height), equirect.row_edges(CELLS[0])),
        equirect.overlaps(equirect.column_edges(width), equirect.column_edges(CELLS[1])),
    )
