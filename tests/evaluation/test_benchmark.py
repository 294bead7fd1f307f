"""The benchmark: its arithmetic and its structure; no times."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.errors import ModelError
from lightprobe.evaluation.benchmark import benchmark_models, peak_memory, quartiles_ms, time_in_turn


def test_actions_take_turns_and_are_warm() -> None:
    calls: list[str] = []
    times = time_in_turn({("a", "x"): lambda: calls.append("a"), ("b", "x"): lambda: calls.append("b")}, rounds=2)
    assert calls == ["a", "a", "b", "b"] * 2
    assert {key: len(found) for key, found in times.items()} == {("a", "x"): 2, ("b", "x"): 2}


def test_quartiles_by_hand() -> None:
    assert quartiles_ms([0.001, 0.002, 0.003, 0.004, 0.005]) == {"median": 3.0, "q1": 2.0, "q3": 4.0, "iqr": 2.0}


def test_everything_is_measured() -> None:
    found = benchmark_models(["plain"], width=64, height=32, rounds=1)
    assert set(found["results"]) == {"plain", "training mean", "highlight gain", "inverse Reinhard"}
    plain = found["results"]["plain"]
    assert set(plain["ms"]) == {"decode", "curve", "projection", "estimate", "total"}
    assert plain["pictures_per_s"]["one_thread"] > 0
    assert plain["peak_MB"]["five_pictures"] >= plain["peak_MB"]["imports"] > 1


def test_what_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="expected at least 1 round and a 2:1 size, got 0 of 64×32"):
        benchmark_models(["plain"], width=64, height=32, rounds=0)
    with pytest.raises(ModelError):
        benchmark_models(["no/such"], width=64, height=32)
    assert peak_memory("no/such", 64, 32) is None


def test_a_folder_is_measured_stage_by_stage(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="model folders are made with onnx: pip install 'lightprobe[train]'")
    from ..runtime.model_folders import write_model

    made = benchmark_models([str(write_model(tmp_path / "made"))], width=64, height=32, rounds=1)["results"]["made"]
    assert set(made["ms"]) == {"decode", "resize", "graph", "estimate", "total"}
    assert made["files_MB"]["model"] == pytest.approx((tmp_path / "made" / "model.onnx").stat().st_size / 1e6, abs=1e-4)
    assert made["macs"] == 55296
