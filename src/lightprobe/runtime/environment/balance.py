"""Balance: light that is not known, changed by a smooth factor until the whole has the coefficients of the answer.

Where the tone curve is given, that is light that is lost or unseen. Where the curve is estimated, it is all light, for
then the answer has corrected what the curve gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.environment.dome import WORK
from lightprobe.runtime.environment.spread import collected
from lightprobe.sphere.harmonics.basis import basis
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import project

GENTLE = 0.2
"""Power to which factors change the picture's own light."""
RIDGE, LEAST_RIDGE = 1e-3, 1e-12
"""Damping at first, relative to the sum of squares, as it prefers small changes; and at least."""


class Effort(NamedTuple):
    """How far balancing goes."""

    rounds: int
    """Rounds, at most."""
    largest: float
    """Largest factor."""
    exact: float
    """Difference from the answer's coefficients, relative to them, at which it ends."""


USUAL = Effort(20, 4.0, 3e-4)
HARD = Effort(100, 16.0, 4e-3)
"""The second is for pictures with hardly any clipped pixels where the answer has the light."""


class Weights(NamedTuple):
    """How much light of cells the pixels of the work grid show."""

    room: Float[np.ndarray, "32 64 c"]
    """Mean weight over each cell."""
    reach: Float[np.ndarray, "9 32 64 c"]
    """Coefficients of the light of each cell, spread and weighted."""

    @classmethod
    def of(cls, pixels: Float[np.ndarray, "256 512 c"], is_round: bool = False) -> Weights:
        """`is_round` as in `spread_rows`."""
        height, width, channels = pixels.shape
        shape = basis(equirect.directions(*WORK), 3) * equirect.solid_angles(*WORK)[..., None]
        layers = pixels.astype(np.float32)[..., None, :] * shape.astype(np.float32)[..., None]
        found = collected(layers.reshape(height, width, -1), is_round).reshape(*CELLS, 9, channels)
        return cls(equirect.resize(pixels, *CELLS), np.moveaxis(found, 2, 0).astype(np.float64))

    def part(self, channels: slice) -> Weights:
        """Those of some channels."""
        return Weights(self.room[..., channels], self.reach[..., channels])


class Part(NamedTuple):
    """Light of cells, spread over the pixels of an environment and weighted there."""

    weights: Weights
    cells: Float[np.ndarray, "32 64 3"]


@dataclass(frozen=True)
class Adjustable:
    """All light that balancing may change."""

    parts: Sequence[Part]
    own: tuple[Float[np.ndarray, "32 64 3"], Float[np.ndarray, "32 64 3"]] | None = None
    """Radiance of the picture's own light, and the factor that it has already, if that may be changed too; what it is
    without a factor counts as there."""

    def light(self, factors: Float[np.ndarray, "32 64 3"]) -> tuple[np.ndarray, np.ndarray]:
        """The coefficients [9, 3] that it brings beside the unchanged own light, and by how much each of them follows
        the exponents of `low_order` [3, 9, 9]."""
        coeffs, slopes = np.zeros((9, 3)), np.zeros((3, 9, 9))
        if self.own is not None:
            shown, gain = self.own
            own = shown * gain * factors**GENTLE
            coeffs = project(own - shown)
            slopes += GENTLE * (own.reshape(-1, 3).T @ _products()).reshape(3, 9, 9)
        for part in self.parts:
            reached = part.weights.reach * (part.cells * factors)
            coeffs = coeffs + reached.sum(axis=(1, 2))
            slopes += np.moveaxis(reached, -1, 0).reshape(3, 9, -1) @ _shape().reshape(-1, 9)
        return coeffs, slopes


def low_order(exponents: Float[np.ndarray, "9 3"], largest: float = USUAL.largest) -> Float[np.ndarray, "32 64 3"]:
    """A smooth factor of cells, whose logarithm is a sum of three bands; between 1 / `largest` and `largest`."""
    limit = np.log(largest)
    return np.exp(np.clip(_shape() @ exponents, -limit, limit))


@cache
def _shape() -> Float[np.ndarray, "32 64 9"]:
    """The basis in each cell."""
    return basis(equirect.directions(*CELLS), 3)


@cache
def _products() -> Float[np.ndarray, "2048 81"]:
    """Products of the basis in each cell, times its solid angle."""
    weighted = _shape() * equirect.solid_angles(*CELLS)[..., None]
    return (weighted[..., :, None] * _shape()[..., None, :]).reshape(-1, 81)


def balanced(
    adjustable: Adjustable, missing: Float[np.ndarray, "9 3"], scale: float, effort: Effort = USUAL
) -> tuple[Float[np.ndarray, "32 64 3"], float]:
    """Smooth factors of cells with which `adjustable` has the coefficients that are `missing`, and what still is.

    They stay as close to 1 as they can. `scale` is the size of the answer's coefficients; where there is too little
    light to reach them, the closest is taken.

    Source: Levenberg, "A Method for the Solution of Certain Non-Linear Problems in Least Squares", 1944.
    """
    exponents, ridge = np.zeros((9, 3)), RIDGE
    coeffs, slopes = adjustable.light(low_order(exponents))
    rest = missing - coeffs
    for _ in range(effort.rounds):
        if np.linalg.norm(rest) <= effort.exact * scale:
            break
        change = np.empty((9, 3))
        for channel, columns in enumerate(slopes):
            square = columns.T @ columns
            damping = ridge * max(float(np.trace(square)), 1e-300)
            change[:, channel] = np.linalg.solve(square + damping * np.eye(9), columns.T @ rest[:, channel])
        tried = exponents + np.clip(change, -0.7, 0.7)
        coeffs, changed = adjustable.light(low_order(tried, effort.largest))
        if np.linalg.norm(missing - coeffs) < np.linalg.norm(rest):
            exponents, slopes, rest, ridge = tried, changed, missing - coeffs, max(ridge / 10, LEAST_RIDGE)
        else:
            ridge *= 8
    return low_order(exponents, effort.largest), float(np.linalg.norm(rest))
