"""`lightprobe pairs`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lightprobe.data.pairs.generate import make_pairs
from lightprobe.data.pairs.run import Run

from ..data.pairs.small_runs import RECIPE, contents
from ..data.pairs_toys import toy_folder


def test_the_command(run, tmp_path: Path) -> None:
    hdris, out = toy_folder(tmp_path / "hdris"), tmp_path / "pairs"
    make_pairs(Run(folder=hdris, out=tmp_path / "whole", variants=12, recipe=RECIPE))
    options = (str(hdris), "--out", str(out), "--variants", "12", "--size", "32x16", "--seed", "2")
    ran = run("pairs", *options)
    assert ran.code == 0, ran.err
    assert ran.out == f"48 pairs in {out}\n"
    assert contents(out) == contents(tmp_path / "whole")
    assert run("pairs", *options).out == f"48 pairs in {out}, 48 of them from an earlier run\n"
    assert json.loads(run("pairs", *options, "--json").out) == {"out": str(out), "pairs": 48, "made": 0}
    assert run("pairs", *options, "--quiet").out == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--size", "big"), "expected a size such as 256x128, got 'big'"),
        (("--size", "100x100"), "expected a 2:1 picture size, got 100×100"),
        (("--curves", "srgb,log"), "expected curves of .*, got log"),
        (("--split", "dev"), "expected a split of all, train, val, test, got 'dev'"),
        (("--size", "512x256", "--variants", "1"), "aaa: expected an HDRI of at least 512×256, got 128×64; fetch"),
    ],
)
def test_the_command_names_what_is_wrong(options: tuple[str, ...], message: str, run, tmp_path: Path) -> None:
    ran = run("pairs", toy_folder(tmp_path / "hdris", count=1), *options)
    assert ran.code in (1, 2)
    assert re.search(message, ran.err)
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("slug", ["../../escape", "{tmp}/escape", "..", ".git", "a\\b", "x" * 250, "con"])
def test_hostile_slugs_write_nothing_and_are_named(slug: str, run, tmp_path: Path) -> None:
    hdris, out = toy_folder(tmp_path / "deep" / "hdris", count=1), tmp_path / "deep" / "out"
    slug = slug.replace("{tmp}", str(tmp_path))
    (hdris / "catalog.csv").write_text(f"slug,file,group\n{slug},aaa.exr,x\n")
    before = contents(tmp_path)
    for command in (
        ("pairs", hdris, "--variants", "1", "--size", "32x16"),
        ("suite", "build", hdris, "--split", "all"),
    ):
        ran = run(*command, "--out", out)
        assert ran.code == 2
        assert re.search(r"catalog\.csv, line 2: expected a slug that can name a folder, got ", ran.err)
        assert ran.err.count("\n") == 1
    assert contents(tmp_path) == before


def test_plain_files_that_cannot_name_a_folder_are_named(run, tmp_path: Path) -> None:
    hdris = toy_folder(tmp_path / "hdris", count=2)
    (hdris / "aaa.exr").rename(hdris / "a\x1b[2Ja.exr")
    ran = run("pairs", hdris, "--variants", "1")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "a file whose name can be that of a folder, got 'a\\x1b[2Ja' (it has control characters)" in ran.err
