"""Graphs: one for all numbers and sizes of pictures, with nothing in it that does not compute."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from export_toys import Toy, toy
from torch import Tensor

from lightprobe.errors import ModelError
from lightprobe.export import OPSET, ReleaseResult, operators, release_model, to_onnx
from lightprobe.export.checkpoint import TrainedModel
from lightprobe.export.graph import feeds, output_names, seen_in_part
from lightprobe.imaging.cells import picture_cells
from lightprobe.models import ModelOutput, build
from lightprobe.runtime.manifest import ANSWERS
from lightprobe.runtime.network import Network


def test_inputs_and_outputs(released: ReleaseResult) -> None:
    graph = onnx.load(released.folder / "model.onnx", load_external_data=False)
    shapes = {
        value.name: [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim]
        for value in (*graph.graph.input, *graph.graph.output)
    }
    assert [value.name for value in graph.graph.input] == ["image", "response"]
    assert [value.name for value in graph.graph.output] == ["coeffs", "panorama", "curve"]
    assert shapes["image"] == ["n", "h", "w", 3]
    assert shapes["response"] == [1]
    assert shapes["coeffs"] == ["n", 9, 3]
    assert shapes["panorama"] == ["n", 32, 64, 3]
    assert shapes["curve"] == ["n", 16]
    assert [(entry.domain, entry.version) for entry in graph.opset_import] == [("", OPSET)]


@pytest.mark.parametrize("size", [(1, 128, 256), (3, 64, 128), (2, 33, 66), (1, 500, 1000)])
def test_any_number_and_size(released: ReleaseResult, size: tuple[int, int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    session = onnxruntime.InferenceSession(released.folder / "model.onnx")
    got = session.run(["coeffs"], feeds("image", image, "filmic"))[0]
    with torch.no_grad():
        expected = toy()(torch.from_numpy(image), torch.tensor([2])).coeffs.numpy()
    np.testing.assert_allclose(got, expected, atol=1e-5 * np.abs(expected).max())


def test_no_traces_of_the_machine(released: ReleaseResult) -> None:
    here = str(Path(__file__).parents[2]).encode()
    for path in released.folder.iterdir():
        data = path.read_bytes()
        assert here not in data, path.name
        assert b"site-packages" not in data, path.name
    graph = onnx.load(released.folder / "model.onnx")
    assert b"pkg.torch" not in graph.SerializeToString()
    assert not any(node.doc_string or node.metadata_props for node in graph.graph.node)


def test_normalization_is_folded_and_circles_are_one_node(released: ReleaseResult) -> None:
    found = operators(onnx.load(released.folder / "model.onnx"))
    assert found["Conv"] == 2
    assert found["Pad"] == 1
    assert not {"BatchNormalization", "Slice", "Identity", "Dropout"} & found.keys()


def test_operators_in_branches_count() -> None:
    class Branching(Toy):
        def answer(self, small: Tensor, gain: Tensor) -> ModelOutput:
            is_dark = gain.sum() > 5
            brighter = torch.cond(is_dark, lambda x: torch.exp(x), lambda x: torch.sin(x) * 2, (small,))
            return ModelOutput(super().answer(brighter, gain).coeffs)

    found = operators(to_onnx(Branching().eval()))
    assert (found["If"], found["Sin"]) == (1, 1)


def test_outputs_that_are_there() -> None:
    assert output_names(toy()) == ["coeffs", "panorama", "curve"]
    assert output_names(build("mobilenet_v2")) == ["coeffs"]


def test_a_graph_for_one_size_is_refused() -> None:
    class Stiff(Toy):
        def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
            return super().forward(picture + torch.zeros(96, 192, 3, dtype=torch.uint8), response)

    with pytest.raises(
        ModelError, match="expected a graph for any number and size of pictures, got h = 96, w = 192 fix"
    ):
        to_onnx(Stiff().eval())


def test_a_graph_of_cells() -> None:
    torch.manual_seed(0)
    model = build("ambient").eval()
    graph = to_onnx(model)
    assert [value.name for value in graph.graph.input] == ["cells", "response"]
    shape = [size.dim_param or size.dim_value for size in graph.graph.input[0].type.tensor_type.shape.dim]
    assert shape == ["n", 6, 32, 64]
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    images = np.random.default_rng(0).integers(0, 256, (3, 40, 80, 3), np.uint8)
    given = feeds("cells", images, "agx")
    np.testing.assert_array_equal(given["cells"][1], picture_cells(images[1], "agx"))
    with torch.no_grad():
        expected = model(torch.from_numpy(given["cells"]), torch.from_numpy(given["response"])).coeffs.numpy()
    np.testing.assert_allclose(session.run(["coeffs"], given)[0], expected, atol=1e-5 * np.abs(expected).max())


def test_cells_with_their_seen_share() -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 64, 128, 3), np.uint8)
    whole = feeds("cells", images, "srgb", 7)
    np.testing.assert_array_equal(whole["cells"][:, :6], feeds("cells", images, "srgb")["cells"])
    assert (whole["cells"][:, 6] == 1).all()
    part = seen_in_part(whole)["cells"]
    assert set(np.unique(part[:, 6])) == {0, 0.5, 1}
    np.testing.assert_array_equal(part[:, :6], whole["cells"][:, :6] * part[:, 6:])


@pytest.mark.slow
def test_a_model_that_takes_the_seen_share(tmp_path: Path) -> None:
    """Exported, it answers as torch does, of whole and partial pictures, and says so in its manifest."""
    torch.manual_seed(2)
    model = build("surroundings", widths=(4, 4, 8), context=8, deep=1)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    trained = TrainedModel(path=tmp_path, model=model.eval(), data={}, metrics={}, lightprobe="")
    made = release_model(trained, tmp_path / "model", mantissa=7, samples=tmp_path)
    assert made.parity.compared == 2 * 6 * 4
    assert made.parity.compact.keys() == {"coeffs", "panorama", "curve", "lost", "levels"}
    for name in made.parity.where:
        assert max(made.parity.largest[name], made.parity.compact[name]) <= (5e-5 if name == "lost" else 1e-5)
    assert (made.manifest["input"]["planes"], made.manifest["output"]["answers"]) == (7, ANSWERS)
    network = Network(made.folder)
    given = seen_in_part(feeds("cells", np.full((1, 64, 128, 3), 200, np.uint8), "srgb", 7))
    with torch.no_grad():
        expected = model(torch.from_numpy(given["cells"]), torch.from_numpy(given["response"]))
    found = network(given["cells"][0], "srgb")
    for name, value in expected.present().items():
        np.testing.assert_allclose(found[name], value[0].numpy(), rtol=1e-4, atol=1e-5)
