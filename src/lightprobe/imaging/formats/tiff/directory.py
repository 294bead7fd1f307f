"""TIFF directories: the pages of a file and their tags, in classic TIFF and in BigTIFF.

Sources: Adobe, "TIFF Revision 6.0", 1992, section 2; "Adobe Photoshop TIFF Technical Notes", 2002; Aware Systems,
"The BigTIFF File Format"; Adobe, "Digital Negative (DNG) Specification", version 1.7.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from mmap import mmap

import numpy as np

from lightprobe.imaging.codecs.damage import damaged

KIND = "TIFF file"
MOST_PAGES = 4096
"""Pages and pages below them that are looked at."""

_BYTES: dict[int, str] = dict(zip((1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 16, 17, 18), "BBHIbBhifdIQqQ", strict=True))
"""NumPy's codes of the types of values; of the two rationals (5, 10) nothing is needed."""

_CFA, _LINEAR_RAW, _NIKON = 32803, 34892, 34713


class Tag(IntEnum):
    """Tags that are used."""

    SUBFILE = 254
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    MAKE = 271
    OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS = 278
    COUNTS = 279
    PLANAR = 284
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_COUNTS = 325
    BELOW = 330
    EXTRA = 338
    FORMAT = 339
    XMP = 700
    PROFILE = 34675
    DNG_VERSION = 50706


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The tags of one page."""

    data: mmap = field(repr=False)
    order: str
    """'<' for little-endian, '>' for big-endian."""
    entries: dict[int, tuple[int, int, int]]
    """Type, count and place of the values of each tag."""

    def numbers(self, tag: Tag, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The values of a tag. Raises: ValueError if they are no whole numbers, or lie outside the file."""
        if tag not in self.entries:
            return default
        kind, count, place = self.entries[tag]
        values = np.frombuffer(self.data, np.dtype(self.order + _BYTES.get(kind, "B")), count, place)
        return tuple(int(value) for value in values)

    def number(self, tag: Tag, default: int = 0) -> int:
        """The first value of a tag."""
        return next(iter(self.numbers(tag)), default)

    def bytes_of(self, tag: Tag) -> bytes:
        """The values of a tag of bytes; empty if there is none."""
        if tag not in self.entries:
            return b""
        kind, count, place = self.entries[tag]
        return self.data[place : place + count * np.dtype(_BYTES.get(kind, "B")).itemsize]

    @property
    def is_reduced(self) -> bool:
        """Whether it is a preview, or the mask of another page."""
        return bool(self.number(Tag.SUBFILE) & 5)


def read_directories(data: mmap, name: str) -> list[Directory]:
    """The pages of a file.

    Raises: ImageError if a directory is damaged; struct.error or ValueError where it is cut short.
    """
    order = "<" if data[:2] == b"II" else ">"
    is_big = struct.unpack_from(f"{order}H", data, 2)[0] == 43
    place = struct.unpack_from(f"{order}Q" if is_big else f"{order}I", data, 8 if is_big else 4)[0]
    pages: list[Directory] = []
    visited: set[int] = set()
    while place and place not in visited and len(pages) < MOST_PAGES:
        visited.add(place)
        page, place = _directory(data, order, is_big, place, name)
        pages.append(page)
    if not pages:
        raise damaged(name, KIND, "it has no pages")
    return pages


def raw_maker(pages: list[Directory], name: str) -> str | None:
    """What raw photograph the file is, 'DNG' or one of a maker; None if it is none.

    A raw photograph has pixels of a color filter array, or linear sensor values, in a page or one below it.

    Raises: as `read_directories`.
    """
    if Tag.DNG_VERSION in pages[0].entries:
        return "DNG"
    below = [inner for page in pages for inner in _below(page, name)]
    for page in (*pages, *below):
        sensor = page.number(Tag.PHOTOMETRIC) in (_CFA, _LINEAR_RAW)
        if sensor or page.number(Tag.COMPRESSION) == _NIKON:
            maker = next((text for page in pages if (text := page.bytes_of(Tag.MAKE).strip(b"\0 "))), b"")
            return maker.decode("latin-1")[:40] or "of a camera"
    return None


def _below(page: Directory, name: str) -> list[Directory]:
    """The pages that a page points to, such as the full picture of a preview."""
    is_big = page.data[2:4] in (b"\x2b\0", b"\0\x2b")
    places = page.numbers(Tag.BELOW)[:16]
    return [_directory(page.data, page.order, is_big, place, name)[0] for place in places if place]


def _directory(data: mmap, order: str, is_big: bool, place: int, name: str) -> tuple[Directory, int]:
    """A directory, and the place of the next one; 0 if it is the last."""
    head, size, inline, next_code = ("Q", 20, 12, "Q") if is_big else ("H", 12, 8, "I")
    count = struct.unpack_from(f"{order}{head}", data, place)[0]
    place += struct.calcsize(f"={head}")
    if place + size * count > len(data):
        raise damaged(name, KIND, "a directory of it is cut short")
    entries: dict[int, tuple[int, int, int]] = {}
    for start in range(place, place + size * count, size):
        tag, kind, number = struct.unpack_from(f"{order}HH{next_code}", data, start)
        width = np.dtype(_BYTES.get(kind, "d")).itemsize * number
        value = start + inline
        if width > size - inline:
            value = struct.unpack_from(f"{order}{next_code}", data, value)[0]
        if value + width <= len(data):  # what lies outside the file is missing
            entries.setdefault(tag, (kind, number, value))
    end = place + size * count
    following = struct.unpack_from(f"{order}{next_code}", data, end)[0] if end + size - inline <= len(data) else 0
    return Directory(data=data, order=order, entries=entries), following
