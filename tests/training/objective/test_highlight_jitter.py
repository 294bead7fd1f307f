"""Radiance above display white is rescaled; the rest of the target stays as it is."""

from __future__ import annotations

import numpy as np
import torch

from lightprobe.sphere import project
from lightprobe.training.data.targets import Targets
from lightprobe.training.objective.highlight_jitter import jitter_highlights


def targets(white: float) -> Targets:
    panorama = np.random.default_rng(0).uniform(0, 0.5, (4, 32, 64, 3))
    panorama[:, 8:10, 20:24] = 30
    curve = np.log(np.linspace(0.05, 1, 16) * white)
    return Targets(
        coeffs=torch.tensor(np.stack([project(one) for one in panorama])).float(),
        panorama=torch.tensor(panorama).float(),
        curve=torch.tensor(curve).float().repeat(4, 1),
        response_given=torch.ones(4),
    )


def test_only_what_is_beyond_white_changes_and_coefficients_follow() -> None:
    torch.manual_seed(0)
    before = targets(white=2.0)
    after = jitter_highlights(before, 1.0)
    dark = before.panorama <= 2
    assert torch.equal(after.panorama[dark], before.panorama[dark])
    factor = ((after.panorama - 2) / (before.panorama - 2))[:, 8, 20, 0]
    assert len(set(factor.tolist())) == 4
    assert (factor > 0).all()
    for coeffs, panorama in zip(after.coeffs, after.panorama, strict=True):
        np.testing.assert_allclose(coeffs.numpy(), project(panorama.double().numpy()), rtol=1e-4, atol=2e-4)


def test_nothing_is_beyond_a_white_that_is_high_enough() -> None:
    before = targets(white=100.0)
    after = jitter_highlights(before, 1.0)
    assert torch.equal(after.panorama, before.panorama)
    assert torch.allclose(after.coeffs, before.coeffs)


def test_levels_are_lifted_by_half_the_variance() -> None:
    """ln of the factor is normal about σ²/2 with deviation σ."""
    torch.manual_seed(1)
    one = targets(white=1.0)
    many = Targets(*(part[:1].expand(4000, *part.shape[1:]) for part in one))
    factor = torch.log((jitter_highlights(many, 0.8).panorama[:, 8, 20, 0] - 1) / (many.panorama[:, 8, 20, 0] - 1))
    assert abs(float(factor.mean()) - 0.32) < 0.05
    assert abs(float(factor.std()) - 0.8) < 0.05
