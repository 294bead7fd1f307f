"""`lightprobe evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lightprobe.evaluation.suites.build import build_suite, plan_suite
from lightprobe.evaluation.suites.folder import read_suite


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("suite") / "small"
    build_suite(plan_suite("analytic", size=(64, 32)), out)
    return out


def test_it_judges_and_prints_a_table(run, suite: Path) -> None:
    ran = run("evaluate", "--model", "plain", "--suite", suite, "--no-page")
    assert ran.code == 0, ran.err
    assert "analytic: 36 of 36 pictures, 12 of 12 scenes." in ran.out
    assert "plain · curve given" in ran.out
    assert "report/report.md" in ran.out
    assert {path.name for path in Path("report").iterdir()} == {
        "report.json", "report.md", "pictures.csv", "timing.json"
    }  # fmt: skip


def test_the_same_command_gives_the_same_report(run, suite: Path) -> None:
    arguments = ("--model", "plain", "--no-baselines", "--json", "--no-page", "--seed", "4")
    first = run("evaluate", "--suite", suite, "--out", "a", *arguments)
    second = run("evaluate", "--suite", suite, "--out", "b", *arguments)
    assert first.code == second.code == 0
    assert first.out == second.out == Path("a/report.json").read_text() == Path("b/report.json").read_text()
    assert json.loads(first.out)["seed"] == 4


def test_modes_and_baselines_can_be_chosen(run, suite: Path) -> None:
    ran = run(
        "evaluate", "--model", "plain", "--suite", suite, "--response", "given", "--no-baselines", "--no-page", "--json"
    )
    assert [row["name"] for row in json.loads(ran.out)["suites"][0]["rows"]] == ["plain · curve given"]


def test_predictions_are_judged(run, suite: Path, tmp_path: Path) -> None:
    items = list(read_suite(suite).items())
    np.savez(tmp_path / "mine.npz", ids=[item.shot.id for item in items], coeffs=[item.coeffs for item in items])
    ran = run("evaluate", "--predictions", "mine.npz", "--suite", suite, "--no-page", "--json", "--no-baselines")
    (row,) = json.loads(ran.out)["suites"][0]["rows"]
    assert (row["name"], row["kind"], row["metrics"]["e_rel"]["median"]) == (
        "mine",
        "predictions",
        pytest.approx(0, abs=1e-12),
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--suite", "best"], 2, "expected a suite of test"),
        (["--response", "maybe"], 2, "expected --response auto, given or both"),
        (["--model", "no/such"], 1, "no/such"),
        (["--predictions", "none.npz"], 1, "none.npz: expected an .npz"),
        (["--size", "100x40"], 2, "expected a 2:1 size"),
    ],
)
def test_errors_are_one_line(run, arguments: list[str], code: int, message: str) -> None:
    ran = run("evaluate", "--no-page", *arguments)
    assert ran.code == code
    assert message in ran.err
    assert ran.err.count("\n") == 1
