"""Toy HDRIs, and a run over them that nothing disturbed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.data.pairs.generate import PairsResult, make_pairs
from lightprobe.data.pairs.run import Run

from ..pairs_toys import toy_folder
from .small_runs import RECIPE


@pytest.fixture(scope="session")
def hdris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_folder(tmp_path_factory.mktemp("light") / "hdris")


@pytest.fixture(scope="session")
def whole(hdris: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in this process that nothing disturbed."""
    out = tmp_path_factory.mktemp("whole") / "pairs"
    assert make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE)) == PairsResult(pairs=48, made=48)
    return out
