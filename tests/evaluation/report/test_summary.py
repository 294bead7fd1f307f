"""The numbers of report.json."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.entrants.entrant import Prediction
from lightprobe.evaluation.report.summary import clipped_class, report_document, six_digits
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult, judge_suite
from lightprobe.evaluation.scoring.metrics import METRICS
from lightprobe.evaluation.suites.analytic import analytic_suite
from lightprobe.evaluation.suites.suite import Suite


def test_the_table_holds_medians_of_the_pictures(written: Path, results: list[JudgeResult]) -> None:
    section = json.loads((written / "report.json").read_text())["suites"][0]
    assert section["pictures"] == {"all": 39, "scored": 39, "in_table": 36}
    counts = np.array([results[0].suite.by_id[id].headline for id in results[0].ids])
    for row in section["rows"]:
        values = results[0].scores[row["name"]]["e_rel"]
        assert row["metrics"]["e_rel"]["median"] == six_digits(float(np.median(values[counts])))
        low, high = row["metrics"]["e_rel"]["median_95"]
        assert low <= row["metrics"]["e_rel"]["median"] <= high
        assert row["metrics"].keys() == METRICS.keys()


def test_too_dark_and_too_bright_do_not_cancel(plan: JudgePlan, toys: Suite) -> None:
    """Half of the pictures a stop too dark, half a stop too bright: the table says one stop, not none."""
    factor = {shot.id: 2.0 if index % 2 else 0.5 for index, shot in enumerate(toys.shots)}
    coeffs = {item.shot.id: factor[item.shot.id] * item.coeffs for item in toys.items()}
    uneven = replace(baselines()[0], estimate=lambda shot, image, response: Prediction(coeffs=coeffs[shot.id]))
    (row,) = report_document(plan, [judge_suite(toys, [uneven])])["suites"][0]["rows"]
    assert row["metrics"]["gain_stops"]["median"] == 1
    assert row["metrics"]["gain_stops"]["median_95"] == [1, 1]


def test_parts_add_up(written: Path, results: list[JudgeResult]) -> None:
    section = json.loads((written / "report.json").read_text())["suites"][0]
    for classes in section["parts"].values():
        assert sum(found["pictures"] for found in classes.values()) == 39
    sunny = np.array([results[0].suite.by_id[id].stratum == "sun" for id in results[0].ids])
    expected = six_digits(float(np.median(results[0].scores["plain"]["e_rel"][sunny])))
    assert section["parts"]["stratum"]["sun"]["rows"]["plain"]["median"] == expected


def test_no_number_depends_on_other_entrants(plan: JudgePlan, toys: Suite, written: Path) -> None:
    alone = report_document(plan, [judge_suite(toys, baselines()[2:3])])["suites"][0]["rows"][0]
    (same,) = [
        row
        for row in json.loads((written / "report.json").read_text())["suites"][0]["rows"]
        if row["name"] == "plain projection"
    ]
    assert json.loads(json.dumps(alone)) == same


def test_classes_of_clipping() -> None:
    shares = (0.0, 1e-4, 0.01, 0.02, 0.05, 0.1, 0.2, 0.9)
    names = ["none", *2 * ["below 1 %"], *2 * ["1 to 5 %"], *2 * ["5 to 20 %"], "above 20 %"]
    assert [clipped_class(share) for share in shares] == names


def test_the_analytic_suite_is_not_panned() -> None:
    suite = analytic_suite(1, (64, 32))
    report = report_document(JudgePlan(), [judge_suite(suite, baselines()[:1])])
    assert report["suites"][0]["stability"] == {}
