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
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.environment.spot import find_spot
from lightprobe.sphere import FRAMES
from lightprobe.sphere.harmonics.basis import basis
from lightprobe.sphere.light import CAP, LUMINANCE, Light, make_light, without_light
from lightprobe.sphere.panorama import equirect

SUN_DIAMETER = 0.53
"""Mean angular diameter of the sun [°]. Source: Astronomical Almanac (31.6′ to 32.7′ over the year)."""

POINT = math.radians(1.5)
"""Distance from its brightest pixel [rad] within which a bare sun has its light in an HDR picture."""

WIDE = math.radians(6.0)
"""Radius of spots [rad] from which their middle is no better direction of the sun than that of the answer."""

CERTAIN = 0.5
"""Confidence from which a light counts as a bare sun."""


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
    """Whether it counts as the bare sun: its confidence is 0.5 or more."""
    confidence: float
    """Probability that it is a bare sun within 6° of its direction [0…1], from the looks of the clipped area around it;
    at most 0.9, as of the areas that look most like one, nine in ten are (benchmarks/suns.py). Where nothing is
    clipped there, the part of its light within 1.5° of its brightest pixel. It says nothing of the irradiance, which is
    a guess wherever the picture is clipped."""

    @property
    def irradiance(self) -> Float[np.ndarray, " 3"]:
        """Irradiance of a surface that faces it [display white · sr]; a white diffuse surface there has radiance
        irradiance / π. Relative to the picture's exposure, like all light here: lux only if white's luminance is known.
        """
        return self.color * self.intensity

    def coefficients(self, bands: int = 3) -> Float[np.ndarray, "n 3"]:
        """Radiance coefficients of the sun alone."""
        return basis(self.direction, bands)[:, None] * self.irradiance

    def disc_coefficients(self) -> Float[np.ndarray, "9 3"]:
        """Radiance coefficients of its disc, three bands: those of a point, less and less with the size of the disc.

        Source: integrals of the Legendre polynomials over a cap, P₁: (1 + c)/2, P₂: c (1 + c)/2, c the cosine of its
        radius.
        """
        edge = math.cos(math.radians(self.angular_diameter) / 2)
        bands = np.array([1, (1 + edge) / 2, edge * (1 + edge) / 2])
        return np.repeat(bands, [1, 3, 5])[:, None] * self.coefficients()

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


def find_sun(panorama: Float[np.ndarray, "32 64 3"], light: Light, picture: Picture | None) -> Sun:
    """The sun of an answer: its light is what leaving out the dominant light takes from the panorama.

    The laid-out `picture` tells whether it is a bare sun; without one, none is.
    """
    area = equirect.solid_angles(*CELLS)[..., None]
    energy = area * sun_cells(panorama, light)
    found = make_light(light.direction, energy.sum(axis=(0, 1)), light.share)
    direction, confidence = light.direction, 0.0
    if picture is not None and found.intensity > 0:
        spot = find_spot(picture, light.direction)
        if spot is not None and spot.direction[1] > 0:
            confidence = spot.probability(light.share)
            is_inside = (
                spot.radius > WIDE and math.acos(min(1.0, float(spot.direction @ light.direction))) < spot.radius
            )
            direction = light.direction if is_inside else spot.direction
        elif spot is None and picture.is_linear and light.direction[1] > 0:
            confidence = _concentration(picture, light.direction, float(found.irradiance @ LUMINANCE))
    is_bare = confidence >= CERTAIN
    return Sun(
        direction=direction if is_bare else light.direction,
        color=found.color,
        intensity=found.intensity,
        angular_diameter=SUN_DIAMETER if is_bare else max(SUN_DIAMETER, _width(energy @ LUMINANCE, light.direction)),
        is_bare=is_bare,
        confidence=confidence,
    )


def _width(energy: Float[np.ndarray, "32 64"], direction: Float[np.ndarray, " 3"]) -> float:
    """Diameter [°] of the disc whose light is spread as far as this, beyond the size of a cell."""
    total = float(energy.sum())
    angle = np.arccos(np.clip(equirect.directions(*CELLS) @ direction, -1, 1))
    spread = float((energy * angle**2).sum()) / total if total > 0 else 0.0
    return math.degrees(2 * math.sqrt(2 * max(0.0, spread - (math.pi / CELLS[0]) ** 2 / 6)))


def _concentration(picture: Picture, direction: Float[np.ndarray, " 3"], irradiance: float) -> float:
    """Part of an irradiance [0…1] that comes from the brightest point near a direction, in a linear panorama."""
    if picture.is_partial:
        return 0.0
    height, width = picture.pixels.shape[:2]
    latitude = math.asin(float(np.clip(direction[1], -1, 1)))
    first, last = (math.floor((0.5 - (latitude + side * CAP) / math.pi) * height) for side in (1, -1))
    rows = slice(max(first, 0), min(last + 1, height))
    toward, area = equirect.directions(height, width, rows), equirect.solid_angles(height, width)[rows]
    matrix = np.eye(3) if picture.matrix is None else picture.matrix
    luminance = picture.pixels[rows] @ (LUMINANCE @ matrix)
    luminance = np.where(toward @ direction > math.cos(CAP), luminance, 0)
    peak = toward.reshape(-1, 3)[int(np.argmax(luminance))]
    near = toward @ peak > math.cos(max(POINT, 2 * math.pi / height))
    return min(1.0, float((area * luminance)[near].sum()) / max(irradiance, 1e-12))
