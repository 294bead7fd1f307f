"""Putting a partial picture on the sphere, and filling what it does not show.

Convention: a perspective picture looks along the panorama's centre (+X), right side up; its image right is
towards +Z. Placing works on any quantity that averages (linear radiance, shares), never on display values.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.imaging.gpano import Crop
from lightprobe.sphere import equirect
from lightprobe.sphere.rows import Blocks, array_blocks, integrate_rows

ACROSS = 256
"""Columns of the panorama that a perspective picture covers, where that takes no more rows than the next line says."""
MAX_HEIGHT = 8192
"""Rows of the panorama on which a perspective picture is placed, at most."""


def check_fov(fov: float) -> float:
    """Raises: ValueError if the horizontal field of view [°] is not that of a perspective picture."""
    if not 1 <= fov <= 170:
        raise ValueError(
            f"expected a horizontal field of view of 1 to 170 degrees, got {fov:g}; a phone has about 65, "
            "a webcam 60 to 78; leave it out for a 2:1 panorama"
        )
    return float(fov)


class View(NamedTuple):
    """Where the pixels of a part of a panorama lie in a perspective picture."""

    crop: Crop
    seen: Bool[np.ndarray, "h w"]
    across: Float[np.ndarray, " n"]
    """From 0 at the left edge of the picture to 1 at the right, of each pixel that sees it."""
    down: Float[np.ndarray, " n"]
    """From 0 at the upper edge to 1 at the lower."""


@lru_cache(maxsize=4)
def perspective_view(height: int, width: int, fov: float) -> View:
    """The part of a panorama that a picture of this size and horizontal field of view [°] covers.

    Raises: ValueError if `fov` is not between 1 and 170 degrees, or if the picture covers no pixel.
    """
    half = math.tan(math.radians(check_fov(fov)) / 2)
    rows = min(MAX_HEIGHT, math.ceil(ACROSS * 180 / fov / 32) * 32)
    steep = math.atan(half * height / width)
    top, bottom = (math.floor((0.5 - steep / math.pi) * rows), math.ceil((0.5 + steep / math.pi) * rows))
    left, right = (math.floor((1 - fov / 360) * rows), math.ceil((1 + fov / 360) * rows))
    latitude = np.pi * (0.5 - (np.arange(top, bottom) + 0.5) / rows)[:, None]
    azimuth = np.pi * ((np.arange(left, right) + 0.5) / rows - 1)
    across = np.broadcast_to(np.tan(azimuth) / half, (bottom - top, right - left))
    down = -np.tan(latitude) / np.cos(azimuth) / half * (width / height)
    seen = (np.abs(across) <= 1) & (np.abs(down) <= 1)
    if not seen.any():
        raise ValueError(
            f"expected a picture that covers some of the sphere, got {width}×{height} with a field of view of "
            f"{fov:g}°; check both"
        )
    return View(Crop(full_height=rows, left=left, top=top), seen, (across[seen] + 1) / 2, (down[seen] + 1) / 2)


def place_perspective(
    blocks: Blocks, height: int, width: int, fov: float
) -> tuple[Float[np.ndarray, "H W c"], Bool[np.ndarray, "H W"], Crop]:
    """A perspective picture as a part of a panorama, which pixels of that part show it, and which part it is.

    The picture, which comes in blocks of rows, is first averaged down to the panorama's resolution at its center,
    then sampled bilinearly.

    Raises: ValueError if `fov` (horizontal) is not between 1 and 170 degrees, or if the picture covers no pixel.
    """
    view = perspective_view(height, width, fov)
    fitting = math.ceil(2 * math.tan(math.radians(fov) / 2) * view.crop.full_height / math.pi)
    columns = min(width, fitting)
    values = average(blocks, height, width, min(height, max(1, round(height * columns / width))), columns)
    placed = np.zeros((*view.seen.shape, values.shape[2]))
    placed[view.seen] = _bilinear(values, view.down * len(values) - 0.5, view.across * columns - 0.5)
    return placed, view.seen, view.crop


def average(
    blocks: Blocks, height: int, width: int, rows: int, columns: int
) -> Float[np.ndarray, "{rows} {columns} c"]:
    """Plain area average of a flat picture."""
    down = equirect.overlaps(np.arange(height + 1) / height, np.arange(rows + 1) / rows)
    reduced = integrate_rows(down, blocks).reshape(rows, width, -1)
    if columns == width:
        return reduced
    across = equirect.overlaps(np.arange(width + 1) / width, np.arange(columns + 1) / columns)
    return integrate_rows(across, array_blocks(reduced.swapaxes(0, 1))).reshape(columns, rows, -1).swapaxes(0, 1)


def _bilinear(
    values: Float[np.ndarray, "h w c"], row: Float[np.ndarray, " n"], column: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n c"]:
    rows, columns = values.shape[:2]
    row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    top, left = row.astype(int), column.astype(int)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    v, u = (row - top)[:, None], (column - left)[:, None]
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
