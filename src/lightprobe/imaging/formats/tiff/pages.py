"""A TIFF page as a picture: linear radiance if its samples are float, display values if they have 16 bits."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
from PIL import Image

from lightprobe._shapes import Bool, Num
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.codecs.quiet import stderr_of_codecs, warnings_of_pillow
from lightprobe.imaging.color.lcms import to_srgb
from lightprobe.imaging.color.space import from_codes
from lightprobe.imaging.containers.exif import upright
from lightprobe.imaging.formats.color_metadata import color_space
from lightprobe.imaging.formats.pillow import from_pillow, opened
from lightprobe.imaging.formats.tiff.directory import KIND, Directory, Tag, raw_maker, read_directories
from lightprobe.imaging.formats.tiff.strips import COMPRESSIONS, LIBTIFF, SampleForm, read_samples
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.geometry.tags import tagged
from lightprobe.imaging.kinds import RAW, refusal
from lightprobe.imaging.picture import Picture, check_picture_size, seen_where

_PHOTOMETRIC = {
    0: "gray",
    1: "gray",
    2: "RGB",
    3: "palette",
    4: "mask",
    5: "CMYK",
    6: "YCbCr",
    8: "Lab",
    9: "ICC Lab",
    10: "ITU Lab",
    32844: "LogL",
    32845: "LogLuv",
}
_FORMATS = {1: "u", 2: "i", 3: "f", 4: "u"}
"""NumPy's kinds of the formats of samples. Source: TIFF 6.0, section 19."""


def read_tiff(path: Path) -> Picture:
    """The first page that is no preview. Float samples are linear radiance, others display values.

    Raises: ImageError for raw photographs, for kinds of samples that are not supported, and for damaged files.
    """
    name = str(path)
    with image_errors(name, KIND), path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        pages = read_directories(data, name)
        if (maker := raw_maker(pages, name)) is not None:
            raise refusal(name, RAW, maker)
        whole = [index for index, page in enumerate(pages) if not page.is_reduced]
        if not whole:
            raise ImageError(
                f"{name}: the file holds previews only (NewSubfileType 1), as those of raw photographs may; develop "
                "the photograph, or export the picture itself as OpenEXR, TIFF or JPEG"
            )
        page, notes = pages[whole[0]], ()
        if len(whole) > 1:
            notes = (f"The first of {len(whole)} pages was read",)
        form = _form(page, name)
        if form is not None:
            return _deep(page, form, name).noted(*notes)
        title = _title(page)
        if page.number(Tag.COMPRESSION, 1) not in LIBTIFF:
            raise _unsupported(name, title)
    return _by_pillow(path, whole[0], title).noted(*notes)


def _by_pillow(path: Path, index: int, title: str) -> Picture:
    """A page as Pillow reads it. Raises: ImageError, which names the kind if Pillow does not know it."""
    name = str(path)
    try:
        image = opened(path, ("TIFF",))
    except ImageError as error:
        if "its header cannot be read" not in str(error):
            raise
        raise _unsupported(name, title) from None
    with image:
        if index:
            with stderr_of_codecs, warnings_of_pillow, image_errors(name, KIND):
                image.seek(index)
        return from_pillow(image, name)


def _unsupported(name: str, title: str) -> ImageError:
    return ImageError(f"{name}: {title} is not supported; export it as OpenEXR or PNG")


def _title(page: Directory) -> str:
    """What kind of page it is, for messages."""
    bits = page.number(Tag.BITS, 1)
    kind = {"u": "", "i": "signed ", "f": "float "}.get(_FORMATS.get(page.number(Tag.FORMAT, 1), ""), "complex ")
    color = _PHOTOMETRIC.get(page.number(Tag.PHOTOMETRIC, 1), "other")
    compression = COMPRESSIONS.get(page.number(Tag.COMPRESSION, 1), "an unknown compression")
    count = page.number(Tag.SAMPLES, 1)
    many = f"{count} " if count > 4 else ""
    return f"TIFF with {many}{bits}-bit {kind}{color} samples and {compression}"


