"""The cells of a surround: their points, solid angles and neighbors.

Convention: spec/CONVENTIONS.md#panorama; cells are numbered row by row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Int
from lightprobe.sphere.panorama import equirect

POINTS = 4
"""Points of a cell in each direction."""


class Grid(NamedTuple):
    """Cells of rows × 2·rows."""

    centers: Float[np.ndarray, "n 3"]
    """Unit direction of the center of each cell."""
    points: Float[np.ndarray, "n p 3"]
    """Unit directions of points of equal area within each cell."""
    angles: Float[np.ndarray, " n"]
    """Solid angle [sr]."""
    north: Float[np.ndarray, "n 3"]
    """Gradient of the latitude [rad] at the center of each cell."""
    east: Float[np.ndarray, "n 3"]
    """Gradient of the azimuth [rad]."""
    neighbors: Int[np.ndarray, "n 9"]
    """The 3×3 cells around each cell, itself among them; the row at a pole is its own neighbor."""


@lru_cache(maxsize=4)
def make_grid(rows: int) -> Grid:
    """The grid with so many rows."""
    columns, parts = 2 * rows, (np.arange(POINTS) + 0.5) / POINTS
    edges = equirect.row_edges(rows)
    sine = (edges[:-1, None] + parts * np.diff(edges)[:, None])[:, None, :, None]
    azimuth = (np.pi * (2 * (np.arange(columns)[:, None] + parts) / columns - 1))[None, :, None, :]
    cosine = np.sqrt(1 - sine**2)
    points = np.stack(np.broadcast_arrays(cosine * np.cos(azimuth), sine, cosine * np.sin(azimuth)), axis=-1)
    number = np.arange(rows * columns).reshape(rows, columns)
    padded = np.pad(np.pad(number, ((1, 1), (0, 0)), mode="edge"), ((0, 0), (1, 1)), mode="wrap")
    around = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    centers = equirect.directions(rows, columns).reshape(-1, 3)
    x, y, z = centers.T
    level = np.hypot(x, z)
    return Grid(
        centers,
        points.reshape(rows * columns, POINTS * POINTS, 3),
        equirect.solid_angles(rows, columns).ravel(),
        np.stack([-y * x / level, level, -y * z / level], axis=-1),
        np.stack([-z, np.zeros(len(z)), x], axis=-1) / level[:, None] ** 2,
        np.stack(around, axis=-1).reshape(-1, 9),
    )
