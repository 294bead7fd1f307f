"""`lightprobe suite`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lightprobe.imaging.formats.exr import write_exr


def hdris(folder: Path) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(2)
    for slug in ("alpha", "beta"):
        write_exr(folder / f"{slug}.exr", rng.uniform(0.1, 2, (32, 64, 3)).astype(np.float32))
    return folder


def test_building_is_reproducible(run, tmp_path: Path) -> None:
    source = hdris(tmp_path / "hdris")
    arguments = ("suite", "build", source, "--split", "all", "--size", "64x32", "--seed", "1")
    ran = run(*arguments, "--out", "a")
    assert ran.code == 0, ran.err
    assert "42 pictures in a" in ran.out
    assert json.loads(run(*arguments, "--out", "b", "--json").out) == {"out": "b", "pictures": 42}
    files = sorted(path.relative_to("a") for path in Path("a").rglob("*") if path.is_file())
    assert len(files) == 45
    for file in files:
        assert (Path("a") / file).read_bytes() == (Path("b") / file).read_bytes()


def test_showing_what_there_is(run) -> None:
    ran = run("suite", "show", "registry")
    assert "registry: 399 pictures 256×128 of 19 scenes" in ran.out
    assert "@pmndrs/assets@1.7.0" in ran.out
    found = json.loads(run("suite", "show", "analytic", "--json").out)
    assert found["pictures"] == 36
    assert found["curve"] == {"srgb": 12, "filmic": 12, "reinhard": 12}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere"], 1, "nowhere: expected a folder of HDRIs"),
        (["registry", "--size", "90x45"], 2, "expected a 2:1 size with a multiple of 32 rows"),
        (["registry", "--size", "512x256"], 1, "expected an HDRI of at least 512×256"),
    ],
)
def test_errors_are_one_line(run, arguments: list[str], code: int, message: str) -> None:
    ran = run("suite", "build", *arguments)
    assert ran.code == code
    assert message in ran.err
    assert ran.err.count("\n") == 1
