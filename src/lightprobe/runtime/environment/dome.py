"""Domes: where in clipped areas the lost light goes. It starts at their rim with nothing and rises inwards.

The weight is u², and u solves u − λ² Δu = 1 inside the area, u = 0 around it. So a small spot gets a bell, a large area
a plateau with an edge of about λ, and both begin with no step and no slope. A pixel of the work grid that is clipped in
part damps u by the rest: noise at white gets next to nothing, and a spot that is smaller than such a pixel still
something.

Source: the screened Poisson equation, as in Bhat et al., "Fourier Analysis of the 2D Screened Poisson Equation for
Gradient Domain Problems", ECCV 2008; solved by Jacobi's method.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.environment.spread import shifted, smoothed, spread_rows
from lightprobe.sphere.panorama import equirect

WORK = (256, 512)
"""Rows and columns of the grid on which domes are solved and light is balanced: pixels of 0.7°."""

EDGE = np.radians(1.5)
"""λ: distance from the rim [rad] at which u is 0.63 in a large area."""

DAMPING = 30.0
"""How much a pixel damps u that is not clipped at all."""

SPARSE, DENSE = 0.15, 0.5
"""Parts of the surroundings of a pixel [0…1] that are clipped, from which it belongs to a clipped area not at all, and
from which in full."""

CLOSE = 3
"""Times that the radiance of a channel, relative to white, is squared, to tell whether it has lost light."""

WHITEST_WITHIN = 2
"""Distance [cells] within which clipped light is compared with the whitest."""

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
) -> Float[np.ndarray, "h w 4"]:
    """Weights [0…1] of pixels of which this share has lost light [0…255] (float32), of two kinds of domes.

    The first three, of red, green and blue, are over all clipped areas, the blue sky around a sun among them, where one
    channel is at white and the others are not: those get next to nothing. The fourth, of all channels, is over areas
    that are white, or as white as any near them. The own light of the `environment`, in which display white is `white`,
    tells them apart.
    """
    size = lost.shape
    rows = np.flatnonzero(lost.any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 0)
    step = max(1, (1 << 16) // size[1])
    blocks = [(first, min(first + step, bottom)) for first in range(top, bottom, step)]
    shares = np.zeros((*size, 2), np.uint8)
    shares[..., 0] = lost
    for first, last in blocks:
        shares[first:last, :, 1] = lost[first:last] * _whiteness(environment[first:last])
    found = np.stack([_relaxed(inside) for inside in _insides(on_work_grid(shares) / 255)], axis=-1)
    weights = np.zeros((*size, 4), np.float32)
    for first, last in blocks:
        rise = spread_rows(found, size, first, last)
        rise *= rise
        rise *= lost[first:last, :, None] * np.float32(1 / 255)
        near = np.clip(environment[first:last] * np.float32(1 / white), 0, 1)
        for _ in range(CLOSE):
            near *= near
        np.multiply(near, rise[..., :1], out=weights[first:last, :, :3])
        weights[first:last, :, 3] = rise[..., 1]
    return weights


def _whiteness(radiance: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w"]:
    """0 of a pure color, 1 of gray."""
    red, green, blue = radiance[..., 0], radiance[..., 1], radiance[..., 2]
    least, most = np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)
    ratio = np.clip(least / np.maximum(most, np.float32(1e-6)), 0, 1)
    return ratio**4


def _insides(shares: Float[np.ndarray, "256 512 2"]) -> tuple[np.ndarray, np.ndarray]:
    """The part of each pixel that is clipped and as white as it gets in the surroundings, and that which is clipped.

    `shares` are that which is clipped, and that times whiteness. The gaps that noise leaves count as clipped.
    """
    clipped, white = shares[..., 0], shares[..., 1] / np.maximum(shares[..., 0], 1e-6)
    near = smoothed(clipped[..., None])[..., 0]
    closed = np.maximum(clipped, np.clip((near - SPARSE) / (DENSE - SPARSE), 0, 1))
    rows, columns = CELLS
    whitest = np.where(clipped > SPARSE, white, 0)
    whitest = whitest.reshape(rows, WORK[0] // rows, columns, WORK[1] // columns).max(axis=(1, 3))[..., None]
    for _ in range(WHITEST_WITHIN):
        whitest = np.max([shifted(whitest, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)], axis=0)
    whitest = spread_rows(smoothed(whitest), WORK, 0, WORK[0])[..., 0]
    known = smoothed(np.stack([clipped, shares[..., 1]], axis=-1))
    white = known[..., 1] / np.maximum(known[..., 0], 1e-6)
    return closed, closed * np.clip(white / np.maximum(whitest, 1e-3), 0, 1)


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
