"""Light that is lost or unseen, given to the pixels where it belongs.

Convention: light of cells is radiance; an environment shows it spread (`spread`) and weighted with domes (`dome`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.environment.balance import Part, Weights
from lightprobe.runtime.environment.spread import shifted, smoothed, spread_beyond
from lightprobe.sphere.panorama import equirect

FAR = 8
"""Rounds of smoothing, 11° standard deviation, that spread the light for which there are hardly any domes nearby."""


class Placing(NamedTuple):
    """How near its cells lost light is placed."""

    rounds: int
    """Rounds of smoothing that spread it over cells."""
    least_room: float
    """Part of a cell that domes fill around it, at which it gives half of its light to its wide surroundings."""


PLACINGS = (Placing(2, 1e-2), Placing(2, 1e-4), Placing(1, 1e-5), Placing(0, 1e-5))
"""From smooth to exact; the first with which an environment has the coefficients of the answer counts."""


def lost_light(excess: Float[np.ndarray, "32 64 3"], weights: Weights, placing: Placing) -> Part:
    """Light that the cells have lost, on the domes of these weights: radiance of cells that, spread and weighted, has
    the light `excess` in all.

    Each cell gives its light to the domes around it, a dome that is larger or nearer getting more; where there are
    hardly any, to those in its wide surroundings.
    """
    area = equirect.solid_angles(*CELLS)[..., None]
    light, given = area * excess, np.zeros_like(excess)
    for rounds, least in ((placing.rounds, placing.least_room), (FAR, placing.least_room / 10)):
        around = _blurred(area * weights.room, rounds)
        share = light / (around + least * area)
        given += _blurred(share, rounds)
        light = least * area * share
    given += light.sum(axis=(0, 1)) / np.maximum((area * weights.room).sum(axis=(0, 1)), 1e-12)
    return Part(weights, given)


def _blurred(cells: Float[np.ndarray, "32 64 c"], rounds: int) -> Float[np.ndarray, "32 64 c"]:
    for _ in range(rounds):
        cells = smoothed(cells)
    return cells


def unseen_light(
    rest: Float[np.ndarray, "32 64 3"], unseen: Float[np.ndarray, "256 512 1"], clipped: Bool[np.ndarray, "32 64"]
) -> Float[np.ndarray, "32 64 3"]:
    """Radiance of the unseen part of each cell, from the light that the answer has and the picture does not.

    Cells that are seen in part follow their neighbors; those that also have clipped pixels do nothing else, for nobody
    knows whose light theirs is.
    """
    share = equirect.resize(unseen, *CELLS)
    share = np.where(share > 1e-6, share, 0)
    known = share * np.where(clipped[..., None] & (share < 1 - 1e-6), 0, share)
    mean = spread_beyond(np.maximum(rest, 0) / np.maximum(share, 1e-6), known)
    near = sum(shifted((known + 1e-6) * mean, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))
    near = near / sum(shifted(known + 1e-6, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))
    return np.where(known > 0.999, mean, known * mean + (1 - known) * near)
