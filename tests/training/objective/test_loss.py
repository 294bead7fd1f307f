"""The loss, against what it claims to be."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.imaging.tone.curves import KNOTS
from lightprobe.models import ModelOutput
from lightprobe.sphere import fibonacci, irradiance, project
from lightprobe.training import sh_ops
from lightprobe.training.objective.loss import LOG_OFFSET, Targets, curve_error, irradiance_error, log_error, loss_terms
from lightprobe.training.recipes import LossWeights


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).lognormal(0, 1.5, (count, 32, 64, 3))


def test_parseval_is_the_norm_over_normals() -> None:
    """1024 normals sample the sphere to about 1 % of a norm; the error itself is far larger."""
    truth, estimate = project(pictures(1)[0]), project(pictures(2)[1] ** 1.2)
    normals = fibonacci(1024)
    sampled = np.linalg.norm(irradiance(estimate - truth, normals)) / np.linalg.norm(irradiance(truth, normals))
    ours = irradiance_error(torch.from_numpy(estimate)[None].float(), torch.from_numpy(truth)[None].float())
    assert sampled > 0.2
    assert float(ours) == pytest.approx(sampled, rel=0.01)


def truth_of(count: int = 3) -> Targets:
    panorama = pictures(count)
    return Targets(
        coeffs=torch.from_numpy(np.stack([project(each) for each in panorama])).float(),
        panorama=torch.from_numpy(panorama).float(),
        curve=torch.linspace(-3, 1, KNOTS).expand(count, KNOTS),
        response_given=torch.tensor([1.0] + [0.0] * (count - 1)),
    )


def test_the_truth_costs_nothing() -> None:
    truth = truth_of()
    found = loss_terms(ModelOutput(truth.coeffs, truth.panorama, truth.curve), truth, LossWeights(), "radiance")
    assert set(found) == {"irradiance", "log", "curve"}
    assert all(float(term) == 0 for term in found.values())
    labels = sh_ops.convert_coeffs(truth.coeffs, "cmgen")
    assert float(loss_terms(ModelOutput(labels), truth, LossWeights(), "cmgen")["coeffs"]) == 0


def test_weights_count() -> None:
    truth = truth_of()
    light = ModelOutput(1.5 * truth.coeffs, 2 * truth.panorama, truth.curve + 0.5)
    once = loss_terms(light, truth, LossWeights(irradiance=1, log=1, curve=1), "radiance")
    other = loss_terms(light, truth, LossWeights(irradiance=2, log=3, curve=5), "radiance")
    assert float(once["irradiance"]) == pytest.approx(0.5, rel=1e-5)
    bright = torch.log((2 * truth.panorama + LOG_OFFSET) / (truth.panorama + LOG_OFFSET))
    assert float(once["log"]) == pytest.approx(float(log_error(2 * truth.panorama, truth.panorama).mean()))
    assert float(bright.min()) <= float(once["log"]) <= np.log(2)
    for name, weight in (("irradiance", 2), ("log", 3), ("curve", 5)):
        assert float(other[name]) == pytest.approx(weight * float(once[name]))


def test_curves_that_were_given_do_not_count() -> None:
    truth = truth_of()
    error = curve_error(truth.curve + 1, truth.curve, truth.response_given)
    assert float(error[0]) == 0
    assert (error[1:] > 0.9).all()


def test_a_slice_each_is_the_mean_of_all() -> None:
    truth = truth_of(4)
    light = ModelOutput(1.5 * truth.coeffs, 2 * truth.panorama, truth.curve + 0.5)
    whole = loss_terms(light, truth, LossWeights(), "radiance")
    parts = [
        loss_terms(
            ModelOutput(*(t[k : k + 2] for t in light if t is not None)),
            Targets(*(t[k : k + 2] for t in truth)),
            LossWeights(),
            "radiance",
        )
        for k in (0, 2)
    ]
    for name, term in whole.items():
        assert float(term) == pytest.approx(np.mean([float(part[name]) for part in parts]), rel=1e-5)


def test_the_logarithm_weighs_by_solid_angle() -> None:
    """Poles are wrong by e in one row of 32 each: the rows have 0.24 % of the sphere, not 1/32."""
    truth = torch.ones(1, 32, 64, 3)
    wrong = truth.clone()
    wrong[:, 0] = np.e
    assert float(log_error(wrong, truth)) == pytest.approx(
        (1 - np.cos(np.pi / 32)) / 2 * np.log((np.e + LOG_OFFSET) / (1 + LOG_OFFSET)), rel=1e-3
    )
