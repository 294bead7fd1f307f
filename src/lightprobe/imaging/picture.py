"""Picture: pixels as stored, and the metadata that estimating needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.errors import ImageError
from lightprobe.sphere.panorama.rows import BLOCK_VALUES

MAX_PIXELS = 178_956_970
"""Size of the largest picture that is read [pixels]: enough for a 16K panorama, too small for a decompression bomb."""

MAX_SIDE = 131_072
"""Largest width and height [pixels]: decoders keep whole rows, and OpenEXR up to 256 of them at a time."""

MAX_RADIANCE = float(np.finfo(np.float32).max)
"""Largest radiance that a float32 panorama can hold; anything above counts as infinite."""


@dataclass(frozen=True, kw_only=True)
class Crop:
    """The rectangle of a full panorama that a picture is [pixels of the picture, which need not be whole or square].

    Column j of the picture covers azimuths from 360° · (left + j)/columns − 180° on, row i elevations from
    90° − 180° · (top + i)/full_height down.
    """

    full_height: float
    """Rows from the zenith to the nadir."""
    left: float
    top: float
    full_width: float | None = None
    """Columns all the way around; None where pixels are square: 2 · full_height."""

    @property
    def columns(self) -> float:
        """Columns all the way around."""
        return 2 * self.full_height if self.full_width is None else self.full_width


@dataclass(frozen=True, kw_only=True)
class Tags:
    """What a file's metadata say of the geometry of its picture; `geometry.layout` obeys it."""

    projection: str | None = None
    """'equirectangular', 'cubemap', 'eac', 'fisheye', as the file names it; None if it names none."""
    stereo: str | None = None
    """How two eyes share the picture: 'top-bottom' or 'left-right'; None for one eye, or if nothing is said."""
    degrees: float | None = None
    """Width of a panorama [°] where it is not 360: 180 for VR180."""
    pitch: float = 0.0
    """Elevation [°] at which the camera looked."""
    roll: float = 0.0
    """Roll [°] of the camera; positive turns the horizon counterclockwise in the picture."""
    heading: float | None = None
    """Compass heading [°] of the picture's center, clockwise from north."""
    focal_length: float | None = None
    """Focal length [mm] of a camera with a 35 mm film (36 mm × 24 mm) that has the same diagonal field of view."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture in memory.

    `pixels` are display values (uint8 or uint16), or, when `is_linear`, linear radiance (float), in the picture's own
    primaries: `matrix` leads to Rec.709. Display values have the curve of sRGB unless the caller says otherwise.
    """

    pixels: Num[np.ndarray, "h w 3"]
    is_linear: bool
    name: str
    matrix: Float[np.ndarray, "3 3"] | None = None
    """From the picture's own linear RGB to linear Rec.709; None where that is what it is."""
    white: Bool[np.ndarray, "h w 3"] | None = None
    """Of linear pictures: channels at the largest value that the file can hold, so that light is lost there; None if
    there are none. In display values, it is their largest value that says so."""
    crop: Crop | None = None
    """The part of a panorama that it is; None for a whole one, and for a perspective picture."""
    fov: float | None = None
    """Horizontal field of view [°] of a perspective picture; None for a panorama."""
    seen: Bool[np.ndarray, "h w"] | None = None
    """The pixels that are not transparent; None if all are opaque."""
    tags: Tags = Tags()
    is_laid_out: bool = False
    """Nobody needs to look at it to find its geometry: that is known, or it is a frame of a live stream."""
    notes: tuple[str, ...] = ()
    """What was done with the file that its user may not expect, and what in it was not used; a sentence each."""

    @property
    def size(self) -> str:
        """width×height, for messages."""
        return f"{self.pixels.shape[1]}×{self.pixels.shape[0]}"

    @property
    def is_partial(self) -> bool:
        """Whether it shows a part of the sphere only."""
        return self.fov is not None or self.crop is not None or self.seen is not None

    def noted(self, *notes: str, **changes: Any) -> Picture:
        """This picture with other values of some fields, and with more notes."""
        return replace(self, notes=(*self.notes, *notes), **changes)


def rec709(picture: Picture) -> Float[np.ndarray, "h w 3"]:
    """The radiance of a linear picture in linear Rec.709. Colors outside its gamut have negative values."""
    if picture.matrix is None:
        return picture.pixels
    return (picture.pixels @ picture.matrix.T.astype(picture.pixels.dtype)).astype(picture.pixels.dtype, copy=False)


def too_large(name: str, size: str) -> ImageError:
    """The error for a picture with too many pixels."""
    return ImageError(
        f"{name}: expected at most {MAX_PIXELS / 1e6:.0f} megapixels, got {size}; "
        "reduce the picture first (256×128 pixels are enough)"
    )


def check_picture_size(width: int, height: int, name: str) -> None:
    """Raises: ImageError if a picture of this size has no pixels or too many."""
    if width * height > MAX_PIXELS:
        raise too_large(name, f"{width}×{height}")
    if max(width, height) > MAX_SIDE:
        raise ImageError(
            f"{name}: expected a width and a height of at most {MAX_SIDE} pixels, got {width}×{height}; "
            "reduce the picture first"
        )
    if width < 1 or height < 1:
        raise ImageError(f"{name}: the picture has {width}×{height} pixels; download or export it again")


def seen_where(opaque: Bool[np.ndarray, "h w"], name: str) -> Bool[np.ndarray, "h w"] | None:
    """The mask, or None if all pixels are opaque. Raises: ImageError if none is."""
    if opaque.all():
        return None
    if not opaque.any():
        raise ImageError(f"{name}: all pixels are transparent; remove the alpha channel")
    return opaque


def check_radiance(picture: Picture, repair: bool = False) -> Picture:
    """The picture, if its radiance is finite; with `repair`, other values become 0.

    Negative values are kept, for projection is linear; a note counts them.

    Raises: ImageError with the number of NaN and infinite pixels.
    """
    pixels = picture.pixels
    # one pass for the common case: NaN and negative values both fail `min >= 0`
    if not picture.is_linear or (pixels.min() >= 0 and pixels.max() <= MAX_RADIANCE):
        return picture
    step = max(1, BLOCK_VALUES // (3 * pixels.shape[1]))
    starts, count = range(0, pixels.shape[0], step), pixels.shape[0] * pixels.shape[1]
    nan, infinite, negative = np.sum([_faults(pixels[start : start + step]) for start in starts], axis=0)
    notes: list[str] = []
    if nan or infinite:
        found = ", ".join(f"{number} {name}" for number, name in ((nan, "NaN"), (infinite, "infinite")) if number)
        if not repair:
            raise ImageError(
                f"{picture.name}: expected finite radiance, got {found} of {count} pixels; "
                "repair the file, or set these values to 0 with repair=True (--repair)"
            )
        notes.append(f"{found} of {count} pixels were set to 0")
        pixels = pixels.copy()
        for start in starts:
            block = pixels[start : start + step]
            block[~(np.abs(block) <= MAX_RADIANCE)] = 0
    if negative:
        notes.append(f"{negative} of {count} pixels have negative values, which were kept")
    return picture.noted(*notes, pixels=pixels)


def _faults(block: Float[np.ndarray, "k w 3"]) -> tuple[int, ...]:
    """Numbers of pixels with NaN, infinite and negative values."""
    size = np.abs(block)
    kinds = np.isnan(block), size > MAX_RADIANCE, (block < 0) & (size <= MAX_RADIANCE)
    return tuple(int(kind.any(axis=-1).sum()) for kind in kinds)
