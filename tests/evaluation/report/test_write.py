"""The files of a report: the same bytes, and what they say."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from lightprobe.errors import LightprobeError, OutputError
from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.report import plots
from lightprobe.evaluation.report.format import metric_text
from lightprobe.evaluation.report.summary import report_document
from lightprobe.evaluation.report.write import report_json, write_report
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult, judge, judge_suite
from lightprobe.evaluation.scoring.metrics import METRICS
from lightprobe.evaluation.suites.suite import Suite


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes(plan: JudgePlan, written: Path, tmp_path: Path) -> None:
    """All files but timing.json."""
    again = tmp_path / "again"
    write_report(again, plan, judge(plan), with_page=(written / "report.html").exists())
    for path in written.iterdir():
        if path.name != "timing.json":
            assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_scenes_left_out_are_listed(plan: JudgePlan, toys: Suite, tmp_path: Path) -> None:
    rows = [replace(baselines()[2], trained_on=frozenset({"green_park"})), replace(baselines()[3], trained_on=None)]
    report = write_report(tmp_path / "out", plan, [judge_suite(toys, rows)], with_page=False)
    assert report["suites"][0]["left_out"] == {"plain projection": ["green_park_01", "green_park_02"]}
    text = (tmp_path / "out" / "report.md").read_text()
    assert "13 of 39 pictures, 1 of 3 scenes." in text
    assert "because plain projection trained on them: green_park_01, green_park_02." in text
    assert "The training scenes of known curve inverted are unknown" in text


def test_every_picture_and_entrant_has_a_row(written: Path) -> None:
    rows = list(csv.DictReader((written / "pictures.csv").read_text().splitlines()))
    assert len(rows) == 39 * 9
    assert len({(row["id"], row["entrant"]) for row in rows}) == len(rows)
    assert float(rows[0]["e_rel"]) >= 0


def test_no_path_of_this_machine_is_written(written: Path, folder: Path) -> None:
    for path in written.iterdir():
        assert str(folder.parent) not in path.read_text()


def test_times_are_in_a_file_of_their_own(written: Path) -> None:
    seconds = json.loads((written / "timing.json").read_text())["seconds"]["toys"]
    assert seconds.keys() >= {"pictures", "metrics", "plain", "zeros"}
    assert "seconds" not in (written / "report.json").read_text()


def test_a_file_in_the_way(plan: JudgePlan, results: list[JudgeResult], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="cannot make the folder: File exists"):
        write_report(tmp_path / "out", plan, results, with_page=False)


def test_without_matplotlib_it_is_one_line(
    plan: JudgePlan, results: list[JudgeResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "find_spec", lambda name: None)
    with pytest.raises(
        LightprobeError, match=r"needs matplotlib, which is not installed; pip install 'lightprobe\[judge\]'"
    ):
        write_report(tmp_path / "out", plan, results)
    assert not (tmp_path / "out").exists()


def test_the_table_of_markdown_has_the_numbers_of_json(written: Path) -> None:
    report = json.loads((written / "report.json").read_text())
    text = (written / "report.md").read_text()
    tables = text[: text.index("### Median")]
    assert len([line for line in tables.splitlines() if line.startswith("|")]) == 2 * (2 + 9)
    for row in report["suites"][0]["rows"]:
        lines = [line for line in tables.splitlines() if line.startswith(f"| {row['name']} |")]
        cells = [cell.strip(" *") for line in lines for cell in line.split("|")[2:-1]]
        expected = [
            metric_text(found["mean" if METRICS[name].is_share else "median"], name)
            for name, found in row["metrics"].items()
        ]
        worse = "–" if row["much_worse"] is None else f"{row['much_worse']:.0%}"
        assert sorted(cell.split(" (")[0].strip("*") for cell in cells[:-1]) == sorted(expected)
        assert cells[-1].rstrip("%").split(".")[0] == worse.rstrip("%")
        for name, found in row["metrics"].items():
            if METRICS[name].magnitude and found["signed"] is not None:
                assert f"({found['signed']:+.2f})" in "".join(lines)


def test_json_has_no_nan(plan: JudgePlan, results: list[JudgeResult]) -> None:
    text = report_json(report_document(plan, results))
    assert not re.search(r"\b(NaN|Infinity)\b", text)


def test_names_are_neither_html_nor_markdown_nor_formulas_nor_mathematics(
    plan: JudgePlan, toys: Suite, tmp_path: Path
) -> None:
    evil = ["<script>alert(1)</script>", "=HYPERLINK(1)", "a|b", "$\\frac{$", "$x^2$"]
    rows = [replace(baselines()[2], name=name) for name in evil]
    shots = tuple(replace(shot, scene=f"-{shot.scene}", stratum="<b>sun</b>") for shot in toys.shots)
    load = {new.id: replace(toys.load(old), shot=new) for new, old in zip(shots, toys.shots, strict=True)}
    suite = replace(toys, shots=shots, load=lambda shot: load[shot.id], name="<i>toys</i>", about="<u>three</u>")
    write_report(tmp_path, plan, [judge_suite(suite, rows)], with_page=find_spec("matplotlib") is not None)
    text = (tmp_path / "report.md").read_text()
    assert not re.search(r"<(script|b|i|u)>", text)
    assert "| a\\|b |" in text
    table = list(csv.DictReader((tmp_path / "pictures.csv").read_text().splitlines()))
    assert {row["entrant"] for row in table} == {"'=HYPERLINK(1)", *evil} - {"=HYPERLINK(1)"}
    assert all(row["scene"].startswith("'-") for row in table)
    assert all(float(row["gain_stops"]) == float(row["gain_stops"].lstrip("'")) for row in table)
    if (page := tmp_path / "report.html").exists():
        assert not re.search(r"<(script|b|i|u)>(alert|sun|toys|three)", page.read_text())
        assert "$\\frac{$" in page.read_text()
