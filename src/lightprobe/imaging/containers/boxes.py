"""Boxes and items of HEIC and AVIF files: how the picture is coded, and which colors it says it has.

Sources: ISO/IEC 14496-12:2022, sections 4.2 and 8.11; ISO/IEC 23008-12:2022, sections 6.5 and 6.6.2.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedIOBase, BytesIO

MOST_META = 1 << 22
"""Size of the largest `meta` box that is read [bytes]."""
MOST_PARTS = 1 << 16
"""Most extents of all items together, and most tiles of a grid."""
_MOST_BOXES = 4096


@dataclass(frozen=True, kw_only=True)
class Item:
    """A picture, or a tile of one."""

    kind: bytes = b""
    """'hvc1', 'av01', 'grid' …"""
    extents: tuple[tuple[int, int], ...] = ()
    """Offsets and lengths of its data."""
    inside: bytes | None = None
    """What the offsets count in, if not in the file: the `idat` box."""
    properties: tuple[tuple[bytes, bytes], ...] = ()
    """Kind and content of each property, such as 'colr'."""
    sources: tuple[int, ...] = ()
    """The tiles of a grid, row by row."""

    def find(self, kind: bytes) -> bytes | None:
        """The content of its first property of a kind."""
        return next((data for found, data in self.properties if found == kind), None)


@dataclass(frozen=True, kw_only=True)
class Items:
    """The items of a file."""

    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict[int, Item])

    @property
    def picture(self) -> Item:
        """The primary item: the picture that is shown."""
        return self.items.get(self.primary, Item())

    @property
    def tiles(self) -> list[Item]:
        """The coded pictures that it consists of: itself, or the tiles of a grid."""
        if self.picture.kind != b"grid":
            return [self.picture]
        return [self.items.get(source, Item()) for source in self.picture.sources]

    @property
    def color(self) -> tuple[int, int, int, bool] | None:
        """Primaries, transfer characteristics, matrix coefficients (ITU-T H.273) and whether the range is full, as the
        picture's color box, or that of its first tile, states them; None without such a box ('nclx')."""
        for item in (self.picture, *self.tiles[:1]):
            for kind, data in item.properties:
                if kind == b"colr" and data[:4] == b"nclx" and len(data) >= 11:
                    return (*struct.unpack(">3H", data[4:10]), bool(data[10] & 0x80))
        return None


def read_items(file: BufferedIOBase) -> Items:
    """The items of a HEIC or AVIF file; none if it has no `meta` box, or if that is damaged.

    The file is left where it was.
    """
    position = file.tell()
    try:
        file.seek(0)
        meta = _meta(file)
        return Items() if meta is None else _items(meta)
    except (struct.error, IndexError, ValueError):
        return Items()
    finally:
        file.seek(position)


def read_data(file: BufferedIOBase, item: Item, most: int) -> bytes:
    """The coded data of an item. Raises: ValueError if there are more than `most` bytes, or fewer than it says."""
    if sum(length for _, length in item.extents) > most:
        raise ValueError("its data are longer than the file")
    source = file if item.inside is None else BytesIO(item.inside)
    parts: list[bytes] = []
    for offset, length in item.extents:
        source.seek(offset)
        parts.append(source.read(length or most))
        if len(parts[-1]) < length:
            raise ValueError("its data are cut short")
    return b"".join(parts)


def _meta(file: BufferedIOBase) -> bytes | None:
    """The content of the `meta` box at the top of a file."""
    for _ in range(_MOST_BOXES):
        head = file.read(8)
        if len(head) < 8:
            return None
        size, kind, start = int.from_bytes(head[:4]), head[4:], 8
        if size == 1:
            size, start = int.from_bytes(file.read(8)), 16
        if kind == b"meta":
            if not start < size <= MOST_META:
                return None
            return file.read(size - start)[4:]
        if size < start:  # 0: to the end of the file
            return None
        file.seek(size - start, 1)
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each box in a box."""
    start = 0
    while start + 8 <= len(data):
        size, kind, head = int.from_bytes(data[start : start + 4]), data[start + 4 : start + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16]), 16
        size = size or len(data) - start
        if size < head or start + size > len(data):
            raise ValueError("a box is larger than the box around it")
        yield kind, data[start + head : start + size]
        start += size


class _Reader:
    """Big-endian numbers, one after the other."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        self.data, self.place = data, start

    def number(self, size: int) -> int:
        if self.place + size > len(self.data):
            raise ValueError("a box is cut short")
        self.place += size
        return int.from_bytes(self.data[self.place - size : self.place])


