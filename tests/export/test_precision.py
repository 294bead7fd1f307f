"""Smaller graphs: which weights change, and which do not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
import pytest
from export_toys import toy
from onnx import TensorProto, numpy_helper

from lightprobe.export import ReleaseResult, operators
from lightprobe.export.parity import LIMITS, compare
from lightprobe.export.pictures import made
from lightprobe.export.precision import learned_nodes, round_to_half, to_half, to_int8
from lightprobe.models import Model


@pytest.fixture(scope="module")
def model() -> Model:
    return toy()


@pytest.fixture(scope="module")
def graph(released: ReleaseResult) -> onnx.ModelProto:
    return onnx.load(released.folder / "model.onnx")


def tensors(graph: onnx.ModelProto) -> Iterator[tuple[str, np.ndarray]]:
    for tensor in graph.graph.initializer:
        yield tensor.name, numpy_helper.to_array(tensor)


def test_learned_nodes_are_not_tables(model: Model, graph: onnx.ModelProto) -> None:
    assert [node.op_type for node in learned_nodes(graph, model)] == ["Conv", "Conv", "Gemm"]


def test_half(model: Model, graph: onnx.ModelProto) -> None:
    half = to_half(graph, model)
    kinds = {name: values.dtype for name, values in tensors(half)}
    assert sum(kind == np.float16 for kind in kinds.values()) == 2  # the third has 24 numbers: not worth it
    exact = dict(tensors(graph))
    for name, values in tensors(half):
        if values.dtype != np.float16:
            np.testing.assert_array_equal(values, exact[name])
    assert any(values.shape == (2048, 9) and values.dtype == np.float32 for _, values in tensors(half))
    assert operators(half)["Cast"] == operators(graph)["Cast"] + 2
    assert half.ByteSize() < graph.ByteSize()
    found = compare(model, half.SerializeToString(), made(), ["auto", "agx"])
    assert 1e-6 < found.worst < LIMITS["fp16"]
    elements = {value.type.tensor_type.elem_type for value in (*half.graph.input, *half.graph.output)}
    assert TensorProto.FLOAT16 not in elements


def test_int8(model: Model, graph: onnx.ModelProto) -> None:
    small = to_int8(graph, model, made(), ["auto", "agx"])
    found = operators(small)
    assert found["QuantizeLinear"] >= 3
    assert sum(values.dtype == np.int8 and values.ndim > 1 for _, values in tensors(small)) == 3
    assert any(values.shape == (2048, 9) and values.dtype == np.float32 for _, values in tensors(small))
    assert compare(model, small.SerializeToString(), made(), ["auto", "agx"]).worst < 0.5


@pytest.mark.parametrize("bits", [10, 6])
def test_rounding(bits: int) -> None:
    model = toy()
    before = [weight.detach().clone().numpy() for weight in model.parameters()]
    round_to_half(model, bits)
    for exact, weight in zip(before, model.parameters(), strict=True):
        rounded = weight.detach().numpy()
        np.testing.assert_array_equal(rounded, rounded.astype(np.float16))
        digits = np.frexp(rounded)[0] * 2 ** (bits + 1)
        np.testing.assert_array_equal(digits, np.rint(digits))
        assert (np.abs(rounded - exact) <= np.abs(exact) * 2.0 ** -(bits + 1) + 2.0**-25).all()


def test_rounding_to_more_bits_than_there_are() -> None:
    with pytest.raises(ValueError, match="expected 1 to 10 bits of mantissa, got 11; choose fewer"):
        round_to_half(toy(), 11)
