"""Every call into the package is held to the shapes and types of its annotations."""

import importlib.util
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

os.environ["LIGHTPROBE_SHAPES"] = "1"

from beartype import BeartypeConf, beartype
from jaxtyping import install_import_hook

# in the background, as by `nohup make test &`, these are ignored, and so they would be by the programs that tests start
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# jaxtyping takes its checker by name; ours accepts an int where a float is asked for, as type checkers do
checker = types.ModuleType("shape_checker")
checker.check = beartype(conf=BeartypeConf(is_pep484_tower=True))
sys.modules["shape_checker"] = checker

# all rooms but the command line, where annotations declare options
ROOMS = sorted(path.parent.name for path in (Path(__file__).parents[1] / "src" / "lightprobe").glob("*/__init__.py"))
install_import_hook([f"lightprobe.{room}" for room in ROOMS if room != "cli"], "shape_checker.check")


@pytest.fixture(scope="session")
def toy_module() -> Callable[[str, str], types.ModuleType]:
    """toy_module("training_toys", "training/toys.py"): a module of the tests, loaded once under a name of its own."""

    def load(name: str, path: str) -> types.ModuleType:
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / path)
            assert spec
            assert spec.loader
            sys.modules[name] = module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        return sys.modules[name]

    return load


@cache
def _missing_blender() -> str:
    """Why Blender cannot run; empty where it can."""
    from lightprobe.blender.environment import blender_version, find_python
    from lightprobe.errors import LightprobeError

    try:
        blender_version(find_python())
    except LightprobeError as error:
        return str(error)
    return ""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips tests marked `blender` where it is not installed."""
    if item.get_closest_marker("blender") and (reason := _missing_blender()):
        pytest.skip(f"Blender is not installed: {reason}")


@pytest.fixture(autouse=True)
def ordinary_scheduling() -> Iterator[None]:
    """SVT-AV1, with which tests write AV1, gives the thread that calls it real-time priority where the user is root;
    everything else on the machine would then wait for the tests."""
    yield
    if hasattr(os, "SCHED_OTHER") and os.sched_getscheduler(0) != os.SCHED_OTHER:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
