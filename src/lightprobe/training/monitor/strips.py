"""Strips: input, estimate and truth side by side, and balls lit by estimate and truth."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging.tone import curves
from lightprobe.sphere import irradiance

STRIP_SIZE = (64, 128)
"""Height and width of each panorama in a strip [pixels]; a ball is as high."""


def strip(
    picture_srgb: UInt8[np.ndarray, "h w 3"],
    coeffs: tuple[np.ndarray, np.ndarray],
    panoramas: tuple[np.ndarray | None, np.ndarray],
) -> UInt8[np.ndarray, "64 n 3"]:
    """One row: the picture, the estimated and the true panorama, a white ball in the estimated and in the true light.

    `coeffs` and `panoramas` are estimate and truth; an estimate without a panorama leaves its place black. All radiance
    goes through the same tone curve.
    """
    estimate = panoramas[0]
    blank = np.zeros((*STRIP_SIZE, 3), np.uint8)
    parts = [
        _sized(picture_srgb),
        blank if estimate is None else _sized(tone_mapped(estimate)),
        _sized(tone_mapped(panoramas[1])),
        lit_ball(coeffs[0]),
        lit_ball(coeffs[1]),
    ]
    return np.concatenate(parts, axis=1)


def tone_mapped(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Radiance through the AgX curve."""
    return np.rint(curves.encode(np.maximum(radiance, 0).astype(np.float32), "agx") * 255).astype(np.uint8)


def lit_ball(coeffs: Float[np.ndarray, "9 3"]) -> UInt8[np.ndarray, "64 64 3"]:
    """A white ball in this light, seen along +X with +Z to the right; black around it."""
    size = STRIP_SIZE[0]
    across = (2 * np.arange(size) + 1) / size - 1
    right, up = np.meshgrid(across, -across)
    inside = right**2 + up**2 <= 1
    toward = -np.sqrt(np.maximum(1 - right**2 - up**2, 0))
    normals = np.stack([toward, up, right], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    pixels = tone_mapped(irradiance(np.asarray(coeffs, np.float64), normals) / np.pi)
    pixels[~inside] = 0
    return pixels


def _sized(pixels: np.ndarray) -> np.ndarray:
    """The nearest pixels of a picture of any size."""
    rows, columns = (np.arange(size) * have // size for size, have in zip(STRIP_SIZE, pixels.shape, strict=False))
    return pixels[rows[:, None], columns]
