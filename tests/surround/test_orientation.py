"""Orientations: which way a camera turns, and rotations."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera import View
from lightprobe.surround import Orientation
from lightprobe.surround.orientation import from_axes, rotation, rotation_vector


def test_convention_yaw_turns_right_pitch_looks_up_roll_lowers_the_right_side() -> None:
    forward, up, right = Orientation(0, 0, 0).axes
    assert (np.stack([forward, up, right]) == np.eye(3)).all()
    assert Orientation(90).axes[0] == pytest.approx([0, 0, 1])
    assert Orientation(0, 90).axes[0] == pytest.approx([0, 1, 0])
    assert Orientation(0, 0, 30).axes[2][1] == pytest.approx(-0.5)


def test_a_view_of_the_camera_has_the_same_axes() -> None:
    view = View(width=4, height=3, fov=60, pitch=25, roll=-12)
    assert Orientation(0, 25, -12).axes == pytest.approx(view.matrix)


@pytest.mark.parametrize("angles", [(0, 0, 0), (170, 20, -30), (-135, -80, 5), (10, 45, 179)])
def test_angles_are_found_from_axes(angles: tuple[float, float, float]) -> None:
    assert from_axes(Orientation(*angles).axes) == pytest.approx(angles)


def test_angles_must_be_finite() -> None:
    with pytest.raises(ValueError, match="expected yaw, pitch and roll in degrees, got"):
        Orientation(0, float("nan")).axes  # noqa: B018


@pytest.mark.parametrize("vector", [(0, 0, 0), (0.3, -0.2, 0.1), (0, np.pi, 0), (2, -2, 1), (1e-12, 0, 0)])
def test_rotations_and_their_vectors(vector: tuple[float, float, float]) -> None:
    matrix = rotation(np.array(vector, float))
    assert matrix @ matrix.T == pytest.approx(np.eye(3))
    assert rotation(rotation_vector(matrix)) == pytest.approx(matrix, abs=1e-12)


def test_a_rotation_is_counterclockwise_seen_from_the_tip_of_its_vector() -> None:
    assert rotation(np.array([0, 0, np.pi / 2])) @ [1, 0, 0] == pytest.approx([0, 1, 0])


@pytest.mark.parametrize("axis", [(1, 1, 0), (1, -1, 0), (0, 1, -1), (1, 0, -1)])
def test_half_turns_keep_their_axis(axis: tuple[int, int, int]) -> None:
    matrix = rotation(np.pi * np.array(axis) / np.sqrt(2))
    assert rotation(rotation_vector(matrix)) == pytest.approx(matrix, abs=1e-7)
