"""Cells: what a picture keeps of the light, on the small grid that the estimator sees.

Convention: three frame, row 0 is up, cells of equal angles (spec/CONVENTIONS.md#panorama). Values are radiance as a
share of what the tone curve can hold: 1.0 is the radiance of display white.

sRGB is decoded by a cubic of the display value, and what that leaves over is made good on the means of the cells: an
exported graph has no fast way to look 100,000 values up, but multiplies them at once. Cells of one color are exact
to 0.0004; of pictures, irradiance is within 0.25 % (tests/models/test_cells.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging import curves
from lightprobe.sphere import equirect
from lightprobe.sphere.projection import integrate_rows

CELLS = (32, 64)
"""Rows and columns."""
BLOCK = 1 << 18
"""Pixels decoded at a time."""


def picture_cells(image_srgb: UInt8[np.ndarray, "h w 3"], response: str) -> Float[np.ndarray, "6 32 64"]:
    """Means over each cell, by solid angle: radiance (red, green, blue), then the share of pixels at display white.

    Raises: ValueError for an unknown response or a picture that is no 2:1 panorama.
    """
    height, width = image_srgb.shape[:2]
    equirect.check_panorama(height, width)
    down, across = _overlaps(height, width)

    def blocks() -> Iterator[tuple[int, np.ndarray]]:
        step = max(1, BLOCK // width)
        for start in range(0, height, step):
            rows = image_srgb[start : start + step]
            block = np.empty((len(rows), width, 6), np.float32)
            if response == "srgb":
                np.take(cubic_table(), rows, out=block[..., :3])
            else:
                np.divide(curves.decode(rows, response), curves.white(response), out=block[..., :3])
            np.equal(rows, 255, out=block[..., 3:])
            yield start, block.reshape(len(rows), -1)

    sums = integrate_rows(down, blocks()).reshape(len(down), width, 6)
    cells = np.moveaxis(across @ sums, -1, 0)
    if response == "srgb":
        cells[:3] += remainder(cells[:3])
    return np.ascontiguousarray(cells, np.float32)


@cache
def cubic() -> Float[np.ndarray, " 3"]:
    """Factors of u, u² and u³ in what stands for sRGB's decoding of u, display values 0 … 1.

    By least squares over the 256 codes, weighted towards dark ones.
    """
    display = np.arange(256) / 255
    linear = curves.srgb_decode(display)
    powers = np.stack([display, display**2, display**3], axis=1) / (linear + 0.3)[:, None]
    return np.linalg.lstsq(powers, linear / (linear + 0.3), rcond=None)[0]


@cache
def remainder_factors() -> Float[np.ndarray, " k"]:
    """Factors of t, t² … t⁶ in what `cubic` leaves over, t being the square root of its value."""
    display = np.arange(256) / 255
    linear, near = curves.srgb_decode(display), cubic_of(display)
    powers = np.sqrt(near)[:, None] ** np.arange(1, 7) / (linear + 0.3)[:, None]
    return np.linalg.lstsq(powers, (linear - near) / (linear + 0.3), rcond=None)[0]


def cubic_of(display: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """The cubic itself."""
    first, second, third = cubic()
    return display * (first + display * (second + display * third))


@cache
def cubic_table() -> Float[np.ndarray, " 256"]:
    """The cubic of the 256 codes."""
    return cubic_of(np.arange(256) / 255).astype(np.float32)


def remainder(near: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """What has to be added to means of the cubic."""
    root, total = np.sqrt(near), np.zeros_like(near)
    for factor in remainder_factors()[::-1]:
        total = (total + factor) * root
    return total


@lru_cache(maxsize=8)
def _overlaps(height: int, width: int) -> tuple[Float[np.ndarray, "v h"], Float[np.ndarray, "u w"]]:
    return (
        equirect.overlaps(equirect.row_edges(height), equirect.row_edges(CELLS[0])),
        equirect.overlaps(equirect.column_edges(width), equirect.column_edges(CELLS[1])),
    )
