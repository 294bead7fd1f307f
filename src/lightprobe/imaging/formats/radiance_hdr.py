"""Radiance HDR (.hdr, .pic): this module reads the header, FFmpeg the pixels.

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
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.picture import check_picture_size

HEADER_LIMIT = 65536
"""Largest size of the header [bytes]."""


def read_radiance_hdr(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Linear radiance, mantissa·2^(exponent − 136), as stored; EXPOSURE lines are ignored.

    FFmpeg ignores that a file is cut short among run lengths, but not among plain pixels. So one more row of plain
    pixels is appended; it can be read only if all rows before it are complete.

    Raises: ImageError for other pixel formats or orientations, and for damaged files.
    """
    name = str(path)
    with image_errors(name, "Radiance file"):
        data = path.read_bytes()
    head, end, _ = data[:HEADER_LIMIT].partition(b"\n\n")
    start = len(head) + len(end)
    line = data[start : start + 64]
    size = re.match(rb"-Y +(\d{1,9}) +\+X +(\d{1,9}) *\n", line)
    if b"32-bit_rle_xyze" in head or not size:
        found = line[:40].split(b"\n", 1)[0].decode("latin-1")
        raise ImageError(f"{name}: expected RGBE rows from the top ('-Y h +X w'), got {found!r}; convert it to EXR")
    height, width = int(size.group(1)), int(size.group(2))
    check_picture_size(width, height, name)
    rows = memoryview(data)[start + size.end() :]
    whole = b"".join((b"#?RADIANCE\n\n-Y %d +X %d\n" % (height + 1, width), rows, b"\x80" * (4 * width)))
    with image_errors(name, "Radiance file", also=(FFmpegError,)):
        (frame,) = av.CodecContext.create("hdr", "r").decode(av.Packet(whole))  # pyright: ignore[reportAttributeAccessIssue]
        return np.ascontiguousarray(frame.to_ndarray()[:height], np.float32)
