"""Networks: loaded with care, run by many threads, refused where they break their promise."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from makers import noise
from model_folders import LOG_CURVE, graph, write_model
from onnx import helper

from lightprobe.errors import ModelError
from lightprobe.runtime.network import Network
from lightprobe.sphere import project


def rewrite(folder: Path, data: bytes) -> Path:
    """Another graph, under a manifest that tells of it."""
    told = json.loads((folder / "manifest.json").read_text())
    told["sha256"]["model"] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(told))
    (folder / "model.onnx").write_bytes(data)
    return folder


def test_outputs(tmp_path: Path) -> None:
    network = Network(write_model(tmp_path))
    image = noise(64, 128, 3)
    found = network(image, "agx")
    cells = (image / 255).reshape(32, 2, 64, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(found["panorama"], cells, atol=1e-6)
    np.testing.assert_allclose(found["coeffs"], project(cells), atol=1e-5)
    np.testing.assert_allclose(found["curve"], LOG_CURVE + 3, atol=1e-6)


def test_what_the_manifest_does_not_tell_is_not_asked_for(tmp_path: Path) -> None:
    output = {"coeffs": {"convention": "radiance", "frame": "three"}, "panorama": None, "curve": None}
    assert Network(write_model(tmp_path, output=output))(noise(32, 64, 3), "auto").keys() == {"coeffs"}


def test_threads_agree(tmp_path: Path) -> None:
    network = Network(write_model(tmp_path))
    images = [noise(32 * k, 64 * k, 3, seed=k) for k in (1, 2, 3, 4)]
    expected = [network(image, "srgb")["coeffs"] for image in images]
    with ThreadPoolExecutor(4) as pool:
        for image, got in zip(20 * images, pool.map(lambda one: network(one, "srgb"), 20 * images), strict=True):
            np.testing.assert_array_equal(got["coeffs"], expected[len(image) // 32 - 1])


def test_more_threads_may_be_asked_for(tmp_path: Path) -> None:
    write_model(tmp_path)
    image = noise(32, 64, 3)
    one, two = (Network(tmp_path, threads)(image, "auto")["coeffs"] for threads in (1, 2))
    np.testing.assert_allclose(one, two, atol=1e-5)
    with pytest.raises(ValueError, match="expected 1 thread or more, got 0"):
        Network(tmp_path, 0)


def test_responses_that_it_cannot_be_told(tmp_path: Path) -> None:
    network = Network(write_model(tmp_path, responses=["auto", "srgb"]))
    with pytest.raises(ValueError, match="expected a response of auto, srgb for made, got 'agx'; the model cannot be"):
        network(noise(32, 64, 3), "agx")


@pytest.mark.parametrize("data", [b"", b"no graph", b"\x08\x0a\x12\x00"], ids=["empty", "text", "nothing in it"])
def test_no_graph(tmp_path: Path, data: bytes) -> None:
    folder = rewrite(write_model(tmp_path), data)
    with pytest.raises(ModelError, match="expected a graph that onnxruntime runs, got: ") as caught:
        Network(folder)
    assert "\n" not in str(caught.value)


def test_a_graph_that_asks_for_more(tmp_path: Path) -> None:
    made = graph()
    made.graph.input.append(helper.make_tensor_value_info("mask", onnx.TensorProto.FLOAT, [1]))
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(
        ModelError, match="expected a graph from image, response to coeffs, panorama, curve, got image,"
    ):
        Network(folder)


def test_a_graph_that_tells_less(tmp_path: Path) -> None:
    folder = rewrite(write_model(tmp_path), graph(curve=False).SerializeToString())
    with pytest.raises(ModelError, match="expected a graph from image, response to coeffs, panorama, curve, got"):
        Network(folder)


def test_a_graph_that_takes_no_cells(tmp_path: Path) -> None:
    taken = {"name": "image", "layout": "NHWC", "dtype": "uint8", "color": "srgb", "height": None, "width": None}
    cells = {"name": "cells", "height": 32, "width": 64, "responses": ["agx"]}
    decoding = {"cubic": [0.0, 0.0, 1.0], "remainder": [0.0] * 6}
    folder = write_model(tmp_path, input=taken | {"cells": cells | {"decoding": decoding}})
    with pytest.raises(
        ModelError,
        match="expected a graph from cells, image, response to coeffs, panorama, curve, got image, response to",
    ):
        Network(folder)


def test_a_picture_that_the_graph_cannot_take(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected an answer for 66×33 pixels, got: ") as caught:
        Network(write_model(tmp_path))(noise(33, 66, 3), "auto")
    assert "\n" not in str(caught.value)


def test_not_a_number(tmp_path: Path) -> None:
    made = graph()
    (scale,) = (tensor for tensor in made.graph.initializer if tensor.name == "scale")
    scale.CopyFrom(onnx.numpy_helper.from_array(np.float32(0), "scale"))
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(ModelError, match=r"expected finite coeffs of shape \(1, 9, 3\), got NaN or infinity"):
        Network(folder)(noise(32, 64, 3), "auto")


def test_another_shape(tmp_path: Path) -> None:
    made = graph()
    for node in made.graph.node:
        if node.output[0] == "coeffs":
            node.input[0] = "narrow"
    made.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros((4, 2048), np.float32), "narrow"))
    made.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 4
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(ModelError, match=r"expected finite coeffs of shape \(1, 9, 3\), got shape \(1, 4, 3\)"):
        Network(folder)(noise(32, 64, 3), "auto")
