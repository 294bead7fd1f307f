"""Shapes of a network: names, order and limits are those of spec/MODEL_BIN.md."""

from __future__ import annotations

from typing import Any

import pytest
from networks import layer, network, refuse, small

from lightprobe.layers.limits import MOST_LAYERS
from lightprobe.layers.shapes import layer_shapes


def test_shapes_of_a_network() -> None:
    shapes = layer_shapes(small())
    assert shapes["convolution"] == (16, 32, 4)
    assert shapes["join"] == (16, 32, 6)
    assert shapes["enlarge"] == shapes["panorama"] == (32, 64, 3)
    assert shapes["project"] == (1, 9, 3)


WRONG: dict[str, tuple[list[dict[str, Any]], str]] = {
    "no name": ([layer("sum", "radiance", to="")], "names of 1 to 64 letters, got "),
    "a name twice": ([layer("sum", "radiance", to="coeffs")], "each tensor once, got 'coeffs' twice"),
    "a tensor of later": ([layer("sum", "z"), layer("sum", "radiance", to="z")], "layer 5: .*was made before, got z"),
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


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_a_rule_is_refused(name: str) -> None:
    refuse(*WRONG[name])


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
