"""The report: the same bytes, what it says, and a page that needs nothing else."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import LightprobeError, OutputError
from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.entrants.entrant import Prediction
from lightprobe.evaluation.report import plots, thumbnails
from lightprobe.evaluation.report.summary import clipped_class, short
from lightprobe.evaluation.report.write import as_json, document, number, write_report
from lightprobe.evaluation.scoring.judge import Plan, Verdict, evaluate, judge_on
from lightprobe.evaluation.scoring.metrics import METRICS
from lightprobe.evaluation.suites.suite import Suite, open_suite
from lightprobe.sphere import SH

ROOT = Path(__file__).parents[2]
has_matplotlib = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="plots need matplotlib: pip install 'lightprobe[judge]'"
)


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    return Plan(suites=(str(folder),), models=("plain",))


@pytest.fixture(scope="module")
def verdicts(plan: Plan) -> list[Verdict]:
    return evaluate(plan)


@pytest.fixture(scope="module")
def written(plan: Plan, verdicts: list[Verdict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "report"
    write_report(out, plan, verdicts, with_page=importlib.util.find_spec("matplotlib") is not None)
    return out


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes(plan: Plan, written: Path, tmp_path: Path) -> None:
    """All files but timing.json."""
    again = tmp_path / "again"
    write_report(again, plan, evaluate(plan), with_page=(written / "report.html").exists())
    for path in written.iterdir():
        if path.name != "timing.json":
            assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_table_holds_medians_of_the_pictures(written: Path, verdicts: list[Verdict]) -> None:
    section = json.loads((written / "report.json").read_text())["suites"][0]
    assert section["pictures"] == {"all": 39, "scored": 39, "in_table": 36}
    counts = np.array([verdicts[0].suite.by_id[id].headline for id in verdicts[0].ids])
    for row in section["rows"]:
        values = verdicts[0].scores[row["key"]]["e_rel"]
        assert row["metrics"]["e_rel"]["median"] == short(float(np.median(values[counts])))
        low, high = row["metrics"]["e_rel"]["median_95"]
        assert low <= row["metrics"]["e_rel"]["median"] <= high
        assert row["metrics"].keys() == METRICS.keys()


def test_too_dark_and_too_bright_do_not_cancel(plan: Plan, toys: Suite) -> None:
    """Half of the pictures a stop too dark, half a stop too bright: the table says one stop, not none."""
    factor = {shot.id: 2.0 if place % 2 else 0.5 for place, shot in enumerate(toys.shots)}
    coeffs = {item.shot.id: factor[item.shot.id] * item.coeffs for item in toys.items()}
    uneven = replace(baselines()[0], estimate=lambda shot, image, response: Prediction(coeffs=coeffs[shot.id]))
    (row,) = document(plan, [judge_on(toys, [uneven])])["suites"][0]["rows"]
    assert row["metrics"]["gain_stops"]["median"] == 1
    assert row["metrics"]["gain_stops"]["median_95"] == [1, 1]


def test_parts_add_up(written: Path, verdicts: list[Verdict]) -> None:
    section = json.loads((written / "report.json").read_text())["suites"][0]
    for classes in section["parts"].values():
        assert sum(found["pictures"] for found in classes.values()) == 39
    sunny = np.array([verdicts[0].suite.by_id[id].stratum == "sun" for id in verdicts[0].ids])
    expected = short(float(np.median(verdicts[0].scores["plain"]["e_rel"][sunny])))
    assert section["parts"]["stratum"]["sun"]["rows"]["plain"]["median"] == expected


def test_no_number_depends_on_who_else_is_asked(plan: Plan, toys: Suite, written: Path) -> None:
    alone = document(plan, [judge_on(toys, baselines()[2:3])])["suites"][0]["rows"][0]
    (same,) = [
        row
        for row in json.loads((written / "report.json").read_text())["suites"][0]["rows"]
        if row["key"] == "plain projection"
    ]
    assert json.loads(json.dumps(alone)) == same


def test_what_is_left_out_is_said(plan: Plan, toys: Suite, tmp_path: Path) -> None:
    rows = [replace(baselines()[2], trained_on=frozenset({"green_park"})), replace(baselines()[3], trained_on=None)]
    report = write_report(tmp_path / "out", plan, [judge_on(toys, rows)], with_page=False)
    assert report["suites"][0]["left_out"] == {"plain projection": ["green_park_01", "green_park_02"]}
    text = (tmp_path / "out" / "report.md").read_text()
    assert "13 of 39 pictures, 1 of 3 scenes." in text
    assert "as plain projection was trained on them: green_park_01, green_park_02." in text
    assert "What known curve inverted learned from is not known" in text


def test_every_picture_and_contestant_has_a_row(written: Path) -> None:
    rows = list(csv.DictReader((written / "pictures.csv").read_text().splitlines()))
    assert len(rows) == 39 * 8
    assert len({(row["id"], row["contestant"]) for row in rows}) == len(rows)
    assert float(rows[0]["e_rel"]) >= 0


def test_no_place_on_this_machine_is_told(written: Path, folder: Path) -> None:
    for path in written.iterdir():
        assert str(folder.parent) not in path.read_text()


def test_times_stand_apart(written: Path) -> None:
    seconds = json.loads((written / "timing.json").read_text())["seconds"]["toys"]
    assert seconds.keys() >= {"pictures", "metrics", "plain", "zeros"}
    assert "seconds" not in (written / "report.json").read_text()


def test_a_file_in_the_way(plan: Plan, verdicts: list[Verdict], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="expected a folder to write to"):
        write_report(tmp_path / "out", plan, verdicts, with_page=False)


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (None, "e_rel", "–"),
        (0.1234, "e_rel", "12.3%"),
        (3e-7, "e_rel", "3e-07"),
        (0.0, "negative", "0.0%"),
        (5.04, "direction_deg", "5.0"),
        (1.005, "gain_stops", "1.00"),
        (0.0664, "mae_cmgen", "0.066"),
    ],
)
def test_numbers_as_text(value: float | None, name: str, text: str) -> None:
    assert number(value, name) == text


def test_classes_of_clipping() -> None:
    shares = (0.0, 1e-4, 0.01, 0.02, 0.05, 0.1, 0.2, 0.9)
    names = ["none", *2 * ["below 1 %"], *2 * ["1 to 5 %"], *2 * ["5 to 20 %"], "above 20 %"]
    assert [clipped_class(share) for share in shares] == names


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@has_matplotlib
def test_the_page_needs_nothing_else(written: Path) -> None:
    text = (written / "report.html").read_text()
    page = Tags()
    page.feed(text)
    assert not page.open
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object")
        for name in ("src", "href", "xlink:href"):
            if value := attributes.get(name):
                assert value.startswith(("data:", "#")), value
    assert "url(http" not in text
    assert "@import" not in text


@has_matplotlib
def test_the_page_shows_all_that_was_asked_for(written: Path) -> None:
    text = (written / "report.html").read_text()
    page = Tags()
    page.feed(text)
    images = [attributes["alt"] for tag, attributes in page.tags if tag == "img"]
    assert all(images)
    for name in (
        "picture",
        "estimated surroundings",
        "true surroundings",
        "error map",
        "diffuse, true",
        "glossy, true",
    ):
        assert sum(str(alt).endswith(name) for alt in images) == 3  # one for each scene
    assert text.index("<table") < text.index('class="plot"') < text.index('class="case"')
    assert "prefers-color-scheme: dark" in text
    assert "plots.INK" not in text
    assert plots.INK not in text
    for metric in METRICS.values():
        assert metric.label in text


@has_matplotlib
def test_names_cannot_break_the_page(toys: Suite, plan: Plan, tmp_path: Path) -> None:
    rows = [replace(baselines()[2], name="<script>&\"'", kind="model")]
    write_report(tmp_path / "out", plan, [judge_on(toys, rows)])
    page = Tags()
    page.feed((tmp_path / "out" / "report.html").read_text())
    assert not page.open
    assert "script" not in {tag for tag, _ in page.tags}


def test_without_matplotlib_it_is_one_line(
    plan: Plan, verdicts: list[Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "find_spec", lambda name: None)
    with pytest.raises(LightprobeError, match=r"expected matplotlib .* got none; pip install 'lightprobe\[judge\]'"):
        write_report(tmp_path / "out", plan, verdicts)
    assert not (tmp_path / "out").exists()


def test_spheres_show_the_light() -> None:
    """Light from behind the viewer's left and above: the ball is bright there, and dark opposite."""
    from lightprobe.sphere import basis

    toward = np.array([-0.6, 0.64, -0.48])
    coeffs = basis(toward)[:, None] * np.ones(3)
    ball = thumbnails.diffuse_sphere(coeffs, thumbnails.sphere_exposure(coeffs))
    row, column = np.unravel_index(ball[..., 1].astype(int).argmax(), ball.shape[:2])
    assert row < thumbnails.BALL / 2
    assert column < thumbnails.BALL / 2
    assert ball[0, 0, 3] == 0  # outside the ball is transparent


