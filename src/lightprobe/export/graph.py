"""ONNX graphs: one file, any number and size of pictures, nothing in it that does not compute.

Convention: the first input is `cells`, float32 [n, 6 or 7, 32, 64], or `image`, uint8 [n, h, w, 3]; the second is
`response`, int64 [1]. Outputs are `coeffs` [n, 9, 3] and, where the model has them, `panorama` [n, 32, 64, 3], `curve`
[n, 16], `lost` [n, 32, 64, 3] and `levels` [n, 4].
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
import onnx
import onnx_ir as ir
import torch
from onnx_ir.passes import common
from torch import Tensor, nn
from torch.export import ExportedProgram

from lightprobe._shapes import UInt8
from lightprobe.errors import ModelError
from lightprobe.imaging.cells import CELLS, PLANES, SEEN_PLANES, picture_cells
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import Model

OPSET = 20
"""Version of the ONNX operators: from 19 on there is circular padding; onnxruntime and its web build run 20."""

EXAMPLE = (2, 96, 192)
"""Number, height and width of the pictures that a graph is traced with: none of them a size that means something."""

AXES = {"cells": "n", "image": "nhw"}
"""Axes of each kind of input that are free, the first ones."""


class Outputs(nn.Module):
    """A model that answers with a plain tuple of its outputs."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, picture: Tensor, response: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.model(picture, response).present().values())


def example(model: Model) -> tuple[Tensor, Tensor]:
    """Pictures of noise as the model takes them, and the response 'auto'."""
    number, height, width = EXAMPLE
    generator = torch.Generator().manual_seed(0)
    response = torch.zeros(1, dtype=torch.int64)
    if model.input == "cells":
        return torch.rand((number, model.planes, *CELLS), generator=generator), response
    pixels = torch.randint(0, 256, (number, height, width, 3), generator=generator)
    return pixels.to(torch.uint8), response


def output_names(model: Model) -> list[str]:
    """Names of a model's outputs, in order."""
    with torch.no_grad():
        return list(model(*example(model)).present())


def feeds(kind: str, image: UInt8[np.ndarray, "n h w 3"], response: str, planes: int = PLANES) -> dict[str, np.ndarray]:
    """The inputs of a graph for pictures: as they are, or, where it takes `cells`, so many planes of their cells."""
    picture = image
    if kind == "cells":
        picture = np.stack([picture_cells(one, response) for one in image])
    if kind == "cells" and planes == SEEN_PLANES:
        picture = np.concatenate([picture, np.ones_like(picture[:, :1])], axis=1)
    return {kind: picture, "response": np.array([RESPONSE_CODES.index(response)])}


def seen_in_part(given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same cells, of which a window is seen, and at its rim half of each."""
    share = np.zeros(CELLS, np.float32)
    share[9:23, 24:40] = 0.5
    share[10:22, 25:39] = 1
    return given | {"cells": given["cells"] * share}


def program(model: Model) -> ExportedProgram:
    """The model as torch.export traces it.

    Raises: ModelError if the trace takes one number or size of pictures only.
    """
    shapes = (dict.fromkeys(range(len(AXES[model.input])), torch.export.Dim.AUTO), {})
    with quiet():
        traced = torch.export.export(Outputs(model).eval(), example(model), dynamic_shapes=shapes)
    names = traced.graph_signature.user_inputs
    first = next(node for node in traced.graph.nodes if node.name == next(iter(names))).meta["val"]
    axes = zip(AXES[model.input], first.shape, strict=False)
    fixed = [f"{axis} = {size}" for axis, size in axes if str(size).isdecimal()]
    if fixed:
        raise ModelError(
            f"expected a graph for any number and size of pictures, got {', '.join(fixed)} fixed; "
            "let the model's forward() compute with picture.shape and not with numbers"
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
    inputs = (model.input, "response")
    with quiet():
        exported = torch.onnx.export(
            program(model),
            dynamo=True,
            opset_version=OPSET,
            input_names=inputs,
            output_names=output_names(model),
            external_data=False,
            verbose=False,
        )
    assert exported is not None
    graph = exported.model
    for cleaning in PASSES:
        cleaning(graph)
    proto = ir.to_proto(graph)
    _plain(proto)
    proto.graph.name = model.name
    proto.producer_name, proto.producer_version = "lightprobe", ""
    onnx.checker.check_model(proto, full_check=True)
    assert tuple(value.name for value in proto.graph.input) == inputs
    return proto


PASSES: tuple[ir.passes.InPlacePass, ...] = (
    common.CommonSubexpressionEliminationPass(),
    common.DeduplicateInitializersPass(),
    common.RemoveUnusedNodesPass(),
    common.RemoveUnusedFunctionsPass(),
    common.RemoveUnusedOpsetsPass(),
    common.ClearMetadataAndDocStringPass(),  # stack traces name the machine's paths, and are half of the file
)


def _plain(proto: onnx.ModelProto) -> None:
    """Drop the exporter's own notes; call the axes of pictures n, h and w."""
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
    """Without the messages of torch and onnxruntime about exporting."""
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
