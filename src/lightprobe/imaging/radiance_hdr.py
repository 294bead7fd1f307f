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
from lightprobe.imaging.picture import check_size


def read_radiance_hdr(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Linear radiance, mantissa·2^(exponent − 136), as stored; EXPOSURE lines are not undone.

    Raises: ImageError for other pixel formats or orientations, and for damaged files.
    """
    data = path.read_bytes()
    header, _, rest = data[:65536].partition(b"\n\n")
    size = re.match(rb"([-+])Y (\d+) \+X (\d+)\n", rest)
    if b"32-bit_rle_xyze" in header or not size or size.group(1) != b"-":
        shown = rest.split(b"\n", 1)[0][:40].decode("latin-1")
        raise ImageError(f"{path}: expected RGBE rows from the top ('-Y h +X w'), got {shown!r}; convert it to EXR")
    height, width = int(size.group(2)), int(size.group(3))
    check_size(width, height, str(path))
    decoder = av.CodecContext.create("hdr", "r")  # by hand: FFmpeg's demuxer splits some files at bytes in the pixels
    try:
        frames = decoder.decode(av.Packet(data)) + decoder.decode(None)
    except FFmpegError as error:
        frames, reason = [], str(error)
    else:
        reason = "no picture in it"
    if len(frames) != 1 or frames[0].is_corrupt:
        raise ImageError(f"{path}: expected a whole Radiance file, got a damaged one ({reason}); fetch it again")
    return np.ascontiguousarray(frames[0].to_ndarray(), np.float32)
