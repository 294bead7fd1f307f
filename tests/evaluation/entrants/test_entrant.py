"""Entrants: models by name, and the facts of their manifests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import ModelError
from lightprobe.evaluation.entrants.entrant import (
    Prediction,
    from_callable,
    load_models,
    number_repeats,
    training_names,
)
from lightprobe.evaluation.report.summary import report_document
from lightprobe.evaluation.scoring.judge import JudgePlan, judge, judge_suite
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.imaging.tone.curves import srgb_decode
from lightprobe.sphere import project


def test_a_folder_answers_as_its_graph_does(write_model: Callable[..., Path], tmp_path: Path, toys: Suite) -> None:
    """The graph projects the radiance of cells; the pictures have a pixel to each."""
    (row, _) = load_models([str(write_model(tmp_path / "made"))])
    item = toys.item("dim_hall/srgb_ev-0.5")
    guess = row.estimate(item.shot, item.image_srgb, "auto")
    cells = srgb_decode(item.image_srgb / 255)
    assert cells.shape == (32, 64, 3)
    np.testing.assert_allclose(guess.coeffs, project(cells), atol=1e-5)
    assert guess.panorama is not None
    np.testing.assert_allclose(guess.panorama, cells, atol=1e-6)


def test_what_it_was_trained_on_is_left_out_and_said(
    write_model: Callable[..., Path], tmp_path: Path, folder: Path
) -> None:
    model = write_model(tmp_path / "made", trained_on={"scenes": ["dim_hall"], "groups": ["dim_hall"], "source": "x"})
    plan = JudgePlan(suites=(str(folder),), models=(str(model), "plain"))
    section = report_document(plan, judge(plan))["suites"][0]
    assert section["left_out"] == {"made": ["dim_hall"], "made · curve given": ["dim_hall"]}
    assert section["scenes"] == {"all": 3, "scored": 2}
    facts = next(row["facts"] for row in section["rows"] if row["name"] == "made")
    assert facts["parameters"] == 0
    assert facts["sha256"] == json.loads((model / "manifest.json").read_text())["sha256"]


def test_coefficients_of_cmgen_are_known_as_windowed(
    write_model: Callable[..., Path], tmp_path: Path, toys: Suite
) -> None:
    (row, _) = load_models([str(write_model(tmp_path / "made", convention="cmgen", panorama=False, curve=False))])
    item = toys.item("dim_hall/srgb_ev-0.5")
    guess = row.estimate(item.shot, item.image_srgb, "auto")
    assert guess.panorama is None
    assert guess.is_windowed
    np.testing.assert_allclose(guess.coeffs, project(srgb_decode(item.image_srgb / 255)), atol=1e-4)


def test_a_model_that_takes_no_curve_has_one_row(write_model: Callable[..., Path], tmp_path: Path, toys: Suite) -> None:
    deaf = write_model(tmp_path / "deaf", responses=["auto"])
    assert [row.name for row in load_models([str(deaf)])] == ["deaf"]
    some = load_models([str(write_model(tmp_path / "some", responses=["auto", "srgb"]))])
    assert len(judge_suite(toys, some).ids) == 39  # it answers for curves that it does not know, too


@pytest.mark.parametrize(
    ("trained_on", "names"),
    [
        (None, None),
        ({}, None),
        ({"source": "the web"}, None),
        ({"scenes": []}, frozenset()),
        ({"scenes": ["park_01"], "groups": ["hall"]}, frozenset({"park_01", "park", "hall"})),
    ],
)
def test_training_scenes_of_a_manifest(trained_on: object, names: object) -> None:
    assert training_names(trained_on) == names


def test_models_by_name() -> None:
    assert [row.name for row in load_models(["plain"], "both")] == ["plain", "plain · curve given"]
    assert [row.name for row in load_models(["plain", "plain"], "auto")] == ["plain", "plain-2"]
    assert number_repeats(["a", "b", "a", "a"]) == ["a", "b", "a-2", "a-3"]
    with pytest.raises(ModelError):
        load_models(["no/such/model"])
    with pytest.raises(ValueError, match="expected --response auto, given or both, got 'maybe'"):
        load_models(["plain"], "maybe")


def test_the_old_name_of_the_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="expected --response auto, given or both, got 'told'"):
        load_models(["plain"], "told")


def test_only_those_that_are_given_the_curve_know_it(toys: Suite) -> None:
    def name_of(image: np.ndarray, response: str, view: object) -> Prediction:
        asked.append(response)
        return Prediction(coeffs=np.ones((9, 3)))

    asked: list[str] = []
    item = toys.item("dim_hall/filmic_auto")
    for mode in ("auto", "given"):
        from_callable("names", name_of, mode=mode).answer(item.shot, item.image_srgb)
    assert asked == ["auto", "filmic"]


def test_the_shipped_model_says_how_sure_it_is(toys: Suite) -> None:
    item = toys.item("dim_hall/srgb_auto")
    (shipped,) = load_models(["default"], "auto")
    (plain,) = load_models(["plain"], "auto")
    assert shipped.answer(item.shot, item.image_srgb).uncertainty is not None
    assert plain.answer(item.shot, item.image_srgb).uncertainty is None
