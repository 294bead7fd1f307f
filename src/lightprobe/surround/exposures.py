"""Exposures: what looks of about one exposure have seen, and the best of all exposures together.

Convention: spec/SURROUND.md#memory. Looks whose display white lies within the same stop share a layer, for they lose
the same light: the means of a layer are unbiased, whatever moves or trembles. Layers are merged when they are read.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Int
from lightprobe.surround.grid import Grid
from lightprobe.surround.look import Look

MOST = 15.0
"""Largest weight of a cell [looks]: so it follows changes within so many looks."""
ROOM = 4.0
"""A look may be so many times brighter or darker than the 3×3 cells around it have been."""
ALIKE = 0.02
"""Layers whose clipped shares differ by less than this count alike."""
STOPS = 12
"""Layers lie within so many stops of the first look's display white."""
FORGOTTEN = 1e-3
"""Weight [looks] below which a cell counts as never seen."""


class Memory(NamedTuple):
    """The best that is known of some cells."""

    radiance: Float[np.ndarray, "n 3"]
    """0 where nothing is known; the least that it can be where it is clipped."""
    clipped: Float[np.ndarray, "n 3"]
    """Share at display white in the look that clipped least."""
    weight: Float[np.ndarray, " n"]
    """How sure it is [looks]; fades with age."""


class ExposureLayer(NamedTuple):
    """Means over looks of about one exposure, cell by cell."""

    radiance: Float[np.ndarray, "n 3"]
    clipped: Float[np.ndarray, "n 3"]
    weight: Float[np.ndarray, " n"]
    """Number of looks [whole covered cells], at the time of the last one."""
    time: Float[np.ndarray, " n"]
    """Time of the last look [s]."""


class Exposures:
    """All layers. `fade` is the time [s] after which a look counts 1/e."""

    def __init__(self, grid: Grid, fade: float) -> None:
        self.grid, self.fade = grid, fade
        self.layers: dict[int, ExposureLayer] = {}

    def add(self, look: Look, gains: Float[np.ndarray, " 3"], time: float) -> None:
        """Remember a look; `gains` lead from its radiance to that of the surround."""
        white = look.white * float(gains.max())
        stop = STOPS if math.isinf(white) else max(-STOPS, min(STOPS, round(math.log2(white))))
        if stop not in self.layers:
            count = len(self.grid.angles)
            self.layers[stop] = ExposureLayer(
                np.zeros((count, 3)), np.zeros((count, 3)), np.zeros(count), np.zeros(count)
            )
        layer, cells = self.layers[stop], look.cells
        weight = layer.weight[cells] * np.exp((layer.time[cells] - time) / self.fade)
        share = (look.coverage / (weight + look.coverage))[:, None]
        radiance = self._within_reach(layer, look.radiance * gains, cells)
        layer.radiance[cells] += share * (radiance - layer.radiance[cells])
        layer.clipped[cells] += share * (look.clipped - layer.clipped[cells])
        layer.weight[cells] = np.minimum(weight + look.coverage, MOST)
        layer.time[cells] = time

    def _within_reach(
        self, layer: ExposureLayer, radiance: Float[np.ndarray, "n 3"], cells: Int[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 3"]:
        """Radiance no further from that of the 3×3 cells around than `ROOM`, so that what passes by leaves no trace."""
        around = self.grid.neighbors[cells]
        own = layer.radiance[cells]
        known = (layer.weight[around] > 0)[..., None]
        values = np.where(known, layer.radiance[around], own[:, None])
        limited = np.clip(radiance, values.min(axis=1) / ROOM, values.max(axis=1) * ROOM)
        return np.where((layer.weight[cells] > 0)[:, None], limited, radiance)

    def recall(self, time: float, cells: Int[np.ndarray, " n"] | slice = slice(None)) -> Memory:
        """The best that is known of some cells, or of all, at a time [s].

        Of each channel, the layers that clip least count; where they all clip, the ones with the highest white.
        """
        if not self.layers:
            count = len(self.grid.angles[cells])
            return Memory(np.zeros((count, 3)), np.zeros((count, 3)), np.zeros(count))
        stops, layers = zip(*sorted(self.layers.items()), strict=True)
        weight = np.stack([l.weight[cells] * np.exp((l.time[cells] - time) / self.fade) for l in layers])
        weight[weight < FORGOTTEN] = 0
        radiance, clipped = np.stack([l.radiance[cells] for l in layers]), np.stack([l.clipped[cells] for l in layers])
        least = np.where(weight[..., None] > 0, clipped, np.inf).min(axis=0)
        each = np.where(clipped <= least + ALIKE, weight[..., None], 0)
        each = np.where(least > ALIKE, each * 4.0 ** np.array(stops)[:, None, None], each)
        total = np.maximum(each.sum(axis=0), 1e-300)
        return Memory((each * radiance).sum(axis=0) / total, (each * clipped).sum(axis=0) / total, weight.sum(axis=0))
