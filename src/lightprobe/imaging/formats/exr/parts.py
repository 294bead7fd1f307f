"""OpenEXR files: their headers, and a part of many as a file of its own.

The headers are read here, because of OpenEXR's two Python interfaces the older one crashes on names that are not
UTF-8 and knows the first part only, and the newer one refuses other text and is slow where there are many channels.

Source: "OpenEXR File Layout", version 2, openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import damaged

MAX_CHANNELS = 10_000
"""Largest number of channels, and of parts. OpenEXR's time to open a file grows with its square."""

KIND = "OpenEXR file"
_TILED, _LONG_NAMES, _DEEP, _MULTIPART = 0x200, 0x400, 0x800, 0x1000
_NEEDED = (
    *("channels", "compression", "dataWindow", "displayWindow", "lineOrder", "pixelAspectRatio"),
    *("screenWindowCenter", "screenWindowWidth", "tiles"),
)
"""Attributes of a part that its pixels need."""


@dataclass(frozen=True, kw_only=True)
class ExrPart:
    """A part of a file, as its header describes it. Windows are (left, top, right, bottom), the edges inclusive."""

    channels: dict[str, tuple[int, int]]
    """Sampling of each channel, across and down [pixels]."""
    data: tuple[int, int, int, int]
    """Window of the pixels that are stored."""
    display: tuple[int, int, int, int]
    """Window of the picture."""
    texts: dict[str, str]
    """Attributes that are text: 'name', 'view', 'type' …"""
    views: tuple[str, ...]
    """Names of the views; the first is the default one."""
    chromaticities: tuple[tuple[float, float], ...] | None
    """Of red, green, blue and white; None where they are those of Rec.709."""
    is_deep: bool
    is_cube: bool
    """Whether the environment map is a cube."""
    tile: int
    """Longer side of a tile; 0 for scan lines."""
    aspect: float
    """Width of a pixel divided by its height."""
    attributes: dict[str, tuple[bytes, bytes]] = field(repr=False)
    """Type and value of each attribute."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the window of pixels."""
        return self.data[2] - self.data[0] + 1, self.data[3] - self.data[1] + 1


def read_exr_parts(file: mmap, name: str) -> tuple[list[ExrPart], int]:
    """The parts of a file, and where its first table of chunks starts; 0 if the file has one part only.

    Raises: ImageError if a header is damaged, or has more than `MAX_CHANNELS` channels; struct.error or ValueError
    where it is cut short.
    """
    flags = struct.unpack_from("<I", file, 4)[0]
    position, parts = 8, list[ExrPart]()
    while True:
        attributes, position = _attributes(file, position, name)
        if not attributes and parts:
            return parts, position
        parts.append(_part(attributes, flags, name))
        if not flags & _MULTIPART:
            return parts, 0
        if len(parts) > MAX_CHANNELS:
            raise _too_many(name, "parts")


def part_alone(file: mmap, parts: list[ExrPart], index: int, table: int, name: str) -> bytes:
    """A part of a file with many parts, as a file with one.

    Raises: ImageError if the file is damaged; struct.error where it is cut short.
    """
    part = parts[index]
    header = struct.pack("<II", 20000630, 2 | _LONG_NAMES | (_TILED if part.tile else 0))
    for key in sorted(_NEEDED):
        if key in part.attributes:
            kind, value = part.attributes[key]
            header += key.encode() + b"\0" + kind + b"\0" + struct.pack("<I", len(value)) + value
    counts = [_number(other.attributes, "chunkCount") for other in parts[: index + 1]]
    count, table = counts[-1], table + 8 * sum(counts[:-1])
    if min(counts) < 0 or table + 8 * count > len(file):
        raise damaged(name, KIND, "its table of chunks is cut short")
    chunks = list(_chunks(file, struct.unpack_from(f"<{count}Q", file, table), index, bool(part.tile), name))
    start, offsets = len(header) + 1 + 8 * count, list[int]()
    for chunk in chunks:
        offsets.append(start)
        start += len(chunk)
    return b"".join((header, b"\0", struct.pack(f"<{count}Q", *offsets), *chunks))


