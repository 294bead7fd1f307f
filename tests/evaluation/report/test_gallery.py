"""The gallery: which scenes it chooses, and of whom."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.report.format import metric_text
from lightprobe.evaluation.report.gallery import gallery_html
from lightprobe.evaluation.scoring.judge import JudgeResult, judge_suite
from lightprobe.evaluation.suites.lookup import open_suite
from lightprobe.evaluation.suites.suite import Suite


def test_each_scene_comes_once_worst_first(results: list[JudgeResult]) -> None:
    (result,) = results
    html = gallery_html(result, np.ones(len(result.ids), bool))
    assert "<h3>Worst and best scenes of plain</h3>" in html
    scenes = re.findall(r"<h5>(\w+)", html)
    errors = result.scores["plain"]["e_rel"]
    assert sorted(scenes) == ["dim_hall", "green_park_01", "green_park_02"]
    assert scenes[1] == result.suite.by_id[result.ids[int(errors.argmin())]].scene  # one worst, then two best
    worst = max(error for id, error in zip(result.ids, errors, strict=True) if id.startswith(f"{scenes[0]}/"))
    assert f"<p>E_rel {metric_text(worst, 'e_rel')}" in html


def test_pictures_that_do_not_count_are_left_out(results: list[JudgeResult]) -> None:
    (result,) = results
    counts = np.array([id.startswith("dim_hall") for id in result.ids])
    assert re.findall(r"<h5>(\w+)", gallery_html(result, counts)) == ["dim_hall"]


def test_without_a_model_it_is_the_plain_projection(toys: Suite) -> None:
    result = judge_suite(toys, baselines())
    assert "scenes of plain projection</h3>" in gallery_html(result, np.ones(len(result.ids), bool))


def test_a_view_says_what_it_shows() -> None:
    suite = open_suite("views", size=(64, 32))
    shots = tuple(shot for shot in suite.shots if shot.scene == "forest_slope" and shot.framing == "fov 65°, 20° up")
    result = judge_suite(replace(suite, shots=shots), baselines()[2:3])
    assert "<small>fov 65°, 20° up, " in gallery_html(result, np.ones(len(result.ids), bool))
