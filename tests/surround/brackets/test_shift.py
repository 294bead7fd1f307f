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


def test_other_pictures_do_not_agree() -> None:
    rng = np.random.default_rng(5)
    a, b = (rng.integers(0, 256, (64, 128, 3), np.uint8) for _ in range(2))
    assert find_shift(a, b)[2] < 0.2
