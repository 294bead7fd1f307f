"""A clear sky of the bank: its numbers, and the light that it scatters more than once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..panoramas import pixel_angles, pixel_rays, upper_illuminance
from ..radiometry import LUMINANCE

COUNT = 128
"""Skies in the bank."""
ELEVATIONS = ((0.0, -6.0), (0.12, 0.0), (0.31, 11.0), (0.57, 22.0), (0.84, 38.0), (1.0, 75.0))
"""Share of the skies with a lower sun, and the sun's elevation [°]. High suns are hidden less often: visible ones have
a median near 25°, as in photographs."""
DISC = 0.545
"""Diameter of the sun [°]."""
SECOND_ORDER = 0.95
"""Irradiance on the ground of the light scattered more than once, relative to that of single scattering."""


@dataclass(frozen=True)
class ClearSky:
    """A clear sky with the sun at azimuth 0 (+Y)."""

    upper: np.ndarray
    """Radiance of the upper hemisphere, [64, 256, 3]."""
    normal: np.ndarray
    """Irradiance of the disc alone on a plane that faces it."""
    elevation: float
    """Of the sun [°]."""
    air: float
    dust: float
    ozone: float


def elevation_of(share: float) -> float:
    """The sun's elevation [°] that this share of all skies stays below."""
    return float(np.interp(share, *zip(*ELEVATIONS, strict=True)))


def scattered_again(upper: np.ndarray) -> np.ndarray:
    """The sky with the light that was scattered more than once: whiter than the sky, brighter toward the horizon."""
    whole = np.concatenate([upper, np.zeros_like(upper)]).astype(np.float64)
    height = len(whole)
    once = upper_illuminance(whole)
    color = 0.9 * once + 0.1 * (once @ LUMINANCE)
    up = pixel_rays(height)[: height // 2, :, 2]
    shape = 1 - 0.45 * np.sqrt(up)
    norm = (shape * up * pixel_angles(height)[: height // 2, None]).sum()
    return upper + SECOND_ORDER * color * shape[..., None] / norm
