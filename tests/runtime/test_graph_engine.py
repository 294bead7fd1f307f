"""Graphs in onnxruntime: loaded with care, run by many threads, refused where they break their promise."""

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
from lightprobe.imaging.cells import picture_cells
from lightprobe.runtime.network import Network
from lightprobe.sphere import project


def rewrite(folder: Path, data: bytes) -> Path:
    """Another graph, and its hash in the manifest."""
    about = json.loads((folder / "manifest.json").read_text())
    about["sha256"]["model"] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(about))
    (folder / "model.onnx").write_bytes(data)
    return folder


def cells(height: int = 32, response: str = "auto", seed: int = 0) -> np.ndarray:
    return picture_cells(noise(height, 2 * height, 3, seed=seed), response)


def test_outputs_of_cells(tmp_path: Path) -> None:
    given = cells(64, "agx")
    found = Network(write_model(tmp_path))(given, "agx")
    panorama = np.moveaxis(given[:3], 0, -1)
    np.testing.assert_allclose(found["panorama"], panorama, atol=1e-6)
    np.testing.assert_allclose(found["coeffs"], project(panorama), atol=1e-5)
    np.testing.assert_allclose(found["curve"], LOG_CURVE + 3, atol=1e-6)


def test_outputs_of_an_image(tmp_path: Path) -> None:
    image = noise(64, 128, 3)
    found = Network(write_model(tmp_path, kind="image"))(image, "srgb")
    means = (image / 255).reshape(32, 2, 64, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(found["panorama"], means, atol=1e-6)
    np.testing.assert_allclose(found["curve"], LOG_CURVE + 1, atol=1e-6)


def test_outputs_that_the_manifest_does_not_name_are_left_out(tmp_path: Path) -> None:
    output = {"coeffs": {"convention": "radiance", "frame": "three"}, "panorama": None, "curve": None}
    assert Network(write_model(tmp_path, output=output))(cells(), "auto").keys() == {"coeffs"}


def test_threads_agree(tmp_path: Path) -> None:
    network = Network(write_model(tmp_path))
    given = [cells(seed=k) for k in range(4)]
    expected = [network(one, "srgb")["coeffs"] for one in given]
    with ThreadPoolExecutor(4) as pool:
        for k, got in enumerate(pool.map(lambda one: network(one, "srgb"), 20 * given)):
            np.testing.assert_array_equal(got["coeffs"], expected[k % 4])


def test_more_threads_may_be_asked_for(tmp_path: Path) -> None:
    write_model(tmp_path)
    given = cells()
    one, two = (Network(tmp_path, threads)(given, "auto")["coeffs"] for threads in (1, 2))
    np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.parametrize("data", [b"", b"no graph", b"\x08\x0a\x12\x00"], ids=["empty", "text", "nothing in it"])
def test_no_graph(tmp_path: Path, data: bytes) -> None:
    folder = rewrite(write_model(tmp_path), data)
    with pytest.raises(ModelError, match="onnxruntime cannot load the graph: ") as caught:
        Network(folder)
    assert "\n" not in str(caught.value)


def test_a_graph_that_asks_for_more(tmp_path: Path) -> None:
    made = graph()
    made.graph.input.append(helper.make_tensor_value_info("mask", onnx.TensorProto.FLOAT, [1]))
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(
        ModelError, match="expected a graph from cells, response to coeffs, panorama, curve, got cells,"
    ):
        Network(folder)


def test_a_graph_with_fewer_outputs(tmp_path: Path) -> None:
    folder = rewrite(write_model(tmp_path), graph(curve=False).SerializeToString())
    with pytest.raises(ModelError, match="expected a graph from cells, response to coeffs, panorama, curve, got"):
        Network(folder)


def test_a_graph_of_the_other_input(tmp_path: Path) -> None:
    folder = rewrite(write_model(tmp_path), graph(kind="image").SerializeToString())
    with pytest.raises(ModelError, match=r"expected a graph from cells, response to .*, got image, response to"):
        Network(folder)


def test_a_picture_that_the_graph_cannot_take(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"the graph failed on image of shape \(33, 66, 3\): ") as caught:
        Network(write_model(tmp_path, kind="image"))(noise(33, 66, 3), "auto")
    assert "\n" not in str(caught.value)


def test_nan(tmp_path: Path) -> None:
    made = graph()
    (scale,) = (tensor for tensor in made.graph.initializer if tensor.name == "scale")
    scale.CopyFrom(onnx.numpy_helper.from_array(np.float32(0), "scale"))
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(ModelError, match=r"expected finite coeffs of shape \(1, 9, 3\), got NaN or infinity"):
        Network(folder)(cells(), "auto")


def test_another_shape(tmp_path: Path) -> None:
    made = graph()
    for node in made.graph.node:
        if node.output[0] == "coeffs":
            node.input[0] = "narrow"
    made.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros((4, 2048), np.float32), "narrow"))
    made.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 4
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(ModelError, match=r"expected finite coeffs of shape \(1, 9, 3\), got shape \(1, 4, 3\)"):
        Network(folder)(cells(), "auto")


def endless() -> onnx.ModelProto:
    """A graph that counts up for ever before it answers."""
    made = graph()
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["again"]), helper.make_node("Identity", ["held"], ["kept"])],
        "body",
        [
            helper.make_tensor_value_info("turn", onnx.TensorProto.INT64, []),
            helper.make_tensor_value_info("go", onnx.TensorProto.BOOL, []),
            helper.make_tensor_value_info("held", onnx.TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("again", onnx.TensorProto.BOOL, []),
            helper.make_tensor_value_info("kept", onnx.TensorProto.FLOAT, None),
        ],
    )
    made.graph.initializer.append(onnx.numpy_helper.from_array(np.array(True), "true"))
    for node in made.graph.node:
        if node.output[0] == "coeffs":
            node.output[0] = "answer"
    made.graph.node.append(helper.make_node("Loop", ["", "true", "answer"], ["coeffs"], body=body))
    return made


def test_a_graph_that_may_never_end(tmp_path: Path) -> None:
    folder = rewrite(write_model(tmp_path), endless().SerializeToString())
    with pytest.raises(ModelError, match="expected a graph of one file without loops, got one with a Loop; export"):
        Network(folder)


def test_a_graph_that_reads_other_files(tmp_path: Path) -> None:
    made, elsewhere = graph(), tmp_path / "elsewhere"
    elsewhere.write_bytes(np.float32(2).tobytes())
    (scale,) = (tensor for tensor in made.graph.initializer if tensor.name == "scale")
    scale.ClearField("raw_data")
    scale.data_location = onnx.TensorProto.EXTERNAL
    scale.external_data.add(key="location", value=str(elsewhere))
    folder = rewrite(write_model(tmp_path / "model"), made.SerializeToString())
    with pytest.raises(ModelError, match="expected a graph of one file without loops, got external data; export"):
        Network(folder)


def test_text_as_an_answer(tmp_path: Path) -> None:
    made = graph()
    made.graph.initializer.append(onnx.numpy_helper.from_array(np.full((1, 16), "?", object), "words"))
    for node in made.graph.node:
        if node.output[0] == "curve":
            node.CopyFrom(helper.make_node("Identity", ["words"], ["curve"]))
    (output,) = (one for one in made.graph.output if one.name == "curve")
    output.type.tensor_type.elem_type = onnx.TensorProto.STRING
    folder = rewrite(write_model(tmp_path), made.SerializeToString())
    with pytest.raises(ModelError, match=r"expected finite curve of shape \(1, 16\), got values of type object; use"):
        Network(folder)(cells(), "auto")
