"""The cells that the estimator learns from: those of lightprobe.imaging.cells, but for one shortcut.

sRGB is decoded by a cubic of the display value, and what that leaves over is made good on the means of the cells: an
exported graph has no fast way to look 100,000 values up, but multiplies them at once. Cells of one color are exact
to 0.0004; of pictures, irradiance is within 0.25 % (tests/models/test_cells.py).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging import cells, curves


def learned_cells(image_srgb: UInt8[np.ndarray, "h w 3"], response: str) -> Float[np.ndarray, "6 32 64"]:
    """`imaging.cells.picture_cells`, with sRGB decoded as an exported graph decodes it.

    Raises: ValueError for an unknown response or a picture that is no 2:1 panorama.
    """
    if response != "srgb":
        return cells.picture_cells(image_srgb, response)
    means = cells.cell_means(image_srgb, lambda rows, out: np.take(cubic_table(), rows, out=out, mode="clip"))
    means[:3] += remainder(means[:3])
    return means


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
