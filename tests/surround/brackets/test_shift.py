"""Shifts between exposures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lightprobe.imaging import Picture
from lightprobe.surround.brackets.shift import find_shift


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (0, -1), (-4, 9), (2, 120)])
def test_shifts_are_found_between_different_exposures(take: Callable[..., Picture], down: int, right: int) -> None:
    found = find_shift(take(0.5).pixels, take(4, down, right).pixels)
    assert found[:2] == (down, right)
    assert found[2] > 0.8


def test_where_several_shifts_agree_alike_there_is_none() -> None:
    dark, bright = np.zeros((64, 128, 3), np.uint8), np.zeros((64, 128, 3), np.uint8)
    dark[40:42, 60:63], bright[30:50, 50:70] = 200, 255
    assert find_shift(bright, dark) == (0, 0, pytest.approx(1))


def test_a_picture_that_is_all_black_or_all_white_fits_any() -> None:
    picture = np.random.default_rng(5).integers(0, 256, (64, 128, 3), np.uint8)
    for value in (0, 255):
        assert find_shift(picture, np.full((64, 128, 3), value, np.uint8)) == (0, 0, 1)


def test_other_pictures_do_not_agree() -> None:
    rng = np.random.default_rng(5)
    a, b = (rng.integers(0, 256, (64, 128, 3), np.uint8) for _ in range(2))
    assert find_shift(a, b)[2] < 0.2
