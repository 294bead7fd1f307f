"""Smaller graphs: weights in half precision, or convolutions in 8-bit integers.

A model that can be written as layers (`Model.layers`) is rounded to float16 at any precision, before anything is
written: model.bin stores its weights so, and answers as the graph does. What `precision` chooses is how the graph
stores them: `fp32` as float32, `fp16` in half of the bytes, with the same values; `int8` changes them again, so it has
no layers.
Other models are rounded where `fp16` is asked for.

`fp16` stores the weights of convolutions and of learned matrices as float16, cast to float32 when the graph is loaded
(onnxruntime folds the cast away), so that it computes in float32 everywhere. On CPUs, in Python as in WebAssembly,
onnxruntime has no float16 kernels for x86: it would cast back and forth around every node and be slower, not faster.
Tables that are exact (projection, curves) stay float32.

`int8` quantizes the same nodes, weights and activations, by ranges seen on calibration pictures.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from lightprobe.errors import ModelError
from lightprobe.export.graph import feeds, quiet
from lightprobe.models import Model

PRECISIONS = ("fp32", "fp16", "int8")

FILTERS, MATRICES = ("Conv", "ConvTranspose"), ("Gemm", "MatMul")
"""Operators whose second input may be a weight."""

SMALL = 64
"""Weights with fewer numbers stay float32: a cast costs more bytes than they would save."""


HALF_BITS = 10
"""Bits of the mantissa of a float16."""


@torch.no_grad()
def round_to_half(model: Model, mantissa: int = HALF_BITS) -> None:
    """Round the learned weights of a model to float16 with so many bits of mantissa, in place; fewer compress better.

    Raises: ModelError for a weight beyond 65504, the largest float16; ValueError for more bits than a float16 has.
    """
    if not 1 <= mantissa <= HALF_BITS:
        raise ValueError(f"expected 1 to {HALF_BITS} bits of mantissa, got {mantissa}; choose fewer")
    for name, weight in model.named_parameters():
        rounded = weight
        if mantissa < HALF_BITS:
            digits, power = torch.frexp(weight)
            rounded = torch.ldexp(torch.round(digits * 2 ** (mantissa + 1)), power - mantissa - 1)
        rounded = rounded.half().float()
        if not torch.isfinite(rounded).all():
            raise ModelError(f"expected weights that float16 can hold, got larger ones in {name}; train again")
        weight.copy_(rounded)


def learned_nodes(graph: onnx.ModelProto, model: Model) -> list[onnx.NodeProto]:
    """Nodes with a weight that was learned: matrix products with a parameter, convolutions but with tables."""
    parameters = {f"model.{name}" for name, _ in model.named_parameters()}
    tables = {f"model.{name}" for name, _ in model.named_buffers()}
    floats = {tensor.name for tensor in graph.graph.initializer if tensor.data_type == TensorProto.FLOAT}
    found: list[onnx.NodeProto] = []
    for node in graph.graph.node:
        weight = node.input[1] if len(node.input) > 1 else ""
        is_filter = node.op_type in FILTERS and weight not in tables  # folding a normalization into it may rename it
        is_matrix = node.op_type in MATRICES and weight in parameters
        if weight in floats and (is_filter or is_matrix):
            found.append(node)
    return found


def to_half(graph: onnx.ModelProto, model: Model) -> onnx.ModelProto:
    """The graph with its learned weights stored as float16."""
    half = onnx.ModelProto()
    half.CopyFrom(graph)
    weights = {node.input[1] for node in learned_nodes(half, model)}
    casts: list[onnx.NodeProto] = []
    for tensor in half.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.name in weights and values.size >= SMALL:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *half.graph.node]
    del half.graph.node[:]
    half.graph.node.extend(nodes)
    for value in [value for value in half.graph.value_info if value.name in weights]:
        half.graph.value_info.remove(value)
    onnx.checker.check_model(half, full_check=True)
    return half


def to_int8(
    graph: onnx.ModelProto, model: Model, pictures: Iterable[tuple[str, np.ndarray]], responses: Iterable[str]
) -> onnx.ModelProto:
    """The graph with its learned nodes quantized to 8 bits (QDQ, weights per channel)."""
    from onnxruntime import quantization

    named = onnx.ModelProto()
    named.CopyFrom(graph)
    nodes = learned_nodes(named, model)
    for k, node in enumerate(nodes):
        node.name = f"learned_{k}"
    calibration = (
        feeds(model.input, image, response, model.planes) for _, image in list(pictures) for response in list(responses)
    )

    class Reader(quantization.CalibrationDataReader):
        def get_next(self) -> dict[str, np.ndarray] | None:  # type: ignore[override]
            return next(calibration, None)

    with tempfile.TemporaryDirectory() as folder, quiet():
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(named, before)
        quantization.quantize_static(
            before,
            after,
            Reader(),
            quant_format=quantization.QuantFormat.QDQ,
            op_types_to_quantize=sorted({node.op_type for node in nodes}),
            nodes_to_quantize=[node.name for node in nodes],
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
        )
        return onnx.load(after)
