"""Lost light: the loss of networks that say how far the light may be off that a picture lost or never showed.

Each term is a mean over the batch. Radiance is in units of the white of the given curve, as inside the network. The lab
of the estimator computes the same terms for many models at once (tools/estimator/objective.py).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from lightprobe.models.answers import STOPS
from lightprobe.models.surroundings import LOGISTICS, FoundLight, Surroundings
from lightprobe.training import sh_ops
from lightprobe.training.data.loader import Batch
from lightprobe.training.objective.loss import EPSILON, curve_error, irradiance_error, log_error
from lightprobe.training.recipes.recipe import LossWeights

MOST_ERROR = 3.0
"""Largest relative irradiance error that counts."""
COUNTS = 0.02
"""Lost light below this share of the seen flux is too little to say anything about its level."""
SCALES = (1e-3, 1e4)
"""Range of true over predicted lost light, where the prediction is scaled to the truth."""
MOST_LIKELY = 8.0
"""ln of the density beyond which a level gains nothing more."""
LEAST_FLUX = 1e-3
"""Mean luminance of light beyond white, over the sphere, from which its place and color count."""


class LostFlux(NamedTuple):
    """Luminous flux of the light that a picture lost or never showed, [n]."""

    scale: Tensor
    """True over predicted."""
    counts: Tensor
    """1 where enough is lost, else 0."""


def lost_flux(light: FoundLight, truth: Tensor, model: Surroundings) -> LostFlux:
    """How far the predicted lost light is off; `truth` is a panorama [n, 3, 32, 64]."""
    seen, found, true = (_flux(planes, model) for planes in (light.seen, light.lost, truth))
    lost = (true - seen).clamp_min(1e-4)
    return LostFlux(lost / found.clamp_min(1e-4), (lost > COUNTS * seen).float())


def _flux(planes: Tensor, model: Surroundings) -> Tensor:
    return 4 * math.pi * model.average(model.bright(planes)).flatten()


def log_likelihood(level: Tensor, stops: Tensor) -> Tensor:
    """ln of the density [1/stop] of a level [n] under the distributions [n, 9] of `FoundLight.level`."""
    middle, width, weight = level.split(LOGISTICS, dim=1)
    z = (stops[:, None] - middle) / width
    return torch.logsumexp(torch.log(weight) - z - torch.log(width) - 2 * functional.softplus(-z), dim=1)


def divergence(estimate: Tensor, truth: Tensor) -> Tensor:
    """Kullback-Leibler divergence [n] of two distributions of flux over cells, [n, 1, h, w] each, not normalized."""
    p = truth / truth.sum((2, 3), keepdim=True).clamp_min(1e-4)
    q = estimate / estimate.sum((2, 3), keepdim=True).clamp_min(1e-6)
    return (p * (torch.log(p + 1e-5) - torch.log(q + 1e-5))).sum((1, 2, 3))


def lost_light_terms(light: FoundLight, batch: Batch, model: Surroundings, weights: LossWeights) -> dict[str, Tensor]:
    """The weighted terms of the loss by name; their sum is the loss.

    irradiance  relative irradiance error of the network's own map
    oracle      the same, with the lost light scaled to its true flux
    level       negative log likelihood of that scale
    log         difference of log radiance, cell by cell
    place       where light beyond white comes from: Kullback-Leibler divergence over cells
    color       1 − cosine between colors of light beyond white, weighted with the true light
    curve       log curve, where it is unknown
    unseen      where light of the unseen part comes from, as `place`
    """
    cells, targets = batch.picture, batch.targets
    white = torch.exp(torch.index_select(model.facts, 0, batch.response)[:, 1])
    truth = targets.panorama.permute(0, 3, 1, 2) / white[:, None, None, None]
    wanted = targets.coeffs / white[:, None, None]
    known, lost = (sh_ops.panorama_coeffs(planes.permute(0, 2, 3, 1)) for planes in (light.seen, light.lost))
    flux = lost_flux(light, truth, model)
    scale = torch.where(flux.counts > 0, flux.scale, 1.0).clamp(*SCALES)
    stops = torch.log2(flux.scale.clamp(2.0 ** STOPS[0], 2.0 ** STOPS[1]))
    share, clipped = cells[:, 6:], (cells[:, 3:6].amax(1, keepdim=True) > 0).float()
    excess = (truth * share - light.seen.detach()).clamp_min(0) * clipped
    bright = model.bright(excess) * model.shares
    total = bright.sum((1, 2, 3))
    beyond = light.lost * share * clipped
    cosine = functional.cosine_similarity(beyond + 1e-5, excess + 1e-5, dim=1)
    color = ((1 - cosine) * bright[:, 0]).sum((1, 2)) / total.clamp_min(EPSILON)
    hidden, found = model.bright(truth) * (1 - share), model.bright(light.lost - beyond)
    is_partial = ((1 - share).amax((1, 2, 3)) > 0.5).float()
    panoramas = [planes.permute(0, 2, 3, 1) for planes in (light.seen + light.lost, truth)]
    terms = {
        "irradiance": irradiance_error(known + lost, wanted).clamp(max=MOST_ERROR),
        "oracle": irradiance_error(known + scale[:, None, None] * lost, wanted).clamp(max=MOST_ERROR),
        "level": -log_likelihood(light.level, stops).clamp(max=MOST_LIKELY) * flux.counts,
        "log": log_error(*panoramas),
        "place": divergence(model.bright(beyond) * model.shares, bright) * (total > LEAST_FLUX),
        "color": color * (total > LEAST_FLUX),
        "curve": curve_error(light.curve, targets.curve, targets.response_given),
        "unseen": divergence(found * model.shares, hidden * model.shares) * is_partial,
    }
    return {name: getattr(weights, name) * value.mean() for name, value in terms.items()}