def test_error_maps_are_blue_where_too_dark_and_red_where_too_bright() -> None:
    even = SH.from_equirect(np.ones((8, 16, 3))).coeffs
    dark, right, bright = (thumbnails.error_map(factor * even, even)[60, 100].astype(int) for factor in (0.2, 1.0, 1.8))
    assert dark[2] > dark[0] + 50
    assert tuple(right) == thumbnails.FINE
    assert bright[0] > bright[2] + 50


def test_glossy_spheres_mirror_what_is_behind_the_viewer() -> None:
    panorama = np.zeros((32, 64, 3), np.float32)
    panorama[14:18, 0:2] = panorama[14:18, 62:64] = 10  # −X: straight behind who looks along +X
    ball = thumbnails.glossy_sphere(panorama, 1.0)
    middle = thumbnails.BALL // 2
    assert ball[middle, middle, 1] > 200
    assert ball[middle, 6, 1] < 20


def test_readme_tables_are_made_from_a_report(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "docs"))
    import tables

    report = json.loads((written / "report.json").read_text())
    text = tables.judged(report)
    assert len([line for line in text.splitlines() if line.startswith("|")]) == 2 + 8
    row = next(row for row in report["suites"][0]["rows"] if row["key"] == "plain")
    assert number(row["metrics"]["e_rel"]["median"], "e_rel") in text
    assert "Medians over 36 pictures of 3 scenes, suite toys" in text
    monkeypatch.setattr(tables, "REPORT", written / "report.json")
    assert tables.accuracy() == text
    sys.modules.pop("tables")


def test_json_has_no_nan(plan: Plan, verdicts: list[Verdict]) -> None:
    text = as_json(document(plan, verdicts))
    assert not re.search(r"\b(NaN|Infinity)\b", text)


def test_the_analytic_suite_is_not_panned() -> None:
    suite = open_suite("analytic", size=(64, 32))
    report = document(Plan(), [judge_on(suite, baselines()[:1])])
    assert report["suites"][0]["steadiness"] == {}
