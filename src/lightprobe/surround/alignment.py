"""Alignment: a look turned so that it fits what is known, by as much as its orientation may be off.

Convention: spec/SURROUND.md#alignment.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Int
from lightprobe.sphere import LUMINANCE
from lightprobe.surround.exposures import Memory
from lightprobe.surround.gains import usable
from lightprobe.surround.grid import Grid
from lightprobe.surround.look import Look
from lightprobe.surround.orientation import rotation

RESIDUAL = 0.5
"""Deviation of logarithms of radiance that are alike."""
INDEPENDENT = 0.2
"""Share of the cells whose deviations are independent."""
LEAST_CELLS = 15
"""Cells that an alignment needs."""
ABOVE, LEFT, RIGHT, BELOW = 1, 3, 5, 7
"""Places among the neighbors of a cell."""


class Turn(NamedTuple):
    """How a look is turned to fit what is known."""

    matrix: Float[np.ndarray, "3 3"]
    """The rotation, which acts on directions of the world."""
    misfit: float
    """Median difference of the logarithms of radiance that is left; infinite where too little overlaps to tell."""


def find_turn(look: Look, known: Memory, grid: Grid, error: float) -> Turn:
    """The rotation of the world by which the look fits what is known; `known` is of the look's cells.

    The smallest weighted squares of differences between logarithms, to first order in the rotation, which is expected
    to have a deviation of `error` [°] about each axis.
    """
    around = look.around(grid)
    good = usable(look, known, around) & (np.abs(grid.centers[look.cells, 1]) < 0.98)
    if good.sum() < LEAST_CELLS:
        return Turn(np.eye(3), math.inf)
    ours, theirs = (_logarithms(part) for part in (known.radiance, look.radiance))
    slope = (_gradient(ours, around, grid, look.cells) + _gradient(theirs, around, grid, look.cells))[good] / 2
    toward = grid.centers[look.cells][good]
    design = np.concatenate([np.cross(slope, toward), np.ones((len(slope), 1))], axis=1)
    difference = (ours - theirs)[:-1][good]
    prior = np.diag([1 / math.radians(error) ** 2] * 3 + [0.0])
    weight = INDEPENDENT / RESIDUAL**2 * grid.angles[look.cells][good] / grid.angles.max()
    found, robust = np.zeros(4), np.ones(len(weight))
    level = float(np.median(difference))
    for _ in range(3):
        rest = difference - design @ found - (level if not found.any() else 0.0)
        robust = RESIDUAL / np.maximum(np.abs(rest), RESIDUAL)
        scaled = design * (weight * robust)[:, None]
        found = np.linalg.solve(design.T @ scaled + prior, scaled.T @ difference)
    return Turn(rotation(found[:3]), float(np.median(np.abs(difference - design @ found))))


def _logarithms(radiance: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " m"]:
    """Logarithms of luminance, and a last one for cells that are not touched."""
    return np.log(np.maximum(np.append(radiance @ LUMINANCE, 0), 1e-9))


def _gradient(
    values: Float[np.ndarray, " m"], around: Int[np.ndarray, "n 9"], grid: Grid, cells: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "n 3"]:
    """Gradient on the sphere [1/rad] by central differences."""
    step = 2 * math.pi / math.isqrt(len(grid.angles) // 2)
    up = (values[around[:, ABOVE]] - values[around[:, BELOW]]) / step
    right = (values[around[:, RIGHT]] - values[around[:, LEFT]]) / step
    return up[:, None] * grid.north[cells] + right[:, None] * grid.east[cells]
