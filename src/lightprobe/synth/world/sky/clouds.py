"""Clouds: layers of optical depth over a clear sky, which hide and scatter its light and dim the sun."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..draws import Draws
from ..panoramas import along, pixel_rays, upper_illuminance
from .clear import DISC, ClearSky

HEIGHT = 256
KINDS = {"clear": 0.32, "cirrus": 0.21, "cumulus": 0.27, "broken": 0.07, "stratus": 0.09, "overcast": 0.04}
"""Kinds of cloud cover and how often each occurs."""
DEPTHS = {"cumulus": (10, 50), "broken": (8, 40), "stratus": (0.5, 3.5), "overcast": (10, 50)}
"""Optical depth of each kind."""
THRESHOLDS = {"cumulus": (0.6, 1.3), "broken": (-0.3, 0.5), "stratus": (-1.6, -1.4), "overcast": (-9.0, -9.0)}
"""Value of the random field from which on there is cloud."""
FIELD = 512
ASYMMETRY, BACKSCATTER = 0.85, 0.15
LOWEST_SUN = -0.3
"""Elevation [°] below which the sun does not shine."""


@dataclass(frozen=True)
class CloudySky:
    """A sky over the scene, and its sun."""

    radiance: np.ndarray
    """Panorama without the sun's disc, [256, 512, 3]; below the horizon, the color of the horizon."""
    normal: np.ndarray
    """Irradiance of the sun on a plane that faces it, as much of it as passes the clouds."""
    toward: np.ndarray
    """Unit direction of the sun."""
    elevation: float
    """[°]"""
    azimuth: float
    """[rad, clockwise from +Y]"""


def octave_noise(rng: np.random.Generator, exponent: float, size: int = FIELD) -> np.ndarray:
    """A periodic random field of mean 0 and standard deviation 1 with a power law as spectrum."""
    rows, columns = np.fft.fftfreq(size)[:, None] * size, np.fft.rfftfreq(size)[None] * size
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = 1
    waves = np.fft.rfft2(rng.standard_normal((size, size))) * np.where(frequency < 2, 0, frequency**-exponent)
    field = np.fft.irfft2(waves, (size, size))
    return (field - field.mean()) / field.std()


