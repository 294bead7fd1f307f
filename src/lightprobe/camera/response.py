"""Camera responses: from linear radiance to display values and back.

Convention: radiance is linear, in units of the display white of a hard-clipped sRGB picture; 0.18 is middle gray;
display values are 0 … 1. Besides the curves of `lightprobe.imaging.tone.curves` there are

camera       a family fitted to measured cameras, with two parameters: power and shoulder
bt709        a video camera
hlg          a phone's HDR video on an ordinary display
polynomial   a camera whose response is nearly a square root

`camera` and `polynomial` have no scale of their own, so both are anchored at middle gray: radiance 0.18 has the same
display value as in sRGB. The radiance at which they reach white follows from that.

Source: for `camera`, Eilertsen et al., "HDR image reconstruction from a single exposure using deep CNNs", ACM TOG
36(6), 2017, section 5.1: f(H) = (1 + σ) Hⁿ / (Hⁿ + σ) with n ~ N(0.9, 0.1), σ ~ N(0.6, 0.1), fitted to the 201
responses of Grossberg & Nayar, "Modeling the space of camera response functions", PAMI 26(10), 2004.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging.tone import curves

GRAY = 0.18
"""Radiance of middle gray."""
POWER, SHOULDER = (0.9, 0.1), (0.6, 0.1)
"""Mean and deviation of n and of σ in the source."""
_GRAY_DISPLAY = curves.srgb_encode(np.array([GRAY]))

PHOTOGRAPHIC = ("srgb", "camera", "bt709", "hlg", "polynomial")
"""Responses of cameras, which clip at the source's resolution; the others belong to renderers, which clip at the
picture's resolution."""
PER_CHANNEL = (*PHOTOGRAPHIC, "reinhard")
"""Responses that work on each channel by itself."""
NAMES = (*curves.RESPONSES, "camera", "bt709", "hlg", "polynomial")
"""All responses of shots."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response by its name; power and shoulder are parameters of `camera`."""

    name: str = "srgb"
    power: float = POWER[0]
    shoulder: float = SHOULDER[0]


