"""Ambient as data: it answers as the torch model does, whatever its weights and widths are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import LayerRunner, cell_inputs
from lightprobe.models import Model, build


def lively(**settings: object) -> Model:
    """A model whose heads do not start at 0, so that everything counts."""
    torch.manual_seed(0)
    model = build("ambient", **settings)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.1 * torch.randn_like(weight)
    return model.eval().requires_grad_(False)


@pytest.mark.parametrize("settings", [{}, {"widths": [8, 12, 20]}], ids=["usual", "narrow"])
@pytest.mark.parametrize("clipped", [0.0, 0.2], ids=["nothing clipped", "much clipped"])
def test_it_answers_as_torch_does(settings: dict[str, object], clipped: float) -> None:
    model = lively(**settings)
    layers = model.layers()
    assert layers is not None
    run, rng = LayerRunner(layers), np.random.default_rng(1)
    cells = rng.random((6, 32, 64), np.float32) ** 2
    cells[3:] = np.where(rng.random((3, 32, 64)) < clipped, cells[3:], 0)
    for number in range(len(RESPONSE_CODES)):
        expected = model(torch.from_numpy(cells[None]), torch.tensor([number])).present()
        found = run(cell_inputs(cells), number)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            wanted = value.numpy().reshape(found[name].shape)
            np.testing.assert_allclose(found[name], wanted, atol=1e-5 * np.abs(wanted).max(), err_msg=name)


def test_others_have_no_layers() -> None:
    assert build("mobilenet_v2").layers() is None


def test_rounded_weights_are_stored_in_half() -> None:
    model = lively()
    for weight in model.parameters():
        weight.copy_(weight.half().float())
    layers = model.layers()
    assert layers is not None
    filters = [array for array in layers.arrays if array.ndim == 4 and array.shape[2] > 1]
    assert len(filters) == 8
    assert {array.dtype.name for array in filters} == {"float16"}
