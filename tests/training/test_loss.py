"""The loss, against what it claims to be."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.imaging.curves import KNOTS
from lightprobe.models import ModelOutput
from lightprobe.sphere import fibonacci, irradiance, project
from lightprobe.training import sphere
from lightprobe.training.loss import DARK, Truth, curve_error, irradiance_error, log_error, terms
from lightprobe.training.recipes import Weights


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


def truth_of(count: int = 3) -> Truth:
    panorama = pictures(count)
    return Truth(
        coeffs=torch.from_numpy(np.stack([project(each) for each in panorama])).float(),
        panorama=torch.from_numpy(panorama).float(),
        curve=torch.linspace(-3, 1, KNOTS).expand(count, KNOTS),
        told=torch.tensor([1.0] + [0.0] * (count - 1)),
    )


def test_the_truth_costs_nothing() -> None:
    truth = truth_of()
    found = terms(ModelOutput(truth.coeffs, truth.panorama, truth.curve), truth, Weights(), "radiance")
    assert set(found) == {"irradiance", "log", "curve"}
    assert all(float(term) == 0 for term in found.values())
    labels = sphere.convert(truth.coeffs, "cmgen")
    assert float(terms(ModelOutput(labels), truth, Weights(), "cmgen")["coeffs"]) == 0


def test_weights_count() -> None:
    truth = truth_of()
    light = ModelOutput(1.5 * truth.coeffs, 2 * truth.panorama, truth.curve + 0.5)
    once = terms(light, truth, Weights(irradiance=1, log=1, curve=1), "radiance")
    other = terms(light, truth, Weights(irradiance=2, log=3, curve=5), "radiance")
    assert float(once["irradiance"]) == pytest.approx(0.5, rel=1e-5)
    bright = torch.log((2 * truth.panorama + DARK) / (truth.panorama + DARK))
    assert float(once["log"]) == pytest.approx(float(log_error(2 * truth.panorama, truth.panorama).mean()))
    assert float(bright.min()) <= float(once["log"]) <= np.log(2)
    for name, weight in (("irradiance", 2), ("log", 3), ("curve", 5)):
        assert float(other[name]) == pytest.approx(weight * float(once[name]))


def test_curves_that_were_told_do_not_count() -> None:
    truth = truth_of()
    error = curve_error(truth.curve + 1, truth.curve, truth.told)
    assert float(error[0]) == 0
    assert (error[1:] > 0.9).all()


def test_a_slice_each_is_the_mean_of_all() -> None:
    truth = truth_of(4)
    light = ModelOutput(1.5 * truth.coeffs, 2 * truth.panorama, truth.curve + 0.5)
    whole = terms(light, truth, Weights(), "radiance")
    parts = [
        terms(ModelOutput(*(t[k : k + 2] for t in light)), Truth(*(t[k : k + 2] for t in truth)), Weights(), "radiance")
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
        (1 - np.cos(np.pi / 32)) / 2 * np.log((np.e + DARK) / (1 + DARK)), rel=1e-3
    )
