"""What the headers of a video file say about projection, eyes and cropping that FFmpeg does not pass on.

MP4 and MOV: moov/trak/mdia/minf/stbl/stsd/<entry>/{st3d, sv3d, clap, dvcC, dvvC} and moov/trak/uuid; Matroska and WebM:
Segment/Tracks/TrackEntry/Video. Only headers are read, none of the media; whatever is damaged counts as absent.

Sources: ISO/IEC 14496-12, 4.2 (boxes), 12.1.3 (sample entries), 12.1.4.1 (clap); Google, "Spherical Video V2 RFC" and
"Spherical Video RFC"; "Dolby Vision Streams Within the ISO Base Media File Format", 3.1; RFC 8794 and RFC 9559.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

MAX_CHILDREN = 4096
"""Boxes that are looked at in one box; a header has some dozens."""
MAX_HEADER = 1 << 20
"""Bytes of a sample entry, an XML packet or a list of tracks that are read."""

_SPHERICAL_UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
_TOP_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_ENTRY_HEADER = 86
"""Bytes before the boxes in a video sample entry, with its size and type."""
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT, _TRACKS, _CLUSTER, _TRACK, _VIDEO, _PROJECTION, _PROJECTION_TYPE = (
    *(0x18538067, 0x1654AE6B, 0x1F43B675, 0xAE, 0xE0, 0x7670, 0x7671),
)
_PIXEL_CROPS = (0x54CC, 0x54BB, 0x54DD, 0x54AA)
"""Left, top, right, bottom."""


@dataclass(frozen=True, kw_only=True)
class TrackBoxes:
    """What the header of a video track says, in its own numbers."""

    stereo_mode: int | None = None
    """Of st3d; None if it is absent."""
    projection: str | None = None
    """Type of the box in sv3d/proj: equi, cbmp, mshp, ytmp; None if it is absent."""
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Yaw, pitch and roll [°] of prhd."""
    bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Of equi: shares of the whole panorama that are cropped from top, bottom, left and right."""
    xml: str = ""
    """The packet of the Spherical Video RFC, version 1."""
    cropping: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Columns and rows [pixels] to crop from left, top, right and bottom of the stored picture."""
    dolby_vision: tuple[int, int] | None = None
    """Profile, and number of the curve that the base layer is compatible with (0: none)."""


def read_track_boxes(path: Path, index: int) -> TrackBoxes:
    """The header of the track with this index; an empty one for other kinds of files."""
    with path.open("rb") as file:
        head = file.read(8)
        end = file.seek(0, 2)
        try:
            if head[4:] in _TOP_BOXES:
                return _mp4_track(file, end, index)
            if head.startswith(_EBML):
                return _matroska_track(file, end, index)
        except (struct.error, IndexError, OverflowError):
            pass
    return TrackBoxes()


