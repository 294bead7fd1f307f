"""Pictures that Pillow decodes: JPEG, PNG, WebP, AVIF, TIFF, HEIC, BMP, GIF, and PIL images in memory."""

from __future__ import annotations

import io
import re
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lightprobe._shapes import Bool, UInt8
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import DECODER_ERRORS, damaged, image_errors
from lightprobe.imaging.codecs.quiet import stderr_of_codecs, warnings_of_pillow
from lightprobe.imaging.color.icc import to_srgb
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.picture import Picture, check_picture_size, seen_where, too_large

PILLOW_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")
"""Formats that are read. Pillow knows more; some of them start other programs."""

STRIP_ROWS = 64
"""Rows copied at a time."""
_ORIENTATION = 0x0112
_MAGIC = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|II\*\0|MM\0\*|GIF8|....ftyp", re.DOTALL)
"""First bytes of the files that Pillow can read: a file that begins so and cannot be opened is damaged."""

_TRANSPARENT = {"LA": "L", "La": "LA", "PA": "RGBA", "RGBA": "RGB", "RGBa": "RGBA", "RGBX": "RGB"}
"""For each mode with opacity, the next mode on the way to one without."""


def read_with_pillow(path: Path) -> Picture:
    """Read a file of one of `PILLOW_FORMATS`. Raises: ImageError."""
    name = str(path)
    with opened(path, PILLOW_FORMATS) as image:
        return from_pillow(image, name)


def read_heif(path: Path) -> Picture:
    """Read a HEIC file with pillow_heif. Raises: ImageError, also if that is not installed."""
    name = str(path)
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise ImageError(f"{name}: HEIC files need pillow-heif; pip install 'lightprobe[heif]'") from None
    register_heif_opener()
    with opened(path, ("HEIF",)) as image:
        return from_pillow(image, name)


def opened(path: Path, formats: tuple[str, ...]) -> Image.Image:
    """Open a file and read its header, but not its pixels. Raises: ImageError."""
    name = str(path)
    try:
        with warnings_of_pillow:
            return Image.open(path, formats=formats)
    except UnidentifiedImageError:
        with path.open("rb") as file:
            if _MAGIC.match(file.read(12)):
                raise damaged(name, "picture", "its header cannot be read") from None
        raise ImageError(f"{name}: unknown picture format; convert it to JPEG or PNG") from None
    except Image.DecompressionBombError as error:
        found = re.search(r"\((\d+) pixels", str(error))
        raise too_large(name, f"{int(found[1]) / 1e6:.0f}" if found else "more") from None
    except DECODER_ERRORS as error:
        raise damaged(name, "picture", error) from error


def decode_bytes(data: bytes, formats: tuple[str, ...], name: str, most: int) -> UInt8[np.ndarray, "h w 3"]:
    """The RGB pixels of a picture in memory, as they are stored: orientation, profile and transparency are ignored.

    `most` is the largest number of pixels that is decoded. Raises: ImageError.
    """
    with warnings_of_pillow, image_errors(name):
        try:
            image = Image.open(io.BytesIO(data), formats=formats)
        except UnidentifiedImageError:
            raise ImageError(f"{name}: expected a whole {' or '.join(formats)} file, got other bytes") from None
        with image:
            if image.width * image.height > most:
                raise ImageError(f"{name}: expected at most {most} pixels, got {image.width}×{image.height}")
            return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def from_pillow(image: Image.Image, name: str = "picture") -> Picture:
    """A Picture from a PIL image of any mode; its orientation, profile, transparency and GPano data are applied.

    Raises: ImageError if it cannot be decoded, is too large, or is transparent everywhere.
    """
    check_picture_size(*image.size, name)
    held = stderr_of_codecs if image.format == "TIFF" else nullcontext()
    with held, warnings_of_pillow, image_errors(name):
        image.load()
        xmp = image.info.get("xmp")
        if image.getexif().get(_ORIENTATION, 1) != 1:
            image = ImageOps.exif_transpose(image)
    crop = read_crop(xmp, image.width, image.height, name) if xmp else None
    seen = _visible(image, name)
    if image.mode == "F":
        radiance = np.repeat(np.asarray(image, np.float32)[..., None], 3, axis=2)
        return Picture(pixels=radiance, is_linear=True, name=name, crop=crop, seen=seen)
    if image.mode == "I" or image.mode.startswith("I;16"):
        gray, profile = _deep_gray(image, name), image.info.get("icc_profile")
        if not profile:
            pixels = np.repeat(gray[..., None], 3, axis=2)
            return Picture(pixels=pixels, is_linear=False, name=name, crop=crop, seen=seen)
        image = Image.fromarray(((gray.astype(np.uint32) + 128) // 257).astype(np.uint8))
        image.info["icc_profile"] = profile
    with image_errors(name):
        if "transparency" in image.info and image.mode == "P":
            image = image.convert("RGBA")
        while image.mode in _TRANSPARENT:
            image = image.convert(_TRANSPARENT[image.mode])
    return Picture(pixels=_pixels(to_srgb(image, name)), is_linear=False, name=name, crop=crop, seen=seen)


def _pixels(image: Image.Image) -> UInt8[np.ndarray, "h w 3"]:
    """The pixels of an RGB image, copied strip by strip. In one step, Pillow makes two more copies, which takes as long
    as decoding a JPEG."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP_ROWS):
        strip = pixels[top : top + STRIP_ROWS]
        strip[...] = np.asarray(image.crop((0, top, image.width, top + len(strip))))
    return pixels


def _visible(image: Image.Image, name: str) -> Bool[np.ndarray, "h w"] | None:
    """Pixels that are at least half opaque; None if all are."""
    clear = image.info.get("transparency")
    if clear is not None and (image.mode == "I" or image.mode.startswith("I;16")):
        return seen_where(np.asarray(image) != clear, name)
    if clear is None and image.mode not in ("LA", "La", "PA", "RGBA", "RGBa"):
        return None
    with image_errors(name):
        while image.mode != "RGBA":
            image = image.convert("LA" if image.mode == "La" else "RGBA")
    return seen_where(np.asarray(image)[..., 3] >= 128, name)


def _deep_gray(image: Image.Image, name: str) -> np.ndarray:
    """16-bit gray; from the 32-bit mode too, if its values fit."""
    gray = np.asarray(image)
    low, high = int(gray.min()), int(gray.max())
    if low < 0 or high > 65535:
        raise ImageError(f"{name}: expected 16-bit gray, got values {low} to {high}; convert it to RGB")
    return gray.astype(np.uint16)
