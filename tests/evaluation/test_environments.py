"""Scores of environment maps: what they must say of maps that are known."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.evaluation.scoring.environments import environment_scores

WORLD = np.random.default_rng(4).random((64, 128, 3)).astype(np.float32) + 0.5


def test_the_same_map_has_no_error() -> None:
    assert max(environment_scores(WORLD, WORLD).values()) == pytest.approx(0, abs=1e-12)


def test_twice_the_light_is_an_error_of_one() -> None:
    scores = environment_scores(2 * WORLD, WORLD)
    for ball in ("matte", "rough", "mirror"):
        assert scores[ball] == pytest.approx(1, rel=1e-6)
    assert scores["log_rmse_ev"] == pytest.approx(1, abs=2e-3)


def test_a_lamp_that_moved_is_worse_the_shinier_the_ball() -> None:
    true, found = np.full((64, 128, 3), 0.1, np.float32), np.full((64, 128, 3), 0.1, np.float32)
    true[20, 40], found[20, 50] = 500, 500
    scores = environment_scores(found, true)
    assert 0 < scores["matte"] < scores["rough"]
    assert scores["mirror"] == pytest.approx(np.sqrt(2), rel=0.01)
