"""ONNX graphs: one file, any number and size of pictures, nothing in it that does not compute.

Convention: inputs `image` uint8 [n, h, w, 3] and `response` int64 [1]; outputs `coeffs` [n, 9, 3] and, where the
model tells them, `panorama` [n, 32, 64, 3] and `curve` [n, knots].
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Container, Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
import onnx
import onnx.compose
import onnx_ir as ir
import torch
from onnx_ir.passes import common
from torch import Tensor, nn
from torch.export import ExportedProgram

from lightprobe.errors import ModelError
from lightprobe.export.cells_stage import EXACT, cells_stage
from lightprobe.imaging.cells import CELLS
from lightprobe.models import RESPONSES, Lighting, Model

OPSET = 20
"""Version of the ONNX operators: from 19 on there is circular padding; onnxruntime and its web build run 20."""

INPUTS = ("image", "response")

EXAMPLE = (2, 96, 192)
"""Number, height and width of the pictures that a graph is traced with: none of them a size that means something."""


class Outputs(nn.Module):
    """A model that answers with a plain tuple of what it tells."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor, response: Tensor) -> tuple[Tensor, ...]:
        return told(self.model(image, response))


def told(lighting: Lighting) -> tuple[Tensor, ...]:
    """The tensors that are there."""
    return tuple(value for value in lighting if value is not None)


def example(height: int = EXAMPLE[1], width: int = EXAMPLE[2], number: int = EXAMPLE[0]) -> tuple[Tensor, Tensor]:
    """Pictures of noise, and the response that is estimated."""
    pixels = torch.randint(0, 256, (number, height, width, 3), generator=torch.Generator().manual_seed(0))
    return pixels.to(torch.uint8), torch.zeros(1, dtype=torch.int64)


def outputs(model: Model) -> list[str]:
    """Names of what a model tells, in order."""
    with torch.no_grad():
        lighting = model(*example())
    return [name for name, value in zip(Lighting._fields, lighting, strict=True) if value is not None]


class Light(nn.Module):
    """The learned part of a model, for graphs whose first stage is written by hand."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, *prepared: Tensor) -> tuple[Tensor, ...]:
        return told(self.model.light(*prepared))


STAGES: dict[str, Callable[[int], onnx.ModelProto]] = {"ambient": cells_stage}
"""Graphs that stand for a model's prepare() where torch cannot trace it, or would trace it badly, by opset."""

STAGED_INPUTS = ("image", "response", "cells")


def feeds(
    takes: Container[str], image: np.ndarray, response: str, cells: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """What a graph that takes these inputs is given: pictures uint8 [n, h, w, 3], or, in their place, cells."""
    given = {"image": image if cells is None else image[:0], "response": np.array([RESPONSES.index(response)])}
    if "cells" in takes:
        given["cells"] = np.empty((0, 6, *CELLS), np.float32) if cells is None else cells
    return given


def wants_cells(model: Model, response: str) -> bool:
    """Whether a graph knows a tone curve by its gray axis only, so that cells have to be formed outside."""
    return model.name in STAGES and response not in EXACT


def program(model: Model) -> ExportedProgram:
    """The model as torch.export traces it: all of it, or what follows prepare() where that has a stage of its own.

    Raises: ModelError if the trace takes one number or size of pictures only.
    """
    free = torch.export.Dim.AUTO
    if model.name in STAGES:
        module, arguments, axes = Light(model), model.prepare(*example()), "n"
        shapes: Any = (tuple({0: free} for _ in arguments),)
    else:
        module, arguments, axes = Outputs(model), example(), "nhw"
        shapes = (dict.fromkeys(range(3), free), {})
    with quiet():
        traced = torch.export.export(module.eval(), arguments, dynamic_shapes=shapes)
    names = traced.graph_signature.user_inputs
    first = next(node for node in traced.graph.nodes if node.name == next(iter(names))).meta["val"]
    fixed = [f"{axis} = {size}" for axis, size in zip(axes, first.shape, strict=False) if str(size).isdecimal()]
    if fixed:
        raise ModelError(
            f"expected a graph for any number and size of pictures, got {', '.join(fixed)} fixed; "
            "let the model's prepare() compute with image.shape and not with numbers"
        )
    for part in traced.graph_module.modules():
        if isinstance(part, torch.fx.GraphModule):
            for node in part.graph.nodes:
                node.meta.pop("stack_trace", None)  # names the machine's paths
    return traced


def to_onnx(model: Model) -> onnx.ModelProto:
    """The graph of a model in evaluation mode, constants folded, without traces of where it was made.

    Raises: ModelError if the graph would take one number or size of pictures only.
    """
    stage = STAGES[model.name](OPSET) if model.name in STAGES else None
    with quiet():
        exported = torch.onnx.export(
            program(model),
            dynamo=True,
            opset_version=OPSET,
            input_names=INPUTS if stage is None else [value.name for value in stage.graph.output],
            output_names=outputs(model),
            external_data=False,
            verbose=False,
        )
    assert exported is not None
    graph = exported.model
    for cleaning in PASSES:
        cleaning(graph)
    proto = ir.to_proto(graph)
    _plain(proto)
    if stage is not None:
        proto = _after(stage, proto)
    proto.graph.name = model.name
    proto.producer_name, proto.producer_version = "lightprobe", ""
    onnx.checker.check_model(proto, full_check=True)
    assert tuple(value.name for value in proto.graph.input) == (INPUTS if stage is None else STAGED_INPUTS)
    return proto


def _after(stage: onnx.ModelProto, learned: onnx.ModelProto) -> onnx.ModelProto:
    """One graph of the two; names of the learned part get a prefix, but for its outputs."""
    learned.ir_version = stage.ir_version
    between = [value.name for value in stage.graph.output]
    learned = onnx.compose.add_prefix(learned, PREFIX, rename_inputs=True, rename_outputs=False)
    both = onnx.compose.merge_models(stage, learned, io_map=[(name, PREFIX + name) for name in between])
    del both.opset_import[1:]  # merging lists the same one twice
    return both


PREFIX = "learned_"

PASSES: tuple[ir.passes.InPlacePass, ...] = (
    common.CommonSubexpressionEliminationPass(),
    common.DeduplicateInitializersPass(),
    common.RemoveUnusedNodesPass(),
    common.RemoveUnusedFunctionsPass(),
    common.RemoveUnusedOpsetsPass(),
    common.ClearMetadataAndDocStringPass(),  # stack traces name the machine's paths, and are half of the file
)


def _plain(proto: onnx.ModelProto) -> None:
    """Leave out what only the exporter wants to know; call the axes of pictures n, h and w."""
    graph = proto.graph
    del graph.value_info[:]
    renamed = {
        size.dim_param: axis
        for axis, size in zip("nhw", graph.input[0].type.tensor_type.shape.dim, strict=False)
        if size.dim_param
    }
    for value in (*graph.input, *graph.output, *graph.initializer):
        del value.metadata_props[:]
    for value in (*graph.input, *graph.output):
        for size in value.type.tensor_type.shape.dim:
            if size.dim_param in renamed:
                size.dim_param = renamed[size.dim_param]


def operators(proto: onnx.ModelProto) -> Counter[str]:
    """How often each operator occurs, branches of If included."""

    def count(graph: onnx.GraphProto) -> Counter[str]:
        found = Counter(node.op_type for node in graph.node)
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    found += count(attribute.g)
        return found

    return count(proto.graph)


@contextmanager
def quiet() -> Generator[None]:
    """Without what torch and onnxruntime say about themselves while they export."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "root", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
