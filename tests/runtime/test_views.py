"""Perspective pictures: the answers that the browser's tests compare with are Python's."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import lightprobe

ROOT = Path(__file__).parents[2]
VIEWS: list[dict[str, Any]] = json.loads(
    (ROOT / "web" / "packages" / "core" / "tests" / "picture" / "data" / "views.json").read_text()
)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/web/make_fixtures.py, which wrote them."""
    spec = importlib.util.spec_from_file_location("make_fixtures", ROOT / "tools" / "web" / "make_fixtures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_twenty_of_many_kinds() -> None:
    assert len(VIEWS) == 20
    assert {view["response"] for view in VIEWS} == {"auto", "srgb", "filmic", "agx", "aces", "reinhard"}
    assert sum(view["height"] > view["width"] for view in VIEWS) >= 4
    assert sum(view["plain"]["clipped"] > 0 for view in VIEWS) >= 10
    assert {1, 170} <= {view["fov"] for view in VIEWS}


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: f"{v['width']}×{v['height']} {v['fov']}° {v['response']}")
@pytest.mark.parametrize("kind", ["plain", "learned"])
def test_the_answers_are_up_to_date(tool: ModuleType, kind: str, view: dict[str, Any]) -> None:
    estimator = lightprobe.load("plain" if kind == "plain" else None)
    pixels = tool.pattern(view["height"], view["width"], view["brightest"])
    found, kept = estimator(pixels, response=view["response"], fov=view["fov"]), view[kind]
    largest = np.abs(kept["coeffs"]).max()
    np.testing.assert_allclose(found.sh.coeffs.ravel(), kept["coeffs"], atol=1e-5 * largest)
    panorama = found.panorama.ravel()[::97]
    np.testing.assert_allclose(panorama, kept["panorama"], atol=1e-4 * float(np.max(kept["panorama"])))
    assert found.clipped == pytest.approx(kept["clipped"], abs=1e-6)
    assert found.seen == pytest.approx(kept["seen"], abs=1e-6)
