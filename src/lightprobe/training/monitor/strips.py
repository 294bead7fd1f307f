"""Pictures for looking at a run: input, estimate and truth side by side, and balls that the light falls on."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging import curves
from lightprobe.sphere import irradiance

SIZE = (64, 128)
"""Height and width of each panorama [pixels]; a ball is as high."""


def strip(
    picture_srgb: UInt8[np.ndarray, "h w 3"],
    coeffs: tuple[np.ndarray, np.ndarray],
    panoramas: tuple[np.ndarray | None, np.ndarray],
) -> UInt8[np.ndarray, "64 w 3"]:
    """One row: the picture, the estimated panorama and the true one, a white ball in the estimated light and in the
    true one. Of coefficients and panoramas, the estimate comes first; radiance, tone-mapped alike.
    """
    estimate = panoramas[0]
    blank = np.zeros((*SIZE, 3), np.uint8)
    parts = [
        _sized(picture_srgb),
        blank if estimate is None else _sized(shown(estimate)),
        _sized(shown(panoramas[1])),
        ball(coeffs[0]),
        ball(coeffs[1]),
    ]
    return np.concatenate(parts, axis=1)


def shown(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Radiance through the AgX curve."""
    return np.rint(curves.encode(np.maximum(radiance, 0).astype(np.float32), "agx") * 255).astype(np.uint8)


def ball(coeffs: Float[np.ndarray, "9 3"]) -> UInt8[np.ndarray, "64 64 3"]:
    """A white ball in this light, as one sees it who looks along +X, right +Z; black around it."""
    size = SIZE[0]
    across = (2 * np.arange(size) + 1) / size - 1
    right, up = np.meshgrid(across, -across)
    inside = right**2 + up**2 <= 1
    toward = -np.sqrt(np.maximum(1 - right**2 - up**2, 0))
    normals = np.stack([toward, up, right], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    pixels = shown(irradiance(np.asarray(coeffs, np.float64), normals) / np.pi)
    pixels[~inside] = 0
    return pixels


def _sized(pixels: np.ndarray) -> np.ndarray:
    """The nearest pixels of a picture of any size."""
    rows, columns = (np.arange(size) * have // size for size, have in zip(SIZE, pixels.shape, strict=False))
    return pixels[rows[:, None], columns]
