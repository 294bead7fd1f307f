"""Picture: pixels as they were stored, with what the file says about their place on the sphere."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lightprobe._shapes import Bool, Num
from lightprobe.errors import ImageError
from lightprobe.imaging.gpano import Crop

MAX_PIXELS = 178_956_970
"""Largest picture that is read [pixels]: a 16K panorama fits, a decompression bomb does not."""

MAX_RADIANCE = float(np.finfo(np.float32).max)
"""Largest radiance that a float32 panorama can hold; what is beyond counts as infinite."""


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
    """Which part of a panorama it is, where the file says so (GPano)."""
    seen: Bool[np.ndarray, "h w"] | None = None
    """Where it shows anything, where the file has transparent parts."""

    @property
    def size(self) -> str:
        """width×height, for messages."""
        return f"{self.pixels.shape[1]}×{self.pixels.shape[0]}"


def too_large(name: str, size: str) -> ImageError:
    """The error of a picture that would not fit into reasonable memory."""
    return ImageError(
        f"{name}: expected at most {MAX_PIXELS / 1e6:.0f} megapixels, got {size}; "
        "reduce the picture first (256×128 already tells the light)"
    )


def check_size(width: int, height: int, name: str) -> None:
    """Raises: ImageError if a picture of this size would not fit into reasonable memory."""
    if width * height > MAX_PIXELS:
        raise too_large(name, f"{width}×{height}")
    if width < 1 or height < 1:
        raise ImageError(f"{name}: expected a picture, got {width}×{height} pixels; the file is damaged")


def seen_where(opaque: Bool[np.ndarray, "h w"], name: str) -> Bool[np.ndarray, "h w"] | None:
    """The mask, or None if all is opaque. Raises: ImageError if nothing is."""
    if opaque.all():
        return None
    if not opaque.any():
        raise ImageError(f"{name}: expected something to see, got only transparent pixels; remove the alpha channel")
    return opaque


def check_radiance(picture: Picture, repair: bool = False) -> Picture:
    """The picture, if its radiance is finite and not negative; with `repair`, such values become 0.

    Raises: ImageError saying how many pixels are wrong, and how.
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
        "mend the file, or take them as 0 with repair=True (--repair)"
    )
