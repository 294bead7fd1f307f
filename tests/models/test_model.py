"""What all models have in common."""

from __future__ import annotations

import pytest
import torch

from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import MODELS, Model, ModelOutput, build


@pytest.mark.parametrize("name", MODELS)
def test_a_model_keeps_to_its_interface(name: str) -> None:
    model = build(name).eval()
    assert isinstance(model, Model)
    assert model.name == name
    assert model.convention in ("radiance", "cmgen")
    assert set(model.responses) <= set(RESPONSE_CODES)
    assert type(build(name, **model.settings)) is type(model)
    if model.input == "cells":
        picture = torch.rand(2, model.planes, *CELLS)
    else:
        picture = torch.randint(0, 256, (2, 64, 128, 3), dtype=torch.uint8)
    with torch.inference_mode():
        output = model(picture, torch.tensor([0]))
    assert output.coeffs.shape == (2, 9, 3)


def test_an_interface_is_no_model() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Model()  # type: ignore[abstract]


def test_only_outputs_that_there_are_are_present() -> None:
    coeffs, panorama, curve = torch.zeros(1, 9, 3), torch.ones(1, 32, 64, 3), torch.ones(1, 16)
    assert list(ModelOutput(coeffs).present()) == ["coeffs"]
    assert list(ModelOutput(coeffs, curve=curve).present()) == ["coeffs", "curve"]
    everything = ModelOutput(coeffs, panorama, curve).present()
    assert list(everything) == ["coeffs", "panorama", "curve"]
    assert everything["panorama"] is panorama
