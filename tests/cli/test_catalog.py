"""`lightprobe catalog`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from lightprobe.data.catalog.table import md5_of, read_catalog, write_catalog
from lightprobe.data.fakehaven.pictures import panorama
from lightprobe.imaging.formats.exr import write_exr


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lightprobe", "catalog", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(toy_module: Callable[[str, str], ModuleType], tmp_path: Path) -> Path:
    """A catalog of five scenes, one of each kind."""
    return toy_module("catalog_toys", "data/catalog_toys.py").toy_catalog(tmp_path)


def test_command(folder: Path) -> None:
    ran = command(folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"{folder}: 5 HDRIs in 5 scenes")
    assert "problems  none" in ran.stdout
    with Image.open(folder / "sheet.png") as sheet:
        assert sheet.width > 500


def test_command_prints_json_and_names_what_cannot_be_read(folder: Path) -> None:
    (folder / "sun_place.exr").write_bytes(b"nothing of the kind")
    rows = read_catalog(folder)
    write_catalog(
        folder, [replace(row, md5=md5_of(row.path(folder))) if row.slug == "sun_place" else row for row in rows]
    )
    ran = command(folder, "--json", "--no-sheet")
    printed = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert list(printed["problems"]) == ["sun_place"]
    assert printed["strata"]["all"]["hdris"] == 5
    assert not (folder / "sheet.png").exists()


def test_command_refuses_other_folders(tmp_path: Path) -> None:
    ran = command(tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1


def test_command_warns_of_colors_that_cannot_be(folder: Path) -> None:
    rows = read_catalog(folder)
    radiance = panorama("sun", 0, 64).copy()
    row, column = np.unravel_index(radiance.max(axis=-1).argmax(), (64, 128))
    radiance[row, column, :2] = 0
    write_exr(folder / "sun_place.exr", radiance)
    changed = [replace(row, md5=md5_of(row.path(folder))) for row in rows]
    write_catalog(folder, changed)
    ran = command(folder)
    assert ran.returncode == 0
    assert "problems  1\n  sun_place: the brightest pixel has lost red and green: it is (0, 0, " in ran.stdout
