"""Bracketed pictures of one synthetic panorama."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lightprobe.imaging import Picture, as_picture, encode

Take = Callable[..., Picture]


@pytest.fixture(scope="session")
def radiance() -> np.ndarray:
    """A room of 128×256 pixels with lamps up to 30 times display white."""
    rng = np.random.default_rng(8)
    coarse = np.exp(rng.normal(-1.6, 1.2, (32, 64, 1))) * rng.uniform(0.7, 1, (32, 64, 3))
    pixels = np.kron(coarse, np.ones((4, 4, 1)))
    pixels[20:26, 60:70] = 30
    return pixels


@pytest.fixture(scope="session")
def take(radiance: np.ndarray) -> Take:
    """take(exposure, down, right, power): an 8-bit picture, sRGB, or with another tone curve."""

    def taken(exposure: float, down: int = 0, right: int = 0, power: float | None = None) -> Picture:
        light = np.clip(np.roll(radiance, (down, right), (0, 1)) * exposure, 0, 1)
        display = encode(light, "srgb") if power is None else light**power
        return as_picture(np.rint(255 * display).astype(np.uint8))

    return taken
