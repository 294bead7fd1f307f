"""Further pictures in a JPEG file: whole JPEG streams behind the first one.

They are found by the MPF index, by the XMP directory of Google's container, or by their first bytes.

Sources: CIPA DC-007-2021, "Multi-Picture Format"; Android, "Ultra HDR Image Format v1.1", "GContainer"; ITU-T T.81,
annex B (markers).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

START = b"\xff\xd8\xff"
"""First bytes of a JPEG stream."""
MOST_PICTURES = 64
"""Largest number of pictures that is looked for."""
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_THUMBNAILS = (0x010001, 0x010002)
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
"""A marker in entropy-coded data, other than those that restart it."""


class Segment(NamedTuple):
    """A marker segment of a JPEG stream."""

    marker: int
    start: int
    """Where its payload begins, in the file."""
    payload: bytes


class MultiPicture(NamedTuple):
    """The MPF index."""

    offsets: list[int]
    """Where the pictures after the first one begin, in the file; the sizes are often wrong, so they are left out."""
    pictures: int
    """Number of pictures; those that are smaller copies of the first one do not count."""


def segments(data: bytes, start: int = 0) -> list[Segment]:
    """The segments of the JPEG stream at `start`, up to its image data; as many as can be read."""
    found: list[Segment] = []
    place = start + 2
    while data[place : place + 1] == b"\xff" and len(data) >= place + 4:
        marker, size = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if size < 2 or marker in (0xD9, 0xDA):
            break
        found.append(Segment(marker, place + 4, data[place + 4 : place + 2 + size]))
        place += 2 + size
    return found


def xmp_of(parts: list[Segment]) -> str:
    """The XMP packet among segments; empty if there is none."""
    for part in parts:
        if part.marker == 0xE1 and part.payload.startswith(_XMP):
            return part.payload[len(_XMP) :].decode("utf-8", "replace")
    return ""


def app2(parts: list[Segment], signature: bytes) -> Segment | None:
    """The first APP2 segment that begins so; what begins so is left in."""
    return next((part for part in parts if part.marker == 0xE2 and part.payload.startswith(signature)), None)


def multi_picture(parts: list[Segment]) -> MultiPicture:
    """The MPF index among the segments of the first picture; empty if there is none, or if it is damaged."""
    index = app2(parts, b"MPF\0")
    if index is None:
        return MultiPicture([], 1)
    tiff, origin = index.payload[4:], index.start + 4
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
        values: dict[int, tuple[int, int]] = {}
        for k in range(entries):
            tag, _, size, value = struct.unpack_from(f"{order}HHII", tiff, directory + 2 + 12 * k)
            values[tag] = size, value
        size, table = values[0xB002]
        pictures = [
            struct.unpack_from(f"{order}III", tiff, table + 16 * k) for k in range(min(size // 16, MOST_PICTURES))
        ]
    except (struct.error, KeyError):
        return MultiPicture([], 1)
    own = sum(attribute & 0xFFFFFF not in _THUMBNAILS for attribute, _, _ in pictures)
    return MultiPicture([origin + offset for _, _, offset in pictures if offset], max(own, 1))


def places(data: bytes, parts: list[Segment]) -> Iterator[int]:
    """Where further pictures may begin, the likeliest places first; each place has a JPEG stream."""
    seen: set[int] = set()
    for place in _places(data, parts):
        if place > 0 and place not in seen and data.startswith(START, place):
            seen.add(place)
            yield place


def _places(data: bytes, parts: list[Segment]) -> Iterator[int]:
    yield from multi_picture(parts).offsets
    end = end_of(data)
    if end is None:
        return
    before, lengths = 0, _container(xmp_of(parts))
    for length in lengths[:MOST_PICTURES]:
        yield end + before
        before += length
    for _ in range(MOST_PICTURES):
        place = data.find(START, end)
        if place < 0:
            return
        yield place
        end = end_of(data, place) or len(data)


def _container(xmp: str) -> list[int]:
    """Lengths of the items after the first one, which may be padded, in the directory of Google's container."""
    found: list[int] = []
    for item in re.findall(r"<[\w.-]+:Item\b[^<>]*>", xmp):
        length = re.search(r":Length\s*=\s*[\"'](\d{1,10})[\"']", item)
        found.append(int(length[1]) if length else 0)
    return found[1:]


def end_of(data: bytes, start: int = 0) -> int | None:
    """Where the JPEG stream at `start` ends; None if it has no end."""
    parts = segments(data, start)
    place = parts[-1].start + len(parts[-1].payload) if parts else start + 2
    while match := _MARKER.search(data, place):
        place, marker = match.end(), data[match.end() - 1]
        if marker == 0xD9:
            return place
        place += int.from_bytes(data[place : place + 2], "big")  # a further scan, or its tables
    return None
