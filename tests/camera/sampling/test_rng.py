"""Random streams: uniform, independent, and a function of their name alone."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.sampling import rng

BITS = 6190802639527968257


def test_streams_are_uniform_and_independent() -> None:
    numbers = np.array([[rng.uniform(9, "s", v, name) for v in range(2000)] for name in ("a", "b", "c")])
    assert np.abs(numbers.mean(axis=1) - 0.5).max() < 0.03
    assert np.abs(numbers.var(axis=1) - 1 / 12).max() < 0.006
    assert np.abs(np.corrcoef(numbers) - np.eye(3)).max() < 0.09
    assert np.abs(np.corrcoef(numbers[0, 1:], numbers[0, :-1])[0, 1]) < 0.09


def test_known_numbers_never_change() -> None:
    """They decide the bytes of every pair."""
    assert rng.bits(7, "quarry", 3, "yaw") == BITS
    assert rng.uniform(7, "quarry", 3, "yaw") == ((BITS >> 11) + 0.5) / 2**53


def test_quantiles() -> None:
    assert rng.between(0.25, 2, 6) == 3
    assert rng.log_between(0.5, 1, 100) == pytest.approx(10)
    assert rng.normal(0.5, 4, 2) == 4
    assert rng.normal(1e-12, 0, 1) == -3
    assert [rng.choice(u, "abc") for u in (0.1, 0.5, 0.9, 1.0)] == ["a", "b", "c", "c"]
    assert rng.rest(0.2, 0.4) is None
    assert rng.rest(0.7, 0.4) == pytest.approx(0.5)
