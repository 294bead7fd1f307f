"""Environment maps in the report: its tables, and strips of pictures."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.entrants.entrant import load_models
from lightprobe.evaluation.report.html_tables import environments_html
from lightprobe.evaluation.report.strips import exposed, strips_html
from lightprobe.evaluation.report.summary import report_document
from lightprobe.evaluation.report.write import report_markdown
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult, judge_suite
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama import equirect

from ..conftest import toy_suite


@pytest.fixture(scope="module")
def judged() -> JudgeResult:
    return judge_suite(toy_suite(), [*load_models(["plain"], "auto"), *baselines()])


def test_scores_are_those_of_srgb_pictures_at_standard_exposures(judged: JudgeResult, plan: JudgePlan) -> None:
    report = report_document(plan, [judged])
    found = report["suites"][0]["environments"]
    assert sorted(found["pictures"]) == sorted(
        f"{scene}/srgb_{ev}"
        for scene in ("dim_hall", "green_park_01", "green_park_02")
        for ev in ("ev-1.5", "ev-0.5", "ev+0.5")
    )
    assert list(found["rows"]) == ["plain", "plain projection", "highlight gain", "inverse Reinhard"]
    assert found["rows"]["plain"]["log_rmse_ev"]["median"] == found["rows"]["plain projection"]["log_rmse_ev"]["median"]
    item = judged.suite.item(found["pictures"][4])
    assert item.radiance is not None
    value = item.image_srgb / 255
    decoded = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    stops = np.log2(decoded @ LUMINANCE + 1e-3) - np.log2(item.radiance @ LUMINANCE + 1e-3)
    error = np.sqrt(np.average(stops**2, weights=np.broadcast_to(equirect.solid_angles(32, 64), (32, 64))))
    assert found["log_rmse_ev"]["plain"][4] == pytest.approx(error, rel=1e-4)
    for key in ("log_rmse_ev", "mirror"):
        assert sum(row[key]["best"] for row in found["rows"].values()) == pytest.approx(1)
    table = environments_html(found)
    assert table.count("<tr>") == 5
    assert "over 9 sRGB pictures" in table
    assert "### Environment maps" in report_markdown(report)


def test_strips_show_the_best_the_median_and_the_worst(judged: JudgeResult, plan: JudgePlan) -> None:
    found = report_document(plan, [judged])["suites"][0]["environments"]
    html = strips_html(judged, found)
    assert html.count("<img") == 3 * 2 * 3
    assert [html.index(f"<h5>{title} ") for title in ("Best", "Median", "Worst")] == sorted(
        html.index(f"<h5>{title} ") for title in ("Best", "Median", "Worst")
    )
    assert "plain, -4 EV" in html


def test_suites_without_true_surroundings_have_none(plan: JudgePlan, results: list[JudgeResult]) -> None:
    report = report_document(plan, results)
    assert report["suites"][0]["environments"] == {}
    assert environments_html({}) == strips_html(results[0], {}) == ""
    assert "Environment maps" not in report_markdown(report)


def test_exposures_are_powers_of_two() -> None:
    gray = np.full((4, 8, 3), 1.0, np.float32)
    assert exposed(gray, 0).min() == 255
    assert exposed(16 * gray, -4).min() == 255
    assert exposed(gray, -4).max() == round(255 * (1.055 * (1 / 16) ** (1 / 2.4) - 0.055))
