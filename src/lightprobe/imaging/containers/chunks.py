"""Chunks of PNG files.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 5.3 and 11.3.2.6.
"""

from __future__ import annotations

from io import BufferedIOBase

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND\xae\x42\x60\x82"
_MOST_CHUNKS = 4096
"""Chunks that are looked at before the pixels."""


def read_chunk(file: BufferedIOBase, kind: bytes, most: int = 1024) -> bytes | None:
    """The data of the first chunk of a kind that lies before the pixels; None if there is none, or if it is longer
    than `most` bytes.

    The file is left where it was.
    """
    position = file.tell()
    try:
        file.seek(0)
        if file.read(8) != SIGNATURE:
            return None
        for _ in range(_MOST_CHUNKS):
            head = file.read(8)
            length, found = int.from_bytes(head[:4]), head[4:]
            if len(head) < 8 or found in (b"IDAT", b"IEND"):
                return None
            if found == kind:
                return _whole(file.read(length), length) if length <= most else None
            file.seek(length + 4, 1)
        return None
    finally:
        file.seek(position)


def without_pixels(data: bytes) -> bytes:
    """A PNG file without its pixels (IDAT): all that is said of them, before and after."""
    kept, start, view = [SIGNATURE], len(SIGNATURE), memoryview(data)
    while start + 12 <= len(data):
        kind, end = data[start + 4 : start + 8], start + 12 + int.from_bytes(view[start : start + 4])
        if kind == b"IEND" or end > len(data):
            break
        if kind != b"IDAT":
            kept.append(bytes(view[start:end]))
        start = end
    return b"".join([*kept, _END])


def _whole(data: bytes, length: int) -> bytes | None:
    return data if len(data) == length else None
