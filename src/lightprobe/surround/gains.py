"""Gains: the exposure and the white balance of a look, found where it overlaps what is known.

Convention: spec/SURROUND.md#exposure. Gains lead from the radiance of a look to that of the surround.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Bool, Float, Int
from lightprobe.surround.exposures import ALIKE, Memory
from lightprobe.surround.grid import Grid
from lightprobe.surround.look import Look

DARKEST, BRIGHTEST = 0.01, 0.9
"""Radiance of well-exposed cells [display white]."""
HALF = 0.5
"""Coverage of a cell by the look, and weight in what is known, that a ratio needs."""
SPREAD = 3
"""Times that the mean over 3×3 cells is taken."""
LEAST_OVERLAP = 0.02
"""Solid angle of well-exposed cells [sr] that gains need."""


def find_gains(look: Look, known: Memory, grid: Grid) -> Float[np.ndarray, " 3"] | None:
    """Gains of the channels: weighted medians of the ratios between what is known and the look; None if they overlap
    too little. `known` is of the look's cells.

    Ratios are of wide means, of cells that have no neighbor that clips: what is known is blurred by errors of the
    orientations, a look is sharp, and the logarithm of a blurred picture is larger.
    """
    white = look.white if np.isfinite(look.white) else max(float(look.radiance.max()), 1e-12)
    around = look.around(grid)
    weight = grid.angles[look.cells] * usable(look, known, around)
    sums = np.concatenate([known.radiance, look.radiance, np.ones((len(weight), 1))], axis=1) * weight[:, None]
    for _ in range(SPREAD):
        sums = np.append(sums, np.zeros((1, 7)), axis=0)[around].sum(axis=1)
    truth, radiance = sums[:, :3], sums[:, 3:6]
    exposed = (weight[:, None] > 0) & (truth > 0)
    exposed &= (radiance > DARKEST * white * sums[:, 6:]) & (radiance < BRIGHTEST * white * sums[:, 6:])
    if (weight @ exposed).min() < LEAST_OVERLAP:
        return None
    found = [(truth[on, c] / radiance[on, c], weight[on]) for c, on in enumerate(exposed.T)]
    return np.array([weighted_median(*pair) for pair in found])


def usable(look: Look, known: Memory, around: Int[np.ndarray, "n 9"]) -> Bool[np.ndarray, " n"]:
    """Cells that, with all of their neighbors, are known and seen, and clipped in neither."""
    good = (look.coverage > HALF) & (look.clipped.max(axis=1) == 0)
    good &= (known.weight > HALF) & (known.clipped.max(axis=1) < ALIKE)
    return np.asarray(np.append(good, False)[around].all(axis=1))


def weighted_median(values: Float[np.ndarray, " n"], weights: Float[np.ndarray, " n"]) -> float:
    """The value below and above which lies half of the weight."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
