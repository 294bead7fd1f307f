"""Domes: where in clipped areas the lost light goes. It starts at their rim with nothing and rises inwards.

In each channel, u solves u − λ² Δu = 1 inside the area that is clipped, u = 0 around it: a small spot gets a bell, a
large area a plateau with an edge of about λ. The weight of a pixel is the mean of the three u: it rises where one more
channel is lost. A channel that is still below white there gets less, by the square of its radiance, so that nothing
jumps where it reaches white, and the hue changes smoothly.

Areas are found on the work grid, as noise and the blocks of JPEG leave pixels just below white in them. Those count as
clipped. All others that are below white in all channels get nothing.

Source: the screened Poisson equation, as in Bhat et al., "Fourier Analysis of the 2D Screened Poisson Equation for
Gradient Domain Problems", ECCV 2008; solved by Jacobi's method. Closing: Serra, "Image Analysis and Mathematical
Morphology", 1982, chapter II.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.runtime.environment.spread import shifted, smoothed, spread_rows
from lightprobe.sphere.panorama import equirect

WORK = (256, 512)
"""Rows and columns of the grid on which domes are solved and light is balanced: pixels of 0.7°."""

EDGE = np.radians(2.0)
"""λ: distance from the rim [rad] at which u is 0.63 in a large area."""

DAMPING = 30.0
"""How much a pixel damps u that is not clipped at all."""

BELOW, AT = 0.85, 0.97
"""Radiance of a channel, relative to white, up to which it is below white, and from which it may be clipped."""

GAP = 3
"""Pixels of the work grid: gaps in clipped areas that are closed are at most twice as wide."""

BESIDE, WITHIN = 0.6, 0.9
"""Parts of the surroundings of a pixel [0…1] that are clipped, up to which a pixel below white is none of them, and
from which it is one."""

SPECKS = 0.25
"""Clipped part of the surroundings of a pixel below which they are specks, which get less."""

STEPS = 60
"""Steps of relaxation."""

NARROW = 0.05
"""Narrowest column, as a part of its width at the horizon."""


def on_work_grid(values: Num[np.ndarray, "h w c"]) -> Float[np.ndarray, "256 512 c"]:
    """Means over the pixels of the grid; only rows that are not zero cost anything."""
    height, width, channels = values.shape
    rows = np.flatnonzero(values.reshape(height, -1).any(axis=1))
    down = equirect.overlaps(equirect.row_edges(height), equirect.row_edges(WORK[0])).astype(np.float32)
    lines = np.zeros((WORK[0], width * channels), np.float32)
    step = max(1, (1 << 18) // width)
    for start in range(int(rows[0]) if rows.size else height, (int(rows[-1]) + 1) if rows.size else 0, step):
        part = values[start : start + step].reshape(-1, width * channels).astype(np.float32)
        used = np.flatnonzero(down[:, start : start + step].any(axis=1))
        lines[used] += down[used, start : start + step] @ part
    lines = lines.reshape(WORK[0], width, channels)
    if width % WORK[1] == 0:
        return lines.reshape(*WORK, width // WORK[1], channels).mean(axis=2).astype(np.float64)
    return equirect.overlaps(equirect.column_edges(width), equirect.column_edges(WORK[1])) @ lines


def domes(
    lost: UInt8[np.ndarray, "h w"], environment: Float[np.ndarray, "h w 3"], white: float
) -> Float[np.ndarray, "h w 3"]:
    """Weights [0…1] of the channels of pixels of which this share has lost light [0…255] (float32).

    The own light of the `environment`, in which display white is `white`, tells which channels have lost it.
    """
    size = lost.shape
    rows = np.flatnonzero(lost.any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 0)
    step = max(1, (1 << 16) // size[1])
    blocks = [slice(first, min(first + step, bottom)) for first in range(top, bottom, step)]
    shares = np.zeros((*size, 3), np.uint8)
    for part in blocks:
        shares[part] = 255 * _ramp(environment[part] * np.float32(1 / white), BELOW, AT)
    closed = _closed(on_work_grid(lost[..., None]) / 255)
    rises = [_relaxed(inside) for inside in np.moveaxis(_insides(on_work_grid(shares) / 255 * closed), -1, 0)]
    found = np.stack([np.mean(rises, axis=0), closed[..., 0]], axis=-1)
    weights = np.zeros((*size, 3), np.float32)
    for part in blocks:
        rise, around = np.split(spread_rows(found, size, part.start, part.stop), 2, axis=-1)
        rise *= np.maximum(lost[part, :, None] * np.float32(1 / 255), _ramp(around, BESIDE, WITHIN))
        near = np.clip(environment[part] * np.float32(1 / white), 0, 1)
        near *= near
        np.multiply(near, rise, out=weights[part])
    return weights


def _ramp(values: Float[np.ndarray, "*s"], first: float, last: float) -> Float[np.ndarray, "*s"]:
    """0 up to `first`, 1 from `last` on."""
    return np.clip((values - first) / (last - first), 0, 1)


def _closed(values: Float[np.ndarray, "h w 1"]) -> Float[np.ndarray, "h w 1"]:
    """Values with their gaps filled from around them."""
    for _ in range(GAP):
        values = _largest(values)
    for _ in range(GAP):
        values = -_largest(-values)
    return values


def _largest(values: Float[np.ndarray, "h w c"]) -> Float[np.ndarray, "h w c"]:
    """For each pixel, the largest value of it and its eight neighbors."""
    lines = np.max([shifted(values, y, 0) for y in (-1, 0, 1)], axis=0)
    return np.max([shifted(lines, 0, x) for x in (-1, 0, 1)], axis=0)


def _insides(clipped: Float[np.ndarray, "256 512 3"]) -> Float[np.ndarray, "256 512 3"]:
    """How far inside a clipped area each pixel is, channel by channel: 0 at its rim, where half of the surroundings are
    clipped or, of a small spot, half as much as in its middle."""
    near = smoothed(smoothed(clipped))
    most = smoothed(_largest(_largest(near)))
    return _ramp(near / np.maximum(most, 1e-6), 0.5, 1) * np.minimum(most / SPECKS, 1)


def _relaxed(share: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """u on the work grid, where this share of each pixel has lost light."""
    solved = share.astype(np.float32)
    rows = np.flatnonzero(share.any(axis=1))
    if not rows.size:
        return solved
    height, width = share.shape
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    latitude = np.pi * (0.5 - (np.arange(height)[part] + 0.5) / height)
    step = np.pi / height
    down = np.float32((EDGE / step) ** 2)
    across = (down / np.maximum(np.cos(latitude), NARROW) ** 2).astype(np.float32)[:, None]
    source = solved[part].copy()
    scale = 1 / (1 + DAMPING * (1 - source) + 2 * down + 2 * across)
    for _ in range(STEPS):
        now = solved[part]
        above = np.roll(now[0], width // 2) if part.start == 0 else np.zeros(width, np.float32)
        below = np.roll(now[-1], width // 2) if part.stop == height else np.zeros(width, np.float32)
        vertical = np.concatenate([above[None], now[:-1]]) + np.concatenate([now[1:], below[None]])
        beside = np.roll(now, 1, axis=1) + np.roll(now, -1, axis=1)
        solved[part] = (source + down * vertical + across * beside) * scale
    return solved
