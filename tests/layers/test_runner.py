"""LayerRunner: the shipped network as onnxruntime runs it, by many threads, and nothing run that is not needed."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import network, small

from lightprobe.layers import LayerRunner, LayersBuilder, cell_inputs, from_model_bin

ROOT = Path(__file__).parents[2]
GOLDEN = json.loads((ROOT / "spec" / "golden" / "surroundings.json").read_text(encoding="utf-8"))
PRETRAINED = ROOT / "src" / "lightprobe" / "pretrained"


def recorded(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def noise(seed: int) -> np.ndarray:
    """u(i, seed), as the file says it."""
    return ((np.arange(32 * 64 * 3) * 7919 + seed * 104729) % 65521) / 65521


def inputs(case: dict[str, Any]) -> dict[str, np.ndarray]:
    """The cells of a case, by the formula in the file."""
    radiance = noise(case["seed"]) ** 3 / (64 if case["dark"] else 1)
    clipped = case["clipped"]
    white = np.maximum(0, noise(case["seed"] + 10) + clipped - 1) / clipped if clipped else np.zeros(radiance.shape)
    share = np.ones((32, 64, 1), np.float32)
    if case["partial"]:
        share[:] = 0
        share[9:23, 24:40] = 0.5
        share[10:22, 25:39] = 1
    cells = {"radiance": radiance, "white": white}
    seen = {name: share * values.astype(np.float32).reshape(32, 64, 3) for name, values in cells.items()}
    return seen | {"seen": share}


@pytest.fixture(scope="module")
def shipped() -> LayerRunner:
    return LayerRunner(from_model_bin((PRETRAINED / "model.bin").read_bytes()))


def test_the_recorded_answers_are_of_the_shipped_graph() -> None:
    manifest = json.loads((PRETRAINED / "manifest.json").read_text(encoding="utf-8"))
    assert GOLDEN["model"] == manifest["sha256"]["model"], "run tools/golden/make_networks.py"


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_the_shipped_network_answers_as_onnxruntime(shipped: LayerRunner, case: dict[str, Any]) -> None:
    found = shipped(inputs(case), case["response"])
    for name, least in (("coeffs", 0), ("curve", 0), ("levels", 4)):  # an interval of levels is as wide as 4 stops
        wanted = recorded(case[name])
        np.testing.assert_allclose(found[name].ravel(), wanted, rtol=0, atol=1e-5 * max(np.abs(wanted).max(), least))
    for name, largest in (("panorama", case["largest"]), ("lost", case["largest lost"])):
        np.testing.assert_allclose(found[name].ravel()[::61], recorded(case[name]), atol=1e-5 * largest)
        assert found[name].max() == pytest.approx(largest, rel=1e-5)


def test_threads_agree() -> None:
    run, rng = LayerRunner(small()), np.random.default_rng(0)
    given = [cell_inputs(rng.random((6, 32, 64), np.float32)) for _ in range(4)]
    expected = [run(one, k)["panorama"] for k, one in enumerate(given)]
    with ThreadPoolExecutor(4) as pool:
        for k, found in enumerate(pool.map(lambda k: run(given[k % 4], k % 4)["panorama"], range(80))):
            np.testing.assert_array_equal(found, expected[k % 4])


def test_inputs_stay_as_they_are() -> None:
    given = cell_inputs(np.random.default_rng(0).random((6, 32, 64), np.float32))
    kept = {name: values.copy() for name, values in given.items()}
    LayerRunner(small())(given, 1)
    for name, values in kept.items():
        np.testing.assert_array_equal(given[name], values)


def test_planes_of_cells() -> None:
    planes = np.arange(7, dtype=np.float32)[:, None, None] * np.ones((1, 32, 64), np.float32)
    found = cell_inputs(planes)
    for name, expected in (("radiance", [0, 1, 2]), ("white", [3, 4, 5]), ("seen", [6])):
        np.testing.assert_array_equal(found[name][5, 7], expected)
        assert found[name].flags.c_contiguous
    assert cell_inputs(planes[:6]).keys() == {"radiance", "white"}


def test_a_network_that_divides_by_zero_says_nothing() -> None:
    net = LayersBuilder()
    zeros = net.constant(np.zeros((1, 9, 3)))
    run = LayerRunner(net.build(coeffs=net.add("divide", zeros, zeros)))
    with np.errstate(all="raise"):
        assert np.isnan(run({}, 0)["coeffs"]).all()


def test_what_breaks_a_rule_is_not_run() -> None:
    with pytest.raises(ValueError, match="layer 2: expected a tensor that was made before, got x"):
        LayerRunner(network({"kind": "sum", "from": ["x"], "to": "y"}))
