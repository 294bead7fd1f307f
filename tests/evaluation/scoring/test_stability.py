"""Stability under turns and pans, of estimators whose instability is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.evaluation.entrants import baselines
from lightprobe.evaluation.entrants.entrant import Prediction, from_callable
from lightprobe.evaluation.scoring.stability import (
    FRAMES,
    choose_pictures,
    frame_jitter,
    light_azimuth,
    measure_stability,
    pan_frames,
    pan_lag,
    relative_change,
    yaw_consistency,
)
from lightprobe.evaluation.suites.registry import registry_suite
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.sphere import basis, rotate
from lightprobe.sphere.harmonics.rotation import about_y

PLAIN = from_callable("plain", baselines.plain_projection)
LAMP = basis(np.array([0.6, 0.0, 0.8]))[:, None] * np.ones(3)


def fixed(image: np.ndarray, response: str, view: object) -> Prediction:
    """The same light for every picture."""
    return Prediction(coeffs=LAMP)


def test_projection_turns_with_the_picture(toys: Suite) -> None:
    item = toys.item("dim_hall/srgb_ev-0.5")
    assert yaw_consistency(PLAIN, item, 0.1) < 1e-6


def test_light_that_does_not_turn_is_inconsistent(toys: Suite) -> None:
    """Half a turn of a light on the horizon changes the sign of band 1 alone: 2·|A_1 band 1| over all of it."""
    item = toys.item("dim_hall/srgb_ev-0.5")
    weights = [math.pi**2, (2 * math.pi / 3) ** 2, (math.pi / 4) ** 2]
    power = [weight * (part**2).sum() for weight, part in zip(weights, (LAMP[:1], LAMP[1:4], LAMP[4:]), strict=True)]
    expected = 2 * math.sqrt(power[1] / sum(power))
    assert yaw_consistency(from_callable("fixed", fixed), item, 0.5) == pytest.approx(expected, rel=1e-3)


def test_change_is_relative() -> None:
    assert relative_change(LAMP, 1.5 * LAMP) == pytest.approx(0.5)
    assert math.isnan(relative_change(np.zeros((9, 3)), LAMP))


def test_jitter_is_change_beyond_the_turn() -> None:
    turning = [rotate(LAMP, about_y(0.1 * k)) for k in range(6)]
    assert frame_jitter(turning, 0.1) < 1e-12
    flickering = [light * (1.02 if k % 2 else 1.0) for k, light in enumerate(turning)]
    assert frame_jitter(flickering, 0.1) == pytest.approx(0.02, rel=0.02)
    assert frame_jitter(turning, 0.0) > 0.05


def test_lag_in_seconds() -> None:
    """Light that is 0.2 rad behind at 2 rad/s is 100 ms late."""
    lights = [rotate(LAMP, about_y(-0.1 * k)) for k in range(10)]
    late = [rotate(light, about_y(0.2)) for light in lights]
    assert light_azimuth(LAMP) == pytest.approx(math.atan2(0.8, 0.6))
    assert pan_lag(lights, late, 2.0) == pytest.approx(0.1)


def test_light_from_above_has_no_azimuth() -> None:
    assert math.isnan(light_azimuth(basis(np.array([0.0, 1.0, 0.0]))[:, None] * np.ones(3)))


def test_a_pan_turns_to_the_right_with_fresh_noise(toys: Suite) -> None:
    image = np.zeros((128, 256, 3), np.uint8)
    image[:, 10] = 200
    frames = list(pan_frames(image, np.random.default_rng(1)))
    assert len(frames) == FRAMES
    assert frames[5][:, :, 0].mean(axis=0).argmax() == 15
    assert (frames[0] != np.roll(frames[1], -1, axis=1)).any()


def test_a_smoother_is_late_by_its_time_constant(toys: Suite) -> None:
    """An exponential smoother of τ turns behind by atan(ωτ)/ω; pictures of 64 columns turn a column every fourth frame,
    so they pan at their own, slower, steps."""
    suite = registry_suite(1)
    found = measure_stability(PLAIN, suite, ["rooitou_park/srgb_ev-0.5"], seed=1)
    speed = 2 * math.pi / 256 * 30
    assert found.lag_ms == pytest.approx(1e3 * math.atan(0.3 * speed) / speed, rel=0.1)
    assert found.yaw_consistency < 1e-6
    assert 0 < found.jitter_smoothed < found.jitter < 0.01


def test_no_light_has_no_jitter(toys: Suite) -> None:
    found = measure_stability(from_callable("zeros", baselines.zeros), toys, ["dim_hall/srgb_ev-0.5"], seed=1)
    assert all(math.isnan(value) for value in vars(found).values())


def test_different_scenes_are_chosen(toys: Suite) -> None:
    ids = choose_pictures(toys, [shot.id for shot in toys.shots])
    assert [toys.by_id[id].scene for id in ids] == ["dim_hall", "green_park_01", "green_park_02"]
    assert {toys.by_id[id].exposure for id in ids} == {"ev-0.5"}
