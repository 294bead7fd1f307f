"""The model in a checkpoint, and the messages about checkpoints that cannot be used."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from export_toys import checkpoint, toy, write_run

from lightprobe.errors import ModelError
from lightprobe.export.checkpoint import read_trained_model


def test_the_averaged_weights_are_taken(tmp_path: Path) -> None:
    model = toy()
    found = read_trained_model(write_run(tmp_path, model))
    assert not found.model.training
    for name, value in found.model.state_dict().items():
        torch.testing.assert_close(value, model.state_dict()[name], rtol=0, atol=0)
    assert (found.lightprobe, found.metrics["scores"]) == ("0.2.0", {"srgb": {"median": 0.4}})
    assert found.data["scenes"] == ["a", "b"]


def test_without_an_average_the_weights_are(tmp_path: Path) -> None:
    for ema in (None, {}):
        found = read_trained_model(write_run(tmp_path, toy(), change={"ema": ema}))
        assert not any(value.any() for value in found.model.state_dict().values())


def test_the_best_comes_before_the_last(tmp_path: Path) -> None:
    run = write_run(tmp_path, toy(), "last.pt")
    assert read_trained_model(run).path.name == "last.pt"
    write_run(tmp_path, toy(), "best.pt")
    assert read_trained_model(run).path.name == "best.pt"
    assert read_trained_model(run / "last.pt").path.name == "last.pt"


def test_scores_are_those_of_the_weights_that_are_taken(tmp_path: Path) -> None:
    early = {"scores": {"srgb": {"median": 0.3}}, "history": [{"step": 8, "score": 0.3}]}
    late = {"scores": {"srgb": {"median": 0.5}}, "history": [*early["history"], {"step": 16, "score": 0.5}]}
    run = write_run(tmp_path, toy(), "best.pt", change=early)
    write_run(tmp_path, toy(), "last.pt", change=late)
    (run / "metrics.json").write_text(json.dumps({"step": 16, "scores": late["scores"]}))
    best, last = read_trained_model(run).metrics, read_trained_model(run / "last.pt").metrics
    assert (best["step"], best["score"], best["scores"]["srgb"]["median"]) == (8, 0.3, 0.3)
    assert (last["step"], last["score"], last["scores"]["srgb"]["median"]) == (16, 0.5, 0.5)


@pytest.mark.parametrize(("scored", "held_out"), [(["c"], True), (["b", "c"], False), ([], False)])
def test_scores_say_whether_they_are_of_scenes_trained_on(tmp_path: Path, scored: list[str], held_out: bool) -> None:
    run = write_run(tmp_path, toy(), change={"data": {"scenes": ["a", "b"], "scored": scored}})
    assert read_trained_model(run).metrics["held_out"] is held_out


def message(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        read_trained_model(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nothing_there(tmp_path: Path) -> None:
    assert "expected a training run with best.pt or last.pt, got no such folder" in message(tmp_path / "none")
    assert "got a folder without them; check the path" in message(tmp_path)


def test_damaged(tmp_path: Path) -> None:
    run = write_run(tmp_path, toy())
    whole = (run / "best.pt").read_bytes()
    for data in (b"", b"no checkpoint", whole[:200], whole[: len(whole) // 2]):
        (run / "best.pt").write_bytes(data)
        assert "this checkpoint is damaged" in message(run)


def test_a_checkpoint_that_would_run_code_is_not_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return print, ("sprung",)

    torch.save(checkpoint(toy()) | {"data": Trap()}, tmp_path / "best.pt", pickle_module=pickle)
    assert "this checkpoint is damaged" in message(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 1}, "expected a checkpoint of format 2, got format 1 of lightprobe 0.1; train again"),
        ({"format": 3}, "expected a checkpoint of format 2, got 3; choose another checkpoint, or train again"),
        ({"model": {"name": "export_toy"}}, "the checkpoint has no 'settings'"),
        ({"model": {"name": "none", "settings": {}}}, "cannot build the model of this checkpoint: expected a model of"),
        ({"model": {"name": "export_toy", "settings": {"depth": 3}}}, "model of this checkpoint: expected setti"),
        (
            {"model": {"name": "export_toy", "settings": {"channels": 4}}},
            "checkpoint: Error(s) in loading state_dict for Toy",
        ),
        ({"ema": {"first.weight": 3}}, "checkpoint: Error(s) in loading state_dict for Toy"),
    ],
)
def test_of_another_kind(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    assert said in message(write_run(tmp_path, toy(), change=change))


def test_no_dictionary(tmp_path: Path) -> None:
    torch.save([1, 2], tmp_path / "best.pt")
    assert "expected a checkpoint of format 2, got 'list'" in message(tmp_path)
