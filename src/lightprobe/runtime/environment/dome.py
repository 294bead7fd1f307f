"""Domes: smooth weights inside clipped areas, 0 at their rim, so that light put back there meets the rim unbroken.

The weight is u / (u + u₀), where u solves Δu = −1 inside the area with u = 0 around it: a paraboloid inside small
spots, a plateau inside large areas. It is solved from coarse to fine; each level starts from the one before.

Source: Bornemann and Deuflhard, "The cascadic multigrid method for elliptic problems", Numer. Math. 75, 1996.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Bool, Float, Int, UInt8
from lightprobe.runtime.environment.balance import on_work_grid

PLATEAU = np.radians(10.0)
"""Radius [rad] of the round area at whose center the weight is 1/2."""

LEAST_WEIGHT = 0.01
"""Weight of any clipped pixel: spots of a pixel or two have no inside."""

COARSEST = 16
"""Rows at which solving begins."""

STEPS = 24
"""Steps of relaxation at each level."""

NARROW = 0.05
"""Narrowest column, as a part of its width at the horizon."""


def domes(white: UInt8[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    """Weights [0…1] of pixels of which this share is clipped [0…255], channel by channel (float32).

    They are solved on the work grid, where a pixel is inside if nine tenths of it are clipped: so noise leaves no
    speckles in clipped areas. Between its pixels they are bilinear.
    """
    steps: list[np.ndarray] = [on_work_grid(white) > 0.9 * 255]
    while len(steps[-1]) > COARSEST:
        fine = steps[-1]
        steps.append(fine[::2, ::2] & fine[1::2, ::2] & fine[::2, 1::2] & fine[1::2, 1::2])
    solved: np.ndarray = np.zeros(steps[-1].shape, np.float32)
    for level, inside in enumerate(reversed(steps)):
        if level:
            solved = solved.repeat(2, axis=0).repeat(2, axis=1)
        _relax(solved, inside, STEPS)
    solved /= solved + np.float32(PLATEAU**2 / 4)
    height, width = white.shape[:2]
    top, below = _linear(height, len(solved))
    left, right = _linear(width, solved.shape[1])
    found = np.zeros(white.shape, np.float32)
    last = solved.shape[1] - 1
    around = np.concatenate([solved[:, last:], solved, solved[:, :1]], axis=1)
    around = np.concatenate([around[:1], around, around[-1:]])
    for row in np.flatnonzero(white.any(axis=(1, 2))):
        line = around[top[row]] * (1 - below[row]) + around[top[row] + 1] * below[row]
        line = line[left] * (1 - right[:, None]) + line[left + 1] * right[:, None]
        found[row] = (line + LEAST_WEIGHT) * (white[row] * np.float32(1 / 255))
    return found


def _linear(count: int, source: int) -> tuple[Int[np.ndarray, " {count}"], Float[np.ndarray, " {count}"]]:
    """The center before each pixel, one border pixel being first, and the weight of the next."""
    at = (np.arange(count) + 0.5) * source / count + 0.5
    first = at.astype(np.intp)
    return first, (at - first).astype(np.float32)


def _relax(found: Float[np.ndarray, "h w 3"], inside: Bool[np.ndarray, "h w 3"], steps: int) -> None:
    """Steps of Jacobi's method, in place, in the rows that have anything inside."""
    rows = np.flatnonzero(inside.any(axis=(1, 2)))
    if not rows.size:
        found[...] = 0
        return
    height, width = inside.shape[:2]
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    found[: part.start], found[part.stop :] = 0, 0
    mask = inside[part]
    found[part] *= mask
    step = np.pi / height
    latitude = np.pi * (0.5 - (np.arange(height)[part] + 0.5) / height)
    across = (1 / np.maximum(np.cos(latitude), NARROW) ** 2 / step**2).astype(np.float32)[:, None, None]
    down = np.float32(1 / step**2)
    scale = 1 / (2 * across + 2 * down)
    for _ in range(steps):
        now = found[part]
        above = found[part.start - 1] if part.start else np.roll(found[0], width // 2, axis=0)
        below = found[part.stop] if part.stop < height else np.roll(found[-1], width // 2, axis=0)
        vertical = np.concatenate([above[None], now[:-1]])
        vertical += np.concatenate([now[1:], below[None]])
        beside = np.roll(now, 1, axis=1)
        beside += np.roll(now, -1, axis=1)
        beside *= across
        vertical *= down
        vertical += beside
        vertical += 1
        vertical *= scale
        vertical *= mask
        found[part] = vertical
