"""Light that is lost or unseen, given to the pixels where it belongs.

Convention: light of cells is radiance; an environment shows it spread (`spread`) and weighted with domes (`dome`).
"""

from __future__ import annotations

import math

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.environment.balance import Part, Weights
from lightprobe.runtime.environment.spread import shifted, smoothed, spread_beyond
from lightprobe.sphere.panorama import equirect

NEAR_WIDTH, FAR_WIDTH = 2, 8
"""Rounds of smoothing that spread lost light over cells: over 5.6° and 11°, standard deviation."""

LEAST_ROOM, LEAST_ROOM_NEAR = 0.01, 1e-5
"""Part of a cell that domes fill around it, at which it gives half of its light to its wide surroundings; and where
light must stay near its cell."""

MOST_GLOW = (0.3, 0.6, 1.2, 2.5, 5.0, math.inf)
"""Light, relative to white, that clipped areas of single channels have lost at most, so that they do not outshine white
areas; the first with which an environment has the coefficients of the answer counts."""


def lost_light(excess: Float[np.ndarray, "32 64 3"], weights: Weights, most: float) -> tuple[Part, Part]:
    """Lost light on the domes: in single channels up to about `most`, and the rest where all channels are clipped.

    `excess` is what the cells have lost, `weights` are those of the domes. With `most` infinite, all of it stays near
    its cells.
    """
    colored, white = weights.part(slice(3)), weights.part(slice(3, 4))
    if most == math.inf or not white.room.any():
        core, glow = np.zeros_like(excess), _given(excess, colored.room, LEAST_ROOM_NEAR)
    else:
        core = common_hue(excess)
        rest = _given(excess - core, colored.room)
        glow = rest / (1 + rest / most)
        core = core + colored.room * (rest - glow)
    return Part(colored, glow), Part(white, _given(core, white.room))


def common_hue(excess: Float[np.ndarray, "32 64 3"]) -> Float[np.ndarray, "32 64 3"]:
    """The part of light that has the hue of its wide surroundings; the rest is what single channels have beside it."""
    light = equirect.solid_angles(*CELLS)[..., None] * excess
    around = _blurred(light, FAR_WIDTH) + light.mean(axis=(0, 1))
    hue = around / np.maximum(around.sum(axis=-1, keepdims=True), 1e-12)
    return hue * np.min(excess / np.maximum(hue, 1e-6), axis=-1, keepdims=True)


def _given(
    excess: Float[np.ndarray, "32 64 3"], room: Float[np.ndarray, "32 64 c"], least_room: float = LEAST_ROOM
) -> Float[np.ndarray, "32 64 3"]:
    """Radiance of cells that, spread and weighted with domes, has the light `excess` in all.

    Each cell gives its light to the domes around it, a dome that is larger or nearer getting more; where there are
    hardly any, to those in its wide surroundings. `room` is the mean of the domes over each cell.
    """
    area = equirect.solid_angles(*CELLS)[..., None]
    light, given = area * excess, np.zeros_like(excess)
    for width, least in ((NEAR_WIDTH, least_room), (FAR_WIDTH, least_room / 10)):
        around = _blurred(area * room, width)
        share = light / (around + least * area)
        given += _blurred(share, width)
        light = least * area * share
    return given + light.sum(axis=(0, 1)) / np.maximum((area * room).sum(axis=(0, 1)), 1e-12)


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
