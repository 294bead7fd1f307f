"""The loss: how wrong the predicted light is, term by term.

Each term is a mean over the batch, so the mean over several processes' slices of a batch is that of the whole batch.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import smooth_l1_loss

from lightprobe.models import ModelOutput
from lightprobe.training import sh_ops
from lightprobe.training.data.targets import Targets
from lightprobe.training.recipes.recipe import LossWeights

LOG_OFFSET = 0.03
"""Radiance below which differences of the logarithm count less and less [display white]."""
EPSILON = 1e-6


def irradiance_error(estimate: Tensor, truth: Tensor) -> Tensor:
    """Relative irradiance error ‖Ê − E‖/‖E‖ over sphere and channels, [n], from radiance coefficients [n, 9, 3].

    The basis is orthonormal, so the norm over the sphere is that of A_l L_lm (Parseval); no normals are sampled.
    """
    lobe = sh_ops.lobe_factors(truth.device)
    difference = torch.linalg.vector_norm(lobe * (estimate - truth), dim=(1, 2))
    return difference / (torch.linalg.vector_norm(lobe * truth, dim=(1, 2)) + EPSILON)


def log_error(estimate: Tensor, truth: Tensor) -> Tensor:
    """Mean over the sphere of |log â − log a|, [n], of radiance [n, h, w, 3]; LOG_OFFSET is added to both."""
    share = sh_ops.pixel_shares(truth.shape[1], truth.shape[2]).to(truth.device)[..., None]
    distance = (torch.log(estimate.clamp_min(0) + LOG_OFFSET) - torch.log(truth.clamp_min(0) + LOG_OFFSET)).abs()
    return (distance * share).sum(dim=(1, 2, 3)) / 3


def curve_error(estimate: Tensor, truth: Tensor, response_given: Tensor) -> Tensor:
    """Smooth absolute error of the log curve, [n]; 0 where the model was given the curve."""
    return smooth_l1_loss(estimate, truth, reduction="none", beta=0.1).mean(dim=1) * (1 - response_given)


def loss_terms(output: ModelOutput, targets: Targets, weights: LossWeights, convention: str) -> dict[str, Tensor]:
    """The weighted terms of the loss by name; their sum is the loss.

    A model that predicts radiance has the terms irradiance, log and curve, as far as it predicts panorama and curve. A
    model that predicts cmgen's numbers has one term, as the predecessor had: smooth absolute error of these numbers.
    """
    estimate = ModelOutput(
        output.coeffs.float(),
        None if output.panorama is None else output.panorama.float(),
        None if output.curve is None else output.curve.float(),
    )
    if convention != "radiance":
        labels = sh_ops.convert_coeffs(targets.coeffs, convention)
        return {"coeffs": weights.coeffs * smooth_l1_loss(estimate.coeffs, labels, beta=0.1)}
    terms = {"irradiance": weights.irradiance * irradiance_error(estimate.coeffs, targets.coeffs).mean()}
    if estimate.panorama is not None:
        terms["log"] = weights.log * log_error(estimate.panorama, targets.panorama).mean()
    if estimate.curve is not None:
        curve = curve_error(estimate.curve, targets.curve, targets.response_given)
        terms["curve"] = weights.curve * curve.mean()
    return terms
