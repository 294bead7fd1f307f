"""Gain maps in JPEG files: Ultra HDR, ISO 21496-1, Adobe's and Apple's."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import DECODER_ERRORS
from lightprobe.imaging.codecs.quiet import warnings_of_pillow
from lightprobe.imaging.color.icc import read_profile
from lightprobe.imaging.color.space import SRGB
from lightprobe.imaging.formats.gain_map.base import LinearSpace, linear_space
from lightprobe.imaging.formats.gain_map.metadata import (
    ISO,
    GainMapMetadata,
    Numbers,
    UnusableGainMap,
    apple_gain_map,
    is_apple,
    is_newer_iso,
    maker_note,
    parse_adobe,
    parse_iso,
)
from lightprobe.imaging.formats.gain_map.multi_picture import app2, multi_picture, places, segments, xmp_of
from lightprobe.imaging.formats.gain_map.rendition import StoredGainMap
from lightprobe.imaging.picture import check_picture_size

MOST_TIMES_LARGER = 4
"""A gain map has at most so many times the pixels of its base."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How Pillow turns a stored picture as it is shown. Source: EXIF 2.32 (CIPA DC-008-2019), tag 274."""


def jpeg_gain_map(image: Image.Image, data: bytes, name: str) -> tuple[StoredGainMap | None, int]:
    """The gain map in the bytes of a JPEG file, turned as its base is shown, and how many pictures the file holds.

    `image` is the base as it is stored. Its own XMP packet may have the numbers too, in old files.

    Raises: UnusableGainMap saying why it cannot be used; ImageError if its numbers are impossible.
    """
    own = segments(data)
    pictures = multi_picture(own).pictures
    for place in places(data, own):
        parts = segments(data, place)
        iso = app2(parts, ISO)
        payload = b"" if iso is None else iso.payload[len(ISO) :]
        numbers = _numbers(xmp_of(parts), payload, image, name)
        if numbers is not None:
            return _stored(data[place:], numbers, image), pictures
    numbers, place = parse_adobe(xmp_of(own), name), next(places(data, own), None)
    if numbers is None or place is None:
        return None, pictures
    return _stored(data[place:], numbers, image), pictures


def check_gain_map_size(size: tuple[int, int], base: tuple[int, int]) -> None:
    """Raises: UnusableGainMap if a gain map of this width and height has no pixels, too many, or many more than its
    base."""
    try:
        check_picture_size(*size, "")
    except ImageError:
        raise UnusableGainMap(f"it has {size[0]}×{size[1]} pixels") from None
    if size[0] * size[1] > MOST_TIMES_LARGER * base[0] * base[1]:
        raise UnusableGainMap(f"it has {size[0]}×{size[1]} pixels, its base {base[0]}×{base[1]}")


def unreadable(error: BaseException) -> UnusableGainMap:
    """Why a gain map cannot be used that a library cannot decode."""
    if isinstance(error, Image.DecompressionBombError):
        return UnusableGainMap("it has too many pixels")
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return UnusableGainMap(f"it is damaged: {line[:80]}")


def _numbers(xmp: str, iso: bytes, image: Image.Image, name: str) -> Numbers | None:
    """The numbers of a gain map by the metadata of its picture; None if it is none."""
    found = parse_iso(iso, name) or parse_adobe(xmp, name)
    if found is not None:
        return found
    if is_newer_iso(iso):
        raise UnusableGainMap("it needs a newer version of ISO 21496-1")
    if not is_apple(xmp):
        return None
    found = apple_gain_map(xmp, maker_note(image), name)
    if found is None:
        raise UnusableGainMap("its headroom is not given")
    return found


def _stored(data: bytes, numbers: Numbers, base: Image.Image) -> StoredGainMap:
    decoded = _decoded(data, base.size)
    alternate: LinearSpace | None = None
    if isinstance(numbers, GainMapMetadata) and not numbers.is_in_base_space:
        profile = decoded.info.get("icc_profile")
        space = read_profile(profile) if profile else SRGB
        if space is None or space.hdr is not None:
            raise UnusableGainMap("its color profile has no matrix")
        alternate = linear_space(space)
    turn = _TURNS.get(base.getexif().get(_ORIENTATION, 1))
    turned = decoded if turn is None else decoded.transpose(turn)
    return StoredGainMap(np.array(turned).reshape(turned.height, turned.width, -1), numbers, alternate)


def _decoded(data: bytes, base: tuple[int, int]) -> Image.Image:
    """The picture of a gain map, gray or RGB."""
    try:
        with warnings_of_pillow, Image.open(io.BytesIO(data), formats=("JPEG",)) as stored:
            check_gain_map_size(stored.size, base)
            stored.load()
            return stored.copy() if stored.mode in ("L", "RGB") else stored.convert("RGB")
    except DECODER_ERRORS as error:
        raise unreadable(error) from None
