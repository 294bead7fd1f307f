"""Exposure, as a camera's meter finds it: on coarse zones of the panorama.

Convention: an exposure is a factor that brings radiance to the picture's scale, in which 1.0 is the display white of
a hard-clipped picture and 0.18 is middle gray.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.data.cameras import GRAY
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.equirect import solid_angles

ZONES = 32
"""Rows of the panorama of zones; a zone is 5.6° high."""
BRIGHT = 0.95
"""Share of the sphere that is darker than what counts as highlights."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a meter sees: luminances over the sphere, none below a thousandth of the mean."""

    median: float
    average: float
    """Geometric mean."""
    highlights: float
    """What `BRIGHT` of the sphere does not exceed."""

    @classmethod
    def of(cls, zones: Float[np.ndarray, "h w 3"]) -> Reading:
        """Read linear radiance."""
        luminance = zones @ LUMINANCE
        least = 1e-3 * float((_shares(*luminance.shape) * luminance).sum())
        return cls(
            median=max(quantile(luminance, 0.5), least),
            average=max(log_average(luminance), least),
            highlights=max(quantile(luminance, BRIGHT), least),
        )


@lru_cache(maxsize=4)
def _shares(height: int, width: int) -> Float[np.ndarray, "{height} {width}"]:
    return solid_angles(height, width) / (4 * np.pi)


def quantile(luminance: Float[np.ndarray, "h w"], share: float) -> float:
    """The luminance below which this share of the sphere lies."""
    order = np.argsort(luminance, axis=None)
    area = np.cumsum(_shares(*luminance.shape).ravel()[order])
    return float(luminance.ravel()[order[np.searchsorted(area, share * area[-1])]])


def log_average(luminance: Float[np.ndarray, "h w"]) -> float:
    """The geometric mean over the sphere, black counting as a thousandth of the mean.

    Source: Reinhard et al., "Photographic Tone Reproduction for Digital Images", SIGGRAPH 2002, equation 1.
    """
    weight = _shares(*luminance.shape)
    floor = 1e-3 * float((weight * luminance).sum())
    if not floor > 0:
        return 0.0
    return math.exp(float((weight * np.log(luminance + floor)).sum())) - floor


def exposure(reading: Reading, meter: str, protection: float, compensation: float) -> float:
    """The factor from this radiance to the picture's scale.

    `fixed` brings the median to middle gray. `auto` brings the log-average there, or the highlights to white, or, by
    `protection` from 0 to 1, something between. Then comes the compensation [EV].

    Raises: ValueError for another meter.
    """
    if meter == "fixed":
        return _settled(GRAY / reading.median * 2.0**compensation)
    if meter != "auto":
        raise ValueError(f"expected a meter 'auto' or 'fixed', got {meter!r}; choose one")
    average, highlights = math.log2(GRAY / reading.average), -math.log2(reading.highlights)
    return _settled(2.0 ** ((1 - protection) * average + protection * highlights + compensation))


def _settled(factor: float) -> float:
    """To nine digits, so that pictures do not depend on the order in which a machine adds up."""
    return float(f"{factor:.9g}")


def balance(warmth: float, tint: float) -> Float[np.ndarray, " 3"]:
    """Factor of each channel for a white balance off by `warmth` and `tint` [EV]; gray keeps its luminance."""
    gains = 2.0 ** np.array([warmth / 2 - tint / 3, 2 * tint / 3, -warmth / 2 - tint / 3])
    return gains / (LUMINANCE @ gains)
