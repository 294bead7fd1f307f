"""The estimator: what it must keep whatever it has learned."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import ModelOutput, build
from lightprobe.models.ambient import Ambient, projection_steps
from lightprobe.sphere import project, rotate
from lightprobe.sphere.panorama import equirect


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


def cells(images: torch.Tensor, response: str) -> torch.Tensor:
    return torch.from_numpy(np.stack([picture_cells(image, response) for image in images.numpy()]))


def light(model: Ambient, images: torch.Tensor, response: str) -> ModelOutput:
    return model(cells(images, response), index(response))


def index(name: str) -> torch.Tensor:
    return torch.tensor([RESPONSE_CODES.index(name)])


def test_it_is_small(model: Ambient) -> None:
    assert sum(parameter.numel() for parameter in model.parameters()) <= 60_000


@pytest.mark.parametrize("response", curves.RESPONSES)
def test_without_clipped_pixels_and_with_the_curve_given_nothing_changes(model: Ambient, response: str) -> None:
    images = pictures()
    with torch.no_grad():
        coeffs, panorama, *_ = light(model, images, response)
    assert panorama is not None
    for image, found, small in zip(images.numpy(), coeffs.numpy(), panorama.numpy(), strict=True):
        radiance = curves.decode(image, response).astype(np.float64)
        exact = project(radiance)
        assert np.linalg.norm(found - exact) / np.linalg.norm(exact) < 0.005
        np.testing.assert_allclose(small, equirect.resize(radiance, 32, 64), rtol=1e-5)


def test_clipped_pixels_only_gain(model: Ambient) -> None:
    images = pictures(1)
    images[0, 20:30, 40:60] = 255
    with torch.no_grad():
        kept = cells(images, "srgb")[0]
        _, panorama, *_ = light(model, images, "srgb")
    assert panorama is not None
    lost = panorama[0].permute(2, 0, 1) - kept[:3]
    clipped = kept[3:] > 0
    assert (lost[clipped] > 0).all()
    assert lost[~clipped].abs().max() == 0


def test_turning_the_picture_turns_the_light(model: Ambient) -> None:
    """By whole blocks of eight cells, which is how far the network shrinks."""
    images = pictures(1, brightest=255)
    images[0, 30:50, 100:130] = 255
    quarter = torch.roll(images, 64, dims=2)
    with torch.no_grad():
        for response in ("srgb", "auto"):
            straight, turned = (light(model, picture, response).coeffs[0].numpy() for picture in (images, quarter))
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
        curve = light(model, pictures(), "auto").curve
    assert curve is not None
    assert (torch.diff(curve, dim=1) > 0).all()


def test_gradients_are_finite_for_black_and_for_white() -> None:
    model = build("ambient").train()
    assert isinstance(model, Ambient)
    images = torch.stack([torch.zeros(128, 256, 3), torch.full((128, 256, 3), 255.0)]).to(torch.uint8)
    for response in ("auto", "srgb", "agx"):
        found = light(model, images, response)
        assert found.panorama is not None
        (found.coeffs.sum() + torch.log(found.panorama + 1).sum()).backward()
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert gradients
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


def test_pictures_of_a_batch_may_have_curves_of_their_own(model: Ambient) -> None:
    images, names = pictures(3, brightest=255), ("auto", "srgb", "agx")
    together = torch.cat([cells(images[k : k + 1], name) for k, name in enumerate(names)])
    with torch.no_grad():
        found = model(together, torch.tensor([RESPONSE_CODES.index(name) for name in names])).coeffs
        for k, name in enumerate(names):
            alone = light(model, images[k : k + 1], name).coeffs[0]
            torch.testing.assert_close(found[k], alone, rtol=1e-4, atol=1e-5 * float(alone.abs().max()))
