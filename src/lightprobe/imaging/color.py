"""Colour spaces of what comes in: ICC profiles to sRGB, other primaries to linear Rec.709."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from lightprobe._shapes import Float
from lightprobe.errors import ImageError

REC709 = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))
"""Chromaticities (x, y) of red, green, blue and white. Source: ITU-R BT.709-6, item 1.3."""


def xyz_from_rgb(chromaticities: tuple[tuple[float, float], ...]) -> Float[np.ndarray, "3 3"]:
    """Matrix from linear RGB with these primaries and white to CIE XYZ.

    Source: SMPTE RP 177-1993, "Derivation of Basic Television Color Equations".
    """
    xyz = np.array([[x / y, 1, (1 - x - y) / y] for x, y in chromaticities])
    return xyz[:3].T * np.linalg.solve(xyz[:3].T, xyz[3])


def to_rec709(
    radiance: Float[np.ndarray, "h w 3"], chromaticities: tuple[tuple[float, float], ...]
) -> Float[np.ndarray, "h w 3"]:
    """Linear radiance with other primaries as linear Rec.709; whites are scaled, not adapted."""
    if np.allclose(chromaticities, REC709, atol=2e-3):
        return radiance
    matrix = np.linalg.solve(xyz_from_rgb(REC709), xyz_from_rgb(chromaticities))
    matrix /= matrix.sum(axis=1, keepdims=True)  # their white is our white
    return (radiance @ matrix.T.astype(np.float32)).astype(np.float32)


def to_srgb(image: Image.Image, name: str) -> Image.Image:
    """The picture as sRGB, by its embedded ICC profile if it has one; CMYK and grey become RGB.

    Raises: ImageError if the profile cannot be used.
    """
    profile = image.info.get("icc_profile")
    if not profile:
        return image if image.mode == "RGB" else image.convert("RGB")
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(embedded).lower() and image.mode == "RGB":
            return image
        if image.mode not in ("RGB", "L", "CMYK", "LAB"):
            image = image.convert("RGB")
        converted = ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        raise ImageError(
            f"{name}: expected an ICC profile that fits {image.mode} pixels, got an unusable one ({error}); strip it"
        ) from error
    assert converted is not None
    return converted
