"""A run: what it leaves behind, and what stops it."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from lightprobe.errors import ModelError
from lightprobe.models import build
from lightprobe.progress import Progress
from lightprobe.training import Diverged, FitResult, Interrupted, fit
from lightprobe.training.data.mixture import AddedCatalog
from lightprobe.training.recipes import Data, mobilenet_v2, serialize, surroundings
from lightprobe.training.run import checkpoint
from lightprobe.training.run import fit as fit_module
from lightprobe.training.run.collapse import Collapsed
from lightprobe.training.validation import Validator

Fit = Callable[..., FitResult]


class AfterStep(Progress):
    """Calls a function with the number of steps after each step, and keeps notes."""

    def __init__(self, do: Callable[[int], None] = lambda step: None) -> None:
        self.do, self.done, self.notes = do, 0, list[str]()

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        self.done = done

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        self.done += pieces
        assert status.startswith(f"step {self.done}/")
        self.do(self.done)

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_a_run_learns_and_leaves_what_the_others_read(go: Fit, tmp_path: Path) -> None:
    result = go()
    out = tmp_path / "a"
    last, best = (checkpoint.load_checkpoint(out / name) for name in ("last.pt", "best.pt"))
    metrics = json.loads((out / "metrics.json").read_text())
    first = metrics["history"][0]["score"]
    assert result.score < first
    assert (last["step"], last["position"], result.step) == (24, 96, 24)
    assert last["model"]["name"] == "toy"
    build(**{"name": "toy", **last["model"]["settings"]}).load_state_dict(best["ema"])
    assert best["best"] == result.best == min(each["score"] for each in metrics["history"])
    assert [each["step"] for each in metrics["history"]] == [8, 16, 24]
    assert set(last["data"]) >= {"scenes", "groups", "licences", "digest", "source"}
    assert not set(last["data"]["scenes"]) & set(last["data"]["scored"])
    assert serialize.from_dict(last["recipe"]) == checkpoint.read_recipe(out)
    assert list(out.glob("events.out.tfevents.*"))
    assert {path.name for path in out.iterdir() if path.is_file() and "events" not in path.name} == {
        "recipe.json",
        "last.pt",
        "best.pt",
        "metrics.json",
    }


def test_events_of_repeated_steps_are_there_once(go: Fit, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    def killed(step: int) -> None:
        if step == 7:
            raise RuntimeError("killed")

    rate = ("steps=8", "validate_every=2", "checkpoint_every=5")
    with pytest.raises(RuntimeError, match="killed"):
        go(*rate, progress=AfterStep(killed))
    go(*rate, resume=True)
    events = EventAccumulator(str(tmp_path / "a"))
    events.Reload()
    assert [event.step for event in events.Scalars("validation/score")] == [2, 4, 6, 8]


def test_the_seed_decides(go: Fit, tmp_path: Path) -> None:
    for out, seed in (("a", 0), ("b", 0), ("c", 1)):
        go("steps=4", f"seed={seed}", out=out)
    one, same, other = (checkpoint.load_checkpoint(tmp_path / out / "last.pt")["weights"] for out in "abc")
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_a_stopped_run_finishes_its_step_and_continues_with_the_same_bits(go: Fit, tmp_path: Path) -> None:
    go("steps=10", out="whole")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted, match="stopped after step 5 of 10"):
        go("steps=10", progress=AfterStep(lambda step: os.kill(os.getpid(), signal.SIGINT) if step == 4 else None))
    assert checkpoint.load_checkpoint(tmp_path / "a" / "last.pt")["step"] == 5
    assert signal.getsignal(signal.SIGINT) is before
    progress = AfterStep()
    go("steps=10", resume=True, progress=progress)
    assert progress.notes[0].endswith("continuing from step 5")
    whole, stopped = (checkpoint.load_checkpoint(tmp_path / out / "last.pt") for out in ("whole", "a"))
    for part in ("weights", "ema"):
        assert all(torch.equal(whole[part][name], stopped[part][name]) for name in whole[part])


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_nan_saves_nothing(
    go: Fit, toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    forward, calls = toys.Toy.forward, list[bool]()

    def spoiled(self: Any, picture: torch.Tensor, response: torch.Tensor) -> Any:
        calls.append(self.training)
        found = forward(self, picture, response)
        if sum(calls) != 6:
            return found
        nothing = self.curve.sum() - self.curve.sum().detach()
        extra = nothing + float("nan") if what == "loss" else torch.sqrt(nothing.abs())  # 0, but its slope is not
        return found._replace(coeffs=found.coeffs + extra)

    monkeypatch.setattr(toys.Toy, "forward", spoiled)
    with pytest.raises(Diverged, match=rf"step 6: the {what} became nan; .*--resume") as caught:
        go("checkpoint_every=3")
    assert "\n" not in str(caught.value)
    held = checkpoint.load_checkpoint(tmp_path / "a" / "last.pt")
    assert held["step"] == 3
    assert all(value.isfinite().all() for value in held["weights"].values())


@pytest.mark.parametrize("fold", [-1, 0])
def test_where_nothing_is_held_out_the_last_weights_are_the_best(
    go: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fold: int
) -> None:
    scores = iter([0.3, 0.2, 0.5])
    monkeypatch.setattr(Validator, "__call__", lambda self, weights: ({}, next(scores)))
    result = go(f"fold={fold}", "steps=6", "validate_every=2")
    assert result.held_out == (fold == 0)
    best = checkpoint.load_checkpoint(tmp_path / "a" / "best.pt")
    assert best["step"] == (6 if fold == -1 else 4)
    assert result.best == best["best"] == (0.5 if fold == -1 else 0.2)
    assert len(best["data"]["scenes"]) == (6 if fold == -1 else 4)


def test_the_average_is_validated(go: Fit, tmp_path: Path) -> None:
    go("steps=4", "ema=0", out="last")
    go("steps=4", "ema=0.9", out="mean")
    last, mean = (checkpoint.load_checkpoint(tmp_path / out / "best.pt") for out in ("last", "mean"))
    assert all(torch.equal(last["weights"][name], last["ema"][name]) for name in last["ema"])
    assert all(torch.equal(last["weights"][name], mean["weights"][name]) for name in last["ema"])
    assert not all(torch.equal(mean["weights"][name], mean["ema"][name]) for name in mean["ema"])
    assert last["scores"] != mean["scores"]


def test_unknown_devices_start_nothing(go: Fit, hdris: Path, tmp_path: Path, toys: ModuleType) -> None:
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="expected a GPU that torch can use, got none; use --accelerator cpu"):
            fit(toys.toy(), hdris, tmp_path / "g", accelerator="gpu")
        assert not (tmp_path / "g").exists()
    with pytest.raises(ValueError, match="precision 16 needs a GPU, got the CPU"):
        go("precision=16")
    with pytest.raises(ValueError, match="expected --accelerator auto, cpu, gpu, got 'tpu'"):
        fit(toys.toy(), hdris, tmp_path / "g", accelerator="tpu")


def test_bf16_runs_on_the_cpu(go: Fit) -> None:
    assert go("precision=bf16", "steps=2").score > 0


def test_a_run_continues_with_its_own_data_and_model(go: Fit, tmp_path: Path, hdris: Path, toys: ModuleType) -> None:
    go("steps=2")
    with pytest.raises(ValueError, match=r"last\.pt: --data is not the data that this run was started with"):
        go("steps=2", "fold=1", resume=True)
    with pytest.raises(ModelError, match=r"last\.pt: this checkpoint does not fit this version's toy"):
        go("steps=2", "settings.channels=7", resume=True)
    progress = AfterStep()
    result = go("steps=2", resume=True, progress=progress)
    assert result.step == 2
    assert progress.notes == [f"{tmp_path / 'a' / 'last.pt'}: continuing from step 2"]


def test_the_recipe_of_the_predecessor_trains(tmp_path: Path) -> None:
    hdris = sys.modules["pairs_toys"].toy_folder(tmp_path / "hdris", count=3, height=128)

    small = replace(mobilenet_v2(), folds=3, steps=2, batch=2, workers=0, data=Data(variants=1, response_given=0))
    result = fit(small, hdris, tmp_path / "m", accelerator="cpu", threads=1)
    assert result.step == 2
    assert 0 < result.score < 10


def test_a_run_with_worlds_says_so_and_resumes_with_them_only(go: Fit, worlds: Path, tmp_path: Path) -> None:
    added = [AddedCatalog(folder=worlds, share=Fraction(1, 4))]
    result = go("steps=2", "data.variants=1", added=added)
    assert result.held_out
    last = checkpoint.load_checkpoint(tmp_path / "a" / "last.pt")
    (about,) = last["data"]["added"]
    assert (about["share"], about["worlds"]) == ("0.25", 3)
    assert not [slug for slug in last["data"]["scored"] if slug.startswith("world")]
    with pytest.raises(ValueError, match="--data is not the data that this run was started with"):
        go("steps=2", "data.variants=1", resume=True)


@pytest.mark.slow
def test_a_run_of_surroundings_learns_from_parts_too(toys: ModuleType, hdris: Path, tmp_path: Path) -> None:
    toy = toys.toy()
    recipe = replace(surroundings(), folds=3, steps=40, batch=8, data=replace(toy.data, partial=0.5), workers=0)

    def run(steps: int, out: str) -> FitResult:
        changed = replace(recipe, steps=steps)
        return fit(changed, hdris, tmp_path / out, cache=tmp_path / "cache", accelerator="cpu", threads=1)

    first, result = run(1, "one step"), run(40, "s")
    assert result.score < 0.8 * first.score
    assert "srgb fov65 told" in result.scores
    weights = checkpoint.load_checkpoint(tmp_path / "s" / "last.pt")
    build("surroundings", **weights["model"]["settings"]).load_state_dict(weights["ema"])


def test_a_collapse_ends_a_run(toys: ModuleType, hdris: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_module, "guess_deviation", lambda validator: 0.0)
    with pytest.raises(Collapsed, match="step 16"):
        fit(toys.toy(), hdris, tmp_path / "c", accelerator="cpu", threads=1)
