"""JPEG files with a gain map: Ultra HDR, ISO 21496-1, Adobe's and Apple's; and what other pictures they hold."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from lightprobe._shapes import UInt8
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import DECODER_ERRORS
from lightprobe.imaging.codecs.quiet import warnings_of_pillow
from lightprobe.imaging.color.cicp import to_radiance
from lightprobe.imaging.color.icc import to_srgb
from lightprobe.imaging.formats.gain_map.base import LinearSpace, code_points, linear_space, srgb_space
from lightprobe.imaging.formats.gain_map.metadata import (
    ISO,
    GainMapMetadata,
    apple_gain_map,
    is_apple,
    is_newer_iso,
    parse_adobe,
    parse_iso,
)
from lightprobe.imaging.formats.gain_map.multi_picture import app2, multi_picture, places, segments, xmp_of
from lightprobe.imaging.formats.gain_map.rendition import Numbers, areas, hdr_rendition
from lightprobe.imaging.picture import Picture, check_picture_size

MOST_BYTES = 1 << 28
"""Largest file in which a gain map is looked for."""
MOST_TIMES_LARGER = 4
"""A gain map has at most so many times the pixels of its base."""

_MAKER_NOTE, _EXIF, _ORIENTATION = 0x927C, 0x8769, 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIGNS = (b"hdr-gain-map", b"GainMap")
"""What the XMP packet of a base picture holds if the file has a gain map."""


class StoredGainMap(NamedTuple):
    """A gain map as it is stored, turned as its base is shown."""

    codes: UInt8[np.ndarray, "u v c"]
    numbers: Numbers
    alternate: LinearSpace | None
    """The color space on whose primaries the gain acts, where that is not the base's."""


@dataclass(frozen=True, kw_only=True)
class FurtherPictures:
    """What a JPEG file holds besides its first picture."""

    gain_map: StoredGainMap | None = None
    notes: tuple[str, ...] = ()


class _Unusable(Exception):
    """Why a gain map cannot be used."""


def further_pictures(image: Image.Image, name: str) -> FurtherPictures:
    """What a JPEG file holds besides its first picture, found before that is decoded.

    A file whose metadata speak of no other picture is not read again. The notes say what is not used, and why.

    Raises: ImageError if the numbers of the gain map are impossible.
    """
    is_iso = any(payload.startswith(ISO) for _, payload in getattr(image, "applist", ()))
    xmp = image.info.get("xmp", b"")
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    promises = is_iso or any(sign in xmp for sign in _SIGNS)
    if image.format not in ("JPEG", "MPO") or not (promises or "mp" in image.info):
        return FurtherPictures()
    data = _bytes_of(image)
    try:
        if data is None:
            raise _Unusable("the file is closed, or too large")
        found, count = _find(image, data, name)
        if found is None and promises:
            raise _Unusable("it was not found")
    except _Unusable as error:
        reason = f"the gain map in the file, which leads to HDR, cannot be used ({error}); its SDR picture was used"
        return FurtherPictures(notes=(reason,) if promises or data else ())
    if found is None and count > 1:
        return FurtherPictures(notes=(f"the file holds {count} pictures; the first one was used",))
    return FurtherPictures(gain_map=found)


def with_gain_map(image: Image.Image, found: StoredGainMap, name: str, **fields: Any) -> Picture:
    """The HDR picture that a base picture and its gain map make; `fields` are those of a Picture.

    Raises: ImageError if the profile of the base cannot be used.
    """
    profile = image.info.get("icc_profile")
    if isinstance(found.numbers, GainMapMetadata) and found.numbers.is_base_hdr:
        return _hdr_base(image, name, fields)
    space = linear_space(profile) if image.mode in ("L", "RGB") else None
    if space is None:
        image, space = to_srgb(image, name), srgb_space()
    base = image.convert("RGB")

    def rows(first: int, last: int) -> UInt8[np.ndarray, "k w 3"]:
        return np.asarray(base.crop((0, first, base.width, last)))

    made = hdr_rendition(rows, (base.height, base.width), space, found.codes, found.numbers, found.alternate)
    note = f"the gain map was applied: radiance up to {made.radiance.max():.3g} times display white"
    return Picture(
        pixels=made.radiance, is_linear=True, name=name, matrix=made.matrix, white=made.white, **fields
    ).noted(note)


