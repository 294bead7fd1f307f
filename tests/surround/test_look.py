"""Looks: frames on cells."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.imaging import Picture, as_picture
from lightprobe.surround import Orientation
from lightprobe.surround.grid import make_grid
from lightprobe.surround.look import Look, average_frame, block_size, take_look

GRID = make_grid(32)


def look(pixels: np.ndarray, orientation: Orientation = Orientation(0), fov: float = 90) -> Look:  # noqa: B008
    return take_look(average_frame(as_picture(pixels), "srgb", fov, 32), orientation.axes, GRID)


def test_a_square_frame_of_90_degrees_covers_a_sixth_of_the_sphere() -> None:
    for orientation in (Orientation(0), Orientation(77, 30, 20), Orientation(0, 90)):
        found = look(np.full((120, 120, 3), 200, np.uint8), orientation)
        assert found.coverage @ GRID.angles[found.cells] == pytest.approx(4 * math.pi / 6, rel=0.01)
        assert found.radiance == pytest.approx(np.full(found.radiance.shape, 0.5776), rel=1e-3)
        assert (found.clipped == 0).all()


def test_each_cell_takes_what_lies_in_its_direction() -> None:
    pixels = np.zeros((200, 200, 3), np.uint8)
    pixels[:100, 100:, 0] = 255  # upper right
    found = look(pixels, Orientation(30, 0))
    toward = GRID.centers[found.cells] @ Orientation(30, 0).axes.T
    inner = (np.abs(toward[:, 1:]) > 0.1).all(axis=1)
    expected = (toward[inner, 1] > 0) & (toward[inner, 2] > 0)
    assert (found.radiance[inner, 0] > 0.99).tolist() == expected.tolist()
    assert (found.clipped[inner, 0] > 0.99).tolist() == expected.tolist()
    assert (found.radiance[:, 1:] == 0).all()


def test_clipped_shares_are_those_of_the_pixels() -> None:
    rng = np.random.default_rng(3)
    pixels = np.where(rng.random((400, 400, 1)) < 0.25, 255, 90).astype(np.uint8).repeat(3, axis=2)
    found = look(pixels)
    inner = found.coverage == 1
    assert found.clipped[inner].mean() == pytest.approx(0.25, abs=0.01)


def test_linear_frames_keep_their_radiance_and_say_what_they_lost() -> None:
    pixels = np.full((90, 120, 3), 3.5, np.float32)
    found = look(pixels)
    assert found.radiance == pytest.approx(np.full(found.radiance.shape, 3.5))
    assert math.isinf(found.white)
    white = np.zeros(pixels.shape, bool)
    white[:45] = True
    lossy = Picture(pixels=pixels, is_linear=True, name="frame", white=white)
    found = take_look(average_frame(lossy, "srgb", 90, 32), np.eye(3), GRID)
    up = GRID.centers[found.cells, 1]
    assert (found.clipped[up > 0.1] == 1).all()
    assert (found.clipped[up < -0.1] == 0).all()


def test_blocks_are_a_quarter_of_a_cell_wide_at_most() -> None:
    assert block_size(480, 640, 65, 64) == 6
    assert block_size(90, 120, 65, 32) == 2
    assert block_size(10, 12, 65, 64) == 1
    assert block_size(3, 400, 5, 32) == 3


@pytest.mark.parametrize("fov", [0.5, 171, math.nan])
def test_the_field_of_view_must_be_possible(fov: float) -> None:
    with pytest.raises(ValueError, match="expected a horizontal field of view of 1 to 170 degrees"):
        look(np.zeros((9, 12, 3), np.uint8), fov=fov)
