"""Tone curves as targets, and the responses given to the model."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera import response
from lightprobe.camera.sampling import rng
from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import KNOTS, RESPONSE_CODES
from lightprobe.training.data import targets

DISPLAY = np.arange(1, KNOTS + 1) / KNOTS


@pytest.mark.parametrize("name", curves.RESPONSES)
def test_encoding_the_curve_gives_the_display_values(name: str) -> None:
    """agx is undone by a table fitted to it, 0.2 % off in the median; its darkest knot is the worst."""
    gray = np.repeat(np.exp(targets.log_curve(name))[:, None], 3, axis=1)
    np.testing.assert_allclose(curves.encode(gray, name).mean(axis=1), DISPLAY, atol=0.004 if name == "agx" else 5e-4)
    assert targets.log_curve(name)[-1] == pytest.approx(np.log(curves.white(name)))


def test_cameras() -> None:
    for power, shoulder in ((0.9, 0.6), (0.7, 0.9)):
        radiance = np.exp(targets.log_curve("camera", power, shoulder))
        np.testing.assert_allclose(response.camera_encode(radiance, power, shoulder), DISPLAY, atol=1e-9)


def test_the_curve_is_given_with_a_probability_and_only_if_it_has_a_name() -> None:
    drawn = [targets.draw_response("filmic", 0.3, 0, "scene", variant) for variant in range(400)]
    assert set(drawn) == {RESPONSE_CODES.index("auto"), RESPONSE_CODES.index("filmic")}
    assert 0.2 < np.mean(np.array(drawn) > 0) < 0.4
    assert {targets.draw_response("camera", 1.0, 0, "scene", variant) for variant in range(9)} == {0}


def test_the_random_stream_keeps_its_name() -> None:
    """It decides which curves are given in the records of a seed."""
    drawn = [targets.draw_response("srgb", 0.5, 0, "lebombo", variant) > 0 for variant in range(12)]
    assert drawn == [rng.uniform(0, "lebombo", variant, "told") < 0.5 for variant in range(12)]


def test_unknown_curves_are_refused() -> None:
    with pytest.raises(ValueError, match="neon"):
        targets.log_curve("neon")
