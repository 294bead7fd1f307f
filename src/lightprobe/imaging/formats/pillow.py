"""Pictures that Pillow decodes: JPEG, PNG, WebP, TIFF, BMP, GIF, HEIC and AVIF of 8 bits, and PIL images in memory."""

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
from lightprobe.imaging.color.lcms import to_srgb
from lightprobe.imaging.color.space import ColorSpace, from_codes
from lightprobe.imaging.containers.exif import ORIENTATION
from lightprobe.imaging.formats.color_metadata import CodePoints, code_points, color_space
from lightprobe.imaging.formats.gain_map.pictures import further_pictures, with_gain_map
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.geometry.tags import tagged
from lightprobe.imaging.picture import Picture, check_picture_size, seen_where, too_large

PILLOW_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")
"""Formats that are read. Pillow knows more; some of them start other programs."""

JPEG_PIXELS_PER_BYTE = 512
"""Most pixels of a JPEG per byte: each block of 8 × 8 takes a bit at least. One with fewer bytes was cut short, which
the decoder accepts if an end mark follows; the rest is gray. Source: ITU-T T.81, annex F.1.2.1 and G.1.2.1."""
STRIP_ROWS = 64
"""Rows copied at a time."""
_MAGIC = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|II\*\0|MM\0\*|GIF8|....ftyp", re.DOTALL)
"""First bytes of the files that Pillow can read: a file that begins so and cannot be opened is damaged."""

_GRAY = ("1", "L", "LA", "La", "P")
"""Modes that may have a profile of gray."""
_TRANSPARENT = {"LA": "L", "La": "LA", "PA": "RGBA", "RGBA": "RGB", "RGBa": "RGBA", "RGBX": "RGB"}
"""For each mode with opacity, the next mode on the way to one without."""


def read_with_pillow(path: Path) -> Picture:
    """Read a file of one of `PILLOW_FORMATS`. Raises: ImageError."""
    name = str(path)
    with opened(path, PILLOW_FORMATS) as image:
        least = image.width * image.height // JPEG_PIXELS_PER_BYTE
        if image.format in ("JPEG", "MPO") and path.stat().st_size < least:
            raise damaged(name, "picture", f"{image.width}×{image.height} pixels in {path.stat().st_size} bytes")
        with image_errors(name):
            is_animation = image.format != "MPO" and getattr(image, "is_animated", False)
        picture = from_pillow(image, name)
    return picture.noted("The first frame of an animation was read") if is_animation else picture


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


def from_pillow(image: Image.Image, name: str = "picture", stated: CodePoints | None = None) -> Picture:
    """A Picture from a PIL image of any mode; its orientation, color space, transparency and GPano data are obeyed.

    `stated` are the code points of its colors, if they are known already.

    Raises: ImageError if it cannot be decoded, is too large, or is transparent everywhere.
    """
    picture = _decoded(image, name, stated)
    with image_errors(name):
        return tagged(picture, image.info.get("xmp"), image.getexif())


def _decoded(image: Image.Image, name: str, stated: CodePoints | None) -> Picture:
    check_picture_size(*image.size, name)
    stated = code_points(image) if stated is None else stated
    held = stderr_of_codecs if image.format == "TIFF" else nullcontext()
    with held, warnings_of_pillow, image_errors(name):
        further = further_pictures(image, name)
        image.load()
        xmp, exif = image.info.get("xmp"), image.getexif()
        if exif.get(ORIENTATION, 1) != 1:
            image = ImageOps.exif_transpose(image)
    crop = read_crop(xmp, image.width, image.height, name) if xmp else None
    seen = visible(image, name)
    if image.mode == "F":
        radiance = np.repeat(np.asarray(image, np.float32)[..., None], 3, axis=2)
        return Picture(pixels=radiance, is_linear=True, name=name, crop=crop, seen=seen)
    is_deep = image.mode == "I" or image.mode.startswith("I;16")
    if image.mode in ("CMYK", "LAB"):
        space = ColorSpace(profile=image.info.get("icc_profile"))
    else:
        space = color_space(image.info, exif, is_deep or image.mode in _GRAY, stated)
    if is_deep:
        gray = _deep_gray(image, name)
        if space.profile is None:
            return from_codes(np.repeat(gray[..., None], 3, axis=2), space, name=name, crop=crop, seen=seen)
        image = Image.fromarray(((gray.astype(np.uint32) + 128) // 257).astype(np.uint8))
        image.info["icc_profile"] = space.profile
    with image_errors(name):
        if "transparency" in image.info and image.mode == "P":
            image = image.convert("RGBA")
        while image.mode in _TRANSPARENT:
            image = image.convert(_TRANSPARENT[image.mode])
    if further.gain_map is not None:
        return with_gain_map(image, further.gain_map, space, name=name, crop=crop, seen=seen)
    if space.profile is not None or image.mode == "LAB":
        image = to_srgb(image, name)
    elif image.mode != "RGB":
        image = image.convert("RGB")
    return from_codes(_pixels(image), space, name=name, crop=crop, seen=seen, notes=further.notes)


def _pixels(image: Image.Image) -> UInt8[np.ndarray, "h w 3"]:
    """The pixels of an RGB image, copied strip by strip. In one step, Pillow makes two more copies, which takes as long
    as decoding a JPEG."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP_ROWS):
        strip = pixels[top : top + STRIP_ROWS]
        strip[...] = np.asarray(image.crop((0, top, image.width, top + len(strip))))
    return pixels


def visible(image: Image.Image, name: str) -> Bool[np.ndarray, "h w"] | None:
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
