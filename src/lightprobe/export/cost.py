"""Multiply-adds of a graph, as onnxruntime runs it."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from lightprobe.export.graph import feeds
from lightprobe.imaging.cells import PLANES

SIZE = (128, 256)
"""Rows and columns of the image that multiply-adds are counted for, where a graph takes one."""


def multiply_adds(graph: bytes, responses: Iterable[str], size: tuple[int, int] = SIZE) -> int:
    """Multiply-adds of convolutions and matrix products for one picture, of the most expensive response.

    Shapes are those that onnxruntime's profiler saw, without its optimizations, so that branches count where they
    are taken and every dynamic shape is known.
    """
    return max(_run(graph, response, size) for response in responses)


def _run(graph: bytes, response: str, size: tuple[int, int]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.add_session_config_entry("session.disable_prepacking", "1")  # packed weights have no shape
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        taken = session.get_inputs()[0]
        planes = taken.shape[1] if taken.name == "cells" else PLANES
        session.run(None, feeds(taken.name, np.full((1, *size, 3), 128, np.uint8), response, planes))
        events: list[dict[str, Any]] = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    return sum(_cost(event["args"]) for event in events if str(event.get("name", "")).endswith("_kernel_time"))


def _cost(node: dict[str, Any]) -> int:
    """Multiply-adds of one node, from the shapes of its inputs and output."""
    kind = node.get("op_name")
    if kind not in ("Conv", "ConvTranspose", "Gemm", "MatMul"):
        return 0
    first, second = (_shape(entry) for entry in node["input_type_shape"][:2])
    result = _shape(node["output_type_shape"][0])
    if kind == "Conv":
        return math.prod(result) * math.prod(second[1:])
    if kind == "ConvTranspose":
        return math.prod(first) * math.prod(second[1:])
    inner = first[-1] if kind == "MatMul" else math.prod(first) // result[0]  # Gemm may transpose its first
    return math.prod(result) * inner


def _shape(entry: dict[str, list[int]]) -> list[int]:
    (shape,) = entry.values()
    return shape
