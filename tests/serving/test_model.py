"""Another model in the place of the page's own."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))

from model_folders import write_model

from lightprobe.errors import ModelError
from lightprobe.serving import model_files


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "mine")


def test_it_takes_the_place_of_the_pages_own(ask, serve, model: Path) -> None:
    assert json.loads(ask("/model/manifest.json").body)["name"] == "own"
    other = serve(model_files(model))
    told = ask("/model/manifest.json", of=other)
    assert (told.body, told.headers["Content-Type"]) == ((model / "manifest.json").read_bytes(), "application/json")
    network = ask("/model/model.onnx", of=other)
    assert network.body == (model / "model.onnx").read_bytes()
    assert network.headers["Content-Type"] == "application/octet-stream"
    assert ask("/", of=other).status == 200
    assert ask("/media/clip.mp4", of=other).status == 200


def test_nothing_else_of_either_folder_is_there(ask, serve, page: Path, model: Path) -> None:
    (model / "weights.pth").write_bytes(b"weights")
    (page / "model" / "own.txt").write_text("own")
    other = serve(model_files(model))
    for path in ("weights.pth", "own.txt", "model.onnx/x", "%2e%2e/index.html", ""):
        assert ask(f"/model/{path}", of=other).status == 404
    assert ask("/model", of=other).status == 404


def test_a_network_by_another_name(ask, serve, model: Path) -> None:
    (model / "model.onnx").rename(model / "net.onnx")
    told = json.loads((model / "manifest.json").read_text())
    told["files"]["model"] = "net.onnx"
    (model / "manifest.json").write_text(json.dumps(told))
    other = serve(model_files(model))
    network = (model / "net.onnx").read_bytes()
    for name in ("net.onnx", "model.onnx"):  # the page asks for the latter, whatever the manifest says
        assert ask(f"/model/{name}", of=other).body == network


def test_a_network_as_data(ask, serve, model: Path) -> None:
    assert ask("/model/model.bin", of=serve(model_files(model))).status == 404  # not the page's own
    told = json.loads((model / "manifest.json").read_text())
    told["files"]["compact"] = "net.bin"
    told["sha256"]["compact"] = hashlib.sha256(b"layers").hexdigest()
    (model / "manifest.json").write_text(json.dumps(told))
    (model / "net.bin").write_bytes(b"layers")
    other = serve(model_files(model))
    for name in ("net.bin", "model.bin"):
        assert ask(f"/model/{name}", of=other).body == b"layers"


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"expected a model folder with manifest\.json, got a folder without one"):
        model_files(tmp_path)


def test_a_model_that_has_changed(model: Path) -> None:
    with (model / "model.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match=r"expected sha256 \w{12}… as in manifest\.json"):
        model_files(model)
