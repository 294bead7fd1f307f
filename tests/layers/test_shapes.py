"""The rules of layers: shapes follow as spec/MODEL_BIN.md says, and what breaks a rule is refused in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from networks import ZEROS, network, small

from lightprobe.layers.limits import MOST_LAYERS
from lightprobe.layers.shapes import layer_shapes

HALF = np.float16


def layer(kind: str, *sources: str, to: str = "y", **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "from": list(sources), "to": to, **fields}


def convolution(source: str = "radiance", **changes: Any) -> dict[str, Any]:
    return layer("convolution", source, **({"weights": 1, "bias": 2, "stride": 1, "activation": "relu"} | changes))


FILTERS = (np.zeros((5, 3, 3, 3), HALF), np.zeros(5, HALF))
CELLS = {"inputs": {"radiance": (32, 64, 3)}}


def test_shapes_of_a_network() -> None:
    shapes = layer_shapes(small())
    assert shapes["convolution"] == (16, 32, 4)
    assert shapes["join"] == (16, 32, 6)
    assert shapes["enlarge"] == shapes["panorama"] == (32, 64, 3)
    assert shapes["project"] == (1, 9, 3)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([convolution()], (32, 64, 5)),
        ([convolution(stride=2)], (16, 32, 5)),
        ([layer("shrink", "radiance")], (16, 32, 3)),
        ([layer("sum", "radiance")], (32, 64, 1)),
        ([layer("reshape", "radiance", shape=[16, 32, 12])], (16, 32, 12)),
        ([layer("reshape", "radiance", to="x", shape=[16, 32, 12]), layer("shuffle", "x")], (32, 64, 3)),
        ([layer("pool", "radiance", by="maximum", to="x"), layer("add", "x", "radiance")], (32, 64, 3)),
        ([layer("slice", "radiance", first=1, count=2)], (32, 64, 2)),
    ],
    ids=str,
)
def test_shapes_that_follow(layers: list[dict[str, Any]], expected: tuple[int, int, int]) -> None:
    assert layer_shapes(network(*layers, arrays=FILTERS, **CELLS))["y"] == expected


WRONG: dict[str, tuple[list[dict[str, Any]], str]] = {
    "no kind": ([{}], "layer 5: expected a kind of constant, response, .*, got None"),
    "another kind": ([layer("dream", "radiance")], "layer 5: expected a kind of .*, got dream"),
    "a field too many": ([layer("sum", "radiance", by="mean")], "sum: fields of kind, from, to, got by"),
    "a field too few": ([layer("pool", "radiance")], "pool: a field 'by', got none"),
    "another value": ([layer("pool", "radiance", by="luck")], "pool: by of mean, maximum, solid angle, got luck"),
    "another type": ([layer("slice", "radiance", first=0.0, count=1)], "slice: first of type integer, got 0.0"),
    "a truth for a number": ([convolution(stride=True)], "convolution: stride of 1, 2, got True"),
    "NaN": ([layer("scale", "radiance", factor=float("nan"), offset=0)], "factor that is a finite number, got nan"),
    "beyond float32": ([layer("scale", "radiance", factor=10**400, offset=0)], "scale: factor that is a finite number"),
    "no name": ([layer("sum", "radiance", to="")], "names of 1 to 64 letters, got "),
    "a name twice": ([layer("sum", "radiance", to="coeffs")], "each tensor once, got 'coeffs' twice"),
    "a tensor of later": ([layer("sum", "z"), layer("sum", "radiance", to="z")], "layer 5: .*was made before, got z"),
    "too few tensors": ([layer("add", "radiance")], "add from 2 to 2 tensors, got 1"),
    "no list of tensors": ([{"kind": "sum", "from": "radiance", "to": "y"}], "sum: from of type array, got radiance"),
    "no array": ([layer("constant", array=11)], "array to be one of 11 arrays, got 11"),
    "an array before the first": ([layer("constant", array=-1)], "array to be one of 11 arrays, got -1"),
    "an array of other axes": ([layer("constant", array=1)], r"array of 3 axes, got shape \[5, 3, 3, 3\]"),
    "a table of other rows": ([layer("response", array=3)], "an array of 6 rows, got 5"),
    "other channels": ([convolution("white")], "weights for 2 channels, got 3"),
    "another bias": ([convolution(bias=4)], "a bias of 5 numbers, got 4"),
    "filters of 2×2": ([convolution(weights=5)], "filters of 1×1, 3×3 or 4×4, got 2×2"),
    "filters larger than the picture": ([convolution("point", weights=6)], "1 to 128 rows, got 0"),
    "a second tensor that does not fit": (
        [layer("convolution", "radiance", "point", weights=1, bias=2, stride=1, activation="none")],
        r"a second tensor that fits \[32, 64, 5\], got \[1, 1, 3\]",
    ),
    "odd rows": ([layer("shrink", "point")], "even rows and columns"),
    "channels that 4 does not divide": ([layer("shuffle", "radiance")], "channels that 4 divides, got 3"),
    "another size": ([layer("reshape", "radiance", shape=[1, 1, 9])], "a shape of 6144 numbers"),
    "no size": ([layer("reshape", "radiance", shape=[-1, 64, -96])], "a shape of 3 sizes"),
    "channels beyond the last": ([layer("slice", "radiance", first=2, count=2)], "a part of 3 channels, got 2 from 2"),
    "rows to join": ([layer("sum", "coeffs", to="x"), layer("join", "x", "radiance")], "32×64 or 1×1 cells"),
    "rows to add": ([layer("add", "coeffs", "radiance")], r"fit \[1, 9, 3\], got \[32, 64, 3\]"),
    "low above high": ([layer("clamp", "radiance", low=1, high=0)], "low ≤ high, got 1 > 0"),
    "no bound": ([layer("clamp", "radiance", low="1", high=None)], "clamp: low that is a finite number"),
    "no panorama": ([layer("project", "white")], r"a panorama of shape \[32, 64, 3\]"),
    "a picture as a switch": (
        [layer("choose", "radiance", "radiance", layers=[], then="radiance")], "choose by a tensor of one number",
    ),
    "a choice of another shape": (
        [layer("choose", "one", "radiance", layers=[], then="coeffs")], r"then of shape \[32, 64, 3\], got \[1, 9, 3\]",
    ),
    "a choice in a choice": (
        [layer("choose", "one", "radiance", layers=[
            layer("choose", "one", "radiance", to="x", layers=[], then="radiance")], then="x")],
        "layer 6: expected no choose inside of another",
    ),
    "a tensor of a choice, outside": (
        [layer("choose", "one", "coeffs", layers=[layer("sum", "coeffs", to="x")], then="coeffs"),
         layer("sum", "x", to="z")],
        "layer 7: .*was made before, got x",
    ),
    "too many rows": ([layer("enlarge", "radiance", by="nearest", to="a"), layer("enlarge", "a", by="linear", to="b"),
                       layer("enlarge", "b", by="linear", to="c")], "1 to 128 rows, got 256"),
    "too many channels": ([layer("reshape", "radiance", shape=[1, 1, 6144])], "1 to 4,096 channels, got 6144"),
    "too many numbers": (
        [layer("join", *["radiance"] * 170, to="x"), layer("enlarge", "x", by="nearest")],
        "tensors of at most 1,000,000 numbers, got 1044480",
    ),
    "too many tensors": (
        [layer("join", *["radiance"] * 160, to=f"x {k}") for k in range(17)], "at most 64,000,000 bytes of tensors",
    ),
    "too many layers": (
        [layer("sum", "one", to=f"x {k}") for k in range(MOST_LAYERS)], "at most 512 layers, got more",
    ),
    "too much work": (
        [layer("join", *["radiance"] * 100, to="x"),
         *(layer("convolution", "x", to=f"y {k}", weights=7, bias=8, stride=1, activation="none") for k in range(210))],
        "at most 2,000,000,000 multiply-adds, got more",
    ),
}  # fmt: skip


GIVEN = (
    {"kind": "constant", "from": [], "to": "point", "array": 9},
    {"kind": "constant", "from": [], "to": "one", "array": 10},
    {"kind": "slice", "from": ["radiance"], "to": "white", "first": 0, "count": 2},
)
"""Layers before the coefficients and those that are wrong, the first of which is number 5."""
ARRAYS = (
    *FILTERS, np.zeros((5, 2), HALF), np.zeros(4, HALF), np.zeros((5, 3, 2, 2), HALF), np.zeros((5, 3, 4, 4), HALF),
    np.zeros((16, 300, 1, 1), HALF), np.zeros(16, HALF), np.zeros((1, 1, 3), HALF), np.zeros((1, 1, 1), HALF),
)  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_a_rule_is_refused(name: str) -> None:
    layers, message = WRONG[name]
    made = network(arrays=ARRAYS, layers=(*GIVEN, ZEROS, *layers), **CELLS)
    with pytest.raises(ValueError, match=message) as caught:
        layer_shapes(made)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(("layer ", "expected "))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": {"depth": (32, 64, 1)}}, "inputs of radiance, white, seen, got depth"),
        ({"inputs": {"radiance": (16, 32, 3)}}, r"input radiance of shape \[32, 64, 3\]"),
        ({"outputs": {}}, "an output coeffs, got none"),
        ({"outputs": {"coeffs": "y"}}, "output coeffs to be a tensor, got y"),
        ({"outputs": {"coeffs": "coeffs", "panorama": "coeffs"}}, r"panorama of shape \(32, 64, 3\), got \(1, 9, 3\)"),
    ],
)
def test_inputs_and_outputs(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        layer_shapes(network(**changes))
