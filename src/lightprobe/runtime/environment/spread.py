"""Light of cells, spread over pixels: a quadratic B-spline, smooth across the seams of cells, ±180° and the poles.

A pixel takes from the cell in which it lies and the neighbors of that; the weights add up to 1, and so do the results
of light that is the same in all cells. Nothing overshoots, so nothing becomes negative.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Int
from lightprobe.imaging.cells import CELLS

POLE = 1.5
"""Distance from a pole [cells] within which light approaches the mean of the cells around that pole."""


def spline(count: int, cells: int) -> tuple[Int[np.ndarray, " {count}"], Float[np.ndarray, "3 {count}"]]:
    """For each of `count` equal pixels across `cells`: its cell, and the weights of that before, itself, the next.

    Source: de Boor, "A Practical Guide to Splines", 1978, chapter IX (uniform knots, order 3).
    """
    at = (np.arange(count) + 0.5) * cells / count
    cell = np.minimum(at.astype(np.intp), cells - 1)
    t = at - cell - 0.5
    return cell, np.stack([(0.5 - t) ** 2 / 2, 0.75 - t**2, (0.5 + t) ** 2 / 2])


def spread_rows(
    cells: Float[np.ndarray, "r c k"], size: tuple[int, int], first: int, last: int, is_round: bool = False
) -> Float[np.ndarray, "h w k"]:
    """Rows `first` to `last` of an environment of `size` (rows, columns) that is lit by a grid of cells (float32).

    `is_round` makes light near the poles the mean around them, so that no rays meet there.
    """
    rows = len(cells)
    cell, weights = spline(size[0], rows)
    padded = np.concatenate([shifted(cells, -1, 0)[:1], cells, shifted(cells, 1, 0)[-1:]])
    lines = sum(weights[near, first:last, None, None] * padded[cell[first:last] + near] for near in range(3))
    place = (np.arange(first, last) + 0.5) * rows / size[0]
    for pole, distance in ((cells[0], place), (cells[-1], rows - place)) if is_round else ():
        part = _away_from_pole(distance)[:, None, None]
        lines = part * lines + (1 - part) * pole.mean(axis=0)
    return _across(np.asarray(lines, np.float32), size[1])


def _across(lines: Float[np.ndarray, "h c k"], width: int) -> Float[np.ndarray, "h w k"]:
    """Each line of cells, spread over `width` pixels."""
    height, columns, channels = lines.shape
    if width % columns == 0:  # all cells are alike: one product of small matrices
        near = np.concatenate([np.roll(lines, 1, axis=1), lines, np.roll(lines, -1, axis=1)], axis=2)
        spread = near.reshape(height * columns, 3 * channels) @ _mixture(width // columns, channels)
        return spread.reshape(height, width, channels)
    cell, weights = spline(width, columns)
    out = np.zeros((height, width, channels), np.float32)
    for near in range(3):
        out += weights[near, :, None].astype(np.float32) * lines[:, (cell + near - 1) % columns]
    return out


@lru_cache(maxsize=8)
def _mixture(pixels: int, channels: int) -> Float[np.ndarray, "n k"]:
    """From a cell and its two neighbors to the pixels of the cell, channel by channel."""
    weights = spline(pixels, 1)[1]
    return np.concatenate([np.kron(line, np.eye(channels)) for line in weights[:, None]]).astype(np.float32)


def collected(field: Float[np.ndarray, "h w k"], is_round: bool = False) -> Float[np.ndarray, "32 64 k"]:
    """The transpose of `spread_rows` over all rows: for each cell, the sum of the field times the cell's spread light.

    The field's grid divides the cells.
    """
    rows, columns = CELLS
    height, width, layers = field.shape
    pixels = width // columns
    across = spline(pixels, 1)[1].astype(np.float32)
    blocks = field.reshape(height, columns, pixels, layers)
    before, own, after = (np.einsum("hcpk,p->hck", blocks, weights, optimize=True) for weights in across)
    lines = (np.roll(before, -1, axis=1) + own + np.roll(after, 1, axis=1)).reshape(height, -1)
    cell, weights = spline(height, rows)
    down = np.zeros((rows + 2, height), np.float32)
    for near in range(3):
        down[cell + near, np.arange(height)] += weights[near]
    place = (np.arange(height) + 0.5) * rows / height
    inner = _away_from_pole(place) * _away_from_pole(rows - place) if is_round else np.ones(height)
    padded = ((down * inner) @ lines).reshape(rows + 2, columns, layers)
    found = padded[1:-1].copy()
    found[0] += np.roll(padded[0], columns // 2, axis=0)
    found[-1] += np.roll(padded[-1], columns // 2, axis=0)
    if is_round:
        for pole, distance in ((0, place), (-1, rows - place)):
            found[pole] += ((1 - _away_from_pole(distance)) @ lines).reshape(columns, layers).mean(axis=0)
    return found


def _away_from_pole(distance: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """0 at a pole, 1 from `POLE` cells on."""
    part = np.clip(distance / POLE, 0, 1)
    return part * part * (3 - 2 * part)


def shifted(cells: np.ndarray, down: int, right: int) -> np.ndarray:
    """For each cell, its neighbor so many rows (−1 … 1) below and columns to the right; the poles are crossed."""
    if down:
        beyond = np.roll(cells[-1:] if down > 0 else cells[:1], cells.shape[1] // 2, axis=1)
        cells = np.concatenate([cells[1:], beyond] if down > 0 else [beyond, cells[:-1]])
    return np.roll(cells, -right, axis=1) if right else cells


def smoothed(cells: Float[np.ndarray, "r c k"]) -> Float[np.ndarray, "r c k"]:
    """Weights 1, 2, 1 down and across; the sum over all cells is kept."""
    cells = (shifted(cells, -1, 0) + 2 * cells + shifted(cells, 1, 0)) / 4
    return (shifted(cells, 0, -1) + 2 * cells + shifted(cells, 0, 1)) / 4


def spread_beyond(
    values: Float[np.ndarray, "32 64 c"], known: Float[np.ndarray, "32 64 1"]
) -> Float[np.ndarray, "32 64 c"]:
    """Values where they are `known` (a weight), continued from there, ring by ring; 0 if none are."""
    light, total = known * values, known
    for _ in range(max(CELLS)):
        if (total > 0).all():
            break
        grown = [smoothed(part) for part in (light, total)]
        is_known = total > 0
        light, total = np.where(is_known, light, grown[0]), np.where(is_known, total, grown[1])
    return light / np.where(total > 0, total, 1)
