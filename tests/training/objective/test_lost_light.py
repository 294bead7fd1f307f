"""The loss of lost light: the truth costs nothing, and each term says what it claims.

That the terms are those of the lab is in test_estimator_lab.py.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from lightprobe.imaging.tone.curves import KNOTS, RESPONSE_CODES
from lightprobe.models.surroundings import FoundLight, Surroundings
from lightprobe.sphere import project
from lightprobe.training.data.loader import Batch
from lightprobe.training.data.targets import Targets
from lightprobe.training.objective.lost_light import log_likelihood, lost_flux, lost_light_terms
from lightprobe.training.recipes import LossWeights


@pytest.fixture
def model() -> Surroundings:
    return Surroundings().eval()


def batch_of(response: str, white: float) -> tuple[Batch, FoundLight]:
    """A picture with a sun, given this curve, and one of which the left half is not seen; and their true light."""
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.05, 0.9, (2, 3, 32, 64)).astype(np.float32)
    truth[:, :, 8:10, 40:42] = np.array([40.0, 30.0, 12.0])[:, None, None]
    share = np.ones((2, 1, 32, 64), np.float32)
    share[1, :, :, :32] = 0
    seen = np.minimum(truth, 1) * share
    clipped = (truth >= 1) * share
    panorama = white * np.moveaxis(truth, 1, -1)
    targets = Targets(
        coeffs=torch.tensor(np.stack([project(each) for each in panorama])).float(),
        panorama=torch.tensor(panorama),
        curve=torch.zeros(2, KNOTS),
        response_given=torch.ones(2),
    )
    cells = torch.tensor(np.concatenate([seen, clipped, share], axis=1), dtype=torch.float32)
    level = torch.tensor([[0.0, 0.0, 0.0, 0.3, 0.3, 0.3, 0.2, 0.3, 0.5]]).expand(2, 9)
    light = FoundLight(torch.tensor(seen), torch.tensor(truth - seen), torch.zeros(2, KNOTS), level)
    return Batch(cells, torch.full((2,), RESPONSE_CODES.index(response)), targets), light


@pytest.mark.parametrize("response", ["srgb", "agx"])
def test_the_truth_costs_nothing(model: Surroundings, response: str) -> None:
    white = math.exp(float(model.facts[RESPONSE_CODES.index(response), 1]))
    batch, light = batch_of(response, white)
    found = lost_light_terms(light, batch, model, LossWeights())
    assert set(found) == {"irradiance", "oracle", "level", "log", "place", "color", "curve", "unseen"}
    # a logistic distribution of width s has the density 1/4s at its center
    assert float(found.pop("level")) == pytest.approx(0.15 * math.log(4 * 0.3), rel=1e-3)
    for name, term in found.items():
        assert float(term) == pytest.approx(0, abs=2e-5), name


def test_light_that_is_four_times_too_dark_costs_its_level(model: Surroundings) -> None:
    batch, light = batch_of("srgb", 1.0)
    darker = light._replace(lost=light.lost / 4)
    truth = batch.targets.panorama.permute(0, 3, 1, 2)
    np.testing.assert_allclose(lost_flux(darker, truth, model).scale, 4, rtol=1e-4)
    once, other = (lost_light_terms(each, batch, model, LossWeights()) for each in (light, darker))
    assert float(other["oracle"]) == pytest.approx(0, abs=1e-5)  # where and of which color is still right
    assert float(other["irradiance"]) > 0.25
    expected = -torch.log(torch.tensor(1 / 0.3)) + 2 / 0.3 + 2 * math.log1p(math.exp(-2 / 0.3))
    assert float(other["level"]) == pytest.approx(0.15 * float(expected), rel=1e-3)
    assert float(once["place"]) == pytest.approx(float(other["place"]), abs=1e-5)


def test_the_wrong_color_and_the_wrong_place_cost(model: Surroundings) -> None:
    batch, light = batch_of("srgb", 1.0)
    once = lost_light_terms(light, batch, model, LossWeights())
    blue = lost_light_terms(light._replace(lost=light.lost.flip(1)), batch, model, LossWeights())
    strong = light.lost[0, :, 8, 40]
    cosine = float(torch.nn.functional.cosine_similarity(strong, strong.flip(0), dim=0))
    assert float(blue["color"]) == pytest.approx(0.2 * (1 - cosine), rel=0.05)
    turned = lost_light_terms(light._replace(lost=light.lost.roll(8, 3)), batch, model, LossWeights())
    assert float(turned["place"]) > float(once["place"]) + 1
    assert float(turned["irradiance"]) > 0.1


def test_the_level_has_a_density() -> None:
    stops = torch.linspace(-30, 30, 6001)
    level = torch.tensor([[-1.0, 0.5, 2.0, 0.3, 0.8, 0.5, 0.2, 0.5, 0.3]]).expand(len(stops), 9)
    density = torch.exp(log_likelihood(level, stops))
    assert float(density.sum() * 0.01) == pytest.approx(1, abs=1e-3)
    assert float((density * stops).sum() * 0.01) == pytest.approx(-0.2 + 0.25 + 0.6, abs=1e-3)
