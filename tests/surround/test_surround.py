"""The surround as an object, and spec/golden/surround.json, which tools/golden/make_surround.py found by itself."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lightprobe
from lightprobe.surround import Orientation, Surround

GOLDEN = json.loads((Path(__file__).parents[2] / "spec" / "golden" / "surround.json").read_text(encoding="utf-8"))
PLAIN = lightprobe.load("plain", response="srgb")


def golden_frame(case: dict[str, Any]) -> np.ndarray:
    """As `convention` of the golden file says it."""
    half = math.tan(math.radians(65) / 2)
    u, v = (2 * (np.arange(120) + 0.5) / 120 - 1) * half, (1 - 2 * (np.arange(90) + 0.5) / 90) * half * 0.75
    rays = np.stack(np.broadcast_arrays(1.0, v[:, None], u[None]), axis=-1) @ Orientation(*case["true"]).axes
    x, y, z = np.moveaxis(rays / np.linalg.norm(rays, axis=-1, keepdims=True), -1, 0)
    channels = []
    for c in range(3):
        light = 0.2 * (1.2 + np.sin(5 * x + c) * np.cos(4 * z) + 0.4 * np.sin(7 * y + 2 * x))
        light += np.where(x * 0.8 + y * 0.36 + z * 0.48 > 0.999, 20.0 - 4 * c, 0.0)
        channels.append(light * case["exposure"] * 2 ** (case["warmth"] * (1 - c)))
    light = np.clip(np.stack(channels, axis=-1), 0, 1)
    display = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.floor(255 * display + 0.5).astype(np.uint8)


def test_the_golden_surround() -> None:
    surround = Surround(PLAIN, fov=65, rows=32)
    for case in GOLDEN["frames"]:
        codes = golden_frame(case)
        assert int(codes.sum()) == case["sum"]
        surround.add(codes, case["said"], case["time"])
        assert surround.gains == pytest.approx(case["gains"], rel=2e-6)
    memory = surround.recall()
    for case in GOLDEN["cells"]:
        assert memory.radiance[case["cell"]] == pytest.approx(case["radiance"], rel=2e-6, abs=1e-9)
        assert memory.clipped[case["cell"]] == pytest.approx(case["clipped"], rel=2e-6, abs=1e-6)
        assert memory.weight[case["cell"]] == pytest.approx(case["weight"], rel=2e-6)
    assert int((memory.weight[::7] > 0).sum()) == len(GOLDEN["cells"])
