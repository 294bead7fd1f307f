"""The estimator: what it must keep whatever it has learned."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.imaging import curves
from lightprobe.models import RESPONSES, build
from lightprobe.models.ambient import Ambient, projection_steps
from lightprobe.sphere import equirect, project, rotate


@pytest.fixture
def model() -> Ambient:
    """Weights at random, heads included: nothing here may hang on what was learned."""
    torch.manual_seed(3)
    made = build("ambient")
    assert isinstance(made, Ambient)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made.eval()


def pictures(number: int = 2, brightest: int = 254) -> torch.Tensor:
    return torch.randint(
        0, brightest + 1, (number, 128, 256, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )


def index(name: str) -> torch.Tensor:
    return torch.tensor([RESPONSES.index(name)])


def test_it_is_small(model: Ambient) -> None:
    assert sum(parameter.numel() for parameter in model.parameters()) <= 60_000


@pytest.mark.parametrize("response", curves.RESPONSES)
def test_a_told_picture_without_clipped_pixels_passes_untouched(model: Ambient, response: str) -> None:
    images = pictures()
    with torch.no_grad():
        coeffs, panorama, _ = model(images, index(response))
    assert panorama is not None
    for image, found, cells in zip(images.numpy(), coeffs.numpy(), panorama.numpy(), strict=True):
        radiance = curves.decode(image, response).astype(np.float64)
        exact = project(radiance)
        assert np.linalg.norm(found - exact) / np.linalg.norm(exact) < 0.005
        np.testing.assert_allclose(
            cells, equirect.resize(radiance, 32, 64), rtol=0.02, atol=3e-4 * curves.white(response)
        )


def test_clipped_pixels_only_gain(model: Ambient) -> None:
    images = pictures(1)
    images[0, 20:30, 40:60] = 255
    with torch.no_grad():
        kept = model.prepare(images, index("srgb"))
        _, panorama, _ = model.light(*kept)
    assert panorama is not None
    lost = panorama[0].permute(2, 0, 1) - kept[0][0, :3]
    clipped = kept[0][0, 3:] > 0
    assert (lost[clipped] > 0).all()
    assert lost[~clipped].abs().max() == 0


def test_turning_the_picture_turns_the_light(model: Ambient) -> None:
    """By whole blocks of eight cells, which is how far the network shrinks."""
    images = pictures(1, brightest=255)
    images[0, 30:50, 100:130] = 255
    quarter = torch.roll(images, 64, dims=2)
    with torch.no_grad():
        for response in ("srgb", "auto"):
            straight, turned = (model(picture, index(response)).coeffs[0].numpy() for picture in (images, quarter))
            matrix = np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]])
            np.testing.assert_allclose(
                turned, rotate(straight.astype(np.float64), matrix), atol=2e-4 * np.abs(straight).max()
            )


def test_projection_in_two_steps_is_the_projection(model: Ambient) -> None:
    panorama = np.random.default_rng(1).random((32, 64, 3))
    around, down = projection_steps()
    assert around.shape == (5, 64)
    assert down.shape == (9, 160)
    found = model.project(torch.from_numpy(panorama[None]).float())[0].numpy()
    np.testing.assert_allclose(found, project(panorama), atol=1e-5)


def test_the_curve_of_auto_rises(model: Ambient) -> None:
    with torch.no_grad():
        curve = model(pictures(), index("auto")).curve
    assert curve is not None
    assert (torch.diff(curve, dim=1) > 0).all()


def test_gradients_are_finite_for_black_and_for_white() -> None:
    model = build("ambient").train()
    images = torch.stack([torch.zeros(128, 256, 3), torch.full((128, 256, 3), 255.0)]).to(torch.uint8)
    for response in ("auto", "srgb", "agx"):
        light = model(images, index(response))
        assert light.panorama is not None
        (light.coeffs.sum() + torch.log(light.panorama + 1).sum()).backward()
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert gradients
    assert all(torch.isfinite(gradient).all() for gradient in gradients)
