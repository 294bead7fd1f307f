"""Gain maps in HEIC files: Apple's, which is an auxiliary picture.

Those of ISO 21496-1 are items of kind 'tmap', which libheif's Python package does not give: they are only recognized.

Source: Apple, "Applying Apple HDR effect to your photos"; ISO/IEC 23008-12:2022/Amd 1:2025 ('tmap').
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from lightprobe.imaging.codecs.damage import DECODER_ERRORS
from lightprobe.imaging.formats.gain_map.jpeg import check_gain_map_size, unreadable
from lightprobe.imaging.formats.gain_map.metadata import APPLE_KIND, UnusableGainMap, apple_gain_map, maker_note
from lightprobe.imaging.formats.gain_map.rendition import StoredGainMap

MOST_XMP = 1 << 16
"""Size of the largest XMP packet that is read [bytes]."""
_MOST_STRETCHED = 1.1
"""How far the width-to-height ratios of a gain map and its base may differ."""


def has_tone_map(head: bytes) -> bool:
    """Whether the first bytes of a HEIC or AVIF file announce a gain map of ISO 21496-1."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return head[4:8] == b"ftyp" and b"tmap" in (head[k : k + 4] for k in range(16, end, 4))


def heif_gain_map(image: Image.Image, data: bytes, name: str) -> StoredGainMap | None:
    """Apple's gain map in the bytes of a HEIC file that pillow_heif has opened; None if there is none.

    Raises: UnusableGainMap saying why it cannot be used; ImageError if its headroom is impossible.
    """
    kinds: dict[str, list[int]] = image.info.get("aux") or {}
    numbers = kinds.get(APPLE_KIND)
    if not numbers:
        return None
    found = apple_gain_map(_packet(data), maker_note(image), name)
    if found is None:
        raise UnusableGainMap("its headroom is not given")
    return StoredGainMap(_auxiliary(data, numbers[0], image.size), found)


def _packet(data: bytes) -> str:
    """The XMP packet with the headroom; it belongs to the auxiliary picture, of which libheif gives none."""
    middle = data.find(b"HDRGainMapHeadroom")
    if middle < 0:
        return ""
    start = data.rfind(b"<x:xmpmeta", max(middle - MOST_XMP, 0), middle)
    return data[max(start, 0) : data.find(b"</x:xmpmeta>", middle, middle + MOST_XMP)].decode("utf-8", "replace")


def _auxiliary(data: bytes, number: int, base: tuple[int, int]) -> np.ndarray:
    """The codes of an auxiliary picture, with its channels."""
    from pillow_heif import open_heif

    try:
        file: Any = open_heif(io.BytesIO(data))
        stored = file[file.primary_index].get_aux_image(number)
        check_gain_map_size(stored.size, base)
        decoded = stored.to_pillow()
    except DECODER_ERRORS as error:
        raise unreadable(error) from None
    stretch = decoded.width * base[1] / (decoded.height * base[0])
    if not 1 / _MOST_STRETCHED < stretch < _MOST_STRETCHED:
        raise UnusableGainMap(f"it has {decoded.width}×{decoded.height} pixels, its base {base[0]}×{base[1]}")
    codes = np.array(decoded if decoded.mode in ("L", "RGB") else decoded.convert("RGB"))
    return codes.reshape(decoded.height, decoded.width, -1)
