"""A small folder of HDRIs and one of pairs, their records, and the command line with the toy model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lightprobe.training import FitResult, fit
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.records import Records
from lightprobe.training.recipes import serialize

TOYS = Path(__file__).with_name("toys.py")


@pytest.fixture(scope="session")
def toys(toy_module: Callable[[str, str], ModuleType]) -> ModuleType:
    """The toy model and its recipe, registered."""
    return toy_module("training_toys", "training/toys.py")


@pytest.fixture(scope="session")
def hdris(toy_module: Callable[[str, str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six small scenes, every second with a sun."""
    return toy_module("pairs_toys", "data/pairs_toys.py").toy_folder(tmp_path_factory.mktemp("toy") / "hdris", count=6)


@pytest.fixture(scope="session")
def pairs(hdris: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four pairs of each scene."""
    from lightprobe.camera.sampling.recipe import ShotRecipe
    from lightprobe.data.pairs.generate import make_pairs
    from lightprobe.data.pairs.run import Run

    out = tmp_path_factory.mktemp("toy") / "pairs"
    make_pairs(Run(folder=hdris, out=out, variants=4, recipe=ShotRecipe(width=128, height=64, mixed=0.5)))
    return out


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that several tests may read."""
    return tmp_path_factory.mktemp("records")


@pytest.fixture
def records(toys: ModuleType, hdris: Path, shared_cache: Path) -> Records:
    """The records of the toy recipe's training samples."""
    return Records(open_dataset(hdris, toys.toy()).train, toys.Toy(), shared_cache)


@pytest.fixture
def go(toys: ModuleType, hdris: Path, shared_cache: Path, tmp_path: Path) -> Callable[..., FitResult]:
    """go("steps=4", out="b", resume=True): a run of the toy recipe in this process."""

    def call(*changes: str, out: str = "a", **options: Any) -> FitResult:
        recipe = serialize.with_changes(toys.toy(), changes)
        return fit(recipe, hdris, tmp_path / out, cache=shared_cache, accelerator="cpu", threads=1, **options)

    return call


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """start("train", "toy", …): the command line with the toy model, in a process of its own."""

    def call(*arguments: object, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        command = [sys.executable, *before, str(TOYS), *map(str, arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        environment.pop("LIGHTPROBE_SHAPES", None)
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)

    return call


@pytest.fixture(scope="session")
def worlds(toy_module: Callable[[str, str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of three rendered worlds with suns, and one photograph whose group is that of the scene ccc."""
    from lightprobe.data.catalog.table import SYNTHETIC, Entry, write_catalog
    from lightprobe.imaging.formats.exr import write_exr

    toys, folder = toy_module("pairs_toys", "data/pairs_toys.py"), tmp_path_factory.mktemp("toy") / "worlds"
    folder.mkdir()
    entries = [
        Entry(slug=f"world{n}", file=f"world{n}.exr", group=f"world{n}", stratum="sun", origin=SYNTHETIC, glare=0.1)
        for n in range(3)
    ]
    entries.append(Entry(slug="again", file="again.exr", group="ccc", stratum="sun", origin="a friend", licence="CC0"))
    for n, entry in enumerate(entries):
        write_exr(folder / entry.file, toys.toy(20 + n, 64, sun=300.0))
    write_catalog(folder, entries)
    return folder
