"""PNG, where Pillow is not enough.

16 bits of more than gray, which Pillow would reduce to 8, are read by FFmpeg; Pillow reads the metadata. 8 bits are
written in half of Pillow's time.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from lightprobe._shapes import UInt8
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.codecs.quiet import warnings_of_pillow
from lightprobe.imaging.color.space import from_codes
from lightprobe.imaging.containers.chunks import SIGNATURE, without_pixels
from lightprobe.imaging.containers.exif import ORIENTATION, upright
from lightprobe.imaging.formats.color_metadata import color_space, png_code_points
from lightprobe.imaging.formats.pillow import opened, read_with_pillow
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.geometry.tags import tagged
from lightprobe.imaging.picture import Picture, check_picture_size, seen_where

_RGB, _GRAY_ALPHA, _RGBA = 2, 4, 6
_LEFT = 1
"""The filter that subtracts the pixel to the left."""
_RGBA_FORMAT = "rgba64be"


def is_deep_png(head: bytes) -> bool:
    """Whether a file's first bytes are those of a PNG with 16 bits for each of several channels."""
    return head[:8] == SIGNATURE and len(head) >= 26 and head[24] == 16 and head[25] in (_RGB, _GRAY_ALPHA, _RGBA)


def read_deep_png(path: Path) -> Picture:
    """Read all 16 bits; with an ICC profile that only Little CMS can apply, 8.

    Raises: ImageError if it is damaged or too large.
    """
    import av
    from av.error import FFmpegError

    name = str(path)
    with opened(path, ("PNG",)) as image:
        check_picture_size(*image.size, name)
    data = path.read_bytes()
    head = io.BytesIO(without_pixels(data))
    with warnings_of_pillow, image_errors(name), Image.open(head, formats=("PNG",)) as image:
        info, exif = dict(image.info), Image.Exif()
        exif.load(info.get("exif", b""))
        space = color_space(info, exif, data[25] == _GRAY_ALPHA, png_code_points(head))
    if space.profile is not None:
        return read_with_pillow(path)
    with image_errors(name, also=(FFmpegError,)):
        decoder = av.CodecContext.create("png", "r")
        decoder.options = {"err_detect": "explode"}
        (frame,) = decoder.decode(av.Packet(data))  # pyright: ignore[reportAttributeAccessIssue]
        pixels: np.ndarray = frame.to_ndarray(format=_RGBA_FORMAT if data[25] == _GRAY_ALPHA else None)
    pixels = upright(pixels, exif.get(ORIENTATION, 1))
    height, width = pixels.shape[:2]
    crop = read_crop(info["xmp"], width, height, name) if "xmp" in info else None
    seen = seen_where(pixels[..., 3] >= 32768, name) if pixels.shape[2] == 4 else None
    pixels = np.ascontiguousarray(pixels[..., :3])
    return tagged(from_codes(pixels, space, name=name, crop=crop, seen=seen), info.get("xmp"), exif)


def encode_png(pixels: UInt8[np.ndarray, "h w 3"]) -> bytes:
    """A PNG file of 8-bit pixels.

    Every row holds differences from the pixel to the left, where Pillow tries five filters for each; runs and Huffman
    codes make them small.

    Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 9.2 and 11.2.
    """
    height, width = pixels.shape[:2]
    values = pixels.reshape(height, 3 * width)
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    rows[:, 0] = _LEFT
    rows[:, 1:4] = values[:, :3]
    np.subtract(values[:, 3:], values[:, :-3], out=rows[:, 4:])
    deflate = zlib.compressobj(1, strategy=zlib.Z_RLE)
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0),
        b"IDAT": deflate.compress(rows.data) + deflate.flush(),
        b"IEND": b"",
    }
    parts = [
        len(data).to_bytes(4) + kind + data + zlib.crc32(data, zlib.crc32(kind)).to_bytes(4)
        for kind, data in chunks.items()
    ]
    return SIGNATURE + b"".join(parts)
