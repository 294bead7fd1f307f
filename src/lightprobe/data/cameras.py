"""Camera response curves: a family fitted to measured cameras.

Convention: radiance is linear, per channel, in units of the display white of a hard-clipped sRGB picture; display
values are 0 … 1. A response has no scale of its own, so each is anchored where exposure is judged: radiance 0.18
gets the display value that sRGB gives it. Where it reaches white then follows.

Source: Eilertsen et al., "HDR image reconstruction from a single exposure using deep CNNs", ACM TOG 36(6), 2017,
section 5.1: f(H) = (1 + σ) Hⁿ / (Hⁿ + σ) with n ~ N(0.9, 0.1), σ ~ N(0.6, 0.1), fitted to the 201 responses of
Grossberg & Nayar, "Modeling the space of camera response functions", PAMI 26(10), 2004.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging.curves import srgb_encode

POWER, SHOULDER = (0.9, 0.1), (0.6, 0.1)
"""Mean and deviation of n and of σ in the source."""
GRAY = 0.18
_GRAY_DISPLAY = srgb_encode(np.array([GRAY]))


def _inverse(display: Num[np.ndarray, "*shape"], power: float, shoulder: float) -> Float[np.ndarray, "*shape"]:
    """H of f(H) = display."""
    return (shoulder * display / (1 + shoulder - display)) ** (1 / power)


def camera_white(power: float, shoulder: float) -> float:
    """Radiance at which this camera clips: 0.86 for the mean camera, more for a softer shoulder.

    Raises: ValueError for a power or shoulder that is not above 0.
    """
    if not (power > 0 and shoulder > 0):
        raise ValueError(f"expected power and shoulder above 0, got {power} and {shoulder}; the mean is 0.9 and 0.6")
    return GRAY / float(_inverse(_GRAY_DISPLAY, power, shoulder)[0])


def camera_encode(radiance: Num[np.ndarray, "*shape"], power: float, shoulder: float) -> Float[np.ndarray, "*shape"]:
    """Display value that the camera shows for this radiance."""
    exposed = np.clip(radiance / camera_white(power, shoulder), 0, 1) ** power
    return (1 + shoulder) * exposed / (exposed + shoulder)


def camera_decode(display: Num[np.ndarray, "*shape"], power: float, shoulder: float) -> Float[np.ndarray, "*shape"]:
    """Radiance that the camera shows with this value; at 1, the least that does."""
    return camera_white(power, shoulder) * _inverse(np.clip(display, 0, 1), power, shoulder)