# MP4, MOV


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, start of the content and end of each box in a range of the file."""
    for _ in range(MAX_CHILDREN):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8))[0], 16
        stop = end if size == 0 else start + size
        if stop > end or stop < start + header:
            return
        yield kind, start + header, stop
        start = stop


def _inside(file: BinaryIO, start: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """Range of the first box at this path."""
    for kind in path:
        found = next((place for place in _boxes(file, start, end) if place[0] == kind), None)
        if found is None:
            return None
        _, start, end = found
    return start, end


def _content(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(min(end - start, MAX_HEADER))


def _mp4_track(file: BinaryIO, end: int, index: int) -> TrackBoxes:
    movie = _inside(file, 0, end, b"moov")
    if movie is None:
        return TrackBoxes()
    tracks = [(start, stop) for kind, start, stop in _boxes(file, *movie) if kind == b"trak"]
    if index >= len(tracks):
        return TrackBoxes()
    found = TrackBoxes()
    descriptions = _inside(file, *tracks[index], b"mdia", b"minf", b"stbl", b"stsd")
    xml = next(
        (
            data[16:].decode("utf-8", "replace")
            for kind, start, stop in _boxes(file, *tracks[index])
            if kind == b"uuid" and (data := _content(file, start, stop)).startswith(_SPHERICAL_UUID)
        ),
        "",
    )
    if descriptions is not None:
        entry = next(_boxes(file, descriptions[0] + 8, descriptions[1]), None)
        if entry is not None:
            found = _sample_entry(file, entry[1] - 8, entry[2])
    return replace(found, xml=xml)


def _sample_entry(file: BinaryIO, start: int, end: int) -> TrackBoxes:
    width, height = struct.unpack(">2H", _content(file, start + 32, start + 36))
    found = TrackBoxes()
    for kind, first, last in _boxes(file, start + _ENTRY_HEADER, end):
        content = _content(file, first, last)
        if kind == b"st3d":
            found = replace(found, stereo_mode=content[4])
        elif kind == b"clap":
            found = replace(found, cropping=_clean_aperture(content, width, height))
        elif kind in (b"dvcC", b"dvvC", b"dvwC"):
            found = replace(found, dolby_vision=(content[2] >> 1, content[4] >> 4))
        elif kind == b"sv3d" and (projection := _inside(file, first, last, b"proj")):
            found = _with_projection(found, file, *projection)
    return found


def _with_projection(found: TrackBoxes, file: BinaryIO, start: int, end: int) -> TrackBoxes:
    """With the content of a proj box."""
    for kind, first, last in _boxes(file, start, end):
        numbers = _content(file, first + 4, last)
        if kind == b"prhd":
            yaw, pitch, roll = struct.unpack_from(">3i", numbers)
            found = replace(found, pose=(yaw / 65536, pitch / 65536, roll / 65536))
            continue
        found = replace(found, projection=kind.decode("latin-1"))
        if kind == b"equi" and len(numbers) >= 16:
            top, bottom, left, right = (value / 2**32 for value in struct.unpack_from(">4I", numbers))
            found = replace(found, bounds=(top, bottom, left, right))
    return found


def _clean_aperture(content: bytes, width: int, height: int) -> tuple[int, int, int, int]:
    """Cropping of a clap box; none where it makes no sense."""
    numbers = struct.unpack_from(">4i4i", content)
    if any(denominator <= 0 for denominator in numbers[1::2]):
        return 0, 0, 0, 0
    inner_width, inner_height, x, y = (Fraction(*numbers[k : k + 2]) for k in range(0, 8, 2))
    left, top = round((width - inner_width) / 2 + x), round((height - inner_height) / 2 + y)
    right, bottom = width - left - round(inner_width), height - top - round(inner_height)
    if inner_width < 1 or inner_height < 1 or min(left, top, right, bottom) < 0:
        return 0, 0, 0, 0
    return left, top, right, bottom


# Matroska, WebM


def _matroska_track(file: BinaryIO, end: int, index: int) -> TrackBoxes:
    segment = next((place for place in _file_elements(file, 0, end) if place[0] == _SEGMENT), None)
    if segment is None:
        return TrackBoxes()
    for kind, start, stop in _file_elements(file, segment[1], segment[2]):
        if kind == _CLUSTER:
            break
        if kind == _TRACKS:
            tracks = [data for kind, data in _elements(_content(file, start, stop)) if kind == _TRACK]
            return _track_entry(tracks[index]) if index < len(tracks) else TrackBoxes()
    return TrackBoxes()


def _track_entry(data: bytes) -> TrackBoxes:
    video = dict(_elements(dict(_elements(data)).get(_VIDEO, b"")))
    projection = dict(_elements(video.get(_PROJECTION, b"")))
    left, top, right, bottom = (int.from_bytes(video.get(kind, b"")[:8]) for kind in _PIXEL_CROPS)
    is_mesh = int.from_bytes(projection.get(_PROJECTION_TYPE, b"")[:8]) == 3
    return TrackBoxes(projection="mshp" if is_mesh else None, cropping=(left, top, right, bottom))


def _element_header(head: bytes) -> tuple[int, int, int | None]:
    """ID, length of the header and size (None: unknown) of an EBML element. Raises: IndexError if there is none."""
    id_length, size_length = 9 - head[0].bit_length(), 0
    if id_length <= 4:
        size_length = 9 - head[id_length].bit_length()
    length = id_length + size_length
    if id_length > 4 or size_length > 8 or len(head) < length:
        raise IndexError("no EBML element")
    limit = (1 << 7 * size_length) - 1
    size = int.from_bytes(head[id_length:length]) & limit
    return int.from_bytes(head[:id_length]), length, None if size == limit else size


def _file_elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """ID, start and end of the elements in a range of the file."""
    for _ in range(MAX_CHILDREN):
        if start >= end:
            return
        file.seek(start)
        kind, length, size = _element_header(file.read(12))
        stop = end if size is None else min(start + length + size, end)
        yield kind, start + length, stop
        start = stop


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """ID and content of the elements in an element."""
    start = 0
    for _ in range(MAX_CHILDREN):
        if start >= len(data):
            return
        kind, length, size = _element_header(data[start : start + 12])
        stop = len(data) if size is None else start + length + size
        yield kind, data[start + length : stop]
        start = stop
