"""Report of a study: a table of trials, and pictures of how each setting changed the score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import optuna

from lightprobe.imaging.output import atomic, write_text

STUDY_REPORT = "report.md"
TABLE_ROWS = 20


def write_study_report(study: optuna.Study, out: Path) -> None:
    """Write report.md, history.png, slices.png and, for four trials or more, importances.png. Raises: OutputError."""
    trials = [trial for trial in study.trials if trial.value is not None and trial.state.name == "COMPLETE"]
    ranked = sorted(trials, key=lambda trial: trial.value or 0.0)
    names = sorted({name for trial in trials for name in trial.params})
    weights = importances(study, trials)
    _save(_history(study, trials), out / "history.png")
    _save(_slices(trials, names), out / "slices.png")
    if weights:
        _save(_bars(weights), out / "importances.png")
    states: dict[str, int] = {}
    for trial in study.trials:
        states[trial.state.name.lower()] = states.get(trial.state.name.lower(), 0) + 1
    counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    rows = [
        f"| {trial.number} | {trial.value:.4f} | " + " | ".join(_short(trial.params.get(name)) for name in names) + " |"
        for trial in ranked[:TABLE_ROWS]
    ]
    lines = [
        f"# Tuning {study.study_name}",
        "",
        f"{len(study.trials)} trials: {counted}. The score is the validation score; smaller is better.",
        f"Best: {ranked[0].value:.4f}, trial {ranked[0].number}; its recipe is `recipe.py`.",
        "",
        "![Score of each trial](history.png)",
        "",
        *(
            ["![Importance of each setting](importances.png)", ""]
            if weights
            else ["Too few trials to estimate the importance of settings.", ""]
        ),
        "![Score by each setting](slices.png)",
        "",
        "| trial | score | " + " | ".join(names) + " |",
        "|" + "---|" * (len(names) + 2),
        *rows,
    ]
    write_text(out / STUDY_REPORT, "\n".join(lines) + "\n")


def importances(study: optuna.Study, trials: list[Any]) -> dict[str, float]:
    """Share of the score's variation that each setting explains (PED-ANOVA); empty for fewer than four trials."""
    if len(trials) < 4 or len({trial.value for trial in trials}) < 2:
        return {}
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))


def _figure(rows: int, columns: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2 * columns + 1, 2.8 * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def _save(figure: Any, path: Path) -> None:
    with atomic(path) as temporary:
        figure.savefig(temporary, dpi=110)


def _history(study: optuna.Study, trials: list[Any]) -> Any:
    figure, axes = _figure(1, 2)
    each, curves = axes[0]
    numbers, values = [trial.number for trial in trials], [trial.value for trial in trials]
    each.plot(numbers, values, "o", alpha=0.6)
    each.plot(numbers, np.minimum.accumulate(values), "-")
    each.set(xlabel="trial", ylabel="score", title="each trial, and the best so far")
    for trial in study.trials:
        if trial.intermediate_values:
            color = "C0" if trial.state.name == "COMPLETE" else "0.7"
            curves.plot(*zip(*sorted(trial.intermediate_values.items()), strict=True), color=color, lw=0.8)
    curves.set(xlabel="step", title="during each trial; gray: ended early")
    return figure


def _slices(trials: list[Any], names: list[str]) -> Any:
    columns = min(4, max(len(names), 1))
    figure, axes = _figure(-(-len(names) // columns), columns)
    for axis, name in zip(axes.ravel(), names, strict=False):
        values = [trial.params.get(name) for trial in trials]
        is_number = all(isinstance(value, (int, float)) for value in values)
        positions = values if is_number else [str(value) for value in values]
        axis.plot(positions, [trial.value for trial in trials], "o", alpha=0.6)
        if is_number and min(values) > 0 and max(values) / min(values) > 20:
            axis.set_xscale("log")
        axis.set(xlabel=name, ylabel="score")
    for axis in axes.ravel()[len(names) :]:
        axis.set_axis_off()
    return figure


def _bars(weights: dict[str, float]) -> Any:
    figure, axes = _figure(1, 2)
    names = sorted(weights, key=lambda name: weights[name])
    axes[0][0].barh(names, [weights[name] for name in names])
    axes[0][0].set(xlabel="share of the score's variation", title="importance of each setting")
    axes[0][1].set_axis_off()
    return figure


def _short(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
