"""Tuning: a study is continued, writes its best recipe, and ends trials without promise."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import ModuleType

import optuna
import pytest

from lightprobe.errors import OutputError
from lightprobe.folder_lock import folder_lock
from lightprobe.training import Interrupted
from lightprobe.training.recipes import RECIPES, serialize
from lightprobe.training.tuning import search


@pytest.fixture
def quick(toys: ModuleType, hdris: Path, shared_cache: Path, tmp_path: Path) -> object:
    def call(trials: int, **options: object) -> search.TuningResult:
        return search.tune_recipe(
            toys.toy(), hdris, tmp_path / "t", trials=trials, steps=3, cache=shared_cache, threads=1, seed=0, **options
        )

    return call


@pytest.mark.slow
def test_a_study_is_continued_and_writes_a_recipe(quick, tmp_path: Path, toys: ModuleType) -> None:
    out = tmp_path / "t"
    assert quick(2).trials == 2
    result = quick(4)
    assert result.trials == 4
    assert quick(4).score == result.score
    assert len(list((out / "trials").iterdir())) == 4
    written = serialize.find_recipe(str(out / "recipe.py"))
    assert written == result.recipe
    assert written.steps == toys.toy().steps
    study = optuna.load_study(study_name="toy", storage=f"sqlite:///{out / 'tune.db'}")
    assert written.optimizer.lr == study.best_params["optimizer.lr"]
    scores = [float(trial.value) for trial in study.trials if trial.value is not None]
    assert result.score == min(scores)
    assert len(set(scores)) == len(scores)
    report = (out / "report.md").read_text()
    assert f"Best: {result.score:.4f}" in report
    for picture in ("history.png", "slices.png", "importances.png"):
        assert f"({picture})" in report
        assert (out / picture).read_bytes()[:4] == b"\x89PNG"


def test_trials_without_promise_are_ended_early(quick, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(search, "FULL_TRIALS", 1)
    lrs = iter([1e-2, 1e-9, 1e-9])
    suggest_recipe = search.suggest_recipe

    def fixed(recipe, space, trial):
        return serialize.with_value(suggest_recipe(recipe, space, trial), "optimizer.lr", next(lrs))

    monkeypatch.setattr(search, "suggest_recipe", fixed)
    quick(3)
    study = optuna.load_study(study_name="toy", storage=f"sqlite:///{tmp_path / 't' / 'tune.db'}")
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "PRUNED", "PRUNED"]


@pytest.mark.parametrize("end", ["killed", "interrupted"])
def test_a_trial_that_did_not_end_is_tried_again(
    quick, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: str
) -> None:
    trials = tmp_path / "t" / "trials"
    fit, calls = search.fit, []

    def ends_early(recipe, data, out: Path, **options: object) -> object:
        calls.append(serialize.to_source(recipe, ""))
        if len(calls) == 2:
            out.mkdir(parents=True)
            (out / "recipe.py").write_text("begun")
            raise SystemExit if end == "killed" else Interrupted
        return fit(recipe, data, out, **options)

    monkeypatch.setattr(search, "fit", ends_early)
    with pytest.raises((SystemExit, Interrupted)):
        quick(2)
    study = optuna.load_study(study_name="toy", storage=f"sqlite:///{tmp_path / 't' / 'tune.db'}")
    if end == "killed":  # a dead process cannot have told the storage
        with sqlite3.connect(tmp_path / "t" / "tune.db") as database:
            database.execute("update trials set state = 'RUNNING' where number = 1")
    assert quick(2).trials == 2
    assert calls[2] == calls[1] != calls[0]
    assert [trial.state.name for trial in study.get_trials()] == ["COMPLETE", "FAIL", "COMPLETE"]
    assert sorted(folder.name for folder in trials.iterdir()) == ["0000", "0002"]


def test_a_trial_of_a_living_process_is_left_alone(quick, tmp_path: Path) -> None:
    quick(1)
    study = optuna.load_study(study_name="toy", storage=f"sqlite:///{tmp_path / 't' / 'tune.db'}")
    folder = tmp_path / "t" / "trials" / f"{study.ask().number:04}"
    folder.mkdir()
    with folder_lock(folder):
        quick(2)
    assert folder.is_dir()
    assert [trial.state.name for trial in study.get_trials()] == ["COMPLETE", "RUNNING", "COMPLETE"]


def test_what_is_refused(quick, tmp_path: Path, hdris: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="expected at least 1 trial, got 0"):
        quick(0)
    with pytest.raises(OutputError, match="nonsense://x: cannot open a storage for the study"):
        quick(1, storage="nonsense://x")
    with pytest.raises(ValueError, match="expected a fold that holds out scenes, got fold −1"):
        search.tune_recipe(serialize.with_changes(RECIPES["toy"](), ["fold=-1"]), hdris, tmp_path, trials=1)
    monkeypatch.setitem(search.SEARCH_SPACES, "toy", {})
    with pytest.raises(ValueError, match=r"expected a model with a search space .*, got toy"):
        quick(1)
