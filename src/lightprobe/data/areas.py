"""Panoramas averaged down by whole factors, a plane per channel: what `equirect.resize` does, at memory speed."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.sphere.equirect import row_edges


def planes(pixels: Num[np.ndarray, "h w c"]) -> Float[np.ndarray, "c h w"]:
    """A plane per channel, float32."""
    return np.ascontiguousarray(np.moveaxis(pixels, -1, 0), np.float32)


def shrink(planes: Float[np.ndarray, "c H W"], factor: int) -> Float[np.ndarray, "c h w"]:
    """Means over the sphere of factor × factor pixels; the energy stays."""
    edges = row_edges(planes.shape[1])
    angle = (edges[:-1] - edges[1:]).reshape(-1, factor)
    share = (angle / (factor * angle.sum(axis=1, keepdims=True))).astype(np.float32)
    rows = planes[:, ::factor] * share[:, :1]
    for k in range(1, factor):
        rows += planes[:, k::factor] * share[:, k : k + 1]
    total = rows[..., ::factor].copy()
    for k in range(1, factor):
        total += rows[..., k::factor]
    return total
