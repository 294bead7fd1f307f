"""Cells: their points, angles, gradients and neighbors."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.surround.grid import make_grid


def test_points_lie_in_their_cells_and_stand_for_equal_areas() -> None:
    grid = make_grid(32)
    x, y, z = np.moveaxis(grid.points.astype(float), -1, 0)
    row = np.floor((0.5 - np.arcsin(y) / np.pi) * 32).astype(int)
    column = np.floor((np.arctan2(z, x) / (2 * np.pi) + 0.5) * 64).astype(int)
    assert (row * 64 + column == np.arange(2048)[:, None]).all()
    assert (grid.points.mean(axis=1) * grid.angles[:, None]).sum(axis=0) == pytest.approx([0, 0, 0], abs=1e-6)


def test_neighbors_go_around_the_seam_and_stop_at_the_poles() -> None:
    neighbors = make_grid(32).neighbors
    assert list(neighbors[64 * 5]) == [
        64 * 5 - 1,
        64 * 4,
        64 * 4 + 1,
        64 * 6 - 1,
        64 * 5,
        64 * 5 + 1,
        64 * 7 - 1,
        64 * 6,
        64 * 6 + 1,
    ]
    assert list(neighbors[10][:3]) == list(neighbors[10][3:6]) == [9, 10, 11]


def test_gradients_of_latitude_and_azimuth() -> None:
    grid, step = make_grid(32), 1e-6
    for cell in (5 * 64 + 3, 16 * 64 + 40, 30 * 64):
        for axis in np.eye(3):
            ends = [grid.centers[cell] + sign * step * axis for sign in (1, -1)]
            latitude, azimuth = zip(
                *((np.arctan2(d[1], np.hypot(d[0], d[2])), np.arctan2(d[2], d[0])) for d in ends), strict=True
            )
            assert (latitude[0] - latitude[1]) / (2 * step) == pytest.approx(grid.north[cell] @ axis, abs=1e-5)
            assert (azimuth[0] - azimuth[1]) / (2 * step) == pytest.approx(grid.east[cell] @ axis, abs=1e-5)
