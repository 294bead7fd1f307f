"""Pictures looked up on another grid: the nearest pixel of each, so that display values and clipping stay exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Bool, Float, Int
from lightprobe.imaging.picture import Picture
from lightprobe.sphere import LUMINANCE

MIN_ROWS, MAX_ROWS = 1024, 4096
"""Rows of a panorama that is made from another picture: many, so that the nearest pixels stand for areas."""
CACHED_PIXELS = 1 << 23
"""Size up to which the pixels of a panorama are looked up once, for all frames of a video."""
BLOCK = 1 << 18
"""Pixels that are looked up at a time."""

Pixels = tuple[Int[np.ndarray, " n"], Bool[np.ndarray, " n"] | None]
"""For each pixel of some rows of a panorama, which one of the picture lies there, and whether one does (None: all)."""

Find = Callable[[Float[np.ndarray, "3 n"]], Pixels]
"""From directions to pixels."""


def fine_rows(rows: float) -> int:
    """Rows of a panorama that stands for one of so many rows: a multiple of them where that is small enough."""
    return min(MAX_ROWS, round(rows * max(1, -(-MIN_ROWS // max(1, round(rows))))))


def unit_vectors(height: int, first: int, last: int) -> Float[np.ndarray, "3 n"]:
    """x, y, z of the centers of the pixels of some rows of a panorama of height × 2·height pixels (float32)."""
    latitude = np.pi * (0.5 - (np.arange(first, last) + 0.5) / height)
    azimuth = np.pi * ((np.arange(2 * height) + 0.5) / height - 1)
    vectors = np.empty((3, last - first, 2 * height), np.float32)
    np.outer(np.cos(latitude), np.cos(azimuth), out=vectors[0])
    vectors[1] = np.sin(latitude)[:, None]
    np.outer(np.cos(latitude), np.sin(azimuth), out=vectors[2])
    return vectors.reshape(3, -1)


@lru_cache(maxsize=1)
def _all_pixels(height: int, find: Find) -> Pixels:
    """Of a whole panorama, block by block."""
    index = np.empty(2 * height * height, np.int32)
    inside: np.ndarray | None = None
    for part, (found, is_inside) in _blocks(height, find):
        index[part] = found
        if is_inside is not None:
            inside = np.ones(len(index), bool) if inside is None else inside
            inside[part] = is_inside
    return index, inside


def _blocks(height: int, find: Find) -> Iterator[tuple[slice, Pixels]]:
    step = max(1, BLOCK // (2 * height))
    for first in range(0, height, step):
        last = min(first + step, height)
        yield slice(2 * height * first, 2 * height * last), find(unit_vectors(height, first, last))


def resample(picture: Picture, height: int, find: Find) -> Picture:
    """A panorama of height × 2·height pixels, each the pixel of the picture that `find` names; no crop, no tags.

    `find` should be hashable by its meaning (a NamedTuple with __call__), so that frames of a video share its answer.
    """
    if 2 * height * height <= CACHED_PIXELS:
        blocks = [(slice(None), _all_pixels(height, find))]
    else:
        blocks = _blocks(height, find)
    pixels = picture.pixels.reshape(-1, 3)
    masks = {"seen": picture.seen, "white": picture.white}
    flat = {name: mask.reshape(len(pixels), -1) for name, mask in masks.items() if mask is not None}
    panorama = np.zeros((2 * height * height, 3), pixels.dtype)
    found = {name: np.zeros((len(panorama), mask.shape[1]), bool) for name, mask in flat.items()}
    for part, (index, inside) in blocks:
        np.take(pixels, index, axis=0, out=panorama[part])
        for name, mask in flat.items():
            np.take(mask, index, axis=0, out=found[name][part])
        if inside is not None:
            if "seen" not in found:
                found["seen"] = np.ones((len(panorama), 1), bool)
            found["seen"][part] &= inside[:, None]
            panorama[part][~inside] = 0
            if "white" in found:
                found["white"][part][~inside] = False
    seen, white = found.get("seen"), found.get("white")
    return replace(
        picture,
        pixels=panorama.reshape(height, 2 * height, 3),
        seen=None if seen is None or seen.all() else seen.reshape(height, 2 * height),
        white=None if white is None else white.reshape(height, 2 * height, 3),
        crop=None,
    )


def luma_grid(picture: Picture, rows: int, columns: int, samples: int) -> Float[np.ndarray, "{rows} {columns}"]:
    """Means of samples × samples pixels of luma [0…1] on a coarse grid; radiance is brought to display values first.

    Pixels between the samples are not read, which makes it fast for a picture of any size.
    """
    height, width = picture.pixels.shape[:2]
    down = ((np.arange(rows * samples) + 0.5) * height / (rows * samples)).astype(int)
    across = ((np.arange(columns * samples) + 0.5) * width / (columns * samples)).astype(int)
    luma = picture.pixels[down[:, None], across] @ LUMINANCE.astype(np.float32)
    if picture.seen is not None:
        luma = luma * picture.seen[down[:, None], across]
    if picture.is_linear:
        luma = np.maximum(luma, 0)
        lit = luma[luma > 0]
        with np.errstate(over="ignore"):  # beyond the largest number is as bright as can be
            luma = np.minimum(luma / (5 * float(np.median(lit)) if lit.size else 1.0), 1) ** (1 / 2.2)
    else:
        luma = luma / np.iinfo(picture.pixels.dtype).max
    return luma.reshape(rows, samples, columns, samples).mean(axis=(1, 3))
