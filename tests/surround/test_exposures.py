"""What is remembered of looks: clipping, age, and things that pass by."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.surround.exposures import Exposures
from lightprobe.surround.grid import make_grid
from lightprobe.surround.look import Look

GRID = make_grid(32)
CELL = 700


def seen(radiance: float, clipped: float = 0, cells: tuple[int, ...] = (CELL,), coverage: float = 1) -> Look:
    count = len(cells)
    return Look(
        np.array(cells), np.full((count, 3), radiance), np.full((count, 3), clipped), np.full(count, coverage), 1.0
    )


def known(exposures: Exposures, time: float = 0.0, cell: int = CELL) -> tuple[float, float, float]:
    found = exposures.recall(time, np.array([cell]))
    return float(found.radiance[0, 0]), float(found.clipped[0, 0]), float(found.weight[0])


def test_nothing_is_known_at_first() -> None:
    assert known(Exposures(GRID, 60)) == (0, 0, 0)


def test_looks_of_one_exposure_are_averaged_by_coverage() -> None:
    exposures = Exposures(GRID, math.inf)
    exposures.add(seen(0.3), np.ones(3), 0)
    exposures.add(seen(0.5, coverage=0.5), np.ones(3), 0)
    assert known(exposures) == pytest.approx(((0.3 + 0.25) / 1.5, 0, 1.5))


def test_what_clips_is_measured_by_a_look_with_less_exposure() -> None:
    exposures = Exposures(GRID, 60)
    for _ in range(10):
        exposures.add(seen(1, clipped=1), np.ones(3), 0)
    assert known(exposures)[:2] == (1, 1)
    exposures.add(seen(0.5), np.full(3, 16.0), 0)  # 8 in the scale of the surround
    for _ in range(10):
        exposures.add(seen(1, clipped=1), np.ones(3), 0)
    assert known(exposures)[:2] == (8, 0)


def test_of_looks_that_all_clip_the_one_with_the_highest_white_counts_most() -> None:
    exposures = Exposures(GRID, 60)
    exposures.add(seen(1, clipped=1), np.ones(3), 0)
    exposures.add(seen(1, clipped=1), np.full(3, 64.0), 0)
    radiance, clipped, _ = known(exposures)
    assert radiance == pytest.approx(64, rel=0.001)
    assert clipped == 1


def test_a_lamp_that_trembles_out_of_its_cell_keeps_its_energy() -> None:
    exposures = Exposures(GRID, math.inf)
    for number in range(15):
        cell, other = (CELL, CELL + 1) if number % 3 else (CELL + 1, CELL)
        both = Look(np.array([cell, other]), np.array([[0.9] * 3, [0.1] * 3]), np.zeros((2, 3)), np.ones(2), 1.0)
        exposures.add(both, np.ones(3), 0)
    assert known(exposures)[0] + known(exposures, cell=CELL + 1)[0] == pytest.approx(
        1, rel=0.01
    )  # the limits cut a little


def test_what_passes_by_leaves_little_trace_but_a_lasting_change_is_followed() -> None:
    exposures = Exposures(GRID, 60)
    for number in range(30):
        exposures.add(seen(0.4), np.ones(3), number / 30)
    for number in range(5):
        exposures.add(seen(0.01), np.ones(3), 1 + number / 30)
    assert known(exposures, 1.2)[0] > 0.3
    for number in range(90):
        exposures.add(seen(0.01), np.ones(3), 1.2 + number / 30)
    assert known(exposures, 4.2)[0] < 0.05


def test_age_fades() -> None:
    exposures = Exposures(GRID, 10)
    exposures.add(seen(0.4), np.ones(3), 0)
    assert known(exposures, 10)[2] == pytest.approx(math.exp(-1))
    exposures.add(seen(0.6), np.ones(3), 10)
    assert known(exposures, 10)[0] == pytest.approx((0.4 * math.exp(-1) + 0.6) / (math.exp(-1) + 1))
    assert known(exposures, 100) == (0, 0, 0)
