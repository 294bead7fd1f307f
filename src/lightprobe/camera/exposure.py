"""Exposure, metered on coarse zones of the panorama as in a camera, and white balance.

Convention: an exposure is a factor from radiance to the picture's scale, in which 1.0 is the display white of
a hard-clipped picture and 0.18 is middle gray.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera.response import GRAY
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama.equirect import solid_angles

ZONES = 32
"""Number of rows of zones; a zone is 5.6° high."""
BRIGHT = 0.95
"""Share of the sphere that is darker than the highlights."""
STANDARD = (-1.5, -0.5, 0.5)
"""Standard exposures: `fixed` with these compensations, the median luminance at 0.18 · 2^EV of display white [EV]."""
METERS = ("auto", "fixed", "none")
BELOW_WHITE = 0.9
"""Radiance at which the light of an unclipped scene is cut off [display white]."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Luminances from a light meter, none below a thousandth of the mean."""

    median: float
    average: float
    """Geometric mean."""
    highlights: float
    """Luminance that `BRIGHT` of the solid angle does not exceed."""

    @classmethod
    def of(cls, zones: Float[np.ndarray, "h w 3"], weights: Float[np.ndarray, "h w"] | None = None) -> Reading:
        """Meter linear radiance: a panorama, or other pixels with their weights."""
        luminance = zones @ LUMINANCE
        share = sphere_shares(*luminance.shape) if weights is None else weights / weights.sum()
        least = 1e-3 * float((share * luminance).sum())
        return cls(
            median=max(quantile(luminance, 0.5, share), least),
            average=max(log_average(luminance, share), least),
            highlights=max(quantile(luminance, BRIGHT, share), least),
        )


def sphere_shares(height: int, width: int) -> Float[np.ndarray, "{height} {width}"]:
    """The share of the sphere that each pixel of a panorama covers."""
    return solid_angles(height, width) / (4 * np.pi)


def quantile(luminance: Float[np.ndarray, "h w"], share: float, weights: Float[np.ndarray, "h w"]) -> float:
    """The luminance below which this share of the weight lies."""
    order = np.argsort(luminance, axis=None)
    area = np.cumsum(weights.ravel()[order])
    return float(luminance.ravel()[order[np.searchsorted(area, share * area[-1])]])


def log_average(luminance: Float[np.ndarray, "h w"], weights: Float[np.ndarray, "h w"]) -> float:
    """The geometric mean, black counting as a thousandth of the mean; `weights` add up to 1.

    Source: Reinhard et al., "Photographic Tone Reproduction for Digital Images", SIGGRAPH 2002, equation 1.
    """
    floor = 1e-3 * float((weights * luminance).sum())
    if not floor > 0:
        return 0.0
    return math.exp(float((weights * np.log(luminance + floor)).sum())) - floor


def exposure(reading: Reading, meter: str, protection: float, compensation: float) -> float:
    """The factor from this radiance to the picture's scale.

    `fixed` maps the median to middle gray. `auto` maps the log-average to middle gray for `protection` 0, the
    highlights to white for `protection` 1, and interpolates [EV] between. The compensation [EV] is added.

    Raises: ValueError for another meter.
    """
    if meter == "fixed":
        return round_9(GRAY / reading.median * 2.0**compensation)
    if meter != "auto":
        raise ValueError(f"expected a meter 'auto' or 'fixed', got {meter!r}; choose one")
    average, highlights = math.log2(GRAY / reading.average), -math.log2(reading.highlights)
    return round_9(2.0 ** ((1 - protection) * average + protection * highlights + compensation))


def round_9(factor: float) -> float:
    """Round to nine digits, so that pictures do not depend on the order in which a machine adds numbers."""
    return float(f"{factor:.9g}")


def balance(warmth: float, tint: float) -> Float[np.ndarray, " 3"]:
    """Factor of each channel for a white balance off by `warmth` and `tint` [EV]; gray keeps its luminance."""
    gains = 2.0 ** np.array([warmth / 2 - tint / 3, 2 * tint / 3, -warmth / 2 - tint / 3])
    return gains / (LUMINANCE @ gains)
