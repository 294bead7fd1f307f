"""16-bit RGB PNG, which Pillow would reduce to 8 bits: Pillow reads the metadata, FFmpeg the pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.color.icc import is_srgb
from lightprobe.imaging.formats.pillow import opened, read_with_pillow
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.geometry.tags import tagged
from lightprobe.imaging.picture import Picture, check_picture_size, seen_where

_RGB, _RGBA = 2, 6


def is_deep_png(head: bytes) -> bool:
    """Whether a file's first bytes are those of a PNG with 16 bits for each of red, green and blue."""
    return head[:8] == b"\x89PNG\r\n\x1a\n" and len(head) >= 26 and head[24] == 16 and head[25] in (_RGB, _RGBA)


def read_deep_png(path: Path) -> Picture:
    """Read all 16 bits; a picture with a color profile other than sRGB, or with EXIF data, is read with 8.

    Raises: ImageError if it is damaged or too large.
    """
    import av
    from av.error import FFmpegError

    name = str(path)
    with opened(path, ("PNG",)) as image:
        size, info = image.size, dict(image.info)
    check_picture_size(*size, name)
    profile = info.get("icc_profile")
    if "exif" in info or (profile and not is_srgb(profile, name)):
        return read_with_pillow(path)
    with image_errors(name, also=(FFmpegError,)):
        decoder = av.CodecContext.create("png", "r")
        decoder.options = {"err_detect": "explode"}
        (frame,) = decoder.decode(av.Packet(path.read_bytes()))  # pyright: ignore[reportAttributeAccessIssue]
        pixels: np.ndarray = frame.to_ndarray()
    crop = read_crop(info["xmp"], *size, name) if "xmp" in info else None
    seen = seen_where(pixels[..., 3] >= 32768, name) if pixels.shape[2] == 4 else None
    pixels = np.ascontiguousarray(pixels[..., :3])
    return tagged(Picture(pixels=pixels, is_linear=False, name=name, crop=crop, seen=seen), info.get("xmp"), None)
