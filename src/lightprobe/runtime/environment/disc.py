"""Discs of suns: put into environments, and taken out of them.

Convention: units and frame as in `sphere.light`.
"""

from __future__ import annotations

import math

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.environment.balance import GENTLE, Adjustable, balanced
from lightprobe.runtime.environment.spread import spread_rows
from lightprobe.runtime.environment.sun import Sun
from lightprobe.sphere.light import CAP, RING, cut_level
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import project

FADED = math.radians(30.0)
"""Distance from the sun [rad] from which nothing is taken away with it."""

ROWS = 64
"""Rows that are worked on at a time."""


def add_disc(
    environment: Float[np.ndarray, "h w 3"],
    direction: Float[np.ndarray, " 3"],
    diameter: float,
    irradiance: Float[np.ndarray, " 3"],
) -> None:
    """Add a disc of some diameter [°] to an environment, in place; its edge is smooth, its energy exact.

    It is at least two pixels wide, so that its position is exact too.
    """
    height, width = environment.shape[:2]
    radius = max(math.radians(diameter) / 2, math.pi / height)
    latitude = math.asin(float(np.clip(direction[1], -1, 1)))
    rows = (0.5 - (latitude + np.array([radius, -radius])) / math.pi) * height
    first, last = max(0, math.floor(rows[0]) - 1), min(height, math.ceil(rows[1]) + 1)
    near = slice(first, last)
    toward = equirect.directions(height, width, near)
    reach = radius + 2 * math.pi / height
    at, column = np.nonzero(toward @ direction >= math.cos(reach))
    samples = 8
    steps = (np.arange(samples) + 0.5) / samples
    polar = math.pi * (0.5 - (first + at[:, None, None] + steps[:, None]) / height)
    azimuth = math.pi * (2 * (column[:, None, None] + steps) / width - 1)
    cosine = np.cos(polar) * (np.cos(azimuth) * direction[0] + np.sin(azimuth) * direction[2])
    covered = ((cosine + np.sin(polar) * direction[1]) >= math.cos(radius)).mean(axis=(1, 2))
    angle = equirect.solid_angles(height, width)[near][at, column]
    light = covered[:, None] * irradiance / float(covered @ angle)
    environment[first + at, column] += light.astype(environment.dtype)


def sun_cut(
    environment: Float[np.ndarray, "h w 3"], panorama: Float[np.ndarray, "32 64 3"], sun: Sun
) -> Float[np.ndarray, "h w 3"]:
    """The environment without the sun: what it lacks adds up to the irradiance of the sun; nothing becomes negative.

    Light above a level is taken away, in each channel so much of it as the sun has: all of it within 20° of the sun,
    less and less from there to 30°, so that no edge remains. The level is not below the mean of the ring around it
    (20° … 40°), which comes from the `panorama`.
    """
    height, width = environment.shape[:2]
    latitude = math.asin(float(np.clip(sun.direction[1], -1, 1)))
    first = max(0, math.floor((0.5 - (latitude + FADED) / math.pi) * height))
    last = min(height, math.ceil((0.5 - (latitude - FADED) / math.pi) * height))
    cosine = equirect.directions(height, width, slice(first, last)) @ sun.direction
    inside = cosine > math.cos(FADED)
    share = np.clip((FADED - np.arccos(np.minimum(cosine[inside], 1))) / (FADED - CAP), 0, 1)
    share = share * share * (3 - 2 * share)
    area = np.broadcast_to(equirect.solid_angles(height, width)[first:last], inside.shape)[inside]
    coarse = equirect.directions(*CELLS) @ sun.direction
    ring = (coarse > math.cos(RING)) & (coarse <= math.cos(CAP))
    cells = equirect.solid_angles(*CELLS)[ring]
    around = cells @ panorama[ring].astype(np.float64) / cells.sum()
    rest = environment.copy()
    part = rest[first:last]
    values = part[inside].astype(np.float64)
    for channel, (floor, excess) in enumerate(zip(around, sun.irradiance, strict=True)):
        level = max(float(floor), cut_level(values[:, channel], area * share, excess))
        values[:, channel] -= share * np.maximum(values[:, channel] - level, 0)
    part[inside] = values
    return rest


def complement(
    rest: Float[np.ndarray, "h w 3"], sun: Sun, coeffs: Float[np.ndarray, "9 3"]
) -> Float[np.ndarray, "h w 3"]:
    """The environment without the sun, so that it and the sun's disc have the coefficients of the whole.

    Beside a bare sun it stays as it is. Other light, such as that of two windows, is no disc of one color: what a lamp
    cannot hold of it, up to a twentieth of the whole in our samples, a smooth factor between 3/4 and 4/3 gives to the
    rest.
    """
    if sun.is_bare:
        return rest
    height, width = rest.shape[:2]
    cells = equirect.resize(rest, *CELLS).astype(np.float64)
    missing = coeffs[:9] - sun.disc_coefficients() - project(rest)
    own = (cells, np.ones((*CELLS, 3)))
    factors, _ = balanced(Adjustable([], own), missing, float(np.linalg.norm(coeffs)))
    out = rest.copy()
    for first in range(0, height, ROWS):
        last = min(first + ROWS, height)
        out[first:last] *= spread_rows(factors**GENTLE, (height, width), first, last, is_round=True)
    return out
