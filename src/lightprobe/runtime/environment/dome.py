"""Domes: smooth weights inside clipped areas, 0 at their rim, so that light put back there meets the rim unbroken.

The weight is u / (u + u₀), where u solves Δu = −1 inside the area with u = 0 around it: a paraboloid inside small
spots, a plateau inside large areas. It is solved from coarse to fine; each level starts from the one before.

Source: Bornemann and Deuflhard, "The cascadic multigrid method for elliptic problems", Numer. Math. 75, 1996.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, UInt8

PLATEAU = np.radians(3.0)
"""Radius [rad] of the round area at whose center the weight is 1/2."""

LEAST_WEIGHT = 0.01
"""Weight of any clipped pixel: spots of a pixel or two have no inside."""

COARSEST = 16
"""Rows at which solving begins, at most twice as many."""

STEPS, FINE_STEPS, FINE = 16, 2, 1024
"""Steps of relaxation at each level, and at those of more than `FINE` rows."""

NARROW = 0.05
"""Narrowest column, as a part of its width at the horizon."""


def domes(white: UInt8[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    """Weights [0…1] of pixels of which this share is clipped [0…255], channel by channel (float32)."""
    steps = [white > 0]
    while len(steps[-1]) >= 2 * COARSEST and not (len(steps[-1]) % 2 or steps[-1].shape[1] % 2):
        fine = steps[-1]
        steps.append(fine[::2, ::2] & fine[1::2, ::2] & fine[::2, 1::2] & fine[1::2, 1::2])
    found = np.zeros(steps[-1].shape, np.float32)
    for level, inside in enumerate(reversed(steps)):
        if level:
            found = found.repeat(2, axis=0).repeat(2, axis=1)
        _relax(found, inside, STEPS if len(inside) <= FINE else FINE_STEPS)
    found /= found + np.float32(PLATEAU**2 / 4)
    found += np.float32(LEAST_WEIGHT)
    for row, share in zip(found, white, strict=True):
        row *= share * np.float32(1 / 255)
    return found


def _relax(found: Float[np.ndarray, "h w 3"], inside: np.ndarray, steps: int) -> None:
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
