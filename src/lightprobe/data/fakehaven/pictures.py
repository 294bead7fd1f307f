"""Synthetic HDRIs: skies, suns, rooms and lamps."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image

from lightprobe._shapes import Float
from lightprobe.data.catalog.preview import preview
from lightprobe.sphere.panorama.equirect import directions

KINDS = ("sun", "soft", "indoor", "studio", "night")


@lru_cache(maxsize=16)
def panorama(kind: str, seed: int, height: int) -> Float[np.ndarray, "{height} w 3"]:
    """A scene of this kind; the same seed gives the same scene at any height."""
    rng = np.random.default_rng(seed)
    toward = directions(height, 2 * height)
    up = toward[..., 1]
    texture = np.exp(0.9 * _waves(rng, toward))
    skyline = 0.05 + 0.12 * _waves(rng, toward * [1, 0, 1])
    is_sky = up > skyline
    if kind in ("indoor", "studio"):
        gray = np.array([1, 1, 1]) if kind == "studio" else np.array([1, 0.75, 0.45])
        radiance = 0.15 * texture[..., None] * gray * rng.uniform(0.6, 1.4, 3) ** (kind == "indoor")
        for _ in range(rng.integers(1, 5)):
            radiance += _lamp(rng, toward, size=rng.uniform(0.05, 0.25), strength=rng.uniform(5, 60)) * gray
        return radiance.astype(np.float32)
    level = {"sun": 1.0, "soft": 0.8, "night": 0.004}[kind]
    sky = level * (0.4 + 0.6 * (1 - np.clip(up, 0, 1)))[..., None] * np.array([0.45, 0.65, 1.0])
    clouds = np.clip(_waves(rng, toward), 0, None)[..., None]
    sky = sky * (1 + clouds * rng.uniform(0.2, 1.5))
    ground = 0.25 * level * texture[..., None] * rng.uniform(0.4, 1, 3)
    radiance = np.where(is_sky[..., None], sky, ground)
    if kind == "sun":
        radiance = radiance + _lamp(rng, toward, size=0.02, strength=8000, low=0.3) * np.array([1, 0.9, 0.75])
    if kind == "night":
        radiance = radiance + 0.3 * _lamp(rng, toward, size=0.03, strength=1) * np.array([1, 0.7, 0.3])
    return radiance.astype(np.float32)


def _waves(rng: np.random.Generator, toward: np.ndarray, count: int = 12) -> np.ndarray:
    """A smooth random function of direction, about −2 … 2."""
    waves = rng.normal(size=(count, 3)) * rng.uniform(2, 8, (count, 1))
    phases, strength = rng.uniform(0, 2 * np.pi, count), rng.normal(size=count) / np.sqrt(count / 2)
    return np.cos(toward @ waves.T + phases) @ strength


def _lamp(rng: np.random.Generator, toward: np.ndarray, size: float, strength: float, low: float = -0.2) -> np.ndarray:
    """A round light of angular radius `size` [rad], with soft edges."""
    height, azimuth = rng.uniform(low, 0.9), rng.uniform(0, 2 * np.pi)
    level = np.sqrt(1 - height**2)
    center = np.array([level * np.cos(azimuth), height, level * np.sin(azimuth)])
    angle = np.arccos(np.clip(toward @ center, -1, 1))
    return strength * np.exp(-((angle / size) ** 2))[..., None]


def radiance_hdr(radiance: Float[np.ndarray, "h w 3"]) -> bytes:
    """The content of a Radiance HDR file, in runs of literals.

    Source: Ward, "Real Pixels", Graphics Gems II, 1991.
    """
    height, width = radiance.shape[:2]
    _, exponent = np.frexp(np.maximum(radiance.max(axis=2), 1e-38))
    scaled = np.clip(np.floor(radiance * np.exp2(8.0 - exponent)[..., None]), 0, 255)
    rgbe = np.dstack([scaled, np.clip(exponent + 128, 0, 255)]).astype(np.uint8)
    body = bytearray(f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n".encode())
    for row in rgbe:
        body += bytes((2, 2, width >> 8, width & 255))
        for channel in row.T:
            for start in range(0, width, 128):
                run = channel[start : start + 128].tobytes()
                body += bytes((len(run),)) + run
    return bytes(body)


def thumbnail(radiance: Float[np.ndarray, "h w 3"]) -> bytes:
    """The content of a PNG file."""
    out = io.BytesIO()
    Image.fromarray(preview(radiance)).save(out, "PNG")
    return out.getvalue()
