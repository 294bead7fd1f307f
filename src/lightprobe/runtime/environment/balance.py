"""Balance: light that is lost, changed by smooth factors until the whole has the coefficients of the answer.

Where the tone curve is given, this makes up for light that moved within cells. Where it is estimated, the answer has
corrected the picture here and there; its pixels stay what the curve says, and the lost light makes up for that too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.environment.spread import spread_rows
from lightprobe.sphere.harmonics.basis import basis
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import project

WORK = (256, 512)
"""Rows and columns of the grid on which light is balanced: pixels of 0.7°."""

ROUNDS = 12
"""Rounds, at most."""
EXACT = 1e-3
"""Difference from the answer's coefficients, relative to them, at which balancing ends."""
LEAST, MOST = 0.25, 4.0
"""Factors by which balancing changes light, at most."""
RIDGE = 1e-3
"""Damping at first, relative to the sum of squares: it prefers small changes."""


@dataclass
class Part:
    """Light of cells, spread over the pixels of an environment and weighted there."""

    weights: Float[np.ndarray, "256 512 c"]
    cells: Float[np.ndarray, "32 64 3"]
    is_round: bool = False
    """Whether it is the mean of its surroundings near the poles."""


def on_work_grid(values: Num[np.ndarray, "h w c"]) -> Float[np.ndarray, "256 512 c"]:
    """Means over the pixels of the grid; only rows that are not zero cost anything."""
    height, width, channels = values.shape
    rows = np.flatnonzero(values.any(axis=(1, 2)))
    down = equirect.overlaps(equirect.row_edges(height), equirect.row_edges(WORK[0])).astype(np.float32)
    lines = np.zeros((WORK[0], width * channels), np.float32)
    step = max(1, (1 << 18) // width)
    for start in range(int(rows[0]) if rows.size else height, (int(rows[-1]) + 1) if rows.size else 0, step):
        part = values[start : start + step].reshape(-1, width * channels).astype(np.float32)
        used = np.flatnonzero(down[:, start : start + step].any(axis=1))
        lines[used] += down[used, start : start + step] @ part
    lines = lines.reshape(WORK[0], width, channels)
    if width % WORK[1] == 0:
        return lines.reshape(*WORK, width // WORK[1], channels).mean(axis=2).astype(np.float64)
    return equirect.overlaps(equirect.column_edges(width), equirect.column_edges(WORK[1])) @ lines


def balance_parts(
    parts: dict[str, Part], point: Float[np.ndarray, "9 3"] | None, missing: Float[np.ndarray, "9 3"], scale: float
) -> Float[np.ndarray, " 3"]:
    """Change the cells of `parts`, in place, so that with `point` they add up to the coefficients that are `missing`.

    Each channel has a factor, smooth over the sphere, that stays as close to 1 as it can. Returns the factors of
    `point`. `scale` is the size of the answer's coefficients; where there is too little light to reach them, the
    closest is taken.

    Source: Levenberg, "A Method for the Solution of Certain Non-Linear Problems in Least Squares", 1944.
    """
    point = np.zeros((9, 3)) if point is None else point
    shape = basis(equirect.directions(*CELLS), 3)
    factors, gain, ridge = np.ones((*CELLS, 3)), np.ones(3), RIDGE
    mean, rest = _light_and_rest(parts, factors, missing - gain * point)
    for _ in range(ROUNDS):
        if np.linalg.norm(rest) <= EXACT * scale:
            break
        change, turn = np.ones((*CELLS, 3)), np.ones(3)
        for channel in range(3):
            moments = np.einsum("rc,rcj,rck->jk", mean[..., channel], shape, shape)
            columns = np.column_stack([moments, gain[channel] * point[:, channel]])
            square = columns.T @ columns
            damping = ridge * max(float(np.trace(square)), 1e-300)
            found = np.linalg.solve(square + damping * np.eye(10), columns.T @ rest[:, channel])
            change[..., channel], turn[channel] = 1 + shape @ found[:9], 1 + found[9]
        tried, turned = np.clip(factors * np.maximum(change, 0.5), LEAST, MOST), np.clip(gain * turn, LEAST, MOST)
        changed, left = _light_and_rest(parts, tried, missing - turned * point)
        if np.linalg.norm(left) < np.linalg.norm(rest):
            factors, gain, mean, rest, ridge = tried, turned, changed, left, ridge / 4
        else:
            ridge *= 8
    for part in parts.values():
        part.cells = part.cells * factors
    return gain


def _light_and_rest(
    parts: dict[str, Part], factors: Float[np.ndarray, "32 64 3"], missing: Float[np.ndarray, "9 3"]
) -> tuple[Float[np.ndarray, "32 64 3"], Float[np.ndarray, "9 3"]]:
    """The light that cells receive in all [radiance · sr], and the coefficients that are still missing."""
    light = np.zeros((*WORK, 3))
    for part in parts.values():
        light += part.weights * spread_rows(part.cells * factors, WORK, 0, WORK[0], part.is_round)
    return equirect.resize(light, *CELLS) * equirect.solid_angles(*CELLS)[..., None], missing - project(light)
