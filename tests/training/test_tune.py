"""Recipes found by trying."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import optuna
import pytest

from lightprobe.errors import OutputError
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import RECIPES
from lightprobe.training.tuning import search


@pytest.fixture
def quick(toys: ModuleType, hdris: Path, shared_cache: Path, tmp_path: Path) -> object:
    def call(trials: int, **options: object) -> search.Found:
        return search.tune(
            toys.toy(), hdris, tmp_path / "t", trials=trials, steps=3, cache=shared_cache, threads=1, seed=0, **options
        )

    return call


@pytest.mark.slow
def test_a_study_goes_on_and_writes_a_recipe(quick, tmp_path: Path, toys: ModuleType) -> None:
    out = tmp_path / "t"
    assert quick(2).trials == 2
    found = quick(4)
    assert found.trials == 4
    assert quick(4).score == found.score
    assert len(list((out / "trials").iterdir())) == 4
    written = serialize.find(str(out / "recipe.py"))
    assert written == found.recipe
    assert written.steps == toys.toy().steps
    study = optuna.load_study(study_name="toy", storage=f"sqlite:///{out / 'tune.db'}")
    assert written.optimizer.lr == study.best_params["optimizer.lr"]
    scores = [float(trial.value) for trial in study.trials if trial.value is not None]
    assert found.score == min(scores)
    assert len(set(scores)) == len(scores)
    report = (out / "report.md").read_text()
    assert f"Best: {found.score:.4f}" in report
    for picture in ("history.png", "slices.png", "importances.png"):
        assert f"({picture})" in report
        assert (out / picture).read_bytes()[:4] == b"\x89PNG"


def test_hopeless_trials_are_ended_early(quick, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tune, "WARM_UP", 1)
    lrs = iter([1e-2, 1e-9, 1e-9])
    draw = search.draw

    def fixed(recipe, space, trial):
        return serialize.with_value(draw(recipe, space, trial), "optimizer.lr", next(lrs))

    monkeypatch.setattr(tune, "draw", fixed)
    quick(3)
    study = optuna.load_study(study_name="toy", storage=f"sqlite:///{tmp_path / 't' / 'tune.db'}")
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "PRUNED", "PRUNED"]


def test_what_is_refused(quick, tmp_path: Path, hdris: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="expected at least 1 trial, got 0"):
        quick(0)
    with pytest.raises(OutputError, match="expected a storage for the study"):
        quick(1, storage="nonsense://x")
    with pytest.raises(ValueError, match="expected a fold to judge on, got fold −1"):
        search.tune(serialize.changed(RECIPES["toy"](), ["fold=-1"]), hdris, tmp_path, trials=1)
    monkeypatch.setitem(search.SPACES, "toy", {})
    with pytest.raises(ValueError, match="expected a recipe with something to try, got toy"):
        quick(1)
