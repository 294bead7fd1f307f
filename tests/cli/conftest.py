"""The command line, run in this process: what it prints and how it exits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from lightprobe.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ran]:
    """run("estimate", path, …) in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["lightprobe", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def pano(tmp_path: Path) -> Path:
    """A small panorama, brighter on the right and above."""
    row, column = np.mgrid[0:32, 0:64]
    pixels = np.stack([60 + 2 * column, 160 - 3 * row, 90 + 0 * row], axis=-1).astype(np.uint8)
    path = tmp_path / "pano.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def toy_hdris(toy_module: Callable[[str, str], ModuleType], tmp_path: Path) -> Path:
    """The toy model for training, registered, and a folder of scenes for it."""
    toy_module("training_toys", "training/toys.py")
    return toy_module("pairs_toys", "data/pairs_toys.py").toy_folder(tmp_path / "hdris", count=3)
