"""EXIF data: the tags of the camera, and turning a stored picture upright.

Source: EXIF 2.32 (CIPA DC-008-2019), sections 4.6.3 to 4.6.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from lightprobe.imaging.codecs.damage import DECODER_ERRORS
from lightprobe.imaging.codecs.quiet import warnings_of_pillow

ORIENTATION = 0x0112
"""The tag of the picture that says how to turn it."""
_CAMERA_IFD, _INTEROPERABILITY_IFD = 0x8769, 0xA005
_INTEROPERABILITY_INDEX = 0x0001


def camera_tags(exif: Image.Exif) -> Mapping[int, Any]:
    """The tags of the camera (the Exif IFD), such as ColorSpace (0xA001); none where they are damaged."""
    if _CAMERA_IFD not in exif:
        return {}
    try:
        with warnings_of_pillow:
            return exif.get_ifd(_CAMERA_IFD)
    except DECODER_ERRORS:
        return {}


def interoperability_index(exif: Image.Exif) -> str:
    """'R98', 'R03' …; empty where EXIF does not say it, or is damaged."""
    if _INTEROPERABILITY_IFD not in camera_tags(exif):
        return ""
    try:
        with warnings_of_pillow:
            index: object = exif.get_ifd(_INTEROPERABILITY_IFD).get(_INTEROPERABILITY_INDEX, "")
    except DECODER_ERRORS:
        return ""
    return (index.decode("ascii", "replace") if isinstance(index, bytes) else str(index)).strip("\0 ")


def upright(array: np.ndarray, orientation: int) -> np.ndarray:
    """A stored array (h, w, …) as it is to be seen. Source: EXIF 2.32, tag 274."""
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    backwards = slice(None, None, -1)
    rows = backwards if orientation in (3, 4, 7, 8) else slice(None)
    columns = backwards if orientation in (2, 3, 6, 7) else slice(None)
    return np.ascontiguousarray(array[rows, columns])
