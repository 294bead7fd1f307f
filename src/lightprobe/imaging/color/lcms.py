"""Little CMS: pictures to sRGB by ICC profiles with tables, and of CMYK and Lab; its results are clipped to sRGB."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from lightprobe.errors import ImageError

if TYPE_CHECKING:
    from PIL import ImageCms

_PIXELS = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
"""Pillow's mode of the pixels, by the color space of the profile."""

_PROBE = np.stack(np.meshgrid(*3 * [np.arange(0, 256, 17, dtype=np.uint8)], indexing="ij"), axis=-1).reshape(64, 64, 3)


def to_srgb(image: Image.Image, name: str) -> Image.Image:
    """Convert an opaque picture to sRGB, by its embedded ICC profile if it has one; CMYK and gray become RGB.

    Raises: ImageError if the profile cannot be used.
    """
    profile = image.info.get("icc_profile")
    if not profile and image.mode != "LAB":
        return image if image.mode == "RGB" else image.convert("RGB")
    mode, transform = _transform(profile, image.mode, name)
    image = image if image.mode == mode else image.convert(mode)
    return image if transform is None else transform.apply(image)


def _transform(profile: bytes | None, mode: str, name: str) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The mode of pixels that a profile takes, and the transform to sRGB; None if they are sRGB already.

    This is tested on colors, because profiles of linear pixels may also have "sRGB" in their name.
    """
    from PIL import ImageCms  # most pictures have no such profile

    try:
        source = io.BytesIO(profile) if profile else ImageCms.createProfile("LAB")
        embedded: Any = ImageCms.ImageCmsProfile(source)  # missing in Pillow's annotations: `profile`
        takes = _PIXELS.get(embedded.profile.xcolor_space, "")
        is_gray = mode in ("1", "L", "P")
        if takes != mode and not (takes == "RGB" and mode not in ("CMYK", "LAB")) and not (takes == "L" and is_gray):
            raise ValueError(f"it describes {takes or 'other'} pixels")
        transform = ImageCms.buildTransform(embedded, ImageCms.createProfile("sRGB"), takes, "RGB")
        if takes == "RGB":
            probed = np.asarray(transform.apply(Image.fromarray(_PROBE)), np.int16)
            return takes, None if np.abs(probed - _PROBE).max() <= 1 else transform
        return takes, transform
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ImageError(
            f"{name}: the ICC profile cannot be used for {mode} pixels ({reason}); remove the profile"
        ) from error
