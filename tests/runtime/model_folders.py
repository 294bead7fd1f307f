"""Small model folders, made by hand: the answers of their graphs follow from the input without them."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from lightprobe.layers import Layers, LayersBuilder, to_model_bin
from lightprobe.runtime import manifest
from lightprobe.sphere import project
from lightprobe.sphere.interop.conventions import encode

RESPONSES = ["auto", "srgb", "filmic", "agx", "aces", "reinhard"]
LOG_CURVE = np.log(np.arange(1, 17) / 16).astype(np.float32)


@cache
def projection() -> np.ndarray:
    """[9, 2048]: coefficients of a 32×64 panorama."""
    cells = np.eye(2048, dtype=np.float32).reshape(2048, 32, 64).transpose(1, 2, 0)
    return np.concatenate([project(cells[..., start : start + 256]) for start in range(0, 2048, 256)], axis=1)


INPUTS: dict[str, dict[str, Any]] = {
    "cells": {"name": "cells", "layout": "NCHW", "dtype": "float32", "planes": 6, "height": 32, "width": 64},
    "image": {"name": "image", "layout": "NHWC", "dtype": "uint8", "color": "srgb", "height": None, "width": None},
}


def graph(
    convention: str = "radiance", panorama: bool = True, curve: bool = True, kind: str = "cells"
) -> onnx.ModelProto:
    """Projects the radiance of cells exactly; of an image, display values / 255, averaged (32 must divide the rows).

    The curve is LOG_CURVE plus the number of the response.
    """
    matrix = projection()
    if convention != "radiance":
        matrix = encode(matrix, convention)
    constants = {
        "scale": np.float32(1 if kind == "cells" else 255),
        "flat": np.array([0, 2048, 3]),
        "matrix": matrix.astype(np.float32),
        "log_curve": LOG_CURVE[None],
        "axes": np.array([2, 4]),
        # [n, h, w, 3] → [n, 32, h/32, 64, w/64, 3]: only one size may be inferred, so h/32 is computed
        "before": np.array([0, 32]),
        "after": np.array([64, -1, 3]),
        "thirty_two": np.array([32]),
        "first": np.array([0]),
        "third": np.array([3]),
        "planes": np.array([1]),
    }
    of_image = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "scale"], ["display"]),
        helper.make_node("Shape", ["image"], ["rows"], start=1, end=2),
        helper.make_node("Div", ["rows", "thirty_two"], ["each"]),
        helper.make_node("Concat", ["before", "each", "after"], ["shape"], axis=0),
        helper.make_node("Reshape", ["display", "shape"], ["blocks"]),
        helper.make_node("ReduceMean", ["blocks", "axes"], ["panorama"], keepdims=0),
    ]
    of_cells = [
        helper.make_node("Div", ["cells", "scale"], ["scaled"]),
        helper.make_node("Slice", ["scaled", "first", "third", "planes"], ["radiance"]),
        helper.make_node("Transpose", ["radiance"], ["panorama"], perm=[0, 2, 3, 1]),
    ]
    nodes = [
        *(of_cells if kind == "cells" else of_image),
        helper.make_node("Reshape", ["panorama", "flat"], ["list"]),
        helper.make_node("MatMul", ["matrix", "list"], ["coeffs"]),
        helper.make_node("Cast", ["response"], ["number"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["log_curve", "number"], ["curve"]),
    ]
    shapes = {"coeffs": ["n", 9, 3], "panorama": ["n", 32, 64, 3], "curve": [1, 16]}
    wanted = ["coeffs", *["panorama"] * panorama, *["curve"] * curve]
    made = helper.make_graph(
        nodes,
        "made",
        [
            helper.make_tensor_value_info("cells", TensorProto.FLOAT, ["n", 6, 32, 64])
            if kind == "cells"
            else helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", "h", "w", 3]),
            helper.make_tensor_value_info("response", TensorProto.INT64, [1]),
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in wanted],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def document(graph: bytes, **changes: Any) -> dict[str, Any]:
    """A manifest for a graph with all outputs, in radiance; changes replace fields."""
    return {
        "format": 2,
        "name": "made",
        "version": "0",
        "lightprobe": "0.1.0",
        "files": {"model": "model.onnx"},
        "sha256": {"model": hashlib.sha256(graph).hexdigest()},
        "input": INPUTS["cells"],
        "responses": RESPONSES,
        "default_response": "auto",
        "output": {
            "coeffs": {"convention": "radiance", "frame": "three"},
            "panorama": {"height": 32, "width": 64},
            "curve": {"knots": 16},
        },
        "opset": 20,
        "precision": "fp32",
        "parameters": 0,
        "macs": 55296,
        "trained_on": {"scenes": ["a", "b"], "groups": ["g"], "source": "nowhere", "licence": "CC0"},
        "metrics": {"srgb": {"median": 0.4, "mean": 0.5}, "epochs": 3},
        "licence": "MIT",
        "created": "2026-01-01T00:00:00+00:00",
    } | changes  # fmt: skip


def write_model(
    folder: Path,
    *,
    convention: str = "radiance",
    panorama: bool = True,
    curve: bool = True,
    kind: str = "cells",
    has_layers: bool = False,
    **changes: Any,
) -> Path:
    """A model folder, with a model.bin on request."""
    folder.mkdir(parents=True, exist_ok=True)
    data = graph(convention, panorama, curve, kind).SerializeToString()
    frame = {"radiance": "three", "cmgen": "filament"}[convention]
    output = {
        "coeffs": {"convention": convention, "frame": frame},
        "panorama": {"height": 32, "width": 64} if panorama else None,
        "curve": {"knots": 16} if curve else None,
    }
    (folder / "model.onnx").write_bytes(data)
    about = document(data, **({"input": INPUTS[kind], "output": output} | changes))
    (folder / "manifest.json").write_text(json.dumps(about))
    return write_layers(folder, to_model_bin(layers())) if has_layers else folder


LEVELS = (-1.0, 1.0, -2.0, 2.0)
"""Of the made network that has answers: best, median, low, high."""


def write_answers(folder: Path, **changes: Any) -> Path:
    """A model folder whose network, in numpy, takes the seen share, and says that half of its light is a guess."""
    write_model(folder, **changes)
    about = json.loads((folder / "manifest.json").read_text())
    about["input"]["planes"], about["output"]["answers"] = 7, manifest.ANSWERS
    (folder / "manifest.json").write_text(json.dumps(about))
    return write_layers(folder, to_model_bin(layers(has_answers=True)))


def layers(curve: bool = True, has_answers: bool = False) -> Layers:
    """What `graph` of cells computes; with answers, the seen share is added to all of its light."""
    net = LayersBuilder()
    radiance = net.input("radiance")
    table = LOG_CURVE + np.arange(6, dtype=np.float32)[:, None]
    outputs = {"curve": net.add("response", array=net.array(table))} if curve else {}
    if has_answers:
        radiance = net.add("add", radiance, net.input("seen"))
        outputs |= {
            "lost": net.add("scale", radiance, factor=0.5, offset=0.0),
            "levels": net.constant(np.array(LEVELS)[None, None]),
        }
    return net.build(coeffs=net.add("project", radiance), panorama=radiance, **outputs)


def write_layers(folder: Path, data: bytes) -> Path:
    """Put a model.bin into a model folder."""
    about = json.loads((folder / "manifest.json").read_text())
    about["files"]["compact"], about["sha256"]["compact"] = "model.bin", hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(about))
    (folder / "model.bin").write_bytes(data)
    return folder
