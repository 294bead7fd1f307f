"""Model folders as contestants: what their manifests say is heeded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lightprobe.evaluation.benchmark import bench
from lightprobe.evaluation.entrants.entrant import load_models
from lightprobe.evaluation.report.write import document
from lightprobe.evaluation.scoring.judge import Plan, evaluate, judge_on
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.sphere import project
from lightprobe.sphere.equirect import resize

pytest.importorskip("onnx", reason="model folders are made with onnx: pip install 'lightprobe[train]'")

from ..runtime.model_folders import write_model


def test_a_folder_answers_as_its_graph_does(tmp_path: Path, toys: Suite) -> None:
    """The graph takes display values for radiance, and projects means of cells."""
    (row, _) = load_models([str(write_model(tmp_path / "made"))])
    item = toys.item("dim_hall/srgb_ev-0.5")
    guess = row.estimate(item.shot, item.image_srgb, "auto")
    cells = item.image_srgb.astype(np.float64) / 255
    assert cells.shape == (32, 64, 3)
    np.testing.assert_allclose(guess.coeffs, project(cells), atol=1e-5)
    assert guess.panorama is not None
    np.testing.assert_allclose(guess.panorama, resize(cells, 32, 64), atol=1e-6)


def test_what_it_was_trained_on_is_left_out_and_said(tmp_path: Path, toys: Suite, folder: Path) -> None:
    model = write_model(tmp_path / "made", trained_on={"scenes": ["dim_hall"], "groups": ["dim_hall"], "source": "x"})
    plan = Plan(suites=(str(folder),), models=(str(model), "plain"))
    verdicts = evaluate(plan)
    section = document(plan, verdicts)["suites"][0]
    assert section["left_out"] == {"made": ["dim_hall"], "made · told": ["dim_hall"]}
    assert section["scenes"] == {"all": 3, "scored": 2}
    facts = next(row["facts"] for row in section["rows"] if row["key"] == "made")
    assert facts["parameters"] == 0
    assert facts["sha256"] == json.loads((model / "manifest.json").read_text())["sha256"]


def test_coefficients_of_cmgen_are_known_as_windowed(tmp_path: Path, toys: Suite) -> None:
    (row, _) = load_models([str(write_model(tmp_path / "made", convention="cmgen", panorama=False, curve=False))])
    item = toys.item("dim_hall/srgb_ev-0.5")
    guess = row.estimate(item.shot, item.image_srgb, "auto")
    assert guess.panorama is None
    assert guess.is_windowed
    np.testing.assert_allclose(guess.coeffs, project(item.image_srgb / 255), atol=1e-4)


def test_a_model_that_cannot_be_told_has_one_row(tmp_path: Path, toys: Suite) -> None:
    deaf = write_model(tmp_path / "deaf", responses=["auto"])
    assert [row.key for row in load_models([str(deaf)])] == ["deaf"]
    some = load_models([str(write_model(tmp_path / "some", responses=["auto", "srgb"]))])
    assert len(judge_on(toys, some).ids) == 39  # what it cannot be told is left to it


def test_a_folder_is_measured_stage_by_stage(tmp_path: Path) -> None:
    made = bench([str(write_model(tmp_path / "made"))], width=64, height=32, rounds=1)["results"]["made"]
    assert set(made["ms"]) == {"decode", "resize", "graph", "estimate", "total"}
    assert made["files_MB"]["model"] == pytest.approx((tmp_path / "made" / "model.onnx").stat().st_size / 1e6, abs=1e-4)
    assert made["macs"] == 55296
