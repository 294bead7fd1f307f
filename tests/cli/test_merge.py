"""`lightprobe merge`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lightprobe.imaging import encode, read_picture

SCENE = np.kron(np.random.default_rng(2).uniform(0.02, 0.9, (16, 32, 3)), np.ones((4, 4, 1)))


@pytest.fixture
def bracket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files whose names begin with a sign."""
    names = {"-2.png": 0.25, "0.png": 1, "+2.png": 4}
    for name, exposure in names.items():
        display = encode(np.clip(SCENE * exposure, 0, 1), "srgb")
        Image.fromarray(np.rint(255 * display).astype(np.uint8)).save(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return list(names)


@pytest.mark.parametrize("options", [[], ["--ev", "-2,0,2", "--response", "srgb"]])
def test_a_bracket_becomes_an_environment(run, bracket: list[str], options: list[str]) -> None:
    ran = run("merge", *bracket, "--out", "env.exr", *options)
    assert ran.code == 0
    assert "3 exposures were merged: -2, +0, +2 EV" in ran.out
    assert read_picture("env.exr").pixels == pytest.approx(SCENE, rel=0.03, abs=0.003)


def test_json(run, bracket: list[str]) -> None:
    answer = json.loads(run("merge", *bracket, "--out", "env.exr", "--json").out)
    assert answer["files"] == {"environment": "env.exr"}
    assert answer["clipped"] == 0
    assert answer["source"] == "0.png"  # whose display white is 1.0


def test_wrong_exposures(run, bracket: list[str]) -> None:
    ran = run("merge", *bracket, "--out", "env.exr", "--ev", "a,b")
    assert ran.code == 2
    assert "expected --ev with stops such as -2,0,2, got 'a,b'" in ran.err
    ran = run("merge", *bracket, "--out", "env.exr", "--ev", "1,2")
    assert ran.err == "lightprobe: expected 3 stops in --ev, one for each picture, got '1,2'; give as many\n"
