"""`lightprobe export`: a run becomes a model folder, or one line says why not."""

from __future__ import annotations

import builtins
import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "export"))

from export_toys import Toy, toy, write_run

from lightprobe.models import MODELS


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(MODELS, "export_toy", Toy)
    monkeypatch.setattr("lightprobe.export.pictures.HEIGHTS", (64,))
    return write_run(tmp_path / "runs" / "a", toy())


@pytest.mark.slow
def test_from_run_to_estimate(run, runs: Path, pano: Path) -> None:
    ran = run("export", runs, "--out", "model")
    assert (ran.code, ran.err) == (0, "")
    assert "model     export_toy " in ran.out
    assert "411 parameters" in ran.out
    assert "parity    coeffs " in ran.out
    assert "files     model.onnx, weights.pth, manifest.json" in ran.out
    told = json.loads(run("estimate", pano, "--model", "model", "--json").out)
    assert (told["response"], len(told["curve"])) == ("auto", 16)
    told = json.loads(run("inspect", "model", "--json").out)
    assert told["name"] == "export_toy"
    ran = run("export", runs, "--out", "model")
    assert ran.code == 1
    assert ran.err.startswith(
        "lightprobe: model: expected a new folder, got one with a model; choose another --out, or"
    )
    ran = run("export", runs / "best.pt", "--out", "model", "--overwrite", "--json", "--precision", "fp16")
    assert json.loads(ran.out)["manifest"]["precision"] == "fp16"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("none",), 1, "none: expected a training run with best.pt or last.pt, got no such folder; check the path"),
        (("RUN", "--precision", "fp8"), 2, "expected a precision of fp32, fp16, int8, got 'fp8'; choose one"),
        (("RUN", "--out", "RUN"), 1, "expected a new folder, got one with other files; choose another --out"),
    ],
)
def test_one_line_says_why_not(run, runs: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = run("export", *(str(runs) if word == "RUN" else word for word in arguments))
    assert ran.code == code
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_without_torch(run, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "lightprobe.export":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    ran = run("export", runs)
    assert ran.code == 1
    assert ran.err == "lightprobe: expected torch for exporting, got none; pip install 'lightprobe[train]'\n"
