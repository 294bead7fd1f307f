"""Parity: measured as it says, and strict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from export_toys import toy

from lightprobe.errors import ModelError
from lightprobe.export import ReleaseResult, to_onnx
from lightprobe.export.parity import DARK, Parity, check_parity, compare, difference
from lightprobe.export.pictures import made, real
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import build


def test_difference_is_relative_to_each_picture() -> None:
    expected = np.stack([np.full((9, 3), 100.0), np.full((9, 3), 1.0)])
    got = expected.copy()
    got[0, 3, 1] += 0.5
    assert difference(expected, got) == pytest.approx(0.005)
    got[1, 0, 0] -= 0.1
    assert difference(expected, got) == pytest.approx(0.1)
    assert difference(np.zeros((1, 3)), np.full((1, 3), DARK / 10)) == pytest.approx(0.1)
    for wrong in (np.nan, np.inf):
        got[0, 0, 0] = wrong
        assert difference(expected, got) == np.inf


def test_a_wrong_weight_is_found(released: ReleaseResult) -> None:
    model = toy()
    graph = (released.folder / "model.onnx").read_bytes()
    pictures = [*made()]
    same = compare(model, graph, pictures, RESPONSE_CODES)
    assert same.compared == len(pictures) * 6
    assert same.largest.keys() == {"coeffs", "panorama", "curve"}
    assert same.worst < 1e-4
    check_parity(same, "fp32")
    model.get_buffer("table")[3, 1] *= 1.001  # seen by one response alone
    found = compare(model, graph, pictures, RESPONSE_CODES)
    assert found.where["panorama"].endswith(", agx")
    assert found.where["coeffs"].endswith(", agx")
    assert found.largest["curve"] < 1e-4
    with pytest.raises(
        ModelError, match=r"expected torch and onnxruntime to agree within 0.0001 at fp32, got 0.001 in"
    ):
        check_parity(found, "fp32")
    check_parity(found, "fp16")


def test_limits() -> None:
    poor = Parity(largest={"coeffs": 0.02, "panorama": 0.5}, where={"coeffs": "a", "panorama": "b, agx"}, compared=2)
    check_parity(poor, "int8")
    for precision in ("fp32", "fp16"):
        with pytest.raises(ModelError, match=r"got 0.5 in panorama \(b, agx\); nothing was written"):
            check_parity(poor, precision)
    with pytest.raises(ModelError):
        check_parity(Parity(largest={"coeffs": float("nan")}, where={"coeffs": "a"}), "fp16")


def test_pictures() -> None:
    found = dict([*real(), *made()])
    assert all(image.dtype == np.uint8 and image.shape[2] == 2 * image.shape[1] for image in found.values())
    heights = {image.shape[1] for image in found.values()}
    assert heights >= {128, 100, 512}
    assert any(len(image) > 1 for image in found.values())
    assert max((image == 255).mean() for name, image in found.items() if name not in ("white", "noise")) > 0.01
    again = dict(made())
    np.testing.assert_array_equal(found["suns"], again["suns"])


def test_layers_are_compared_too() -> None:
    torch.manual_seed(0)
    model = build("ambient").eval().requires_grad_(False)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.02 * torch.randn_like(weight)
    graph, layers = to_onnx(model).SerializeToString(), model.layers()
    assert layers is not None
    pictures = [("noise", np.random.default_rng(0).integers(0, 256, (2, 64, 128, 3), np.uint8))]
    same = compare(model, graph, pictures, ["auto", "agx"], layers)
    assert same.compared == 2
    assert same.largest.keys() == same.compact.keys() == same.where.keys() == {"coeffs", "panorama", "curve"}
    check_parity(same, "fp32")
    wrong = tuple(array * np.float32(1.001) if array.ndim == 2 else array for array in layers.arrays)
    found = compare(model, graph, pictures, ["auto"], replace(layers, arrays=wrong))
    assert found.largest == compare(model, graph, pictures, ["auto"]).largest
    with pytest.raises(
        ModelError, match=r"expected torch, onnxruntime and the layers of model\.bin to agree within 1e-05 at fp32, got"
    ):
        check_parity(found, "fp32")


def test_the_limit_of_layers() -> None:
    given: dict[str, Any] = {"where": {"coeffs": "a, srgb", "curve": "b, agx"}, "compared": 1}
    for largest, compact in ((2e-5, 1e-7), (1e-7, 2e-5)):
        found = Parity(largest={"coeffs": largest, "curve": 0.0}, compact={"coeffs": compact, "curve": 0.0}, **given)
        with pytest.raises(ModelError, match=r"got 2e-05 in coeffs \(a, srgb\); nothing was written"):
            check_parity(found, "fp16")
    check_parity(
        Parity(largest={"coeffs": 9e-6, "curve": 0.0}, compact={"coeffs": 9e-6, "curve": 0.0}, **given), "fp32"
    )
