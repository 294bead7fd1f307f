"""Search: Optuna draws recipes, their validation score judges them, trials without promise are ended early.

Any number of processes, on any number of machines that share a storage, may work on one study. The best recipe is
written as a new file; no file is changed in place.
"""

from __future__ import annotations

import math
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from sqlalchemy.exc import SQLAlchemyError

from lightprobe.errors import LightprobeError, OutputError
from lightprobe.folder_lock import folder_lock
from lightprobe.imaging.output import write_text
from lightprobe.progress import Progress
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.training.recipes.search_space import SEARCH_SPACES, Range, SearchSpace
from lightprobe.training.run.fit import Interrupted, fit
from lightprobe.training.run.step import Diverged
from lightprobe.training.tuning.report import write_study_report

TUNED_RECIPE = "recipe.py"
DONE = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
FULL_TRIALS = 5
"""The first trials are never ended early: there is nothing to compare them with."""
HEARTBEAT = 60
"""Time without a sign of life after which a trial counts as failed [s]."""


@dataclass(frozen=True, kw_only=True)
class TuningResult:
    """The best recipe of a study."""

    recipe: Recipe
    score: float
    trials: int
    """Trials of the study that reached a score or were ended early, of all processes together."""
    file: Path
    """The recipe's Python file."""


def tune_recipe(
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
    progress: Progress | None = None,
) -> TuningResult:
    """Try recipes until the study has so many trials, then write the best as recipe.py, and a report, to `out`.

    `steps` is the length of a trial, the recipe's by default; a shorter trial has as many validations. `storage` is an
    Optuna storage, `out`/tune.db if empty; an existing study of that `name` is continued. Each trial is a run in
    `out`/trials; all share one cache. A trial that was interrupted or killed is tried again under a new number.

    Raises: ValueError for a model without a search space or a recipe that holds out nothing; LightprobeError if no
    trial reached a score; OutputError if the folder or the storage cannot be written; and as `fit`.
    """
    progress = progress or Progress()
    space = SEARCH_SPACES.get(recipe.model, {})
    if not space:
        raise ValueError(
            f"expected a model with a search space ({', '.join(SEARCH_SPACES)}), got {recipe.model}; add one to "
            "lightprobe.training.recipes.search_space"
        )
    if trials < 1:
        raise ValueError(f"expected at least 1 trial, got {trials}; 40 is usual")
    if recipe.fold < 0:
        raise ValueError("expected a fold that holds out scenes, got fold −1, which trains on all; use --set fold=0")
    study = open_study(out, storage, name or recipe.model, seed)
    _replace_dead_trials(study, out, progress)

    def objective(trial: optuna.Trial) -> float:
        chosen = suggest_recipe(recipe, space, trial)
        chosen = chosen if steps is None else serialize.shortened(chosen, steps)
        changes = ", ".join(f"{key}={_short(value)}" for key, value in trial.params.items())
        progress.note(f"trial {trial.number}: {changes}")
        best = math.inf

        def report(step: int, score: float) -> None:
            nonlocal best
            best = min(best, score)
            trial.report(score, step)
            if trial.should_prune():
                raise optuna.TrialPruned

        folder = _trial_folder(out, trial.number)
        try:
            fit(
                chosen,
                data,
                folder,
                cache=cache or out / "cache",
                accelerator=accelerator,
                threads=threads,
                progress=progress,
                on_validation=report,
            )
        except Interrupted:
            _try_again(study, trial.params, folder)
            raise
        return best

    enough = optuna.study.MaxTrialsCallback(trials, states=DONE)
    if len(study.get_trials(deepcopy=False, states=DONE)) < trials:
        study.optimize(objective, n_trials=trials, callbacks=[enough], catch=(Diverged,))
    return _write(study, recipe, out)


def open_study(out: Path, storage: str, name: str, seed: int | None) -> optuna.Study:
    """The study of this name, or a new one. Raises: OutputError if the storage cannot be used."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        out.mkdir(parents=True, exist_ok=True)
        url = storage or f"sqlite:///{(out / 'tune.db').resolve()}"
        backend: Any = url
        with warnings.catch_warnings():  # heartbeats and multivariate sampling are experimental in Optuna
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            if url.startswith(("sqlite", "mysql", "postgresql")):
                backend = optuna.storages.RDBStorage(url, heartbeat_interval=HEARTBEAT)
            pruner = optuna.pruners.MedianPruner(n_startup_trials=FULL_TRIALS)
            study = optuna.create_study(study_name=name, storage=backend, load_if_exists=True, pruner=pruner)
            # a continued study needs another seed, or it would try the same recipes again
            next_seed = None if seed is None else seed + len(study.get_trials(deepcopy=False))
            study.sampler = optuna.samplers.TPESampler(seed=next_seed, multivariate=True)
            return study
    except OSError as error:
        raise OutputError(f"{out}: cannot write to this folder: {error.strerror}; choose another --out") from None
    except (ImportError, ValueError, optuna.exceptions.OptunaError, SQLAlchemyError) as error:
        first = str(error).splitlines()[0]
        raise OutputError(f"{storage or out}: cannot open a storage for the study: {first}; choose another") from None


def suggest_recipe(recipe: Recipe, space: SearchSpace, trial: optuna.Trial) -> Recipe:
    """The recipe with the value that the trial suggests for each field of the space."""
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


def _replace_dead_trials(study: optuna.Study, out: Path, progress: Progress) -> None:
    """Queue the trials again whose process was killed: they claim to run, but nobody holds the lock on their folder.

    Trials of other machines, whose folders are not here, fail by their missing heartbeat.
    """
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        folder = _trial_folder(out, trial.number)
        if not folder.is_dir():
            continue
        try:
            with folder_lock(folder):
                study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
        except OutputError:
            continue  # another process is at work there
        _try_again(study, trial.params, folder)
        progress.note(f"Trial {trial.number} was killed; its settings are tried again.")


def _try_again(study: optuna.Study, params: dict[str, Any], folder: Path) -> None:
    """Queue a trial with these parameters, and remove the folder of the one that did not come to its end."""
    study.enqueue_trial(params)
    shutil.rmtree(folder, ignore_errors=True)


def _trial_folder(out: Path, number: int) -> Path:
    return out / "trials" / f"{number:04}"


def _write(study: optuna.Study, recipe: Recipe, out: Path) -> TuningResult:
    complete = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    if not complete:
        raise LightprobeError(f"{out}: no trial reached a score; lower optimizer.lr, or run more --trials")
    best = study.best_trial
    assert best.value is not None
    tuned = recipe
    for name, value in best.params.items():
        tuned = serialize.with_value(tuned, name, value)
    tried = len(study.get_trials(deepcopy=False, states=DONE))
    docstring = f"{recipe.model}, best of {tried} trials: score {best.value:.4f}."
    write_text(out / TUNED_RECIPE, serialize.to_source(tuned, docstring))
    write_study_report(study, out)
    return TuningResult(recipe=tuned, score=best.value, trials=tried, file=out / TUNED_RECIPE)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
