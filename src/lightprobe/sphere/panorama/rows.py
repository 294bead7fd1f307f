"""Weighted sums over the rows of a picture, block by block and in the calling thread.

Convention: a block is (first row, rows as a matrix h × values-per-row).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from lightprobe._shapes import Float, Num

BLOCK_VALUES = 1 << 18
"""Values per block of rows: two megabytes of float64, which stay in the cache."""

SINGLE_THREAD = 1 << 18
"""Multiplications up to which OpenBLAS stays in the calling thread: waking others costs more than it brings here,
and much more on a busy machine. Source: OpenBLAS, interface/gemm.c, SMP_THRESHOLD_MIN · GEMM_MULTITHREAD_THRESHOLD."""

Blocks = Iterable[tuple[int, np.ndarray]]
"""Consecutive blocks of a picture."""


def array_blocks(panorama: Num[np.ndarray, "h w c"]) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows of an array in memory, as float64, in one reused buffer."""
    height = len(panorama)
    rows = panorama.reshape(height, -1)
    step = max(1, BLOCK_VALUES // max(rows.shape[1], 1))
    buffer = np.empty((min(step, height), rows.shape[1]))
    for start in range(0, height, step):
        block = buffer[: min(step, height - start)]
        np.copyto(block, rows[start : start + step])
        yield start, block


def integrate_rows(weights: Float[np.ndarray, "k h"], blocks: Blocks) -> Float[np.ndarray, "k v"]:
    """weights @ rows, block by block; a block costs only the weights that are not zero there.

    Rows that no block brings count as zero.
    """
    total, scratch = np.zeros((len(weights), 0)), np.zeros((len(weights), 0))
    for start, block in blocks:
        if not total.size:
            total = np.zeros((len(weights), block.shape[1]))
            scratch = np.empty(total.shape, block.dtype)
        part = weights[:, start : start + len(block)]
        used = np.flatnonzero(part.any(axis=1))
        part = part[used].astype(block.dtype, copy=False)
        tile = max(1, SINGLE_THREAD // max(part.size, 1))
        for left in range(0, block.shape[1], tile):
            columns = slice(left, left + tile)
            np.matmul(part, block[:, columns], out=scratch[: len(used), columns])
        for row, sums in zip(used, scratch, strict=False):
            total[row] += sums
    return total


def multiply(left: Num[np.ndarray, "m k"], right: Num[np.ndarray, "k n"]) -> Num[np.ndarray, "m n"]:
    """The matrix product, in pieces that stay in the calling thread."""
    rows = max(1, SINGLE_THREAD // max(right.size, 1))
    if rows >= len(left):
        return left @ right
    out = np.empty((len(left), right.shape[1]), np.result_type(left, right))
    for start in range(0, len(left), rows):
        np.matmul(left[start : start + rows], right, out=out[start : start + rows])
    return out
