"""Tags from the metadata of a picture file: XMP (GPano) and EXIF."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lightprobe.imaging.containers.exif import camera_tags
from lightprobe.imaging.geometry import gpano
from lightprobe.imaging.picture import Picture, Tags

FOCAL_LENGTH, CUSTOM_RENDERED = 0xA405, 0xA401
"""FocalLengthIn35mmFilm and CustomRendered. Source: CIPA DC-008 (EXIF 2.32), section 4.6.5."""
_PANORAMA = 6
HALF_DIAGONAL = math.hypot(36, 24) / 2
"""Half the diagonal of a 35 mm film frame [mm]."""
LONGEST = 2.4
"""Longest side of a photograph, in units of the shorter one; longer ones are panoramas, whose focal length is that of
the pictures that they were made of."""


def tagged(picture: Picture, xmp: bytes | str | None, exif: Any) -> Picture:
    """The picture with the tags that its XMP packet and its EXIF data (a PIL Exif) give."""
    tags, notes = gpano.read_pose(xmp) if xmp else (Tags(), ())
    focal = read_focal_length(camera_tags(exif)) if exif else None
    if (tags, focal, notes) == (Tags(), None, ()):
        return picture
    return picture.noted(*notes, tags=replace(tags, focal_length=focal))


def read_focal_length(exif: Mapping[int, Any]) -> float | None:
    """Focal length [mm] of the 35 mm film equivalent; None if it is unknown, or if a phone stitched the picture."""
    try:
        focal = float(exif.get(FOCAL_LENGTH, 0))
        is_panorama = int(exif.get(CUSTOM_RENDERED, 0)) == _PANORAMA
    except (TypeError, ValueError, ArithmeticError):
        return None
    return focal if focal > 0 and math.isfinite(focal) and not is_panorama else None


def field_of_view(focal_length: float, width: int, height: int) -> float | None:
    """Horizontal field of view [°] of a picture of this shape; None if it is too long for a photograph.

    The diagonal of the picture stands for that of the film. Source: CIPA DCG-001, section 4.
    """
    if max(width, height) > LONGEST * min(width, height):
        return None
    return 2 * math.degrees(math.atan(HALF_DIAGONAL * width / math.hypot(width, height) / focal_length))
