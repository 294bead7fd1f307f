"""The compass scene for all tests of scenes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def compass() -> ModuleType:
    """The module beside this file."""
    spec = importlib.util.spec_from_file_location("scene_compass", Path(__file__).with_name("compass.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
