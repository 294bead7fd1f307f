"""The second estimator: it answers as the network of tools/estimator does, and keeps what it must keep."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import curve_mixture
from lightprobe.models.surroundings import LOCUS, FoundLight, Surroundings

TOOL = Path(__file__).parents[2] / "tools" / "estimator"
MODULES = ("layers", "network", "scenes", "sphere")


@pytest.fixture
def lab() -> Iterator[Any]:
    """Modules of the tool; they lie beside one another, outside the package."""
    sys.path.insert(0, str(TOOL))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(TOOL))
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture
def model() -> Surroundings:
    """Weights at random: nothing here may hang on what was learned."""
    torch.manual_seed(3)
    return Surroundings().eval()


def cells(number: int, brightest: float = 1.0, share: float = 1.0) -> torch.Tensor:
    """Blocks of light with a clipped patch; the left part of the sphere is not seen if the share is below 1."""
    generator = torch.Generator().manual_seed(number)
    radiance = brightest * torch.rand(number, 3, 32, 64, generator=generator)
    white = torch.zeros(number, 3, 32, 64)
    white[:, :, 8:11, 50:54] = 0.5
    white[:, 2, 8:11, 54] = 0.25
    seen = torch.ones(number, 1, 32, 64)
    seen[..., : int(64 * (1 - share))] = 0
    if share < 1:
        seen[..., int(64 * (1 - share))] = 0.3
    return torch.cat([radiance * seen, white * seen, seen], dim=1)


def found(model: Surroundings, given: torch.Tensor, response: str) -> FoundLight:
    with torch.no_grad():
        return model.light(given, torch.tensor([RESPONSE_CODES.index(response)]))


@pytest.mark.parametrize("response", ["auto", "srgb", "filmic"])
def test_it_answers_as_the_lab(lab: Any, model: Surroundings, response: str) -> None:
    shape = lab.network.Shape(widths=(16, 24, 36), context=46)
    state, weights = model.state_dict(), {}
    for name, size in shape.layers().items():
        own = f"deep.{name[4:]}" if name.startswith("deep") else name
        for end, key in (("weight", name), ("bias", name + ".bias")):
            value = state[f"{own}.{end}"]
            weights[key] = value.reshape(1, *(size if end == "weight" else size[:1]))
    given = torch.cat([cells(2), cells(2, share=0.3)])
    observed, clipped, share = (plane.transpose(0, 1)[None] for plane in given.split((3, 3, 1), dim=1))
    auto = torch.full((1, 4), float(response == "auto"))
    log_white = torch.full((1, 4), float(np.log(curves.white(curves.decoding(response)))))
    asked = lab.scenes.Cells(observed, clipped, share, observed, clipped, auto, log_white, torch.zeros(1, 4, 16))
    tables = (torch.tensor(values).float() for values in (curve_mixture.log_curves(), curve_mixture.log_gains()))
    with torch.no_grad():
        expected = lab.network.Network(shape, lab.sphere.Sphere("cpu"), *tables)(weights, asked)
    answer = found(model, given, response)
    for ours, theirs in ((answer.seen, expected.seen), (answer.lost, expected.lost)):
        theirs = theirs[0].transpose(0, 1)
        assert float((ours - theirs).abs().max()) <= 1e-5 * float(theirs.abs().max())
    torch.testing.assert_close(answer.curve, expected.curve[0], rtol=1e-5, atol=1e-5)
    level = torch.cat([expected.middle, expected.width, expected.log_weight.exp()], dim=2)[0]
    torch.testing.assert_close(answer.level, level, rtol=1e-5, atol=1e-5)


def test_the_locus_is_that_of_the_lab(lab: Any) -> None:
    np.testing.assert_allclose(LOCUS, lab.sphere.locus_polynomial(), atol=1e-7)


def test_it_is_small(model: Surroundings) -> None:
    assert sum(parameter.numel() for parameter in model.parameters()) <= 64_000


def test_what_is_seen_without_clipping_stays(model: Surroundings) -> None:
    given = cells(2)
    given[:, 3:6] = 0
    for response in curves.RESPONSES:
        answer = found(model, given, response)
        torch.testing.assert_close(answer.seen, given[:, :3])
        assert float(answer.lost.abs().max()) == 0


def test_strong_light_is_never_greener_than_red_and_blue(model: Surroundings) -> None:
    given = cells(1)
    given[:, 3:6] = given[:, 3:4]
    with torch.no_grad():
        assert model.color.bias is not None
        model.color.bias[1] = 9.0
        for warmth in (-9.0, 0.0, 9.0):
            model.color.bias[0] = warmth
            red, green, blue = found(model, given, "srgb").lost[0, :, 8:11, 50:54]
            assert (green > 0).all()
            assert (green <= 1.000001 * torch.maximum(red, blue)).all()


def test_training_begins_with_heads_at_zero_and_drops_only_then() -> None:
    given = cells(2, share=0.3)
    model = Surroundings().eval()
    light = found(model, given, "auto")
    assert float(light.level[0, 3]) == pytest.approx(np.exp(-0.2), rel=1e-6)
    np.testing.assert_allclose(light.level[0, :3], [-1.5, 0, 1.5], atol=1e-6)
    torch.testing.assert_close(light.lost, found(model, given, "auto").lost, rtol=0, atol=0)
    with torch.no_grad():
        model.heads.weight.normal_(0, 1)
        model.train()
    assert not torch.equal(found(model, given, "auto").lost, found(model, given, "auto").lost)
