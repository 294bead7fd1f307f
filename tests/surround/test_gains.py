"""Gains: exposure and white balance from overlap."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.surround.exposures import Memory
from lightprobe.surround.gains import find_gains, weighted_median
from lightprobe.surround.grid import make_grid
from lightprobe.surround.look import Look

GRID = make_grid(32)
CELLS = np.flatnonzero(GRID.centers[:, 0] > 0.8)


def pair(gains: tuple[float, float, float]) -> tuple[Look, Memory]:
    """A look, and the same cells in the scale to which these gains lead."""
    count = len(CELLS)
    radiance = np.random.default_rng(2).uniform(0.1, 0.6, (count, 3))
    look = Look(CELLS, radiance, np.zeros((count, 3)), np.ones(count), 1.0)
    return look, Memory(radiance * gains, np.zeros((count, 3)), np.full(count, 5.0))


def test_gains_are_found_channel_by_channel() -> None:
    assert find_gains(*pair((2, 3, 0.5)), GRID) == pytest.approx([2, 3, 0.5])


def test_a_moving_thing_does_not_move_the_gains() -> None:
    look, known = pair((2, 2, 2))
    known.radiance[GRID.centers[CELLS, 2] > 0.4] *= 10
    assert find_gains(look, known, GRID) == pytest.approx([2, 2, 2], rel=1e-6)


def test_clipped_cells_and_their_neighbors_do_not_count() -> None:
    look, known = pair((2, 2, 2))
    here = GRID.centers[CELLS, 2] > -0.2
    look.clipped[here], look.radiance[here] = 1, 1
    assert find_gains(look, known, GRID) == pytest.approx([2, 2, 2], rel=1e-6)


@pytest.mark.parametrize("fault", ["unknown", "clipped", "dark"])
def test_too_little_overlap_gives_none(fault: str) -> None:
    look, known = pair((1, 1, 1))
    if fault == "unknown":
        known = known._replace(weight=np.zeros(len(CELLS)))
    elif fault == "clipped":
        look.clipped[:] = 1
    else:
        look.radiance[:] = 1e-4
    assert find_gains(look, known, GRID) is None


def test_the_weighted_median() -> None:
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 1.0])) == 1
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.ones(3)) == 2
