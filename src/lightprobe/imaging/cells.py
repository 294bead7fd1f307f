"""Cells: a picture's light on the small grid that networks work on.

Convention: spec/CONVENTIONS.md#cells. Three frame, row 0 is up, cells of equal angles, means by solid angle.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Int, Num
from lightprobe.imaging.tone import curves
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.rows import BLOCK_VALUES, multiply

CELLS = (32, 64)
"""Rows and columns."""
PLANES = 6
"""Quantities of a cell: radiance and clipped share, of red, green and blue each."""
SEEN_PLANES = 7
"""The same, and the seen share of the cell; unseen light counts as black, and as not clipped."""


def picture_cells(pixels: Num[np.ndarray, "h w 3"], response: str) -> Float[np.ndarray, "6 32 64"]:
    """Radiance as a share of what the curve can hold, then the share of pixels at display white; red, green, blue each.

    `auto` is decoded as sRGB. One block of rows is in memory as floats at a time, so pictures may be large.

    Raises: ValueError for an unknown response, or for pixels that are no 2:1 panorama of 8 or 16 bits.
    """
    response = curves.decoding(response)
    height, width = pixels.shape[:2]
    equirect.check_panorama(height, width, rounded=True)
    if pixels.dtype.kind != "u" or pixels.dtype.itemsize > 2:
        raise ValueError(f"expected uint8 or uint16 display values, got {pixels.dtype}; convert the picture first")
    rows, weights = _rows(height)
    fitting = max(1, BLOCK_VALUES // (3 * width))  # rows that are in memory as floats at a time
    cells_at_once, rows_at_once = max(1, fitting // rows.shape[1]), min(rows.shape[1], fitting)
    buffer = np.empty((cells_at_once * rows_at_once, width, 3), np.float32)
    limit = np.iinfo(pixels.dtype).max
    sums = np.zeros((2, CELLS[0], width * 3), np.float32)
    for cell in range(0, CELLS[0], cells_at_once):
        for first in range(0, rows.shape[1], rows_at_once):
            part = slice(cell, cell + cells_at_once), slice(first, first + rows_at_once)
            codes = pixels[rows[part].reshape(-1)]
            block = curves.decode(codes, response, out=buffer[: len(codes)])
            sums[0, part[0]] += _weighted(weights[part], block)
            white = codes == limit
            if white.any():
                np.copyto(block, white)
                sums[1, part[0]] += _weighted(weights[part], block)
    sums[0] /= curves.white(response)
    means = _across(sums.reshape(2 * CELLS[0], width, 3))
    return np.ascontiguousarray(np.moveaxis(means.reshape(2, *CELLS, 3), -1, 1)).reshape(PLANES, *CELLS)


def _weighted(weights: Float[np.ndarray, "k t"], rows: Float[np.ndarray, "n w 3"]) -> Float[np.ndarray, "k v"]:
    """Weighted sums of t rows each. Not by BLAS, which wakes other threads for vectors of this length."""
    return np.einsum("kt,ktv->kv", weights, rows.reshape(*weights.shape, -1))


def _across(sums: Float[np.ndarray, "n w 3"]) -> Float[np.ndarray, "n 64 3"]:
    """Means over the columns of each cell."""
    count, width = sums.shape[:2]
    if width % CELLS[1] == 0:
        folded = sums.reshape(count * CELLS[1], -1)
        return multiply(folded, _fold(width // CELLS[1])).reshape(count, CELLS[1], 3)
    planes = np.ascontiguousarray(sums.transpose(0, 2, 1)).reshape(-1, width)
    return multiply(planes, _columns(width)).reshape(count, 3, CELLS[1]).transpose(0, 2, 1)


@lru_cache(maxsize=8)
def _rows(height: int) -> tuple[Int[np.ndarray, "32 t"], Float[np.ndarray, "32 t"]]:
    """Rows of a picture that each row of cells covers, and their weights; they add up to 1."""
    share = equirect.overlaps(equirect.row_edges(height), equirect.row_edges(CELLS[0]))
    covered = share > 1e-9  # edges that fall on one another may differ by rounding
    tallest = int(covered.sum(axis=1).max())
    rows = np.minimum(covered.argmax(axis=1), height - tallest)[:, None] + np.arange(tallest)
    return rows, np.take_along_axis(share, rows, axis=1).astype(np.float32)


@lru_cache(maxsize=8)
def _columns(width: int) -> Float[np.ndarray, "{width} 64"]:
    share = equirect.overlaps(equirect.column_edges(width), equirect.column_edges(CELLS[1]))
    return np.ascontiguousarray(share.T, np.float32)


@lru_cache(maxsize=8)
def _fold(columns: int) -> Float[np.ndarray, "k 3"]:
    """The mean of so many columns of RGB."""
    return np.tile(np.eye(3, dtype=np.float32) / np.float32(columns), (columns, 1))
