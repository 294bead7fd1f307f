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
