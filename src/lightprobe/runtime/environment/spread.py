"""Light of cells, spread over pixels: a quadratic B-spline, smooth across the seams of cells, ±180° and the poles.

A pixel takes from the cell in which it lies and the neighbors of that; the weights add up to 1, and so do the results
of light that is the same in all cells. Nothing overshoots, so nothing becomes negative.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Int
from lightprobe.imaging.cells import CELLS
from lightprobe.sphere.panorama import equirect

WIDENED = 2
"""Rings of neighbors with which a cell shares its light at first."""

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
    cells: Float[np.ndarray, "32 64 c"], size: tuple[int, int], first: int, last: int, is_round: bool = False
) -> Float[np.ndarray, "k w c"]:
    """Some rows of an environment of `size` (rows, columns) that is lit by cells (float32).

    `is_round` makes light near the poles the mean around them, so that no rays meet there.
    """
    rows, columns = CELLS
    cell, weights = spline(size[0], rows)
    beyond = columns // 2
    padded = np.concatenate([np.roll(cells[:1], beyond, axis=1), cells, np.roll(cells[-1:], beyond, axis=1)])
    lines = sum(weights[near, first:last, None, None] * padded[cell[first:last] + near] for near in range(3))
    place = (np.arange(first, last) + 0.5) * rows / size[0]
    for pole, distance in ((cells[0], place), (cells[-1], rows - place)) if is_round else ():
        part = np.clip(distance / POLE, 0, 1)[:, None, None]
        part = part * part * (3 - 2 * part)
        lines = part * lines + (1 - part) * pole.mean(axis=0)
    lines = np.asarray(lines, np.float32)
    cell, weights = spline(size[1], columns)
    weights = weights.astype(np.float32)
    out = np.zeros((last - first, size[1], cells.shape[2]), np.float32)
    for near in range(3):
        out += weights[near, :, None] * lines[:, (cell + near - 1) % columns]
    return out


def gather(weights: Float[np.ndarray, "h w c"]) -> Float[np.ndarray, "3 3 32 64 c"]:
    """Mean over each cell of weights times each of the nine splines that reach it: by row and column of the neighbor.

    `weights` are on a grid that divides the cells.
    """
    rows, columns = CELLS
    height, width = weights.shape[:2]
    _, down = spline(height, rows)
    _, across = spline(width, columns)
    blocks = weights.reshape(rows, height // rows, columns, width // columns, -1)
    down, across = down[:, : height // rows], across[:, : width // columns]
    return np.einsum("ya,xb,racbk->yxrck", down, across, blocks, optimize=True) * (rows * columns / (height * width))


def shifted(cells: Float[np.ndarray, "32 64 c"], down: int, right: int) -> Float[np.ndarray, "32 64 c"]:
    """For each cell, its neighbor so many rows (−1 … 1) below and columns to the right."""
    if down:
        beyond = cells[-1:] if down > 0 else cells[:1]
        beyond = np.roll(beyond, CELLS[1] // 2, axis=1)
        cells = np.concatenate([cells[1:], beyond] if down > 0 else [beyond, cells[:-1]])
    return np.roll(cells, -right, axis=1)


def unfold(
    target: Float[np.ndarray, "32 64 c"], weights: Float[np.ndarray, "3 3 32 64 c"], steps: int = 1
) -> Float[np.ndarray, "32 64 c"]:
    """Light of cells that, spread and weighted, has the mean `target` over each cell; never negative.

    It starts smooth, and few steps keep it so: the energy of each cell is kept with that of its neighbors only, so that
    domes keep their shape. The energy in all is kept exactly.

    Source: Richardson, "Bayesian-Based Iterative Method of Image Restoration", 1972.
    """
    area = equirect.solid_angles(*CELLS)[..., None]
    reach = _collected(np.broadcast_to(area, target.shape), weights)
    is_lit = reach > 0
    reach = np.where(is_lit, reach, 1)
    own = np.asarray(weights.sum(axis=(0, 1)))
    light, around = np.where(own > 0, area * target, 0), np.where(own > 0, area * own, 0)
    for _ in range(WIDENED):
        light, around = (
            np.asarray(sum(shifted(part, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))) for part in (light, around)
        )
    light = np.where(is_lit & (around > 0), light / np.where(around > 0, around, 1), 0)
    for _ in range(steps):
        shown = sum(weights[y, x] * shifted(light, y - 1, x - 1) for y in range(3) for x in range(3))
        ratio = area * target / np.where(shown > 0, shown, 1)
        light = light * _collected(ratio, weights) / reach
    return light


def _collected(
    values: Float[np.ndarray, "32 64 c"], weights: Float[np.ndarray, "3 3 32 64 c"]
) -> Float[np.ndarray, "32 64 c"]:
    """The transpose of spreading, weighting and taking means over cells."""
    parts = (shifted(weights[y, x] * values, 1 - y, 1 - x) for y in range(3) for x in range(3))
    return np.asarray(sum(parts))


def spread_beyond(
    values: Float[np.ndarray, "32 64 c"], known: Float[np.ndarray, "32 64 1"]
) -> Float[np.ndarray, "32 64 c"]:
    """Values where they are `known` (a weight), continued from there, ring by ring; 0 if none are."""
    light, total = known * values, known
    for _ in range(max(CELLS)):
        if (total > 0).all():
            break
        grown = [
            np.asarray(sum(shifted(part, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))) for part in (light, total)
        ]
        is_known = total > 0
        light, total = np.where(is_known, light, grown[0]), np.where(is_known, total, grown[1])
    return light / np.maximum(total, 1e-12)
