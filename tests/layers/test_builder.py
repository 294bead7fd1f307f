"""LayersBuilder: what is built is what is meant."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.layers import LayersBuilder


def test_arrays_are_float16_where_that_loses_nothing() -> None:
    net = LayersBuilder()
    values = ([0.5, 2.0], [0.1, 2.0], [70000.0], [float(np.float16(0.1))], [2.0**-24])
    for value in values:
        net.array(value)
    net.add("constant", to="coeffs", array=net.array(np.zeros((1, 9, 3))))
    made = net.build(coeffs="coeffs")
    assert [array.dtype.name for array in made.arrays] == [
        "float16", "float32", "float32", "float16", "float16", "float16",
    ]  # fmt: skip
    for value, array in zip(values, made.arrays, strict=False):
        np.testing.assert_array_equal(array, np.asarray(value, np.float32))


def test_names_are_new() -> None:
    net = LayersBuilder()
    source = net.input("radiance")
    names = [net.add("sum", source), net.add("sum", source), net.add("sum", source, to="radiance")]
    assert names == ["sum", "sum 2", "radiance 2"]


def test_a_matrix_is_a_convolution_of_one_cell() -> None:
    net = LayersBuilder()
    net.convolution(net.input("radiance"), np.ones((4, 3)), np.zeros(4), activation="relu")
    made = net.build(coeffs=net.constant(np.zeros((1, 9, 3))))
    assert made.arrays[0].shape == (4, 3, 1, 1)
    assert made.layers[0] == {
        "kind": "convolution", "from": ["radiance"], "to": "convolution",
        "weights": 0, "bias": 1, "stride": 1, "activation": "relu",
    }  # fmt: skip


def test_layers_of_a_choice_stay_inside() -> None:
    net = LayersBuilder()
    source, switch = net.input("radiance"), net.add("response", to="switch", array=net.array(np.ones((6, 1))))
    with net.choose(switch, source) as choice:
        choice.then = net.add("scale", source, factor=2.0, offset=0.0)
    made = net.build(coeffs=net.add("project", choice.to))
    assert [layer["kind"] for layer in made.layers] == ["response", "choose", "project"]
    assert made.layers[1]["layers"] == [
        {"kind": "scale", "from": ["radiance"], "to": "scale", "factor": 2.0, "offset": 0.0}
    ]
    assert made.layers[1]["then"] == "scale"


def test_what_breaks_a_rule_cannot_be_built() -> None:
    net = LayersBuilder()
    net.add("shuffle", net.input("radiance"))
    with pytest.raises(ValueError, match="layer 1: expected channels that 4 divides, got 3"):
        net.build(coeffs="shuffle")
