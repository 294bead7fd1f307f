"""`lightprobe synth` and `lightprobe synth check`, with a stand-in for Blender."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from lightprobe.blender.environment import VARIABLE
from lightprobe.cli import app

sys.path.insert(0, str(Path(__file__).parents[1] / "synth"))
from fake_blender import fake_blender


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["synth", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_worlds_are_made_and_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(fake_blender(tmp_path / "fake")[0]))
    out = str(tmp_path / "worlds")
    assert run("--out", out, "--count", "2", "--size", "64x32", "-q") == (0, "")
    code, text = run("--out", out, "--count", "3", "--size", "64x32", "--json")
    assert code == 0
    assert json.loads(text) == {"out": out, "worlds": 3, "made": 1, "failed": []}


def test_failed_worlds_are_an_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(fake_blender(tmp_path / "fake", fails=(1,))[0]))
    code, text = run("--out", str(tmp_path / "worlds"), "--count", "2", "--size", "64x32")
    assert code == 1
    assert "1 worlds in" in text
    assert "1 worlds failed; run the same command again" in text


def test_unknown_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected kinds of outdoor, indoor, night, studio, got cave"):
        run("--out", str(tmp_path / "worlds"), "--kinds", "cave")


def test_the_gate_has_an_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(fake_blender(tmp_path / "fake")[0]))
    worlds, hdris = tmp_path / "worlds", tmp_path / "hdris"
    for folder in (worlds, hdris):
        run("--out", str(folder), "--count", "5", "--size", "64x32", "--kinds", "studio", "-q")
    table = (hdris / "catalog.csv").read_text()
    (hdris / "catalog.csv").write_text(table.replace("lightprobe synth", "a friend"))
    code, text = run("check", str(worlds), "--against", str(hdris))
    assert code in (0, 1)  # the stand-in's noise has nothing above white, so some measures are unknown
    assert "studio   contrast" in text
    assert (worlds / "report" / "report.html").exists()
    code, text = run("check", str(worlds), "--against", str(hdris), "--json", "--out", str(tmp_path / "r"))
    assert json.loads(text)["counts"] == {"studio": {"real": 5, "synthetic": 5}}
    assert os.path.exists(tmp_path / "r" / "studio.png")
