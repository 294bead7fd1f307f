"""Releases: whole folders or none, and a manifest that is true."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from export_toys import checkpoint, toy, trained, write_run

import lightprobe
from lightprobe.errors import ModelError, OutputError
from lightprobe.export import ReleaseResult, release, to_onnx
from lightprobe.export.folder import atomic_folder
from lightprobe.export.release import compact_form
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import Layers, to_model_bin
from lightprobe.models import Model, build
from lightprobe.runtime import manifest


def test_the_folder(released: ReleaseResult) -> None:
    told = json.loads((released.folder / "manifest.json").read_text())
    assert told == released.manifest
    assert sorted(path.name for path in released.folder.iterdir()) == sorted(["manifest.json", *told["files"].values()])
    assert told["files"] == {"model": "model.onnx", "weights": "weights.pth", "program": "model.pt2"}
    for kind, name in told["files"].items():
        assert hashlib.sha256((released.folder / name).read_bytes()).hexdigest() == told["sha256"][kind]
    assert (told["name"], told["precision"], told["opset"]) == ("export_toy", "fp32", 20)
    assert told["parameters"] == sum(weight.numel() for weight in toy().parameters())
    assert told["metrics"]["scores"] == {"srgb": {"median": 0.4}}
    assert told["trained_on"] == {"scenes": ["a", "b"], "groups": ["g"], "source": "", "licence": "CC0"}
    assert told["lightprobe"] == lightprobe.__version__
    assert told["input"] == manifest.INPUTS["image"] | {"height": None, "width": None}
    assert told["parity"]["largest"]["coeffs"] < 1e-4
    manifest.check_manifest(told)


def test_the_runtime_says_what_torch_says(released: ReleaseResult) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 128, 3), np.uint8)
    for response in ("auto", "agx"):
        result = lightprobe.load(released.folder, response=response)(pixels)
        index = torch.tensor([RESPONSE_CODES.index(response)])
        with torch.no_grad():
            expected = toy()(torch.from_numpy(pixels[None]), index)
        np.testing.assert_allclose(result.sh.coeffs, expected.coeffs[0], atol=1e-5)
        assert expected.panorama is not None
        np.testing.assert_allclose(result.panorama, expected.panorama[0], atol=1e-5)


def test_weights_and_program_load_without_this_package(released: ReleaseResult) -> None:
    model = toy()
    weights = torch.load(released.folder / "weights.pth", weights_only=True)
    torch.testing.assert_close(weights, dict(model.state_dict()), rtol=0, atol=0)
    program = torch.export.load(released.folder / "model.pt2").module()
    for size in ((1, 128, 256, 3), (3, 50, 100, 3)):
        image = torch.randint(0, 256, size, dtype=torch.uint8)
        with torch.no_grad():
            torch.testing.assert_close(program(image, torch.tensor([1]))[0], model(image, torch.tensor([1])).coeffs)


@pytest.mark.slow
def test_smaller_precisions(run: Path, tmp_path: Path) -> None:
    for name in ("fp16", "int8"):
        found = release(run, tmp_path / name, precision=name, samples=tmp_path)
        assert found.manifest["precision"] == name
        assert found.parity.worst > 1e-5
        assert found.manifest["parity"]["largest"] == found.parity.largest
        assert np.isfinite(lightprobe.load(tmp_path / name)(np.zeros((32, 64, 3), np.uint8)).sh.coeffs).all()
    with pytest.raises(ValueError, match="expected a precision of fp32, fp16, int8, got 'fp8'; choose one"):
        release(run, tmp_path / "no", precision="fp8")


def test_where_they_differ_nothing_is_written(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = to_onnx(trained(toy(), seed=5))
    module = importlib.import_module("lightprobe.export.release")  # the name is the function's in the package
    monkeypatch.setattr(module, "to_onnx", lambda model: other)
    with pytest.raises(ModelError, match=r"agree within 0\.0001 at fp32, got .* nothing was written"):
        release(run, tmp_path / "model", samples=tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_what_is_there_is_not_replaced(run: Path, tmp_path: Path) -> None:
    full, file, empty = tmp_path / "full", tmp_path / "file", tmp_path / "empty"
    full.mkdir()
    (full / "thesis.tex").write_text("dear")
    file.write_text("dear")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="full: expected a new folder, got one with other files"):
            release(run, full, overwrite=overwrite)
        with pytest.raises(OutputError, match="file: expected a new folder, got a file; choose another --out"):
            release(run, file, overwrite=overwrite)
    empty.mkdir()
    release(run, empty, samples=tmp_path)
    with pytest.raises(
        OutputError, match="expected a new folder, got one with a model; choose another --out, or --over"
    ):
        release(run, empty, samples=tmp_path)
    (empty / "old").write_text("of the old model")
    release(run, empty, overwrite=True, samples=tmp_path)
    assert not (empty / "old").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full"]


def test_an_interrupted_write_leaves_the_old_model(tmp_path: Path) -> None:
    out = tmp_path / "model"

    def write(text: str, failure: BaseException | None = None) -> None:
        with atomic_folder(out, overwrite=True) as folder:
            (folder / "manifest.json").write_text(text)
            if failure is not None:
                raise failure

    write("old")
    with pytest.raises(KeyboardInterrupt):
        write("new", KeyboardInterrupt())
    with pytest.raises(OutputError, match="writing failed: No space left on device; choose another --out"):
        write("new", OSError(28, "No space left on device"))
    assert (out / "manifest.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    write("new")
    assert (out / "manifest.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_failed_exchange_puts_the_old_model_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "model"
    out.mkdir()
    (out / "manifest.json").write_text("old")
    rename, failures = Path.rename, [OSError(5, "Input/output error")]

    def failing(self: Path, target: Path) -> Path:
        if target == out and failures:
            raise failures.pop()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    inside = atomic_folder(out, overwrite=True)
    inside.__enter__()
    with pytest.raises(OutputError, match="writing failed: Input/output error; choose another --out"):
        inside.__exit__(None, None, None)
    assert (out / "manifest.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_no_place_to_write_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    inside = atomic_folder(tmp_path / "file" / "model", overwrite=False)
    with pytest.raises(OutputError, match="the folder cannot be made: File exists; choose another --out"):
        inside.__enter__()


def test_a_damaged_run_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "best.pt").write_bytes(b"no")
    with pytest.raises(ModelError, match="this checkpoint is damaged"):
        release(tmp_path, tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.slow
def test_mobilenet_v2(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = trained(build("mobilenet_v2", width=0.5))
    found = release(write_run(tmp_path / "run", model), tmp_path / "model", samples=tmp_path)
    told = found.manifest
    # the predecessor's: 712,995 with its normalizations folded, 62.6 M
    assert told["parameters"] == 722_267
    assert told["macs"] == pytest.approx(62.6e6, rel=1e-3)
    assert told["responses"] == ["auto"]
    assert told["output"] == {
        "coeffs": {"convention": "cmgen", "frame": "filament"}, "panorama": None, "curve": None, "answers": None,
    }  # fmt: skip
    pixels = np.random.default_rng(0).integers(0, 256, (128, 256, 3), np.uint8)
    with torch.no_grad():
        expected = model(torch.from_numpy(pixels[None]), torch.tensor([0])).coeffs[0].numpy()
    result = lightprobe.load(tmp_path / "model")(pixels)
    np.testing.assert_allclose(result.sh.to("cmgen"), expected, atol=1e-4 * np.abs(expected).max())


def lively() -> Model:
    """The estimator with heads that do not start at 0: otherwise nothing would be compared."""
    torch.manual_seed(0)
    model = build("ambient")
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.02 * torch.randn_like(weight)
    return model.eval()


def test_ambient(tmp_path: Path) -> None:
    """It takes cells, and nothing else; its weights are those of float16 in every file."""
    model = lively()
    found = release(write_run(tmp_path / "run", model), tmp_path / "model", samples=tmp_path)
    told = found.manifest
    assert told["parameters"] <= 60_000
    assert told["macs"] <= 10e6
    assert (tmp_path / "model" / "model.onnx").stat().st_size <= 250_000
    assert told["input"] == {
        "name": "cells", "layout": "NCHW", "dtype": "float32", "planes": 6, "height": 32, "width": 64,
    }  # fmt: skip
    assert told["files"] == {"model": "model.onnx", "compact": "model.bin", "weights": "weights.pth"}
    assert told["parity"]["compact"].keys() == {"coeffs", "panorama", "curve"}
    assert max(told["parity"]["compact"].values()) <= 1e-5
    weights = torch.load(tmp_path / "model" / "weights.pth", weights_only=True)
    assert any((weights[name] != value).any() for name, value in model.state_dict().items())
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(weight.half().float())
    torch.testing.assert_close(weights, dict(model.state_dict()), rtol=0, atol=0)
    assert (tmp_path / "model" / "model.bin").read_bytes() == to_model_bin(layers_of(model))
    pixels = np.random.default_rng(0).integers(0, 256, (100, 200, 3), np.uint8)
    for response in told["responses"]:
        cells = torch.from_numpy(picture_cells(pixels, response)[None])
        with torch.no_grad():
            expected = model(cells, torch.tensor([RESPONSE_CODES.index(response)]))
        for engine in ("numpy", "onnxruntime"):
            result = lightprobe.load(tmp_path / "model", response=response, engine=engine)(pixels)
            assert expected.panorama is not None
            for got, wanted in ((result.sh.coeffs, expected.coeffs[0]), (result.panorama, expected.panorama[0])):
                np.testing.assert_allclose(got, wanted, atol=1e-5 * float(wanted.abs().max()))


def layers_of(model: Model) -> Layers:
    layers = model.layers()
    assert layers is not None
    return layers


def test_the_same_numbers_in_half_of_the_bytes(tmp_path: Path) -> None:
    """fp16 stores the graph's weights as they were rounded for fp32; int8 changes them, so layers are left out."""
    run = write_run(tmp_path / "run", lively())
    full, half = (release(run, tmp_path / name, precision=name, samples=tmp_path) for name in ("fp32", "fp16"))
    assert full.manifest["sha256"]["compact"] == half.manifest["sha256"]["compact"]
    assert full.manifest["version"] == half.manifest["version"]
    sizes = [(one.folder / "model.onnx").stat().st_size for one in (full, half)]
    assert sizes[1] < 0.65 * sizes[0]
    assert half.parity.worst <= 1e-5
    with torch.no_grad():
        eighth = compact_form(lively(), "int8")
    assert eighth is None


def test_weights_that_float16_cannot_hold(tmp_path: Path) -> None:
    model = lively()
    with torch.no_grad():
        model.get_parameter("stem.bias")[0] = 1e5
    with pytest.raises(ModelError, match=r"expected weights that float16 can hold, got larger ones in stem\.bias"):
        release(write_run(tmp_path / "run", model), tmp_path / "model", samples=tmp_path)
    assert not (tmp_path / "model").exists()


def test_where_layers_differ_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, other = write_run(tmp_path / "run", lively()), layers_of(build("ambient").eval())
    module = importlib.import_module("lightprobe.export.release")
    monkeypatch.setattr(module, "compact_form", lambda model, to, mantissa: other)
    with pytest.raises(ModelError, match=r"the layers of model\.bin to agree within 1e-05 at fp32, got .* nothing was"):
        release(run, tmp_path / "model", samples=tmp_path)
    assert not (tmp_path / "model").exists()


def test_a_checkpoint_of_training_has_all_that_is_read() -> None:
    from lightprobe.training.run.checkpoint import CHECKPOINT_PARTS

    assert set(CHECKPOINT_PARTS) <= checkpoint(toy()).keys()
