"""GPano: metadata of phones and stitchers about the position of a picture on the sphere.

Where the initial view of a viewer looks is no part of it, and is not read.

Source: Google, "Photo Sphere XMP Metadata", namespace http://ns.google.com/photos/1.0/panorama/.
"""

from __future__ import annotations

import math
import re

from lightprobe.errors import ImageError
from lightprobe.imaging.picture import Crop, Tags
from lightprobe.sphere.panorama import equirect

LIMIT = 65536
"""Largest number of rows of the full panorama."""

_NUMBERS = (
    "FullPanoWidthPixels",
    "FullPanoHeightPixels",
    "CroppedAreaImageWidthPixels",
    "CroppedAreaImageHeightPixels",
    "CroppedAreaLeftPixels",
    "CroppedAreaTopPixels",
)


_POSE = (
    ("pitch", "PosePitchDegrees", -90, 90),
    ("roll", "PoseRollDegrees", -180, 180),
    ("heading", "PoseHeadingDegrees", 0, 360),
)
"""Our names of the properties, theirs, and their ranges."""


def _property(xmp: str, name: str) -> str | None:
    """A GPano property, written as an attribute or as an element."""
    match = re.search(rf'GPano:{name}\s*=\s*["\']([^"\']*)["\']|<GPano:{name}(?:\s[^<>]*)?>([^<]*)</', xmp)
    return (match[1] if match[1] is not None else match[2]).strip() if match else None


def read_crop(xmp: bytes | str, width: int, height: int, name: str) -> Crop | None:
    """The part of a panorama that the picture is; None if the XMP packet has no GPano data, or if it is the whole.

    If the picture was resized after it was taken, all numbers are scaled by the ratio of the real to the stored width.

    Raises: ImageError if the GPano data do not describe a crop of a 2:1 panorama.
    """
    text = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else xmp
    projection = _property(text, "ProjectionType")
    if projection is not None and projection.lower() != "equirectangular":
        raise ImageError(
            f"{name}: expected an equirectangular GPano projection, got {projection[:40]!r}; convert the picture"
        )
    stored = [_property(text, key) for key in _NUMBERS]
    if None in stored:
        return None
    try:
        full_width, full_height, crop_width, crop_height, left, top = (float(str(value)) for value in stored)
        scale = width / crop_width
        ours = Crop(full_height=round(full_height * scale), left=round(left * scale), top=round(top * scale))
    except (ValueError, ArithmeticError):  # words, NaN, infinity, zero
        values = ", ".join(repr(value)[1:-1][:12] for value in stored)
        raise ImageError(
            f"{name}: expected numbers in the GPano data, got {values}; correct or remove the XMP data"
        ) from None
    is_consistent = (
        abs(full_width - 2 * full_height) <= 2
        and abs(crop_height * scale - height) <= 2
        and 0 <= ours.left <= ours.left + width <= 2 * ours.full_height + 2
        and 0 <= ours.top <= ours.top + height <= ours.full_height + 2
    )
    if not is_consistent:
        raise ImageError(
            f"{name}: expected GPano data of a crop of a 2:1 panorama, got full {full_width:g}×{full_height:g}, "
            f"crop {crop_width:g}×{crop_height:g} at {left:g},{top:g} for {width}×{height} pixels; "
            "correct or remove the XMP data"
        )
    if ours.full_height > LIMIT:
        raise ImageError(
            f"{name}: expected GPano data of a panorama of at most {LIMIT} rows, got {ours.full_height}; "
            "correct the XMP data, or reduce the picture"
        )
    if abs(ours.full_height - height) <= 1 and equirect.is_panorama(height, width):
        return None
    return ours


def read_pose(xmp: bytes | str) -> tuple[Tags, tuple[str, ...]]:
    """Pose and stereo of an XMP packet, with notes: values that are impossible are not used."""
    text = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else xmp
    notes: list[str] = []
    found: dict[str, float | None] = {}
    for key, name, low, high in _POSE:
        value = _property(text, name)
        number = _number(value)
        if value and number is not None and low <= number <= high:
            found[key] = number
        elif value:
            notes.append(f"GPano:{name} was not used: expected {low} to {high} degrees, got {value[:20]!r}")
    if "GImage:Data" in text or "GImage:Mime" in text:
        notes.append("This is the left eye of a stereo picture; the right eye, in its GImage data, was not used")
    return Tags(pitch=found.get("pitch") or 0.0, roll=found.get("roll") or 0.0, heading=found.get("heading")), tuple(
        notes
    )


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