def _items(meta: bytes) -> Items:
    boxes = dict(reversed(list(_boxes(meta))))  # the first of a kind counts
    kinds = _kinds(boxes.get(b"iinf", b""))
    places = _places(boxes.get(b"iloc", b""), boxes.get(b"idat", b""))
    properties = _properties(boxes.get(b"iprp", b""))
    sources = _sources(boxes.get(b"iref", b""))
    primary = boxes.get(b"pitm", b"")
    found: dict[int, Item] = {}
    for number, kind in kinds.items():
        extents, inside = places.get(number, ((), None))
        found[number] = Item(
            kind=kind,
            extents=extents,
            inside=inside,
            properties=properties.get(number, ()),
            sources=sources.get(number, ()),
        )
    return Items(primary=_Reader(primary, 4).number(4 if primary[:1] > b"\0" else 2), items=found)


def _kinds(data: bytes) -> dict[int, bytes]:
    """The kind of each item. Source: ISO/IEC 14496-12, 8.11.6."""
    found: dict[int, bytes] = {}
    for kind, entry in _boxes(data[6 if data[:1] == b"\0" else 8 :]):
        if kind == b"infe" and entry[:1] in (b"\2", b"\3"):
            size = 2 if entry[0] == 2 else 4
            found[int.from_bytes(entry[4 : 4 + size])] = entry[6 + size : 10 + size]
    return found


def _places(data: bytes, inside: bytes) -> dict[int, tuple[tuple[tuple[int, int], ...], bytes | None]]:
    """Extents in the file, or data in the `idat` box, of each item. Source: ISO/IEC 14496-12, 8.11.3."""
    if not data:
        return {}
    version, reader = data[0], _Reader(data, 4)
    sizes = reader.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    found: dict[int, tuple[tuple[tuple[int, int], ...], bytes | None]] = {}
    parts = 0
    for _ in range(reader.number(4 if version == 2 else 2)):
        number = reader.number(4 if version == 2 else 2)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)  # the file that it lies in: this one
        base = reader.number(base_size)
        extents: list[tuple[int, int]] = []
        count = reader.number(2)
        parts += count
        if parts > MOST_PARTS:
            raise ValueError("its items are in too many pieces")
        for _ in range(count):
            reader.number(index_size)
            offset = base + reader.number(offset_size)
            extents.append((offset, reader.number(length_size)))
        if method < 2:
            found[number] = (tuple(extents), inside if method else None)
    return found


def _properties(data: bytes) -> dict[int, tuple[tuple[bytes, bytes], ...]]:
    """The properties of each item. Source: ISO/IEC 23008-12, 9.3."""
    listed: list[tuple[bytes, bytes]] = []
    found: dict[int, tuple[tuple[bytes, bytes], ...]] = {}
    for kind, content in _boxes(data):
        if kind == b"ipco":
            listed = list(_boxes(content))
        elif kind == b"ipma":
            reader = _Reader(content, 4)
            is_wide = content[3] & 1
            for _ in range(reader.number(4)):
                number = reader.number(4 if content[0] else 2)
                places = [reader.number(2 if is_wide else 1) for _ in range(reader.number(1))]
                places = [place & (0x7FFF if is_wide else 0x7F) for place in places]
                found[number] = tuple(listed[place - 1] for place in places if 0 < place <= len(listed))
    return found


def _sources(data: bytes) -> dict[int, tuple[int, ...]]:
    """The items that each derived item is made of ('dimg'). Source: ISO/IEC 14496-12, 8.11.12."""
    found: dict[int, tuple[int, ...]] = {}
    size = 4 if data[:1] > b"\0" else 2
    for kind, content in _boxes(data[4:]):
        if kind == b"dimg":
            reader = _Reader(content)
            number = reader.number(size)
            found[number] = tuple(reader.number(size) for _ in range(min(reader.number(2), MOST_PARTS)))
    return found
