"""Kinds of layers: shapes follow as spec/MODEL_BIN.md says, and fields and shapes that do not fit are refused."""

from __future__ import annotations

from typing import Any

import pytest
from networks import CELLS, FILTERS, convolution, layer, network, refuse

from lightprobe.layers.shapes import layer_shapes


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
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_a_rule_is_refused(name: str) -> None:
    refuse(*WRONG[name])
