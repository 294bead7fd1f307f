"""Small HDRIs with known contents."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.camera.hdri import Hdri, make_hdri
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere.panorama.equirect import directions


def toy(seed: int, height: int = 64, sun: float = 0.0) -> np.ndarray:
    """A smooth colored panorama between 0.05 and 0.5, and a sun of one degree if asked for."""
    rng = np.random.default_rng(seed)
    toward = directions(height, 2 * height)
    tones = toward @ rng.normal(0, 0.8, (3, 3)) + rng.normal(0, 0.3, 3) * np.sin(3 * toward[..., :1] + seed)
    panorama = 0.16 * 2.0 ** np.clip(tones, -1.6, 1.6)
    if sun:
        where = np.unravel_index(rng.integers(height * 2 * height), (height, 2 * height))
        panorama[min(max(int(where[0]), height // 4), height // 2), where[1]] += sun
    return panorama.astype(np.float32)


def toy_hdri(seed: int, height: int = 64, sun: float = 0.0, picture: int = 16) -> Hdri:
    """The same, prepared for pictures of this height, called toy<seed>."""
    return make_hdri(f"toy{seed}", toy(seed, height, sun), picture)


def toy_folder(folder: Path, count: int = 4, height: int = 64) -> Path:
    """A folder of such files, every second with a sun; as no other names tell, each is a scene of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        write_exr(folder / f"{'abcdefgh'[seed] * 3}.exr", toy(seed, height, sun=300.0 * (seed % 2)))
    return folder
