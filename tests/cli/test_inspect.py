"""`lightprobe inspect`, and `estimate --model`: what a model folder holds, and what it says of pictures."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))

from model_folders import write_model

import lightprobe


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model")


def test_says_what_it_is(run, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    ran = run("inspect", model)
    assert (ran.code, ran.err) == (0, "")
    rows = dict(line.strip().split("  ", 1) for line in ran.out.splitlines() if "  " in line.strip())
    rows = {name: text.strip() for name, text in rows.items()}
    assert rows["model"] == "made, version 0, made by lightprobe 0.1.0"
    assert rows["multiply-adds"] == "0.06 M for one picture"
    assert rows["precision"] == "fp32, ONNX opset 20"
    assert rows["files"].startswith("model.onnx ")
    assert rows["files"].endswith(" kB ✓")
    assert rows["takes"] == (
        "64×32 cells of 8-bit sRGB panoramas of any size; responses auto, srgb, filmic, agx, aces, reinhard"
    )
    assert rows["outputs"] == "coefficients (radiance, three frame), panorama 64×32, tone curve"
    assert rows["trained on"] == "2 scenes of 1 groups (nowhere, CC0)"
    assert rows["score: srgb"] == "median 0.4, mean 0.5"
    assert rows["score: epochs"] == "3"
    assert rows["license"] == "MIT"


def test_json_is_the_manifest_and_what_is_held(run, model: Path) -> None:
    told = json.loads(run("inspect", model, "--json").out)
    held = told.pop("held")
    assert told == json.loads((model / "manifest.json").read_text())
    assert held == {"model": {"name": "model.onnx", "bytes": (model / "model.onnx").stat().st_size, "error": None}}


def test_changed_and_missing_files(run, model: Path) -> None:
    with (model / "model.onnx").open("ab") as file:
        file.write(b"x")
    ran = run("inspect", model)
    assert ran.code == 1
    assert "model.onnx ✗" in ran.out
    assert re.search(r"expected sha256 \w{12}… as in manifest.json, got \w{12}…; copy the folder again", ran.err)
    (model / "model.onnx").unlink()
    ran = run("inspect", model, "--json")
    assert ran.code == 1
    assert "No such file" in json.loads(ran.out)["held"]["model"]["error"]


def test_no_model(run, tmp_path: Path) -> None:
    ran = run("inspect", tmp_path)
    assert ran.code == 1
    assert "expected a model folder with manifest.json, got a folder without one; check the path" in ran.err
    assert ran.err.count("\n") == 1


def test_estimate_by_a_model(run, model: Path, pano: Path) -> None:
    told = json.loads(run("estimate", pano, "--model", model, "--json").out)
    np.testing.assert_array_equal(told["sh"]["coeffs"], lightprobe.load(model)(pano).sh.coeffs)
    plain = json.loads(run("estimate", pano, "--model", "plain", "--json").out)
    np.testing.assert_array_equal(plain["sh"]["coeffs"], lightprobe.load("plain")(pano).sh.coeffs)
    ran = run("estimate", pano, "--model", "none")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "none: expected a model folder with manifest.json, got no such folder" in ran.err


def test_hostile_facts_are_shown_as_text(run, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    path = model / "manifest.json"
    about = json.loads(path.read_text())
    about |= {"licence": "\x1b]0;title\x07[bold red]MIT[/]", "trained_on": {"scenes": 7, "source": "[link=x]"}}
    about["metrics"] = {"[/]\x1b[2J": 1e300, "n": float("inf")}
    path.write_text(json.dumps(about))
    ran = run("inspect", model)
    assert (ran.code, ran.err) == (0, "")
    assert "\x1b" not in ran.out
    assert "\\x1b]0;title\\x07[bold red]MIT[/]" in ran.out
    assert "0 scenes of 0 groups ([link=x])" in ran.out
