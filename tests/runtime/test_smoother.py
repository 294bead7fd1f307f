"""Smoothing is by time, not by frames."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from makers import smooth

import lightprobe
from lightprobe import Estimate, Smoother
from lightprobe.sphere import dominant_light


@cache
def even(level: float) -> Estimate:
    return lightprobe.estimate(np.full((32, 64, 3), float(level)))


def lamp(column: int) -> Estimate:
    pixels = np.full((32, 64, 3), 0.01)
    pixels[12, column] = 100
    return lightprobe.estimate(pixels)


def level(estimate: Estimate) -> float:
    return float(estimate.sh.coeffs[0, 0] / math.sqrt(4 * math.pi))


def test_the_first_estimate_passes() -> None:
    first = even(1)
    assert Smoother(0.5)(first, 3.0) is first


def test_after_one_time_constant_it_is_63_percent_of_the_way() -> None:
    smoother = Smoother(0.5)
    smoother(even(0), 0.0)
    assert level(smoother(even(1), 0.5)) == pytest.approx(1 - math.exp(-1))
    smoother = Smoother(0.5)
    smoother(even(0), 0.0)
    assert level(smoother(even(1), 1.5)) == pytest.approx(1 - math.exp(-3))


@pytest.mark.parametrize("rate", [5, 30, 120])
def test_the_frame_rate_does_not_matter(rate: int) -> None:
    smoother = Smoother(0.3)
    smoother(even(0), 0.0)
    result = even(0)
    for frame in range(1, rate + 1):
        result = smoother(even(1), frame / rate)
    assert level(result) == pytest.approx(1 - math.exp(-1 / 0.3), rel=1e-6)
    np.testing.assert_allclose(result.panorama, level(result), rtol=1e-4)


def test_uneven_frames_do_not_matter() -> None:
    smoother = Smoother(0.3)
    smoother(even(0), 0.0)
    for time in (0.01, 0.4, 0.41, 0.7):
        smoother(even(1), time)
    assert level(smoother(even(1), 1.0)) == pytest.approx(1 - math.exp(-1 / 0.3))


def test_a_time_constant_of_zero_passes_all() -> None:
    smoother = Smoother(0)
    for time in (0.0, 0.1, 0.1):
        given = even(time)
        assert smoother(given, time) is given


def test_even_light_stays() -> None:
    smoother = Smoother(1)
    for frame in range(20):
        result = smoother(even(0.7), frame / 30)
    np.testing.assert_allclose(result.sh.coeffs, even(0.7).sh.coeffs, atol=1e-12)


def test_the_same_time_again_changes_nothing() -> None:
    smoother = Smoother(1)
    smoother(even(0), 1.0)
    assert level(smoother(even(1), 1.0)) == 0


def test_the_light_is_found_on_what_was_smoothed() -> None:
    """A lamp that goes round behind the viewer does not pass through the floor or the middle of the head."""
    smoother = Smoother(0.2)
    smoother(lamp(2), 0.0)
    result = smoother(lamp(61), 0.1)
    np.testing.assert_allclose(result.light.direction, dominant_light(result.sh.coeffs, result.panorama).direction)
    assert np.linalg.norm(result.light.direction) == pytest.approx(1)
    assert abs(result.light.azimuth) > 140
    assert 10 < result.light.elevation < 30


def test_what_is_not_smoothed_is_that_of_the_new_frame() -> None:
    smoother = Smoother(0.2)
    smoother(lightprobe.estimate(smooth(30, 40), fov=60), 0.0)
    new = lightprobe.estimate(smooth(32, 64))
    result = smoother(new, 0.1)
    assert (result.seen, result.clipped, result.response) == (new.seen, new.clipped, new.response)
    assert result.panorama.dtype == np.float32


def test_what_was_given_is_left_alone() -> None:
    smoother = Smoother(0.2)
    first, second = even(0), even(1)
    smoother(first, 0.0)
    smoother(second, 0.1)
    assert level(first) == 0
    assert level(second) == pytest.approx(1)
    assert first.panorama.max() == 0


def test_time_does_not_run_backwards() -> None:
    smoother = Smoother(0.2)
    smoother(even(0), 2.0)
    with pytest.raises(ValueError, match=r"expected a time ≥ 2 s, got 1.5 s; reset\(\) after winding back"):
        smoother(even(1), 1.5)
    assert level(smoother(even(0), 2.1)) == 0  # the wrong frame has left no trace


@pytest.mark.parametrize("time", [math.nan, math.inf])
def test_times_that_are_none(time: float) -> None:
    with pytest.raises(ValueError, match=rf"got {time:g} s"):
        Smoother(0.2)(even(0), time)


def test_reset_forgets() -> None:
    smoother = Smoother(0.2)
    smoother(even(0), 2.0)
    smoother.reset()
    first = even(1)
    assert smoother(first, 0.0) is first


@pytest.mark.parametrize("time_constant", [-1, -0.001, math.nan, math.inf])
def test_impossible_time_constants(time_constant: float) -> None:
    with pytest.raises(ValueError, match=r"expected a time constant ≥ 0 seconds, got .*; 0.3 suits a live view"):
        Smoother(time_constant)
