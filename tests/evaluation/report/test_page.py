"""The page: well-formed, complete, and without anything from a network."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.report import plots
from lightprobe.evaluation.report.write import write_report
from lightprobe.evaluation.scoring.judge import JudgePlan, judge_suite
from lightprobe.evaluation.scoring.metrics import METRICS
from lightprobe.evaluation.suites.suite import Suite

pytest.importorskip("matplotlib", reason="plots need matplotlib: pip install 'lightprobe[judge]'")


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


def test_the_page_has_tables_plots_and_scenes(written: Path) -> None:
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
    assert plots.INK not in text
    for metric in METRICS.values():
        assert metric.label in text


def test_names_cannot_break_the_page(toys: Suite, plan: JudgePlan, tmp_path: Path) -> None:
    rows = [replace(baselines()[2], name="<script>&\"'", kind="model")]
    write_report(tmp_path / "out", plan, [judge_suite(toys, rows)])
    page = Tags()
    page.feed((tmp_path / "out" / "report.html").read_text())
    assert not page.open
    assert "script" not in {tag for tag, _ in page.tags}
