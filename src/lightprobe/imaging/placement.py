"""Putting a partial picture on the sphere, and filling what it does not show.

Convention: a perspective picture looks along the panorama's centre (+X), right side up; its image right is
towards +Z. Placing works on any quantity that averages (linear radiance, shares), never on display values.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.sphere import equirect

MAX_HEIGHT = 512
"""Rows of the panorama on which a perspective picture is placed, at most."""


def check_fov(fov: float) -> float:
    """Raises: ValueError if the horizontal field of view [°] is not that of a perspective picture."""
    if not 1 <= fov <= 170:
        raise ValueError(
            f"expected a horizontal field of view of 1 to 170 degrees, got {fov:g}; a phone has about 65, "
            "a webcam 60 to 78; leave it out for a 2:1 panorama"
        )
    return float(fov)


def place_perspective(
    values: Float[np.ndarray, "h w c"], fov: float
) -> tuple[Float[np.ndarray, "H W c"], Bool[np.ndarray, "H W"]]:
    """A perspective picture on a panorama of its own resolution (at most 512 rows), and where it lies there.

    The picture is first averaged down to the panorama's resolution, then sampled bilinearly.

    Raises: ValueError if `fov` (horizontal) is not between 1 and 170 degrees.
    """
    half = math.tan(math.radians(check_fov(fov)) / 2)
    height, width = values.shape[:2]
    panorama_height = min(MAX_HEIGHT, max(32, math.ceil(math.pi * width / (2 * half) / 32) * 32))
    fitting = max(1, math.ceil(2 * half * panorama_height / math.pi))  # columns of the picture at that resolution
    if fitting < width:
        values = average(values, max(1, round(height * fitting / width)), fitting)
    toward = equirect.directions(panorama_height, 2 * panorama_height)
    ahead = toward[..., 0] > 1e-6
    depth = np.where(ahead, toward[..., 0], 1.0)
    right, down = toward[..., 2] / depth / half, -toward[..., 1] / depth / half * (width / height)
    seen = ahead & (np.abs(right) <= 1) & (np.abs(down) <= 1)
    placed = np.zeros((*seen.shape, values.shape[2]), values.dtype)
    rows, columns = values.shape[:2]
    placed[seen] = _bilinear(values, (down[seen] + 1) * rows / 2 - 0.5, (right[seen] + 1) * columns / 2 - 0.5)
    return placed, seen


def average(values: Float[np.ndarray, "h w c"], rows: int, columns: int) -> Float[np.ndarray, "{rows} {columns} c"]:
    """Plain area average of a flat picture."""
    height, width, channels = values.shape
    down = equirect.overlaps(np.arange(height + 1) / height, np.arange(rows + 1) / rows).astype(values.dtype)
    across = equirect.overlaps(np.arange(width + 1) / width, np.arange(columns + 1) / columns).astype(values.dtype)
    reduced = (down @ values.reshape(height, -1)).reshape(rows, width, channels)
    return across @ reduced


def _bilinear(values: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    rows, columns = values.shape[:2]
    row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    top, left = row.astype(int), column.astype(int)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    v, u = (row - top)[:, None].astype(values.dtype), (column - left)[:, None].astype(values.dtype)
    upper = values[top, left] * (1 - u) + values[top, right] * u
    lower = values[bottom, left] * (1 - u) + values[bottom, right] * u
    return upper * (1 - v) + lower * v


def fill(cells: Float[np.ndarray, "h w c"], share: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w c"]:
    """What the unseen part of a panorama is taken to show: a smooth extrapolation of the seen.

    Each cell gets the mean of all seen cells, weighted by their seen solid angle and by 1 / (1 − cos γ + ε)²
    of the angle γ between them, ε that of one cell: inverse-distance weighting on the sphere. Nothing brighter or
    darker than the seen appears, the border is continuous, and far away the answer is close to the mean of the
    seen. Of the exponents tried on 50 HDRIs (0, ½, 1, 2), 2 came closest to the whole sphere at every field of
    view. With nothing seen the answer is black.

    `cells` holds means over the seen part of each cell, `share` how much of the cell is seen [0…1].

    Source: Shepard, "A two-dimensional interpolation function for irregularly-spaced data", 1968.
    """
    height, width, channels = cells.shape
    weight = share.ravel() * equirect.solid_angles(height, width).ravel()
    near = _nearness(height, width)
    total = near @ weight
    blurred = near @ (weight[:, None] * cells.reshape(-1, channels))
    return (blurred / np.maximum(total, 1e-300)[:, None]).reshape(cells.shape)


@lru_cache(maxsize=2)
def _nearness(height: int, width: int) -> Float[np.ndarray, "n n"]:
    toward = equirect.directions(height, width).reshape(-1, 3)
    return (1 - np.minimum(toward @ toward.T, 1) + 1 - math.cos(math.pi / height)) ** -2
