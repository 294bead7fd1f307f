"""Layers in numpy: loaded with care, refused where they break their promise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from makers import noise
from model_folders import LOG_CURVE, layers, write_layers, write_model

from lightprobe.errors import ModelError
from lightprobe.imaging.cells import picture_cells
from lightprobe.layers import LayersBuilder, to_model_bin
from lightprobe.runtime.network import Network
from lightprobe.sphere import project


def cells(response: str = "agx") -> np.ndarray:
    return picture_cells(noise(64, 128, 3), response)


def test_outputs(tmp_path: Path) -> None:
    given = cells()
    found = Network(write_model(tmp_path, has_layers=True), engine="numpy")(given, "agx")
    panorama = np.moveaxis(given[:3], 0, -1)
    np.testing.assert_array_equal(found["panorama"], panorama)
    np.testing.assert_allclose(found["coeffs"], project(panorama), atol=1e-5)
    np.testing.assert_allclose(found["curve"], LOG_CURVE + 3, atol=1e-6)


def test_outputs_that_the_manifest_does_not_name_are_left_out(tmp_path: Path) -> None:
    output = {"coeffs": {"convention": "radiance", "frame": "three"}, "panorama": None, "curve": None}
    assert Network(write_model(tmp_path, has_layers=True, output=output))(cells(), "auto").keys() == {"coeffs"}


def test_a_damaged_file(tmp_path: Path) -> None:
    folder = write_model(tmp_path, has_layers=True)
    (folder / "model.bin").write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"model.bin: expected sha256 .*; copy the folder again"):
        Network(folder)
    (folder / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"model.bin: expected the model's compact, got: No such file"):
        Network(folder)
    assert Network(folder, engine="onnxruntime")(cells(), "auto")


@pytest.mark.parametrize(
    "data", [b"", b"LPMODEL1\x02\0\0\0{}", to_model_bin(layers())[:-4]], ids=["empty", "{}", "cut"]
)
def test_a_file_that_was_written_so(tmp_path: Path, data: bytes) -> None:
    folder = write_layers(write_model(tmp_path), data)
    with pytest.raises(ModelError, match=r"model.bin: .*; copy or export the model again") as caught:
        Network(folder)
    assert "\n" not in str(caught.value)


def test_fewer_outputs_than_promised(tmp_path: Path) -> None:
    folder = write_layers(write_model(tmp_path), to_model_bin(layers(curve=False)))
    with pytest.raises(ModelError, match="expected an output curve, got none; export the model again"):
        Network(folder)


def test_a_model_that_takes_an_image(tmp_path: Path) -> None:
    folder = write_model(tmp_path, kind="image", has_layers=True)
    with pytest.raises(ModelError, match="expected a model that takes cells, got image; export it again"):
        Network(folder)


def test_an_input_that_cells_do_not_have(tmp_path: Path) -> None:
    net = LayersBuilder()
    net.input("seen")
    data = to_model_bin(net.build(**dict.fromkeys(["coeffs"], net.constant(np.zeros((1, 9, 3))))))
    output = {"coeffs": {"convention": "radiance", "frame": "three"}, "panorama": None, "curve": None}
    folder = write_layers(write_model(tmp_path, output=output), data)
    with pytest.raises(ModelError, match="expected layers from radiance and white, got seen; export the model again"):
        Network(folder)


def test_infinity(tmp_path: Path) -> None:
    net = LayersBuilder()
    radiance = net.input("radiance")
    endless = net.add("divide", radiance, net.constant(np.zeros((1, 1, 1))))
    curve = net.constant(np.zeros((1, 1, 16)))
    data = to_model_bin(net.build(coeffs=net.add("project", radiance), panorama=endless, curve=curve))
    folder = write_layers(write_model(tmp_path), data)
    with pytest.raises(ModelError, match=r"expected finite panorama of shape \(1, 32, 64, 3\), got NaN or infinity"):
        Network(folder)(cells(), "auto")
