"""Response curves against the numbers of their sources."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.response import (
    HLG_WHITE,
    NAMES,
    POLYNOMIAL_FACTORS,
    POLYNOMIAL_WHITE,
    Response,
    bt709_encode,
    camera_encode,
    encode,
    hlg_encode,
    polynomial_encode,
)
from lightprobe.imaging.tone import curves

LIGHT = np.linspace(0.002, 0.8, 200)


def of_gray(name: str, level: np.ndarray) -> np.ndarray:
    """Display values of grays of these radiances: the green channel."""
    return encode(Response(name=name), level[:, None, None] * np.ones(3))[:, 0, 1]


def test_bt709_by_hand() -> None:
    np.testing.assert_allclose(bt709_encode(np.array([0.01, 0.018, 1.0, 7.0])), [0.045, 0.081, 1, 1], atol=3e-4)
    assert bt709_encode(np.array([0.18]))[0] == pytest.approx(1.099 * 0.18**0.45 - 0.099)


def test_hlg_by_its_table() -> None:
    """BT.2100: 1/12 of the full signal is at one half; BT.2408: gray is at 38 %, diffuse white at 75 %."""
    found = hlg_encode(np.array([HLG_WHITE / 12, HLG_WHITE, 0.18, 1.0]))
    np.testing.assert_allclose(found, [0.5, 1, 0.38, 0.75], atol=3e-3)


def test_the_polynomial_is_undone_by_its_factors() -> None:
    display = polynomial_encode(np.array([0.3, 0.18, 5.0]))
    exposed = sum(factor * display ** (power + 1) for power, factor in enumerate(POLYNOMIAL_FACTORS))
    np.testing.assert_allclose(exposed * POLYNOMIAL_WHITE, [0.3, 0.18, POLYNOMIAL_WHITE], atol=1e-4)
    assert display[1] == pytest.approx(curves.srgb_encode(np.array([0.18]))[0], abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_every_curve_rises_from_black_to_white(name: str) -> None:
    display = of_gray(name, np.linspace(0, 20, 400))
    assert display[0] < 0.01
    assert display[-1] > 0.99
    assert (np.diff(display) >= -1e-6).all()


@pytest.mark.parametrize("name", ["bt709", "hlg", "polynomial"])
def test_cameras_are_not_those_of_training(name: str) -> None:
    """The nearest member of the family that training draws from is off by more than 8-bit rounding and noise."""
    display = of_gray(name, LIGHT)
    family = [camera_encode(LIGHT, n, s) for n in np.arange(0.6, 1.21, 0.05) for s in np.arange(0.3, 0.91, 0.05)]
    assert min(np.abs(display - other).max() for other in family) > 4 / 255


def test_unknown_curves_are_refused() -> None:
    with pytest.raises(ValueError, match="'kodak'"):
        encode(Response(name="kodak"), np.ones((1, 1, 3)))
