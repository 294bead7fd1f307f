"""What a file holds besides its first picture, and the HDR picture that both make."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lightprobe._shapes import UInt8
from lightprobe.imaging.color.lcms import to_srgb
from lightprobe.imaging.color.space import SRGB, ColorSpace, from_codes
from lightprobe.imaging.formats.gain_map.auxiliary import has_tone_map, heif_gain_map
from lightprobe.imaging.formats.gain_map.base import linear_space
from lightprobe.imaging.formats.gain_map.jpeg import jpeg_gain_map
from lightprobe.imaging.formats.gain_map.metadata import ISO, GainMapMetadata, UnusableGainMap
from lightprobe.imaging.formats.gain_map.rendition import StoredGainMap, hdr_rendition
from lightprobe.imaging.picture import Picture

MOST_BYTES = 1 << 28
"""Largest file in which a gain map is looked for."""
_HEAD = 256
"""First bytes of a HEIC or AVIF file, which list its brands."""
_SIGNS = (b"hdr-gain-map", b"GainMap")
"""What the XMP packet of a base picture holds if the file has a gain map."""


@dataclass(frozen=True, kw_only=True)
class FurtherPictures:
    """What a file holds besides its first picture."""

    gain_map: StoredGainMap | None = None
    notes: tuple[str, ...] = ()
    """What is not used, and why."""


def further_pictures(image: Image.Image, name: str) -> FurtherPictures:
    """What the file of a picture holds besides it, found before the picture is decoded.

    A file whose metadata speak of no other picture is not read again.

    Raises: ImageError if the numbers of a gain map are impossible.
    """
    is_jpeg, is_heif = image.format in ("JPEG", "MPO"), image.format in ("HEIF", "AVIF")
    xmp = image.info.get("xmp", b"")
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    is_promised = any(sign in xmp for sign in _SIGNS) or (is_jpeg and _has_iso(image))
    if is_heif and has_tone_map(_bytes_of(image, _HEAD)):
        is_promised = True
    if not (is_promised or (is_jpeg and "mp" in image.info) or (is_heif and image.info.get("aux"))):
        return FurtherPictures()
    found, count = None, 1
    try:
        if not (is_jpeg or is_heif):
            raise UnusableGainMap("it is not in this picture")
        data = _bytes_of(image, MOST_BYTES + 1)
        if not data or len(data) > MOST_BYTES:
            raise UnusableGainMap("the file is too large" if data else "the file is closed")
        if is_jpeg:
            found, count = jpeg_gain_map(image, data, name)
        else:
            found = heif_gain_map(image, data, name)
        if found is None and is_promised:
            kind = "ISO 21496-1 in HEIC and AVIF is not supported" if is_heif else "it was not found"
            raise UnusableGainMap(kind)
    except UnusableGainMap as error:
        return FurtherPictures(notes=(f"The gain map for HDR was not used ({error}); the SDR picture was",))
    if found is None and count > 1:
        return FurtherPictures(notes=(f"The file holds {count} pictures; the first one was used",))
    return FurtherPictures(gain_map=found)


def with_gain_map(image: Image.Image, found: StoredGainMap, space: ColorSpace, **fields: Any) -> Picture:
    """The HDR picture that a base picture of this color space and its gain map make; `fields` are those of a Picture.

    Raises: ImageError if the profile of the base cannot be used.
    """
    if space.profile is not None:
        image = to_srgb(image, str(fields.get("name", "picture")))
    base = image.convert("RGB")
    if isinstance(found.numbers, GainMapMetadata) and found.numbers.is_base_hdr:
        return _hdr_base(base, space, fields)
    if space.hdr is not None:  # a base that is SDR by its gain map
        space = SRGB

    def rows(first: int, last: int) -> UInt8[np.ndarray, "k w 3"]:
        return np.asarray(base.crop((0, first, base.width, last)))

    made = hdr_rendition(rows, (base.height, base.width), linear_space(space), found)
    note = f"The gain map was applied: radiance up to {made.radiance.max():.3g} times display white"
    picture = Picture(pixels=made.radiance, is_linear=True, matrix=made.matrix, white=made.white, **fields)
    return picture.noted(*space.notes, note)


def _hdr_base(base: Image.Image, space: ColorSpace, fields: dict[str, Any]) -> Picture:
    """A base picture that is the HDR rendition itself."""
    note = "The file says that its base picture is HDR, but its profile names no HDR curve: it was read as SDR"
    if space.hdr is not None:
        note = f"The base picture is HDR ({space.hdr.title}); its gain map, which leads down to SDR, is not needed"
    return from_codes(np.array(base), space, **fields).noted(note)


def _has_iso(image: Image.Image) -> bool:
    """Whether a JPEG announces a gain map of ISO 21496-1."""
    return any(isinstance(payload, bytes) and payload.startswith(ISO) for _, payload in getattr(image, "applist", ()))


def _bytes_of(image: Image.Image, most: int) -> bytes:
    """The first bytes of the file of a picture; none if it is closed and has no path."""
    file, path = getattr(image, "fp", None), getattr(image, "filename", "")
    if file is not None:
        place = file.tell()
        file.seek(0)
        data = file.read(most)
        file.seek(place)
        return data
    if path and Path(path).is_file():
        with Path(path).open("rb") as opened:
            return opened.read(most)
    return b""
