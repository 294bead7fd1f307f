"""A world of which the light is known from each direction, and cameras that look at it. No code of the product."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

SUN = (0.35, 0.6, 0.72)


def world(toward: np.ndarray, sun: tuple[float, float, float] = SUN, degrees: float = 9, seed: int = 0) -> np.ndarray:
    """Linear radiance: a sky that is bluer and darker above, a brown ground, a few colored things, a sun."""
    x, y, z = np.moveaxis(toward, -1, 0)
    up = np.clip(y, 0, 1)[..., None]
    light = np.where(y[..., None] > 0, np.array([0.30, 0.42, 0.62]) * (1 - 0.5 * up) + 0.05, [0.20, 0.16, 0.12])
    rng = np.random.default_rng(seed)
    for _ in range(14):
        center = rng.normal(size=3)
        center /= np.linalg.norm(center)
        inside = x * center[0] + y * center[1] + z * center[2] > np.cos(rng.uniform(0.12, 0.35))
        light = np.where(inside[..., None], rng.uniform(0.02, 0.5, 3), light)
    at = np.array(sun) / np.linalg.norm(sun)
    return np.where((toward @ at > np.cos(np.radians(degrees)))[..., None], [30.0, 27.0, 21.0], light)


def panorama_directions(height: int, width: int | None = None) -> np.ndarray:
    """Of pixel centers: row 0 is up, the center is +X, columns run towards +Z."""
    width = 2 * height if width is None else width
    latitude = np.pi * (0.5 - (np.arange(height) + 0.5) / height)[:, None]
    azimuth = np.pi * (2 * (np.arange(width) + 0.5) / width - 1)
    x, y, z = np.cos(latitude) * np.cos(azimuth), np.sin(latitude), np.cos(latitude) * np.sin(azimuth)
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


def panorama(height: int, width: int | None = None, **options: object) -> np.ndarray:
    return world(panorama_directions(height, width), **options)


def eight_bits(light: np.ndarray) -> np.ndarray:
    """Display values, by the formula of IEC 61966-2-1."""
    light = np.clip(light, 0, 1)
    return np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)).astype(
        np.uint8
    )


def jpeg(pixels: np.ndarray, quality: int = 88) -> np.ndarray:
    """The pixels after JPEG compression."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def fisheye(
    size: int, forward: np.ndarray, degrees: float, radius: float, shift: tuple[float, float] = (0, 0)
) -> np.ndarray:
    """An equidistant fisheye lens that looks along ±X: a circle of this radius [half sides] on black."""
    v, u = np.mgrid[:size, :size] * 2 / size - 1 + 1 / size
    u, v = (u - shift[0]) / radius, (v - shift[1]) / radius
    away, turn = np.hypot(u, v), np.arctan2(v, u)
    angle = away * np.radians(degrees) / 2
    right = np.cross(forward, [0, 1, 0])
    toward = (
        np.cos(angle)[..., None] * forward
        + (np.sin(angle) * np.cos(turn))[..., None] * right
        - (np.sin(angle) * np.sin(turn))[..., None] * np.array([0, 1, 0])
    )
    return np.where((away <= 1)[..., None], world(toward), 0)


FACE_AXES = {
    "px": ((0, 0, -1), (0, 1, 0), (1, 0, 0)),
    "nx": ((0, 0, 1), (0, 1, 0), (-1, 0, 0)),
    "py": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "ny": ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
    "pz": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "nz": ((-1, 0, 0), (0, 1, 0), (0, 0, -1)),
}
"""Right, up and center of each face: OpenGL 4.6, table 8.19."""


def faces(
    size: int, look: object = lambda toward: toward, equiangular: bool = False, **options: object
) -> dict[str, np.ndarray]:
    """The faces of a cubemap; `look` turns OpenGL's directions into those of the world."""
    s = (2 * np.arange(size) + 1) / size - 1
    s = np.tan(s * np.pi / 4) if equiangular else s
    found: dict[str, np.ndarray] = {}
    for name, (right, up, center) in FACE_AXES.items():
        toward = s[None, :, None] * np.array(right) - s[:, None, None] * np.array(up) + np.array(center)
        found[name] = world(look(toward / np.linalg.norm(toward, axis=-1, keepdims=True)), **options)
    return found


def angle_between(one: object, other: object) -> float:
    """Degrees."""
    one, other = np.asarray(one, float), np.asarray(other, float)
    return float(np.degrees(np.arccos(np.clip(one @ other / np.linalg.norm(one) / np.linalg.norm(other), -1, 1))))
