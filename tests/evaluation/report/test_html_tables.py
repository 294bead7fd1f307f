"""Tables of the page, as HTML."""

from __future__ import annotations

from lightprobe.evaluation.report.html_tables import (
    escape,
    level_table_html,
    main_table_html,
    part_table_html,
    stability_html,
)
from lightprobe.evaluation.report.plots import color_of
from lightprobe.evaluation.report.summary import report_document
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult
from lightprobe.evaluation.scoring.metrics import METRICS


def test_text_is_escaped() -> None:
    assert escape("<b>\"'&") == "&lt;b&gt;&quot;&#x27;&amp;"


def test_the_main_table_has_a_row_for_each_entrant(plan: JudgePlan, results: list[JudgeResult]) -> None:
    section = report_document(plan, results)["suites"][0]
    names = [row["name"] for row in section["rows"]]
    html = main_table_html(section, names[1:])
    assert html.count("<tr>") == 1 + len(names)
    assert html.count('class="interval"') == len(names)
    levels = level_table_html(section)
    assert levels.count("<tr>") == 1 + len(names)
    for metric in METRICS.values():
        assert (f">{metric.label}" in levels) == metric.of_level
        assert (f">{metric.label}" in html) != metric.of_level
    assert color_of(0) in html
    assert f'style="background:{color_of(len(names) - 1)}"' not in html  # one has no color
    assert 'style="background:var(--line)"' in html


def test_tables_of_parts_and_stability(plan: JudgePlan, results: list[JudgeResult]) -> None:
    section = report_document(plan, results)["suites"][0]
    html = part_table_html(section["parts"]["stratum"], ["plain", "zeros"])
    assert html.count("<tr>") == 1 + 2 + 1
    assert "100.0%" in html
    assert "plain projection" in stability_html(section["stability"])
    assert stability_html({}) == ""
