"""A small catalog, formed once, and where the toy's script is."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

TOYS = Path(__file__).with_name("toys.py")
PAIRS_TOYS = Path(__file__).parents[1] / "data" / "pairs_toys.py"


def _module(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def toys() -> ModuleType:
    """The toy model and its recipe; both are registered."""
    return _module("training_toys", TOYS)


@pytest.fixture(scope="session")
def hdris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six small scenes, every second with a sun."""
    return _module("pairs_toys", PAIRS_TOYS).toy_folder(tmp_path_factory.mktemp("toy") / "hdris", count=6)


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
