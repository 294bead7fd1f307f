"""What layers compute: against networks of spec/golden, which tools/golden/make_networks.py found cell by cell."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lightprobe.layers import LayerRunner, from_model_bin

GOLDEN = Path(__file__).parents[2] / "spec" / "golden"
CASES = [
    case
    for name in ("layers.json", "planned_layers.json")
    for case in json.loads((GOLDEN / name).read_text(encoding="utf-8"))["cases"]
]


def noise(seed: int) -> np.ndarray:
    """u(i, seed), as spec/golden/ambient.json says it."""
    return ((np.arange(32 * 64 * 3) * 7919 + seed * 104729) % 65521) / 65521


INPUTS = {
    "radiance": (noise(2) ** 3).reshape(32, 64, 3).astype(np.float32),
    "white": (np.maximum(0, noise(12) + 0.05 - 1) / 0.05).reshape(32, 64, 3).astype(np.float32),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_layers_answer_as_recorded(case: dict[str, Any]) -> None:
    expected = np.frombuffer(base64.b64decode(case["result"]["values"]), "<f4").reshape(case["result"]["shape"])
    found = LayerRunner(from_model_bin(base64.b64decode(case["model"])))(INPUTS, case["response"])["result"]
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * max(1, float(np.abs(expected).max())))


def test_every_kind_of_layer_is_recorded() -> None:
    from lightprobe.layers.kinds import ENLARGEMENTS, FUNCTIONS, KINDS, POOLS

    headers = [str(base64.b64decode(case["model"])) for case in CASES]
    for kind in KINDS:
        assert any(f'"kind":"{kind}"' in header for header in headers), kind
    for value in (*FUNCTIONS, *POOLS, *ENLARGEMENTS):
        assert any(f'"{value}"' in header for header in headers), value
