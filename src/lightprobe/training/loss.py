"""What is made small: how wrong the light is, part by part.

Each term is a mean over the batch, so that a batch cut into slices for several processes has the same mean of means.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import smooth_l1_loss

from lightprobe.models import ModelOutput
from lightprobe.training import sphere
from lightprobe.training.recipes import Weights

DARK = 0.03
"""Radiance below which differences of the logarithm count less and less; 1.0 is display white."""
EPSILON = 1e-6


class Truth(NamedTuple):
    """What is known of a batch; radiance, three frame."""

    coeffs: Tensor
    """[n, 9, 3]"""
    panorama: Tensor
    """[n, 32, 64, 3]"""
    curve: Tensor
    """[n, KNOTS], natural logarithm."""
    told: Tensor
    """[n], 1 where the model was told the curve, else 0."""


def irradiance_error(estimate: Tensor, truth: Tensor) -> Tensor:
    """‖Ê − E‖/‖E‖ of irradiance over the whole sphere and all channels, [n], of radiance coefficients [n, 9, 3].

    The basis is orthonormal, so the norm over the sphere is that of A_l L_lm (Parseval); no normals are sampled.
    """
    lobe = sphere.lobe(truth.device)
    difference = torch.linalg.vector_norm(lobe * (estimate - truth), dim=(1, 2))
    return difference / (torch.linalg.vector_norm(lobe * truth, dim=(1, 2)) + EPSILON)


def log_error(estimate: Tensor, truth: Tensor) -> Tensor:
    """Mean over the sphere of |log â − log a|, [n], of radiance [n, h, w, 3]; DARK is added to both."""
    share = sphere.angles(truth.shape[1], truth.shape[2]).to(truth.device)[..., None]
    apart = (torch.log(estimate.clamp_min(0) + DARK) - torch.log(truth.clamp_min(0) + DARK)).abs()
    return (apart * share).sum(dim=(1, 2, 3)) / 3


def curve_error(estimate: Tensor, truth: Tensor, told: Tensor) -> Tensor:
    """Smooth absolute error of the log curve, [n]; 0 where the model was told it."""
    return smooth_l1_loss(estimate, truth, reduction="none", beta=0.1).mean(dim=1) * (1 - told)


def terms(light: ModelOutput, truth: Truth, weights: Weights, convention: str) -> dict[str, Tensor]:
    """The terms of the loss by name, weighted; their sum is the loss.

    A model that tells radiance is judged by irradiance, panorama and curve, as far as it tells them; one that tells
    cmgen's numbers by those, as the predecessor was: smooth absolute error, on labels with the fixed window.
    """
    estimate = ModelOutput(
        light.coeffs.float(),
        None if light.panorama is None else light.panorama.float(),
        None if light.curve is None else light.curve.float(),
    )
    if convention != "radiance":
        labels = sphere.convert(truth.coeffs, convention)
        return {"coeffs": weights.coeffs * smooth_l1_loss(estimate.coeffs, labels, beta=0.1)}
    found = {"irradiance": weights.irradiance * irradiance_error(estimate.coeffs, truth.coeffs).mean()}
    if estimate.panorama is not None:
        found["log"] = weights.log * log_error(estimate.panorama, truth.panorama).mean()
    if estimate.curve is not None:
        found["curve"] = weights.curve * curve_error(estimate.curve, truth.curve, truth.told).mean()
    return found
