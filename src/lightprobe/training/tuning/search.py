"""Recipes found by trying: Optuna draws, the validation score judges, hopeless trials are ended early.

Any number of processes, on any number of machines that see the same storage, may work on one study. What they find is
written as a new recipe file; nothing is changed in place.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from sqlalchemy.exc import SQLAlchemyError

from lightprobe.errors import LightprobeError, OutputError
from lightprobe.imaging.output import write_text
from lightprobe.training.monitor.progress import Watch
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import SPACES, Range, Recipe, Space
from lightprobe.training.run.fit import fit
from lightprobe.training.run.step import Diverged

RECIPE = "recipe.py"
WARM_UP = 5
"""Trials that are never ended early, as there is nothing to compare them with."""
HEARTBEAT = 60
"""Seconds after which a trial of a killed process begins to count as lost."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What tuning came to."""

    recipe: Recipe
    score: float
    trials: int
    """Finished or ended early, by all processes together."""
    file: Path


def tune(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    trials: int,
    steps: int | None = None,
    storage: str = "",
    name: str = "",
    seed: int | None = None,
    cache: Path | None = None,
    accelerator: str = "auto",
    threads: int = 0,
    watch: Watch | None = None,
) -> Found:
    """Try recipes until the study has so many trials, then write the best as recipe.py, and a report, to `out`.

    `steps` are those of a trial, if they are to be shorter than the recipe found; validations come in proportion.
    `storage` is any that Optuna knows, `out`/tune.db if empty; a study of the same `name` there is gone on with. Each
    trial is a run in `out`/trials; all share one cache.

    Raises: ValueError for a recipe of which nothing is to be tried; LightprobeError if no trial came to a score;
    OutputError if the folder or the storage cannot be written; and what `fit` raises.
    """
    watch = watch or Watch()
    space = SPACES.get(recipe.model, {})
    if not space:
        raise ValueError(f"expected a recipe with something to try, got {recipe.model}; add to recipes.SPACES")
    if trials < 1:
        raise ValueError(f"expected at least 1 trial, got {trials}; 40 is usual")
    if recipe.fold < 0:
        raise ValueError("expected a fold to judge on, got fold −1, which trains on all; use --set fold=0")
    study = open_study(out, storage, name or f"{recipe.model}", seed)

    def objective(trial: optuna.Trial) -> float:
        chosen = draw(recipe, space, trial)
        chosen = chosen if steps is None else serialize.shortened(chosen, steps)
        watch.note(
            f"trial {trial.number}: " + ", ".join(f"{key}={_short(value)}" for key, value in trial.params.items())
        )
        best = math.inf

        def validated(step: int, score: float) -> None:
            nonlocal best
            best = min(best, score)
            trial.report(score, step)
            if trial.should_prune():
                raise optuna.TrialPruned

        fit(
            chosen,
            data,
            out / "trials" / f"{trial.number:04}",
            cache=cache or out / "cache",
            accelerator=accelerator,
            threads=threads,
            watch=watch,
            validated=validated,
        )
        return best

    done = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    enough = optuna.study.MaxTrialsCallback(trials, states=done)
    if len(study.get_trials(deepcopy=False, states=done)) < trials:
        study.optimize(objective, n_trials=trials, callbacks=[enough], catch=(Diverged,))
    return _write(study, recipe, out)


def open_study(out: Path, storage: str, name: str, seed: int | None) -> optuna.Study:
    """A study, new or as it was left. Raises: OutputError if it cannot be kept there."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        out.mkdir(parents=True, exist_ok=True)
        url = storage or f"sqlite:///{(out / 'tune.db').resolve()}"
        kept: Any = url
        with warnings.catch_warnings():  # Optuna may change heartbeats and multivariate drawing one day
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            if url.startswith(("sqlite", "mysql", "postgresql")):
                kept = optuna.storages.RDBStorage(url, heartbeat_interval=HEARTBEAT)
            pruner = optuna.pruners.MedianPruner(n_startup_trials=WARM_UP)
            study = optuna.create_study(study_name=name, storage=kept, load_if_exists=True, pruner=pruner)
            # what was there counts, or a study that goes on would try the same again
            drawn = None if seed is None else seed + len(study.get_trials(deepcopy=False))
            study.sampler = optuna.samplers.TPESampler(seed=drawn, multivariate=True)
            return study
    except OSError as error:
        raise OutputError(
            f"{out}: expected a folder to write to, got: {error.strerror}; choose another --out"
        ) from None
    except (ImportError, ValueError, optuna.exceptions.OptunaError, SQLAlchemyError) as error:
        first = str(error).splitlines()[0]
        raise OutputError(f"{storage or out}: expected a storage for the study, got: {first}; choose another") from None


def draw(recipe: Recipe, space: Space, trial: optuna.Trial) -> Recipe:
    """The recipe with what the trial suggests for each field of the space."""
    for name, values in space.items():
        if isinstance(values, Range):
            low, high = values.low, values.high
            if isinstance(low, int) and isinstance(high, int):
                value: Any = trial.suggest_int(name, low, high, log=values.log)
            else:
                value = trial.suggest_float(name, low, high, log=values.log)
        else:
            value = trial.suggest_categorical(name, list(values))
        recipe = serialize.with_value(recipe, name, value)
    return recipe


def _write(study: optuna.Study, recipe: Recipe, out: Path) -> Found:
    from lightprobe.training.tuning.report import write_report

    complete = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    if not complete:
        raise LightprobeError(
            f"{out}: expected a trial that came to a score, got none; lower optimizer.lr, or try more"
        )
    best = study.best_trial
    assert best.value is not None
    found = recipe
    for name, value in best.params.items():
        found = serialize.with_value(found, name, value)
    docstring = f"{recipe.model}, best of {len(study.trials)} trials: score {best.value:.4f}."
    write_text(out / RECIPE, serialize.as_source(found, docstring))
    write_report(study, out)
    return Found(recipe=found, score=best.value, trials=len(study.trials), file=out / RECIPE)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
