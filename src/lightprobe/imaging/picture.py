"""Picture: pixels as stored, and the metadata that estimating needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lightprobe._shapes import Bool, Num
from lightprobe.errors import ImageError
from lightprobe.imaging.gpano import Crop

MAX_PIXELS = 178_956_970
"""Size of the largest picture that is read [pixels]: enough for a 16K panorama, too small for a decompression bomb."""

MAX_RADIANCE = float(np.finfo(np.float32).max)
"""Largest radiance that a float32 panorama can hold; anything above counts as infinite."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture in memory.

    `pixels` are sRGB-encoded display values (uint8 or uint16), or, when `is_linear`, linear Rec.709 radiance
    (float32).
    """

    pixels: Num[np.ndarray, "h w 3"]
    is_linear: bool
    name: str
    crop: Crop | None = None
    """The part of a panorama that it is, from the file's GPano data."""
    seen: Bool[np.ndarray, "h w"] | None = None
    """The pixels that are not transparent; None if all are opaque."""

    @property
    def size(self) -> str:
        """width×height, for messages."""
        return f"{self.pixels.shape[1]}×{self.pixels.shape[0]}"


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
    """The picture, if its radiance is finite and not negative; with `repair`, other values become 0.

    Raises: ImageError with the number of NaN, infinite and negative pixels.
    """
    pixels = picture.pixels
    # one pass for the common case: NaN and negative values both fail `min >= 0`
    if not picture.is_linear or (pixels.min() >= 0 and pixels.max() <= MAX_RADIANCE):
        return picture
    kinds = {
        "NaN": np.isnan(pixels),
        "infinite": np.abs(pixels) > MAX_RADIANCE,
        "negative": (pixels < 0) & (pixels >= -MAX_RADIANCE),
    }
    wrong = np.logical_or.reduce(list(kinds.values()))
    if repair:
        return replace(picture, pixels=np.where(wrong, np.float32(0), pixels))
    found = ", ".join(f"{int(kind.any(axis=-1).sum())} {name}" for name, kind in kinds.items() if kind.any())
    raise ImageError(
        f"{picture.name}: expected finite radiance ≥ 0, got {found} of {pixels.shape[0] * pixels.shape[1]} pixels; "
        "repair the file, or set these values to 0 with repair=True (--repair)"
    )
