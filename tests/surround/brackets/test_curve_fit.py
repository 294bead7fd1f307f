"""Tone curves found from exposures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lightprobe.imaging import Picture, decode
from lightprobe.surround.brackets.curve_fit import fit_curve


def test_the_curve_of_srgb_pictures_is_that_of_srgb(take: Callable[..., Picture]) -> None:
    found = fit_curve([take(e).pixels for e in (0.25, 1, 4)], (0.25, 1, 4))
    codes = np.arange(256, dtype=np.uint8)
    expected = decode(np.repeat(codes[:, None], 3, axis=1), "srgb")[:, 0]
    assert found[20:250] == pytest.approx(expected[20:250], rel=0.05)
    assert found[0] == 0
    assert (np.diff(found) >= 0).all()


def test_another_curve_is_found_up_to_its_scale(take: Callable[..., Picture]) -> None:
    found = fit_curve([take(e, power=0.7).pixels for e in (0.25, 1, 4)], (0.25, 1, 4))
    expected = (np.arange(256) / 255) ** (1 / 0.7)
    ratio = found[30:250] / expected[30:250]
    assert ratio / np.median(ratio) == pytest.approx(np.ones(220), rel=0.05)
    assert found[118] == pytest.approx(0.18, rel=1e-3)
