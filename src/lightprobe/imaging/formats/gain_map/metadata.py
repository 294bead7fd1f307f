"""Numbers of a gain map: how it leads from the base picture to the alternate rendition.

They are written in three ways: binary (ISO 21496-1), as XMP in the namespace of Adobe, which Android's Ultra HDR uses
too, and in Apple's own way.

Sources: ISO 21496-1:2025, "Gain map metadata for image conversion"; Android, "Ultra HDR Image Format v1.1"; Adobe,
"Gain Map 1.0"; Apple, "Applying Apple HDR effect to your photos".
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from lightprobe.errors import ImageError

ADOBE = "http://ns.adobe.com/hdr-gain-map/1.0/"
APPLE = "http://ns.apple.com/HDRGainMap/1.0/"
APPLE_KIND = "urn:com:apple:photo:2020:aux:hdrgainmap"
"""Apple's name of pictures that are gain maps."""
ISO = b"urn:iso:std:iso:ts:21496:-1\0"
"""First bytes of the APP2 segment with the binary numbers."""

MOST_STOPS = 64.0
"""Largest gain [log2] that is believed."""
MOST_OFFSET = 1024.0
"""Largest offset that is believed [display white]."""

_MULTICHANNEL, _BASE_SPACE, _COMMON_DENOMINATOR = 0x80, 0x40, 0x08
"""Flags of the binary form. The last one is none of the standard's, but libultrahdr's."""

_EXIF, _MAKER_NOTE = 0x8769, 0x927C
"""Tags of EXIF."""

Triple = tuple[float, float, float]


class UnusableGainMap(Exception):
    """Why a gain map cannot be used; the picture without it can."""


@dataclass(frozen=True, kw_only=True)
class GainMapMetadata:
    """Numbers of ISO 21496-1, of red, green and blue each."""

    least: Triple
    """Gain [log2] where the map is 0."""
    most: Triple
    """Gain [log2] where the map is 1."""
    gamma: Triple = (1.0, 1.0, 1.0)
    """The map holds the normalized gain to this power."""
    base_offset: Triple = (1 / 64, 1 / 64, 1 / 64)
    """Added to the base picture before the gain [display white]."""
    alternate_offset: Triple = (1 / 64, 1 / 64, 1 / 64)
    """Subtracted from the alternate rendition after the gain [display white]."""
    is_base_hdr: bool = False
    """Whether the base picture is the HDR rendition, and the map leads down to SDR."""
    is_in_base_space: bool = True
    """Whether the gain acts on the primaries of the base picture; else on those of the gain map's profile."""


@dataclass(frozen=True, kw_only=True)
class AppleGainMap:
    """Apple's gain map: it holds, with the curve of sRGB, where between 1 and `headroom` the gain lies."""

    headroom: float


Numbers = GainMapMetadata | AppleGainMap


def parse_iso(payload: bytes, name: str) -> GainMapMetadata | None:
    """Numbers of the binary form, what follows `ISO`; None if it only says its version, or is of a newer one.

    Raises: ImageError if it is cut off, or if a number is impossible.

    Source: ISO 21496-1:2025, annex C.
    """
    if len(payload) < 5 or payload[:2] != b"\0\0":
        return None
    flags = payload[4]
    channels = 3 if flags & _MULTICHANNEL else 1
    count = 2 + 5 * channels
    common = bool(flags & _COMMON_DENOMINATOR)
    size = 4 * (count + 1) if common else 8 * count
    body = payload[5 : 5 + size]
    if len(body) < size:
        raise _impossible(name, f"{size} bytes", f"{len(body)}")
    values = struct.unpack(f">{size // 4}I", body)
    above = values[1:] if common else values[0::2]
    below = count * values[:1] if common else values[1::2]
    # headrooms and gamma have no sign
    signed = [n - (1 << 32) if n >= 1 << 31 and (k - 2) % 5 != 2 and k >= 2 else n for k, n in enumerate(above)]
    if 0 in below:
        raise _impossible(name, "fractions", "a denominator of 0")
    numbers = [n / d for n, d in zip(signed, below, strict=True)]
    per_channel = [numbers[2 + 5 * k : 7 + 5 * k] for k in range(channels)]
    least, most, gamma, base_offset, alternate_offset = (_triple(column) for column in zip(*per_channel, strict=True))
    return _checked(
        GainMapMetadata(
            least=least,
            most=most,
            gamma=gamma,
            base_offset=base_offset,
            alternate_offset=alternate_offset,
            is_base_hdr=numbers[0] > numbers[1],
            is_in_base_space=bool(flags & _BASE_SPACE),
        ),
        name,
    )


def is_newer_iso(payload: bytes) -> bool:
    """Whether the binary form needs a reader of a newer version of the standard."""
    return len(payload) >= 2 and payload[:2] != b"\0\0"


def parse_adobe(xmp: str, name: str) -> GainMapMetadata | None:
    """Numbers in XMP; None if the packet does not give the largest gain, as that of a base picture.

    What is missing has the default of the specification.

    Raises: ImageError if a number is impossible.
    """
    most = xmp_values(xmp, ADOBE, "GainMapMax")
    if not most:
        return None
    is_hdr = xmp_values(xmp, ADOBE, "BaseRenditionIsHDR") or ["false"]
    sdr, hdr = (_numbers(xmp, f"Offset{kind}", 1 / 64, name) for kind in ("SDR", "HDR"))
    is_base_hdr = is_hdr[0].lower() in ("true", "1")
    return _checked(
        GainMapMetadata(
            least=_numbers(xmp, "GainMapMin", 0.0, name),
            most=_numbers(xmp, "GainMapMax", 0.0, name),
            gamma=_numbers(xmp, "Gamma", 1.0, name),
            base_offset=hdr if is_base_hdr else sdr,
            alternate_offset=sdr if is_base_hdr else hdr,
            is_base_hdr=is_base_hdr,
        ),
        name,
    )


