"""Alignment: a look turned back to where it belongs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.surround.alignment import find_turn
from lightprobe.surround.exposures import Memory
from lightprobe.surround.grid import make_grid
from lightprobe.surround.look import Look
from lightprobe.surround.orientation import rotation

GRID = make_grid(64)
CELLS = np.flatnonzero(GRID.centers @ [0.8, 0.3, 0.52] > 0.85)


def scene(toward: np.ndarray) -> np.ndarray:
    x, y, z = toward.T
    return np.exp(np.sin(6 * x + 2 * y) + np.cos(5 * z - 3 * y))[:, None] * [0.1, 0.12, 0.08]


def looked(turn: np.ndarray, gain: float = 1.0) -> tuple[Look, Memory]:
    """A look whose cells show what lies in the direction to which `turn` leads, and what is known."""
    count, toward = len(CELLS), GRID.centers[CELLS].astype(float)
    look = Look(CELLS, scene(toward @ turn.T) * gain, np.zeros((count, 3)), np.ones(count), math.inf)
    return look, Memory(scene(toward), np.zeros((count, 3)), np.ones(count))


@pytest.mark.parametrize("vector", [(0.02, 0, 0), (0, 0.03, 0), (0.01, -0.02, 0.015)])
def test_a_small_turn_is_found_whatever_the_exposure(vector: tuple[float, float, float]) -> None:
    turn = rotation(np.array(vector))
    found = find_turn(*looked(turn, gain=3), GRID, 10)
    assert found.matrix == pytest.approx(turn, abs=2e-3)
    assert found.misfit < 0.02


def test_expected_errors_hold_it_back() -> None:
    turn = rotation(np.array([0, 0.03, 0]))
    held = find_turn(*looked(turn), GRID, 0.05).matrix
    assert 0 < math.acos(held[0, 0]) < 0.02


def test_with_too_little_overlap_nothing_turns() -> None:
    look, known = looked(rotation(np.array([0, 0.03, 0])))
    found = find_turn(look, known._replace(weight=np.zeros(len(CELLS))), GRID, 2)
    assert (found.matrix == np.eye(3)).all()
    assert math.isinf(found.misfit)


def test_another_scene_does_not_fit() -> None:
    look, known = looked(np.eye(3))
    shuffled = known._replace(radiance=known.radiance[::-1].copy())
    assert find_turn(look, shuffled, GRID, 2).misfit > 0.15