def _form(page: Directory, name: str) -> SampleForm | None:
    """How samples are stored that Pillow would reduce or misread: float ones, and color of 16 or 32 bits; None for
    others.

    Raises: ImageError if the page is too large, or float in an unusual way.
    """
    width, height, count = page.number(Tag.WIDTH), page.number(Tag.HEIGHT), page.number(Tag.SAMPLES, 1)
    check_picture_size(width, height, name)
    bits, formats = page.numbers(Tag.BITS, (1,)), page.numbers(Tag.FORMAT, (1,))
    kind, size = _FORMATS.get(formats[0], ""), bits[0]
    is_float = kind == "f"
    if not is_float and (size not in (16, 32) or count == 1 or kind != "u"):
        return None
    color = page.number(Tag.PHOTOMETRIC, 1)
    if color not in (0, 1, 2) and not is_float:
        return None
    is_usual = size in ((16, 32, 64) if is_float else (16, 32)) and color in (0, 1, 2) and 1 <= count <= 32
    if not is_usual or len({*bits}) != 1 or len({*formats}) != 1 or (color == 2 and count < 3):
        raise _unsupported(name, _title(page))
    return SampleForm(
        width=width,
        height=height,
        count=count,
        dtype=np.dtype(f"{page.order}{kind}{size // 8}"),
        is_planar=page.number(Tag.PLANAR, 1) == 2 and count > 1,
        compression=page.number(Tag.COMPRESSION, 1),
        predictor=page.number(Tag.PREDICTOR, 1),
    )


def _deep(page: Directory, form: SampleForm, name: str) -> Picture:
    """A page of float samples, or of color with 16 or 32 bits."""
    with stderr_of_codecs, warnings_of_pillow:
        samples = read_samples(page, form, name)
    photometric = page.number(Tag.PHOTOMETRIC, 1)
    color = 3 if photometric == 2 else 1
    is_linear = form.dtype.kind == "f"
    if is_linear:
        samples = samples.astype(np.float64 if form.dtype.itemsize == 8 else np.float32, copy=False)
    elif form.dtype.itemsize == 4:
        samples = (samples >> 16).astype(np.uint16)
    samples = upright(samples, page.number(Tag.ORIENTATION, 1))
    seen = _opaque(samples, page, color, name)
    pixels = samples[..., :color]
    if photometric == 0:
        pixels = 1 - pixels if is_linear else 65535 - pixels
    pixels = np.ascontiguousarray(pixels) if color == 3 else np.repeat(pixels, 3, axis=2)
    xmp = page.bytes_of(Tag.XMP)
    crop = read_crop(xmp, pixels.shape[1], pixels.shape[0], name) if xmp else None
    picture = Picture(pixels=pixels, is_linear=is_linear, name=name, crop=crop, seen=seen)
    return tagged(_by_profile(picture, page.bytes_of(Tag.PROFILE), color == 1), xmp, None)


def _opaque(
    samples: Num[np.ndarray, "h w c"], page: Directory, color: int, name: str
) -> Bool[np.ndarray, "h w"] | None:
    """Where the first extra sample says that a pixel is opaque; None if all are, or if it says something else."""
    extra = page.numbers(Tag.EXTRA)
    if samples.shape[2] <= color or not extra or extra[0] not in (1, 2):
        return None
    half = 0.5 if samples.dtype.kind == "f" else 32768
    return seen_where(samples[..., color] >= half, name)


def _by_profile(picture: Picture, profile: bytes, is_gray: bool) -> Picture:
    """The picture in the color space of its ICC profile. Of float samples, which are linear whatever the profile's
    curve, it says the primaries alone."""
    if not profile:
        return picture
    space = color_space({"icc_profile": profile}, None, is_gray, None)
    if picture.is_linear:
        if space.profile is not None or space.hdr is not None:
            return picture.noted("The ICC profile was not used: float samples count as linear Rec.709")
        steps = np.linspace(0, 1, 33)
        is_straight = space.curves and all(np.abs(curve(steps) - steps).max() < 0.01 for curve in space.curves)
        notes = () if is_straight else ("The curve of the ICC profile was not applied: float samples count as linear",)
        return picture.noted(*notes, matrix=space.matrix)
    if space.profile is None:
        return from_codes(picture.pixels, space, name=picture.name, crop=picture.crop, seen=picture.seen)
    image = Image.fromarray(((picture.pixels.astype(np.uint32) + 128) // 257).astype(np.uint8))
    image.info["icc_profile"] = profile
    return picture.noted("8 of 16 bits were used, by the ICC profile", pixels=np.array(to_srgb(image, picture.name)))