def _hdr_base(image: Image.Image, name: str, fields: dict[str, Any]) -> Picture:
    """A base picture that is the HDR rendition itself."""
    space = code_points(image.info.get("icc_profile"))
    if not space.is_linear:
        note = "the file says that its base picture is HDR, but its profile names no HDR curve: it was read as SDR"
        pixels = np.array(to_srgb(image, name))
        return Picture(pixels=pixels, is_linear=False, name=name, **fields).noted(note)
    codes = np.asarray(image.convert("RGB"))
    note = f"the base picture is HDR ({space.title}); its gain map, which leads down to SDR, is not needed"
    return Picture(
        pixels=to_radiance(codes, space, 255),
        is_linear=True,
        name=name,
        matrix=space.matrix,
        white=areas(codes == 255),
        **fields,
    ).noted(note)


def _bytes_of(image: Image.Image) -> bytes | None:
    """The bytes of the file of a picture; None if it is closed, or too large."""
    file, path = getattr(image, "fp", None), getattr(image, "filename", "")
    if file is not None:
        place = file.tell()
        file.seek(0)
        data = file.read(MOST_BYTES + 1)
        file.seek(place)
    elif path and Path(path).is_file():
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    else:
        return None
    return data if data.startswith(b"\xff\xd8") and len(data) <= MOST_BYTES else None


def _find(image: Image.Image, data: bytes, name: str) -> tuple[StoredGainMap | None, int]:
    """The gain map in a file, and how many pictures that holds. Raises: _Unusable, ImageError."""
    own = segments(data)
    count = multi_picture(own).count
    exif = image.getexif()
    note = exif.get_ifd(_EXIF).get(_MAKER_NOTE, b"")
    note = note if isinstance(note, bytes) else b""
    for place in places(data, own):
        parts = segments(data, place)
        numbers = _numbers(xmp_of(parts), app2(parts, ISO), note, name)
        if numbers is None:
            continue
        stored = _decoded(data[place:], (image.width, image.height))
        turn = _TURNS.get(exif.get(_ORIENTATION, 1))
        turned = stored if turn is None else stored.transpose(turn)
        codes = np.asarray(turned).reshape(turned.height, turned.width, -1)
        alternate = None
        if isinstance(numbers, GainMapMetadata) and not numbers.is_in_base_space:
            alternate = linear_space(stored.info.get("icc_profile"))
            if alternate is None:
                raise _Unusable("its color profile has no matrix")
        return StoredGainMap(codes, numbers, alternate), count
    return None, count


def _numbers(xmp: str, iso: Any, note: bytes, name: str) -> Numbers | None:
    """The numbers of a gain map by the metadata of its picture; None if it is none. Raises: _Unusable, ImageError."""
    payload = b"" if iso is None else iso.payload[len(ISO) :]
    found = parse_iso(payload, name) or parse_adobe(xmp, name)
    if found is not None:
        return found
    if is_newer_iso(payload):
        raise _Unusable("it is of a newer version of ISO 21496-1")
    if not is_apple(xmp):
        return None
    found = apple_gain_map(xmp, note, name)
    if found is None:
        raise _Unusable("its headroom is not given")
    return found


def _decoded(data: bytes, base: tuple[int, int]) -> Image.Image:
    """The picture of a gain map, gray or RGB. Raises: _Unusable."""
    try:
        with warnings_of_pillow, Image.open(io.BytesIO(data), formats=("JPEG",)) as stored:
            width, height = stored.size
            check_picture_size(width, height, "")
            if width * height > MOST_TIMES_LARGER * base[0] * base[1]:
                raise _Unusable(f"it has {width}×{height} pixels, its base {base[0]}×{base[1]}")
            stored.load()
            found = stored if stored.mode in ("L", "RGB") else stored.convert("RGB")
            found.info = dict(stored.info)
            return found
    except ImageError:
        raise _Unusable("it has too many pixels") from None
    except DECODER_ERRORS as error:
        line = next(iter(str(error).strip().splitlines()), type(error).__name__)[:80]
        raise _Unusable(f"it is damaged: {line}") from None
