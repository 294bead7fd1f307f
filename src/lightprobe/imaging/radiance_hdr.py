"""Radiance HDR (.hdr, .pic): the header is read here, the pixels by FFmpeg.

Source: Ward, "Real Pixels", Graphics Gems II, 1991; Radiance's file format reference.
"""

from __future__ import annotations

import re
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.damage import decoding
from lightprobe.imaging.picture import check_size

HEADER_LIMIT = 65536
"""Bytes in which the header must end."""


def read_radiance_hdr(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Linear radiance, mantissa·2^(exponent − 136), as stored; EXPOSURE lines are not undone.

    FFmpeg passes over the end of a file that is cut short among run lengths, but not among plain pixels; so it is
    given one more row of those, which is read in full only if all rows before it are there.

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
    whole = b"".join((b"#?RADIANCE\n\n-Y %d +X %d\n" % (height + 1, width), rows, b"\x80" * (4 * width)))
    with decoding(name, "Radiance file", also=(FFmpegError,)):
        (frame,) = av.CodecContext.create("hdr", "r").decode(av.Packet(whole))  # pyright: ignore[reportAttributeAccessIssue]
        return np.ascontiguousarray(frame.to_ndarray()[:height], np.float32)
