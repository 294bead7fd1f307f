"""The bench: its arithmetic and its structure; no times."""

from __future__ import annotations

import pytest

from lightprobe.errors import ModelError
from lightprobe.evaluation.benchmark import bench, in_turn, peak_memory, spread


def test_actions_take_turns_and_are_warm() -> None:
    calls: list[str] = []
    times = in_turn({("a", "x"): lambda: calls.append("a"), ("b", "x"): lambda: calls.append("b")}, rounds=2)
    assert calls == ["a", "a", "b", "b"] * 2
    assert {key: len(found) for key, found in times.items()} == {("a", "x"): 2, ("b", "x"): 2}


def test_quartiles_by_hand() -> None:
    assert spread([0.001, 0.002, 0.003, 0.004, 0.005]) == {"median": 3.0, "q1": 2.0, "q3": 4.0, "iqr": 2.0}


def test_everything_is_measured() -> None:
    found = bench(["plain"], width=64, height=32, rounds=1)
    assert set(found["results"]) == {"plain", "training mean", "highlight gain", "inverse Reinhard"}
    plain = found["results"]["plain"]
    assert set(plain["ms"]) == {"decode", "curve", "projection", "estimate", "total"}
    assert plain["pictures_per_s"]["one_thread"] > 0
    assert plain["peak_MB"]["five_pictures"] >= plain["peak_MB"]["imports"] > 1


def test_what_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="expected 1 round of a 2:1 size, got 0 of 64×32"):
        bench(["plain"], width=64, height=32, rounds=0)
    with pytest.raises(ModelError):
        bench(["no/such"], width=64, height=32)
    assert peak_memory("no/such", 64, 32) is None