def apple_gain_map(xmp: str, maker_note: bytes, name: str) -> AppleGainMap | None:
    """Apple's gain map: its headroom by XMP, or else by the maker note of the camera; None if neither gives it.

    Raises: ImageError if the headroom is impossible.
    """
    values = xmp_values(xmp, APPLE, "HDRGainMapHeadroom")
    headroom = _number(values[0]) if values else _maker_headroom(maker_note)
    if headroom is None:
        return None
    if not 1 <= headroom <= 2**MOST_STOPS:  # NaN fails too
        raise _impossible(name, "a headroom of 1 or more", f"{headroom:g}")
    return AppleGainMap(headroom=headroom)


def is_apple(xmp: str) -> bool:
    """Whether an XMP packet belongs to a gain map of Apple's."""
    return bool(xmp_values(xmp, APPLE, "HDRGainMapVersion")) or APPLE_KIND in xmp


def maker_note(image: Image.Image) -> bytes:
    """The note of the camera's maker in the EXIF data of a picture; empty if there is none."""
    note = image.getexif().get_ifd(_EXIF).get(_MAKER_NOTE, b"")
    return note if isinstance(note, bytes) else b""


def _maker_headroom(note: bytes) -> float | None:
    """Headroom by the numbers 33 and 48 of Apple's maker note; None if there is no such note.

    Source: Apple, "Applying Apple HDR effect to your photos", "Calculate the headroom from the image metadata".
    """
    found: dict[int, float] = {}
    if not note.startswith(b"Apple iOS\0") or note[12:14] != b"MM":
        return None
    try:
        for k in range(struct.unpack_from(">H", note, 14)[0]):
            tag, kind, count, offset = struct.unpack_from(">HHII", note, 16 + 12 * k)
            if tag in (33, 48) and (kind, count) == (10, 1):  # a signed fraction
                above, below = struct.unpack_from(">ii", note, offset)
                found[tag] = above / below
    except (struct.error, ZeroDivisionError):
        return None
    if 33 not in found:
        return None
    first, second = found[33], found.get(48, 0.0)
    if first < 1:
        stops = 1.8 - 20 * second if second <= 0.01 else 1.601 - 0.101 * second
    else:
        stops = 3.0 - 70 * second if second <= 0.01 else 2.303 - 0.303 * second
    return 2 ** min(max(stops, 0.0), MOST_STOPS)


def xmp_values(xmp: str, namespace: str, key: str) -> list[str] | None:
    """The value of an XMP property, or the values of a list; None if it is missing.

    It may be an attribute or an element, and the prefix of its namespace may be any.
    """
    for prefix in dict.fromkeys(re.findall(rf"xmlns:([\w.-]+)\s*=\s*[\"']{re.escape(namespace)}[\"']", xmp)):
        tag = f"{re.escape(prefix)}:{key}"
        if match := re.search(rf"\s{tag}\s*=\s*[\"']([^\"']*)[\"']", xmp):
            return [match[1].strip()]
        if match := re.search(rf"<{tag}(?:\s[^<>]*)?>(.*?)</{tag}\s*>", xmp, re.DOTALL):
            items = re.findall(r"<rdf:li(?:\s[^<>]*)?>([^<]*)<", match[1])
            return [text.strip() for text in items or [re.sub(r"<[^>]*>", " ", match[1])]]
    return None


def _numbers(xmp: str, key: str, default: float, name: str) -> Triple:
    values = xmp_values(xmp, ADOBE, key)
    if values is None:
        return _triple([default])
    numbers = [_number(text) for text in values]
    if len(numbers) not in (1, 3) or None in numbers:
        raise _impossible(name, f"one or three numbers {key}", ", ".join(values)[:40] or "none")
    return _triple([number for number in numbers if number is not None])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _triple(values: Sequence[float]) -> Triple:
    first, second, third = values if len(values) == 3 else 3 * list(values[:1])
    return first, second, third


def _checked(numbers: GainMapMetadata, name: str) -> GainMapMetadata:
    """Raises: ImageError if a number is impossible."""
    for key in ("least", "most"):
        _require(getattr(numbers, key), MOST_STOPS, f"gains of at most 2^{MOST_STOPS:g}", name)
    for key in ("base_offset", "alternate_offset"):
        _require(getattr(numbers, key), MOST_OFFSET, f"offsets of at most {MOST_OFFSET:g}", name)
    if not all(0 < gamma < math.inf for gamma in numbers.gamma):
        raise _impossible(name, "a gamma above 0", ", ".join(f"{gamma:g}" for gamma in numbers.gamma))
    return numbers


def _require(values: Triple, limit: float, expected: str, name: str) -> None:
    if not all(abs(value) <= limit for value in values):  # NaN fails too
        raise _impossible(name, expected, ", ".join(f"{value:g}" for value in values))


def _impossible(name: str, expected: str, got: str) -> ImageError:
    return ImageError(
        f"{name}: expected {expected} in the gain map metadata, got {got}; export the picture again, or without HDR"
    )
