"""A toy and its run, exported once for all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import export_toys

from lightprobe.export import ReleaseResult, release
from lightprobe.models import MODELS


@pytest.fixture(autouse=True, scope="session")
def registered() -> Iterator[None]:
    """`build` knows the toy."""
    MODELS["export_toy"] = export_toys.Toy
    yield
    del MODELS["export_toy"]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, registered: None) -> Path:
    return export_toys.write_run(tmp_path_factory.mktemp("runs") / "a", export_toys.toy())


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory, run: Path) -> ReleaseResult:
    return release(run, tmp_path_factory.mktemp("models") / "model", torch_export=True)