def _chunks(file: mmap, offsets: tuple[int, ...], index: int, is_tiled: bool, name: str) -> Iterator[bytes]:
    """The chunks of a part, without the number of the part that each begins with."""
    head = 24 if is_tiled else 12
    total = 0
    for offset in offsets:
        if offset + head > len(file) or struct.unpack_from("<i", file, offset)[0] != index:
            raise damaged(name, KIND, "a chunk of it is missing")
        end = offset + head + struct.unpack_from("<I", file, offset + head - 4)[0]
        total += end - offset
        if end > len(file) or total > len(file):
            raise damaged(name, KIND, "a chunk of it is cut short")
        yield file[offset + 4 : end]


def _too_many(name: str, what: str) -> ImageError:
    return ImageError(
        f"{name}: expected at most {MAX_CHANNELS} {what}, got more; export the color channels R, G, B alone"
    )


def _text(file: mmap, position: int, name: str) -> tuple[bytes, int]:
    """A text that ends in a zero byte, and where the next thing starts."""
    end = file.find(b"\0", position, position + 256)
    if end < 0:
        raise damaged(name, KIND, "a name in its header does not end")
    return file[position:end], end + 1


def _attributes(file: mmap, position: int, name: str) -> tuple[dict[str, tuple[bytes, bytes]], int]:
    """The attributes of a header, and where the next thing starts."""
    found: dict[str, tuple[bytes, bytes]] = {}
    while True:
        key, position = _text(file, position, name)
        if not key:
            return found, position
        kind, position = _text(file, position, name)
        length = struct.unpack_from("<I", file, position)[0]
        position += 4
        if position + length > len(file):
            raise damaged(name, KIND, "its header is cut short")
        title = key.decode("utf-8", "replace")
        if title in found:
            raise damaged(name, KIND, f"its header has two attributes {title[:40]!r}")
        found[title] = kind, file[position : position + length]
        position += length


def _part(attributes: dict[str, tuple[bytes, bytes]], flags: int, name: str) -> ExrPart:
    values = {key: value for key, (_, value) in attributes.items()}
    missing = [key for key in ("channels", "compression", "dataWindow", "displayWindow") if key not in values]
    if missing:
        raise damaged(name, KIND, f"its header has no {missing[0]}")
    texts = {key: value.decode("utf-8", "replace") for key, (kind, value) in attributes.items() if kind == b"string"}
    kind = texts.get("type", "")
    is_tiled = kind == "tiledimage" if flags & _MULTIPART else bool(flags & _TILED)
    tile = max(struct.unpack_from("<II", values["tiles"])) if is_tiled and "tiles" in values else int(is_tiled)
    return ExrPart(
        channels=_channels(values["channels"], name),
        data=struct.unpack("<4i", values["dataWindow"]),
        display=struct.unpack("<4i", values["displayWindow"]),
        texts=texts,
        views=_views(values.get("multiView", b"")),
        chromaticities=_chromaticities(values.get("chromaticities")),
        is_deep=kind.startswith("deep") or (not flags & _MULTIPART and bool(flags & _DEEP)),
        is_cube=attributes.get("envmap") == (b"envmap", b"\1"),
        tile=tile,
        aspect=struct.unpack("<f", values["pixelAspectRatio"])[0] if "pixelAspectRatio" in values else 1.0,
        attributes=attributes,
    )


def _number(attributes: dict[str, tuple[bytes, bytes]], key: str) -> int:
    return struct.unpack("<i", attributes[key][1])[0] if key in attributes else -1


def _channels(data: bytes, name: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    position = 0
    while data[position : position + 1] not in (b"\0", b""):
        end = data.index(b"\0", position)
        try:
            title = data[position:end].decode()
        except UnicodeDecodeError:
            raise ImageError(
                f"{name}: expected channel names in UTF-8, got {data[position:end][:40]!r}; rename the channels"
            ) from None
        found[title] = struct.unpack_from("<ii", data, end + 9)
        position = end + 17
        if len(found) > MAX_CHANNELS:
            raise _too_many(name, "channels")
    return found


def _views(data: bytes) -> tuple[str, ...]:
    """A list of texts, each after its length."""
    found: list[str] = []
    position = 0
    while position + 4 <= len(data):
        length = struct.unpack_from("<I", data, position)[0]
        found.append(data[position + 4 : position + 4 + length].decode("utf-8", "replace"))
        position += 4 + length
    return tuple(found)


def _chromaticities(data: bytes | None) -> tuple[tuple[float, float], ...] | None:
    if data is None:
        return None
    values = struct.unpack("<8f", data)
    return tuple((values[k], values[k + 1]) for k in range(0, 8, 2))
