"""Tone curves of the suites: the five that can be told, JPEG, and three cameras that nothing was trained on.

Convention: radiance 1.0 is the display white of a hard-clipped picture, 0.18 middle gray; display values are 0 … 1.
Photographs clip at the source's resolution and are then averaged, renderings the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging import curves

Encode = Callable[[Num[np.ndarray, "h w 3"]], Num[np.ndarray, "h w 3"]]


def bt709(radiance: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """A video camera: radiance 1 is white, 0.18 shows as 0.409.

    Source: ITU-R BT.709-6, item 1.2 (opto-electronic transfer).
    """
    light = np.clip(radiance, 0, 1)
    return np.where(light < 0.018, 4.5 * light, 1.099 * np.maximum(light, 0.018) ** 0.45 - 0.099)


HLG_WHITE = 1 / 0.265
"""Radiance at full signal: a diffuse white of 1 is at 75 %. Source: ITU-R BT.2408-7, table 1."""


def hlg(radiance: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """A phone's HDR video shown on an ordinary display: 0.18 shows as 0.378, white is at radiance 3.77.

    Source: ITU-R BT.2100-2, table 5 (HLG reference OETF).
    """
    light = np.clip(radiance / HLG_WHITE, 0, 1)
    upper = 0.17883277 * np.log(12 * np.maximum(light, 1 / 12) - 0.28466892) + 0.55991073
    return np.clip(np.where(light <= 1 / 12, np.sqrt(3 * light), upper), 0, 1)


POLYNOMIAL = (0.02, 0.98)
"""Radiance as a polynomial of the display value: factors of its first two powers, adding up to 1."""
_DISPLAY = np.linspace(0, 1, 4097)
_EXPOSED = sum(factor * _DISPLAY ** (power + 1) for power, factor in enumerate(POLYNOMIAL))
_AT_GRAY = float(np.interp(float(curves.srgb_encode(np.array([0.18]))[0]), _DISPLAY, _EXPOSED))
POLYNOMIAL_WHITE = 0.18 / _AT_GRAY
"""Radiance at white: gray is anchored to sRGB's display value."""


def polynomial(radiance: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """A camera whose response is nearly a square root, so that its shadows are light; white is at radiance 0.83.

    Source: Mitsunaga & Nayar, "Radiometric Self Calibration", CVPR 1999, equation 2; the factors are ours.
    """
    return np.interp(radiance / POLYNOMIAL_WHITE, _EXPOSED, _DISPLAY)


@dataclass(frozen=True, kw_only=True)
class Tone:
    """How a suite makes pictures of radiance."""

    encode: Encode
    at_source: bool
    """The curve and eight bits come before the picture is made small."""
    told: str = "auto"
    """The response that an estimator can be told; 'auto' where it knows none such."""
    jpeg: int = 0
    """Quality of the JPEG compression; 0 for none."""


def _named(response: str) -> Encode:
    return lambda radiance: curves.encode(radiance, response)


TONES = {
    "srgb": Tone(encode=_named("srgb"), at_source=True, told="srgb"),
    "srgb+jpeg": Tone(encode=_named("srgb"), at_source=True, told="srgb", jpeg=85),
    **{name: Tone(encode=_named(name), at_source=False, told=name) for name in ("filmic", "agx", "aces", "reinhard")},
    "bt709": Tone(encode=bt709, at_source=True),
    "hlg": Tone(encode=hlg, at_source=True),
    "polynomial": Tone(encode=polynomial, at_source=True),
}
"""By the names that manifests use."""
CAMERAS = ("bt709", "hlg", "polynomial")
"""Responses outside the family that training draws from (lightprobe.data.cameras)."""


def find(name: str) -> Tone:
    """The tone curve of this name. Raises: ValueError for an unknown one."""
    if name not in TONES:
        raise ValueError(f"expected a curve of {', '.join(TONES)}, got {name!r}; name one of these")
    return TONES[name]


def gray(encode: Encode, value: float) -> Float[np.ndarray, " 3"]:
    """What a gray of this radiance shows as."""
    return encode(np.full((1, 1, 3), value))[0, 0]