def encode(response: Response, radiance: Num[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape 3"]:
    """Display values 0 … 1 of linear radiance. Raises: ValueError for an unknown name."""
    if response.name == "camera":
        return camera_encode(radiance, response.power, response.shoulder)
    own = {"bt709": bt709_encode, "hlg": hlg_encode, "polynomial": polynomial_encode}.get(response.name)
    return curves.encode(radiance, response.name) if own is None else own(radiance)


def white_radiance(response: Response) -> float:
    """Radiance at which gray reaches display white. Raises: ValueError for an unknown name."""
    if response.name == "camera":
        return camera_white(response.power, response.shoulder)
    own = {"bt709": 1.0, "hlg": HLG_WHITE, "polynomial": POLYNOMIAL_WHITE}.get(response.name)
    return curves.white(response.name) if own is None else own


@lru_cache(maxsize=64)
def _decode(response: Response, count: int, offset: float) -> Float[np.ndarray, " n"]:
    """Radiance of the display values (k + offset)/255 for k from 0 to count − 1, read-only."""
    display = (np.arange(count) + offset) / 255
    if response.name == "camera":
        radiance = camera_decode(display, response.power, response.shoulder)
    elif response.name in ("bt709", "hlg", "polynomial"):
        radiance = {"bt709": bt709_decode, "hlg": hlg_decode, "polynomial": polynomial_decode}[response.name](display)
    elif response.name in PER_CHANNEL:
        radiance = curves.decode(np.repeat(display[:, None], 3, axis=1), response.name)[:, 0].astype(np.float64)
    else:
        raise ValueError(f"expected one of {', '.join(PER_CHANNEL)}, got {response.name!r}, which mixes channels")
    radiance.flags.writeable = False
    return radiance


def thresholds(response: Response) -> Float[np.ndarray, " 255"]:
    """Radiance at which 8-bit display values step from 0 to 1, from 1 to 2, and so on; for responses in PER_CHANNEL."""
    return _decode(response, 255, 0.5)


def levels(response: Response) -> Float[np.ndarray, " 256"]:
    """Radiance of each of the 256 display values; for responses in PER_CHANNEL."""
    return _decode(response, 256, 0.0)


def _inverse(display: Num[np.ndarray, "*shape"], power: float, shoulder: float) -> Float[np.ndarray, "*shape"]:
    """The H for which f(H) = display."""
    return (shoulder * display / (1 + shoulder - display)) ** (1 / power)


def camera_white(power: float, shoulder: float) -> float:
    """Radiance at which this camera clips: 0.86 for the mean camera, more for a softer shoulder.

    Raises: ValueError for a power or shoulder that is not above 0.
    """
    if not (power > 0 and shoulder > 0):
        raise ValueError(f"expected power and shoulder above 0, got {power} and {shoulder}; the means are 0.9 and 0.6")
    return GRAY / float(_inverse(_GRAY_DISPLAY, power, shoulder)[0])


def camera_encode(radiance: Num[np.ndarray, "*shape"], power: float, shoulder: float) -> Float[np.ndarray, "*shape"]:
    """Display value of radiance, for a camera with these parameters."""
    exposed = np.clip(radiance / camera_white(power, shoulder), 0, 1) ** power
    return (1 + shoulder) * exposed / (exposed + shoulder)


def camera_decode(display: Num[np.ndarray, "*shape"], power: float, shoulder: float) -> Float[np.ndarray, "*shape"]:
    """Radiance of a display value; for 1, the smallest."""
    return camera_white(power, shoulder) * _inverse(np.clip(display, 0, 1), power, shoulder)


def bt709_encode(radiance: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """A video camera: radiance 1 is white, 0.18 becomes 0.409.

    Source: ITU-R BT.709-6, item 1.2 (opto-electronic transfer).
    """
    light = np.clip(radiance, 0, 1)
    return np.where(light < 0.018, 4.5 * light, 1.099 * np.maximum(light, 0.018) ** 0.45 - 0.099)


def bt709_decode(display: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """The inverse of `bt709_encode`."""
    return np.where(display < 0.081, display / 4.5, ((np.maximum(display, 0.081) + 0.099) / 1.099) ** (1 / 0.45))


HLG_WHITE = 1 / 0.265
"""Radiance at full signal, for a diffuse white of 1 at 75 % signal. Source: ITU-R BT.2408-7, table 1."""
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073


def hlg_encode(radiance: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """A phone's HDR video on an ordinary display: 0.18 becomes 0.378, white is at radiance 3.77.

    Source: ITU-R BT.2100-2, table 5 (HLG reference OETF).
    """
    light = np.clip(radiance / HLG_WHITE, 0, 1)
    upper = _HLG_A * np.log(12 * np.maximum(light, 1 / 12) - _HLG_B) + _HLG_C
    return np.clip(np.where(light <= 1 / 12, np.sqrt(3 * light), upper), 0, 1)


def hlg_decode(display: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """The inverse of `hlg_encode`."""
    upper = (np.exp((np.maximum(display, 0.5) - _HLG_C) / _HLG_A) + _HLG_B) / 12
    return HLG_WHITE * np.where(display <= 0.5, display**2 / 3, upper)


POLYNOMIAL_FACTORS = (0.02, 0.98)
"""Radiance as a polynomial of the display value: factors of the first two powers; their sum is 1."""


def _polynomial(display: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    return POLYNOMIAL_FACTORS[0] * display + POLYNOMIAL_FACTORS[1] * display**2


POLYNOMIAL_WHITE = GRAY / float(_polynomial(_GRAY_DISPLAY)[0])
"""Radiance at display white, with middle gray at sRGB's display value."""


def polynomial_encode(radiance: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """A camera whose response is nearly a square root, which brightens shadows; white is at radiance 0.83.

    Source: Mitsunaga & Nayar, "Radiometric Self Calibration", CVPR 1999, equation 2; the factors are ours.
    """
    first, second = POLYNOMIAL_FACTORS
    exposed = np.clip(radiance / POLYNOMIAL_WHITE, 0, 1)
    return (np.sqrt(first**2 + 4 * second * exposed) - first) / (2 * second)


def polynomial_decode(display: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """The inverse of `polynomial_encode`."""
    return POLYNOMIAL_WHITE * _polynomial(display)
