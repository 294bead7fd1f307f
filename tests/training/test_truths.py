"""Tone curves as a model is asked for them."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.data import cameras
from lightprobe.imaging import curves
from lightprobe.imaging.curves import KNOTS, RESPONSE_CODES
from lightprobe.training import truths

DISPLAY = np.arange(1, KNOTS + 1) / KNOTS


@pytest.mark.parametrize("name", curves.RESPONSES)
def test_encoding_the_curve_gives_the_display_values(name: str) -> None:
    """agx is undone by a table fitted to it, 0.2 % off in the median; its darkest knot is the worst."""
    gray = np.repeat(np.exp(truths.curve(name))[:, None], 3, axis=1)
    np.testing.assert_allclose(curves.encode(gray, name).mean(axis=1), DISPLAY, atol=0.004 if name == "agx" else 5e-4)
    assert truths.curve(name)[-1] == pytest.approx(np.log(curves.white(name)))


def test_cameras() -> None:
    for power, shoulder in ((0.9, 0.6), (0.7, 0.9)):
        radiance = np.exp(truths.curve("camera", power, shoulder))
        np.testing.assert_allclose(cameras.camera_encode(radiance, power, shoulder), DISPLAY, atol=1e-9)


def test_what_is_told() -> None:
    told = [truths.told("filmic", 0.3, 0, "scene", variant) for variant in range(400)]
    assert set(told) == {0, RESPONSE_CODES.index("filmic")}
    assert 0.2 < np.mean(np.array(told) > 0) < 0.4
    assert {truths.told("camera", 1.0, 0, "scene", variant) for variant in range(9)} == {0}
