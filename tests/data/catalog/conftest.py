"""A small catalog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def folder(toy_module: Callable[[str, str], ModuleType], tmp_path: Path) -> Path:
    """A catalog of five scenes, one of each kind."""
    return toy_module("catalog_toys", "data/catalog_toys.py").toy_catalog(tmp_path)
