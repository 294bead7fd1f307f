"""A small catalog, formed once, and where the toy's script is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

TOYS = Path(__file__).with_name("toys.py")


@pytest.fixture(scope="session")
def toys(toy_module: Callable[[str, str], ModuleType]) -> ModuleType:
    """The toy model and its recipe; both are registered."""
    return toy_module("training_toys", "training/toys.py")


@pytest.fixture(scope="session")
def hdris(toy_module: Callable[[str, str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six small scenes, every second with a sun."""
    return toy_module("pairs_toys", "data/pairs_toys.py").toy_folder(tmp_path_factory.mktemp("toy") / "hdris", count=6)


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that several tests may read."""
    return tmp_path_factory.mktemp("records")


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
