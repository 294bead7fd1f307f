"""The sun: the dominant light with a size, so that it can be taken out of an environment and put beside it.

Convention: units and frame as in `sphere.light`. A sun of irradiance E on a disc of solid angle Ω has radiance E / Ω.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS
from lightprobe.sphere import FRAMES
from lightprobe.sphere.harmonics.basis import basis
from lightprobe.sphere.light import CAP, LUMINANCE, RING, Light, cut_level, make_light, without_light
from lightprobe.sphere.panorama import equirect

SUN_DIAMETER = 0.53
"""Mean angular diameter of the sun [°]. Source: Astronomical Almanac (31.6′ to 32.7′ over the year)."""

DISC_RADIANCE = 2000.0
"""Radiance of a disc of that size [display white] from which a light counts as the bare sun."""

FADED = math.radians(30.0)
"""Distance from the sun [rad] from which nothing is taken away with it."""

COMPACT = math.radians(7.0)
"""Root mean square distance of its light from its direction [rad], at most that of a bare sun: a cell and a little."""

WEAK = 0.1
"""Share of a light in the irradiance that it faces of which one is half sure."""


@dataclass(frozen=True, kw_only=True)
class Sun:
    """The sun, or the brightest lamp or window: what `Estimate.without_sun` takes out."""

    direction: Float[np.ndarray, " 3"]
    """Unit vector towards it, three frame."""
    color: Float[np.ndarray, " 3"]
    """Linear Rec.709, the largest channel 1."""
    intensity: float
    """color × intensity is its irradiance."""
    angular_diameter: float
    """Degrees: 0.53 of a bare sun; of a glow, a lamp or a window, of the round area that holds its light."""
    is_bare: bool
    """Whether it is told from a glow: bright, small, and above the horizon."""
    confidence: float
    """How well it stands out [0…1]: share / (share + 0.1) of the light on a surface that faces it, times the part of
    its light within the size of a cell (5.6°), times the seen part of the sphere. It is no probability, and it says
    nothing of the irradiance, which is a guess wherever the picture is clipped."""

    @property
    def irradiance(self) -> Float[np.ndarray, " 3"]:
        """Irradiance of a surface that faces it [display white · sr]; a white diffuse surface there has radiance
        irradiance / π. Relative to the picture's exposure, like all light here: lux only if white's luminance is known.
        """
        return self.color * self.intensity

    def coefficients(self, bands: int = 3) -> Float[np.ndarray, "n 3"]:
        """Radiance coefficients of the sun alone."""
        return basis(self.direction, bands)[:, None] * self.irradiance

    @property
    def solid_angle(self) -> float:
        """Of its disc [sr]."""
        return 2 * math.pi * (1 - math.cos(math.radians(self.angular_diameter) / 2))

    @property
    def radiance(self) -> Float[np.ndarray, " 3"]:
        """Of its disc [display white]."""
        return self.irradiance / self.solid_angle

    def to_dict(self, frame: str = "three") -> dict[str, Any]:
        """Numbers and lists for JSON; the direction in a frame of `sphere.FRAMES`."""
        x, y, z = self.direction
        return {
            "direction": (FRAMES[frame] @ self.direction + 0.0).tolist(),
            "azimuth_deg": math.degrees(math.atan2(z, x)),
            "elevation_deg": math.degrees(math.asin(float(np.clip(y, -1, 1)))),
            "color": self.color.tolist(),
            "intensity": self.intensity,
            "irradiance": self.irradiance.tolist(),
            "angular_diameter_deg": self.angular_diameter,
            "is_bare": self.is_bare,
            "confidence": self.confidence,
        }


def sun_cells(panorama: Float[np.ndarray, "32 64 3"], light: Light) -> Float[np.ndarray, "32 64 3"]:
    """The light of the cells that is the sun's; never negative, never more than the cell has."""
    return np.maximum(panorama.astype(np.float64) - without_light(panorama, light), 0)


def find_sun(panorama: Float[np.ndarray, "32 64 3"], light: Light, seen: float) -> Sun:
    """The sun of an answer: its light is what leaving out the dominant light takes from the panorama."""
    area = equirect.solid_angles(*CELLS)[..., None]
    energy = area * sun_cells(panorama, light)
    found = make_light(light.direction, energy.sum(axis=(0, 1)), light.share)
    weight = energy @ LUMINANCE
    total = float(weight.sum())
    angle = np.arccos(np.clip(equirect.directions(*CELLS) @ light.direction, -1, 1))
    spread = float((weight * angle**2).sum()) / total if total > 0 else 0.0
    cell = math.pi / CELLS[0]
    near = float(weight[angle <= 1.5 * cell].sum()) / total if total > 0 else 0.0
    disc = 2 * math.pi * (1 - math.cos(math.radians(SUN_DIAMETER) / 2))
    is_bare = total / disc >= DISC_RADIANCE and math.sqrt(spread) <= COMPACT and float(light.direction[1]) > 0
    wide = math.degrees(2 * math.sqrt(2 * max(0.0, spread - cell**2 / 6)))
    return Sun(
        direction=light.direction,
        color=found.color,
        intensity=found.intensity,
        angular_diameter=SUN_DIAMETER if is_bare else max(SUN_DIAMETER, wide),
        is_bare=is_bare,
        confidence=min(1.0, found.share / (found.share + WEAK) * near * seen),
    )


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
