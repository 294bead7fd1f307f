"""The spot: the clipped area around the dominant light, and how much it looks like a bare sun.

It is found on the work grid: the clipped pixels that hang together with one near the light. A logistic regression of
its looks gives the probability that a bare sun is within 6° of its middle.

Source of the weights: benchmarks/suns.py, from pictures of HDRIs with known suns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.imaging.partial import placed_sums
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime.environment.dome import WORK, on_work_grid
from lightprobe.runtime.environment.spread import shifted
from lightprobe.sphere.light import unit
from lightprobe.sphere.panorama import equirect

COLUMNS = 1024
"""Columns of a panorama that are looked at."""

NEAR = math.radians(12.0)
"""Distance from the light within which a spot begins [rad]."""
REACH = math.radians(25.0)
"""Distance from the light to which it is followed [rad]."""
DRAWN = math.radians(6.0)
"""Distance [rad] over which the light draws the beginning of its spot."""
BESIDE = math.radians(2.0)
"""Beyond twice its radius, how far its close surroundings reach [rad]."""
FAR = math.radians(10.0), math.radians(30.0)
"""Distances from its middle [rad] of the wider surroundings."""
SKY = 0.3
"""Sine of the elevation from which all is sky."""
CLIPPED = 0.5
"""Share of a pixel of the work grid that is clipped, from which it belongs to spots."""
WHOLE = 0.1
"""The same up to which it counts as surroundings."""

WEIGHTS = np.array([-1.238, -0.933, 1.066, 0.921, -10.43, 0.0275, 4.455])
BIAS = -3.437
"""Of the logistic regression, for `Spot.looks` and the share of the light."""
KNEE, SLOPE = 0.5, 0.8
"""Probability above which the regression is too sure, and by how much its probabilities count from there on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spot:
    """A clipped area around the dominant light."""

    direction: Float[np.ndarray, " 3"]
    """Towards its middle."""
    radius: float
    """Of a disc of the same solid angle [rad]."""
    looks: Float[np.ndarray, " 6"]
    """Root mean square distance from the middle, relative to that of the disc; clipped share of the rest of its close
    surroundings; blue against red [log2] of its wider surroundings, and of the upper sky; part of the sphere that is
    clipped elsewhere; elevation [°]."""

    def probability(self, share: float) -> float:
        """Probability that it is a bare sun [0…1]; `share` is that of the dominant light."""
        found = float(1 / (1 + np.exp(-(np.append(self.looks, share) @ WEIGHTS + BIAS))))
        return min(found, KNEE + SLOPE * (found - KNEE))


def find_spot(picture: Picture, light: Float[np.ndarray, " 3"]) -> Spot | None:
    """The spot around a light in this direction; None if nothing is clipped there."""
    shown = _on_work_grid(picture)
    radiance, clipped = shown[..., :3], shown[..., 3]
    toward, area = equirect.directions(*WORK), equirect.solid_angles(*WORK)
    area = np.broadcast_to(area, WORK)
    angle = np.arccos(np.clip(toward @ light, -1, 1))
    is_clipped = clipped > CLIPPED
    inward = _inward(is_clipped) * np.exp(-((angle / DRAWN) ** 2))
    inward[angle > NEAR] = 0
    if not inward.any():
        return None
    seed = np.unravel_index(int(np.argmax(inward)), WORK)
    spot = _connected(is_clipped & (angle < REACH), (int(seed[0]), int(seed[1])))
    size = float(area[spot].sum())
    middle = unit(area[spot] @ toward[spot], light)
    away = np.arccos(np.clip(toward @ middle, -1, 1))
    radius = math.acos(max(-1.0, 1 - size / (2 * math.pi)))
    spread = math.sqrt(float(area[spot] @ away[spot] ** 2) / size) / (radius / math.sqrt(2))
    beside = (away < 2 * radius + BESIDE) & ~spot
    crowd = float(area[beside] @ clipped[beside]) / max(float(area[beside].sum()), 1e-9)
    surroundings = clipped < WHOLE
    far = surroundings & (away > FAR[0]) & (away < FAR[1])
    sky = surroundings & (toward[..., 1] > SKY)
    others = (float((area * clipped).sum()) - size) / (4 * math.pi)
    elevation = math.degrees(math.asin(float(np.clip(middle[1], -1, 1))))
    looks = [spread, crowd, *(_blueness(radiance[part], area[part]) for part in (far, sky)), others, elevation]
    return Spot(direction=middle, radius=radius, looks=np.array(looks))


def _on_work_grid(picture: Picture) -> Float[np.ndarray, "256 512 4"]:
    """Mean radiance, by the curve of sRGB and up to white, and clipped share."""
    if picture.is_partial:
        sums = placed_sums(picture, "srgb", WORK)
        return np.concatenate([np.minimum(sums.light, 1), sums.clipped[..., None]], axis=-1)
    step = max(1, picture.pixels.shape[1] // COLUMNS)
    pixels = np.ascontiguousarray(picture.pixels[::step, ::step])
    if picture.is_linear:
        white = None if picture.white is None else picture.white[::step, ::step].any(axis=-1)
        light = np.clip(pixels, 0, 1)
    else:
        white = (pixels == np.iinfo(pixels.dtype).max).any(axis=-1)
        light = curves.decode(pixels, "srgb")
    shown = np.zeros((*pixels.shape[:2], 4), np.float32)
    shown[..., :3] = light
    if white is not None:
        shown[..., 3] = white
    return on_work_grid(shown)


def _inward(mask: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """Steps to the rim of a mask, at most eight."""
    depth = mask.astype(float)
    inside = mask
    for _ in range(7):
        inside = inside & np.all([shifted(inside, y, x) for y, x in _SIDES], axis=0)
        depth += inside
    return depth


def _connected(mask: Bool[np.ndarray, "h w"], seed: tuple[int, int]) -> Bool[np.ndarray, "h w"]:
    """The pixels of a mask that hang together with one of them, by sides and corners, across ±180° and the poles."""
    found = np.zeros_like(mask)
    found[seed] = True
    while True:
        grown = found | shifted(found, 1, 0) | shifted(found, -1, 0)
        grown = (grown | np.roll(grown, 1, axis=1) | np.roll(grown, -1, axis=1)) & mask
        if (grown == found).all():
            return found
        found = grown


def _blueness(radiance: Float[np.ndarray, "n 3"], area: Float[np.ndarray, " n"]) -> float:
    """Blue against red [log2] of the mean; 0 of nothing."""
    red, _, blue = area @ radiance / max(float(area.sum()), 1e-9) + 0.01
    return math.log2(blue / red)


_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