def periodic(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear values of a periodic field."""
    size = len(field)
    x, y = np.mod(x, size), np.mod(y, size)
    left, low = np.floor(x).astype(int), np.floor(y).astype(int)
    u, v = x - left, y - low
    left, low, right, high = left % size, low % size, (left + 1) % size, (low + 1) % size
    near = field[left, low] * (1 - u) + field[right, low] * u
    return near * (1 - v) + (field[left, high] * (1 - u) + field[right, high] * u) * v


def cover(draws: Draws, clear: ClearSky, kinds: dict[str, float] = KINDS) -> CloudySky:
    """A clear sky turned to a random azimuth, under clouds of a random kind."""
    step = draws.integer("sky.azimuth_step", 0, 2 * HEIGHT - 1)
    azimuth = (step / (2 * HEIGHT) - 0.5) * 2 * math.pi
    elevation = math.radians(clear.elevation)
    toward = along(azimuth, elevation)
    upper = np.repeat(np.repeat(clear.upper, 2, axis=0), 2, axis=1).astype(np.float64)
    upper = 0.5 * upper + 0.25 * (np.roll(upper, 1, axis=1) + np.roll(upper, -1, axis=1))
    upper = np.roll(upper, step - HEIGHT, axis=1)
    above = np.concatenate([upper, np.zeros_like(upper)])
    draws.record("sky.elevation", round(clear.elevation, 3))
    for name in ("air", "dust", "ozone"):
        draws.record(f"sky.{name}", getattr(clear, name))
    kind = draws.choice("sky.cloud", kinds)
    normal = clear.normal if clear.elevation > LOWEST_SUN else np.zeros(3)
    passed = 1.0
    if kind != "clear":
        depth = _layer(draws, kind)
        directions = pixel_rays(HEIGHT)
        offsets = np.sqrt((np.arange(64) + 0.5) / 64) * math.radians(0.9)
        turns = np.arange(64) * 2.399963
        near_sun = along(azimuth + offsets * np.cos(turns), elevation + offsets * np.sin(turns))
        passed = float(np.exp(-depth(near_sun)).mean())
        above = _lit(above, depth(directions), directions, normal, toward, flat=kind == "overcast")
    draws.record("sky.passed", float(f"{passed:.4g}"))
    above[HEIGHT // 2 :] = above[HEIGHT // 2 - 4 : HEIGHT // 2 - 1].mean(axis=(0, 1))
    return CloudySky(above.astype(np.float32), normal * passed, toward, clear.elevation, azimuth)


def _layer(draws: Draws, kind: str):
    """The optical depth of a cloud layer, as a function of directions."""
    if kind == "cirrus":
        thickness, threshold = draws.spread("sky.depth", 0.55, 0.6), -0.2
    else:
        thickness = draws.uniform("sky.depth", *DEPTHS[kind])
        threshold = draws.uniform("sky.threshold", *THRESHOLDS[kind])
    stretch = draws.uniform("sky.streaks", 2, 5) if kind == "cirrus" else 1.0
    angle, scale = draws.uniform("sky.wind", 0, 2 * math.pi), draws.uniform("sky.cloud_scale", 15, 45)
    rng = draws.stream("sky.field")
    fine, coarse = octave_noise(rng, 1.75), octave_noise(rng, 2.2)
    shift = rng.uniform(0, FIELD, 2)

    def depth(directions: np.ndarray) -> np.ndarray:
        up = np.maximum(directions[..., 2], 0.03) + 0.02
        east, north = directions[..., 0] / up, directions[..., 1] / up
        x = east * math.cos(angle) + north * math.sin(angle)
        y = (north * math.cos(angle) - east * math.sin(angle)) / stretch
        field = 0.75 * periodic(fine, x * scale + shift[0], y * scale + shift[1])
        field += 0.6 * periodic(coarse, x * scale * 0.35 + shift[1], y * scale * 0.35 + shift[0])
        if kind == "overcast":
            tau = thickness * np.exp(0.35 * field)
        else:
            tau = thickness * np.clip((field - threshold) / 1.2, 0, 1.6) ** (1.5 if kind == "cirrus" else 1.0)
        haze = np.clip((directions[..., 2] - 0.015) / 0.06, 0, 1)
        return tau * (0.3 + 0.7 * haze) / np.maximum(directions[..., 2], 0.25) ** 0.6

    return depth


def _lit(
    sky: np.ndarray, depth: np.ndarray, directions: np.ndarray, normal: np.ndarray, toward: np.ndarray, *, flat: bool
) -> np.ndarray:
    """The sky behind and through a layer: its own light dimmed, bases lit from above, bright rims around the sun, and
    lit flanks (not of an even cover)."""
    up = directions[..., 2].clip(0)
    diffuse = upper_illuminance(sky)
    horizontal = normal * max(float(toward[2]), 0.03) + diffuse
    direct = np.exp(-depth)
    through = 1 / (1 + 0.75 * BACKSCATTER * depth)
    cosine = directions @ toward
    bases = horizontal / np.pi * ((through - direct).clip(0) * (1 + 2 * up) / 2.4)[..., None]
    lobe = (1 - ASYMMETRY**2) / (4 * np.pi * (1 + ASYMMETRY**2 - 2 * ASYMMETRY * cosine) ** 1.5)
    rims = normal * (np.minimum(depth, 8) * np.exp(-np.minimum(0.8 * depth, 50)) * np.minimum(lobe, 7))[..., None]
    facing = (0.15 + 0.3 * (1 - cosine)) * (0.35 + 0.65 * (1 - up) ** 2)
    flanks = 0.9 * (normal + diffuse) / np.pi * ((1 - through) * facing)[..., None]
    return sky * direct[..., None] + bases + rims + flanks * (0.1 if flat else 1.0)


def disc_directions(toward: np.ndarray, count: int = 800) -> tuple[np.ndarray, np.ndarray]:
    """Directions spread over the sun's disc, and the share of its light from each, with a darker limb.

    Source: linear limb darkening of 0.6, the sun's in green light (Cox, Allen's Astrophysical Quantities, 2000).
    """
    radius = np.sqrt((np.arange(count) + 0.5) / count)
    turn = np.arange(count) * 2.399963
    right = np.cross(toward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    upward = np.cross(right, toward)
    offset = (radius * np.cos(turn))[:, None] * right + (radius * np.sin(turn))[:, None] * upward
    directions = toward + math.tan(math.radians(DISC / 2)) * offset
    weight = 1 - 0.6 * (1 - np.sqrt(1 - radius**2))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), weight / weight.sum()
