"""Radiance HDR (.hdr, .pic): the header is read here, the pixels by FFmpeg.

Source: Ward, "Real Pixels", Graphics Gems II, 1991; Radiance's file format reference.
"""

from __future__ import annotations

import re
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from lightprobe._shapes import Float, UInt8
from lightprobe.errors import ImageError
from lightprobe.imaging.damage import damaged, decoding
from lightprobe.imaging.picture import check_size

HEADER_LIMIT = 65536
"""Bytes in which the header must end."""


def read_radiance_hdr(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Linear radiance, mantissa·2^(exponent − 136), as stored; EXPOSURE lines are not undone.

    FFmpeg passes over the end of a file that is cut short. So it is given one more row than the picture has, of
    noise: only where that row comes out as it went in have all rows before it been whole.

    Raises: ImageError for other pixel formats or orientations, and for damaged files.
    """
    name = str(path)
    with decoding(name, "Radiance file"):
        data = path.read_bytes()
    head, end, _ = data[:HEADER_LIMIT].partition(b"\n\n")
    start = len(head) + len(end)
    line = data[start : start + 64]
    size = re.match(rb"-Y +(\d{1,9}) +\+X +(\d{1,9}) *\n", line)
    if b"32-bit_rle_xyze" in head or not size:
        shown = line[:40].split(b"\n", 1)[0].decode("latin-1")
        raise ImageError(f"{name}: expected RGBE rows from the top ('-Y h +X w'), got {shown!r}; convert it to EXR")
    height, width = int(size.group(1)), int(size.group(2))
    check_size(width, height, name)
    rows = memoryview(data)[start + size.end() :]
    guard = np.random.default_rng(0).integers(130, 250, (2, width, 4), np.uint8)
    radiance = _decode(rows, height, guard[0], name)
    if not np.array_equal(radiance[height], _radiance(guard[0])):
        again = _decode(rows, height, guard[1], name)  # bytes after the last row do no harm
        if not np.array_equal(radiance[:height], again[:height]):
            raise damaged(name, "Radiance file", "its rows do not add up")
    return radiance[:height]


def _decode(
    rows: memoryview, height: int, guard: UInt8[np.ndarray, "w 4"], name: str
) -> Float[np.ndarray, "{height}+1 w 3"]:
    """The picture with one more row, which is the guard if what comes before it is whole."""
    whole = b"".join((b"#?RADIANCE\n\n-Y %d +X %d\n" % (height + 1, len(guard)), rows, guard.tobytes()))
    with decoding(name, "Radiance file", also=(FFmpegError,)):
        (frame,) = av.CodecContext.create("hdr", "r").decode(av.Packet(whole))  # pyright: ignore[reportAttributeAccessIssue]
        return np.ascontiguousarray(frame.to_ndarray(), np.float32)


def _radiance(rgbe: UInt8[np.ndarray, "w 4"]) -> Float[np.ndarray, "w 3"]:
    return np.ldexp(rgbe[:, :3].astype(np.float32), rgbe[:, 3:].astype(int) - 136)
