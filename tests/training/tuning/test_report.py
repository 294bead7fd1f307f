"""The report of a study."""

from __future__ import annotations

from pathlib import Path

import optuna
import pytest

from lightprobe.training.tuning.report import TABLE_ROWS, importances, write_study_report


def study(trials: int) -> optuna.Study:
    """lr decides the score, batch does not."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    made = optuna.create_study(study_name="toy", sampler=optuna.samplers.RandomSampler(seed=0))
    made.optimize(
        lambda trial: trial.suggest_float("lr", 0.0, 1.0) + 0 * trial.suggest_categorical("batch", [2, 4]), trials
    )
    return made


def test_the_setting_that_decides_is_the_important_one() -> None:
    made = study(40)
    found = importances(made, made.trials)
    assert found["lr"] > 0.8
    assert importances(made, made.trials[:3]) == {}


@pytest.mark.parametrize("trials", [3, TABLE_ROWS + 5])
def test_the_table_holds_the_best_trials(tmp_path: Path, trials: int) -> None:
    made = study(trials)
    write_study_report(made, tmp_path)
    text = (tmp_path / "report.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| trial")]
    assert len(rows) == min(trials, TABLE_ROWS)
    assert rows[0].startswith(f"| {made.best_trial.number} | {made.best_value:.4f} |")
    assert f"{trials} trials: {trials} complete." in text
    assert ("Too few trials to estimate the importance" in text) == (trials < 4)
    assert (tmp_path / "importances.png").exists() == (trials >= 4)
