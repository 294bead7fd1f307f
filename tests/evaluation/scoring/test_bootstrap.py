"""Medians and intervals: by hand, by numpy, and over scenes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.evaluation.scoring.bootstrap import draw_scenes, summarize, weighted_quantile

NAMES = ["a", "b", "c", "d", "e"]


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_by_hand() -> None:
    found = summarize(np.array([1.0, 2.0, 3.0, 4.0, 10.0]), NAMES, rng())
    assert (found.count, found.median, found.mean) == (5, 3, 4)
    assert found.p90 == pytest.approx(7.6)  # 90 % of the way from the first to the fifth: 0.6 from 4 to 10
    assert found.median_low <= 3 <= found.median_high
    assert summarize(np.array([1.0, 2.0]), ["a", "b"], rng()).median == 1.5


def test_what_has_no_meaning_is_left_out() -> None:
    found = summarize(np.array([1.0, math.nan, 3.0]), ["a", "b", "c"], rng())
    assert (found.count, found.median) == (2, 2)
    nothing = summarize(np.array([math.nan]), ["a"], rng())
    assert nothing.count == 0
    assert math.isnan(nothing.median)


def test_one_scene_tells_nothing_of_others() -> None:
    """All draws are the same scene: the interval is a point, however many pictures there are."""
    found = summarize(np.linspace(0, 1, 11), ["a"] * 11, rng())
    assert found.median_low == found.median == found.median_high
    assert found.mean_low == pytest.approx(found.mean)


def test_scenes_are_drawn_and_not_pictures() -> None:
    """Twenty pictures of each scene are as uncertain as one, if a scene's pictures all fare alike."""
    values = np.array([0.1, 0.2, 0.5, 0.7, 0.9])
    alone = summarize(values, NAMES, rng())
    many = summarize(np.repeat(values, 20), np.repeat(NAMES, 20).tolist(), rng())
    as_pictures = summarize(np.repeat(values, 20), [str(k) for k in range(100)], rng())
    assert (many.mean_low, many.mean_high) == pytest.approx((alone.mean_low, alone.mean_high))
    assert (many.median_low, many.median_high) == pytest.approx((alone.median_low, alone.median_high))
    assert (alone.median_low, alone.median_high) == (0.1, 0.9)  # 0.1 is the median where three of five draws are it
    assert as_pictures.mean_high - as_pictures.mean_low < 0.5 * (many.mean_high - many.mean_low)


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    values = rng().normal(size=400)
    found = summarize(values, [str(k) for k in range(400)], rng())
    width = 2 * 1.96 * values.std() / 20
    assert found.mean_high - found.mean_low == pytest.approx(width, rel=0.1)  # 1000 draws know their tails to 5 %


@pytest.mark.parametrize("share", [0.5])
def test_weights_are_as_copies(share: float) -> None:
    values, weights = rng().normal(size=9), rng().integers(0, 4, (50, 9))
    weights[:, 0] += 1
    expected = [np.quantile(np.repeat(values, row), share) for row in weights]
    np.testing.assert_allclose(weighted_quantile(values, weights, share), expected)


def test_chance_is_seeded() -> None:
    np.testing.assert_array_equal(draw_scenes(4, rng()), draw_scenes(4, rng()))
    assert (draw_scenes(4, rng()).sum(axis=1) == 4).all()
    assert (draw_scenes(4, rng()) != draw_scenes(4, np.random.default_rng(6))).any()
