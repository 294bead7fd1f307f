"""Rotations: what turns, tilts and rolls do to directions."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.geometry.rotations import placement_matrix, roll_matrix, tilt_matrix, turn_matrix

AHEAD, UP, RIGHT = np.eye(3)


def test_convention_tilt_lifts_the_center_and_roll_the_right() -> None:
    assert (tilt_matrix(10) @ AHEAD)[1] == pytest.approx(np.sin(np.radians(10)))
    np.testing.assert_array_equal(tilt_matrix(10) @ RIGHT, RIGHT)
    assert (roll_matrix(10) @ RIGHT)[1] == pytest.approx(np.sin(np.radians(10)))
    np.testing.assert_array_equal(roll_matrix(10) @ AHEAD, AHEAD)


def test_convention_a_turn_moves_content_to_the_right() -> None:
    np.testing.assert_allclose(turn_matrix(8, 32) @ AHEAD, RIGHT, atol=1e-15)
    np.testing.assert_allclose(turn_matrix(8, 32) @ UP, UP)


@pytest.mark.parametrize("matrix", [tilt_matrix(7), roll_matrix(-33), turn_matrix(5, 64)])
def test_rotations_keep_lengths_and_sides(matrix: np.ndarray) -> None:
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-15)
    assert np.linalg.det(matrix) == pytest.approx(1)


def test_a_placement_turns_tilts_mirrors_and_turns_again() -> None:
    mirror = np.diag([1.0, 1.0, -1.0])
    expected = turn_matrix(3, 64) @ mirror @ tilt_matrix(6) @ turn_matrix(9, 64)
    np.testing.assert_allclose(placement_matrix(pre_yaw=9, tilt=6, mirror=True, yaw=3, width=64), expected)
    upright = placement_matrix(pre_yaw=9, tilt=0, mirror=False, yaw=3, width=64)
    np.testing.assert_allclose(upright, turn_matrix(3, 64))  # no turn before a tilt that is none
