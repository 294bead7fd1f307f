"""Pictures on which torch and onnxruntime must agree, and by which int8 ranges are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lightprobe._shapes import UInt8
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.placement import area_average

SAMPLES = Path(__file__).parents[3] / "samples"
"""Real pictures, in a checkout; an installed package has none, and uses the synthetic ones alone."""

HEIGHTS = (128, 100, 256, 512)
"""Rows of the pictures: the usual, one that fits no grid, and larger ones."""


def real(samples: Path = SAMPLES) -> Iterator[tuple[str, UInt8[np.ndarray, "1 h w 3"]]]:
    """Each sample at 128 rows, and the k-th of them at another height, too."""
    for k, path in enumerate(sorted(samples.glob("*.jpg"))):
        pixels = read_picture(path).pixels
        for height in sorted({HEIGHTS[0], HEIGHTS[k % len(HEIGHTS)]}):
            yield f"{path.stem} {2 * height}×{height}", _resized(pixels, height)[None]


def made(seed: int = 0) -> Iterator[tuple[str, UInt8[np.ndarray, "n h w 3"]]]:
    """Noise, skies with clipped suns of several sizes as a batch, all black, all white."""
    rng = np.random.default_rng(seed)
    yield "noise", rng.integers(0, 256, (1, 128, 256, 3), np.uint8)
    yield "suns", np.stack([_sky(rng, size) for size in (2.0, 8.0, 25.0)])
    yield "black", np.zeros((1, 64, 128, 3), np.uint8)
    yield "white", np.full((1, 96, 192, 3), 255, np.uint8)


def _sky(rng: np.random.Generator, size: float) -> UInt8[np.ndarray, "h w 3"]:
    row, column = np.mgrid[0:128, 0:256]
    across, down = rng.integers(20, 236), rng.integers(10, 70)
    glow = 400 * np.exp(-((row - down) ** 2 + (column - across) ** 2) / (2 * size**2))
    ground = np.where(row > 64, 70, 190 - row)
    pixels = (ground + glow)[..., None] * np.array([0.9, 1.0, 1.1]) + rng.normal(0, 3, (128, 256, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _resized(pixels: np.ndarray, height: int) -> UInt8[np.ndarray, "h w 3"]:
    size = pixels.shape[0], pixels.shape[1]
    reduced = area_average(lambda first, last: pixels[first:last].astype(np.float64), size, (height, 2 * height))
    return np.rint(reduced).astype(np.uint8)
