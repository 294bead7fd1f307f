"""Videos of exact codes, and metadata put into their headers, for the tests of video."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

PRIMARIES = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
"""Source: ITU-T H.273, table 2; white is D65 in all."""


def code_frame(
    values: Sequence[np.ndarray | int],
    pix_fmt: str,
    size: tuple[int, int] = (32, 64),
    *,
    transfer: int = 2,
    primaries: int = 2,
    matrix: int = 2,
    full_range: bool = False,
) -> av.VideoFrame:
    """A frame of these codes, plane by plane, in the order of the format (Y, U, V; G, B, R)."""
    height, width = size
    frame = av.VideoFrame(width, height, pix_fmt)
    dtype = np.uint8 if frame.format.components[0].bits == 8 else np.dtype("<u2")
    for plane, value in zip(frame.planes, values, strict=True):
        rows = np.zeros((plane.height, plane.line_size // np.dtype(dtype).itemsize), dtype)
        rows[:, : plane.width] = value
        plane.update(rows.tobytes()[: plane.buffer_size])
    frame.color_trc, frame.color_primaries, frame.colorspace = transfer, primaries, matrix
    frame.color_range = 2 if full_range else 1
    return frame


def coded_video(
    path: Path,
    frames: Sequence[av.VideoFrame],
    codec: str = "ffv1",
    *,
    aspect: Fraction | None = None,
    display_matrix: Sequence[int] | None = None,
    metadata: dict[str, str] | None = None,
    rate: int = 10,
    options: dict[str, str] | None = None,
) -> Path:
    """A video of frames as they are; its header says what the first of them says about color."""
    first = frames[0]
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, first.format.name
        context = stream.codec_context
        context.color_trc, context.color_primaries = first.color_trc, first.color_primaries
        context.colorspace, context.color_range = first.colorspace, first.color_range
        if aspect is not None:
            context.sample_aspect_ratio = aspect
        if display_matrix is not None:
            stream.set_display_matrix(display_matrix)
        stream.metadata.update(metadata or {})
        for number, frame in enumerate(frames):
            frame.pts = number
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return path


# MP4


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def full_box(kind: bytes, *content: bytes) -> bytes:
    """A box with version 0 and no flags."""
    return box(kind, bytes(4), *content)


def spherical_box(projection: bytes, pose: tuple[float, float, float] = (0, 0, 0), head: bytes = bytes(12)) -> bytes:
    """sv3d, with this projection box."""
    angles = struct.pack(">3i", *(round(65536 * angle) for angle in pose))
    return box(b"sv3d", full_box(b"svhd", b"test\0"), box(b"proj", full_box(b"prhd", angles), projection))


def equi_box(top: float = 0, bottom: float = 0, left: float = 0, right: float = 0) -> bytes:
    """An equirectangular projection with bounds."""
    return full_box(b"equi", struct.pack(">4I", *(int(share * 0xFFFFFFFF) for share in (top, bottom, left, right))))


def with_boxes(path: Path, *, entry: bytes = b"", track: bytes = b"") -> Path:
    """The MP4 file with boxes added to its sample entry and its track; the header must be behind the media."""
    data = bytearray(path.read_bytes())
    assert data.index(b"moov") > data.index(b"mdat")
    moov = data.index(b"moov") - 4
    trak = data.index(b"trak", moov) - 4
    places = [moov, trak]
    for kind in (b"mdia", b"minf", b"stbl", b"stsd"):
        places.append(data.index(kind, places[-1]) - 4)
    places.append(places[-1] + 16)
    for start, added, length in ((places[-1], entry, 7), (trak, track, 2)):
        end = start + struct.unpack_from(">I", data, start)[0]
        data[end:end] = added
        for place in places[:length]:
            struct.pack_into(">I", data, place, struct.unpack_from(">I", data, place)[0] + len(added))
    path.write_bytes(data)
    return path


# Matroska


def element(kind: int, content: bytes) -> bytes:
    """An element of RFC 8794, its size in eight bytes."""
    return kind.to_bytes((kind.bit_length() + 7) // 8) + (1 << 56 | len(content)).to_bytes(8) + content


def _header(data: bytes, start: int) -> tuple[int, int, int]:
    """ID, and the range of the content."""
    length = 9 - data[start].bit_length()
    kind = int.from_bytes(data[start : start + length])
    start += length
    length = 9 - data[start].bit_length()
    size = int.from_bytes(data[start : start + length]) & ((1 << 7 * length) - 1)
    return kind, start + length, len(data) if size == (1 << 7 * length) - 1 else start + length + size


def _grown(data: bytes, path: tuple[int, ...], added: bytes) -> bytes:
    """The elements with `added` in the first one at a path of IDs."""
    if not path:
        return data + added
    start, parts = 0, []
    while start < len(data):
        kind, first, last = _header(data, start)
        if kind == path[0]:
            return b"".join([*parts, element(kind, _grown(data[first:last], path[1:], added)), data[last:]])
        parts.append(data[start:last])
        start = last
    raise AssertionError("no such element")


def with_elements(path: Path, added: bytes) -> Path:
    """The Matroska file with elements added to the Video element of its first track."""
    path.write_bytes(_grown(path.read_bytes(), (0x18538067, 0x1654AE6B, 0xAE, 0xE0), added))
    return path
