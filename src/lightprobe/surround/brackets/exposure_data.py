"""Exposures of bracketed pictures: from their EXIF data, or from the pictures themselves.

Convention: an exposure is a factor, proportional to the display values that light gets: shutter time · ISO / aperture².
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.containers.exif import camera_tags
from lightprobe.imaging.formats.pillow import PILLOW_FORMATS, opened

SHUTTER_TIME, APERTURE, SENSITIVITY, BIAS = 0x829A, 0x829D, 0x8827, 0x9204
"""ExposureTime [s], FNumber, PhotographicSensitivity and ExposureBiasValue [EV]. Source: CIPA DC-008 (EXIF 2.32),
section 4.6.5."""
GOOD = (0.02, 0.8)
"""Radiance of well-exposed pixels [display white]."""
LEAST = 100
"""Pixels that two pictures must share."""


def read_exposure(path: str | Path) -> float | None:
    """The exposure that EXIF data give: shutter time · ISO / aperture², or 2^bias; None if they give none, or if the
    file is of a kind whose EXIF data are not read."""
    try:
        with opened(Path(path), PILLOW_FORMATS) as image, image_errors(str(path)):
            tags = camera_tags(image.getexif())
    except ImageError:
        return None
    time, aperture, bias = (_number(tags.get(tag)) for tag in (SHUTTER_TIME, APERTURE, BIAS))
    sensitivity = _number(tags.get(SENSITIVITY))
    if time is not None and time > 0:
        return time * (sensitivity or 100.0) / (aperture or 1.0) ** 2
    return None if bias is None else 2.0**bias


def _number(value: Any) -> float | None:
    """A finite number; of several (ISO), the first."""
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ArithmeticError, IndexError):
        return None
    return number if math.isfinite(number) else None


def exposure_ratio(radiance: Float[np.ndarray, "h w 3"], other: Float[np.ndarray, "h w 3"]) -> float:
    """By how much the `other` decoded picture is brighter than this one of the same place: the median over pixels that
    are well exposed in both.

    Raises: ValueError if there are too few of them.
    """
    good = (radiance > GOOD[0]) & (radiance < GOOD[1]) & (other > GOOD[0]) & (other < GOOD[1])
    if int(good.sum()) < LEAST:
        raise ValueError(
            f"expected {LEAST} well-exposed pixels that neighboring exposures share, got {int(good.sum())}; say the "
            "exposures (--ev), or take them closer together"
        )
    return float(np.median(other[good] / radiance[good]))
