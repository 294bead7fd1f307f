"""The loss, picture by picture and model by model; and the answers that follow from the predicted distribution.

Each model has its own factor for each term, so that many variants train side by side.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from network import Light
from scenes import Cells
from sphere import Sphere

TERMS = {
    "point": 0.5,
    "oracle": 0.5,
    "level": 0.15,
    "log": 0.2,
    "place": 0.3,
    "color": 0.2,
    "curve": 0.3,
    "unseen": 0.03,
    "direction": 0.0,
    "bias": 0.0,
}
"""Terms of the loss and their usual factors.

point      relative irradiance error of the network's own map
oracle     the same, with the lost light scaled to its true amount
level      negative log likelihood of that scale
log        difference of log radiance, cell by cell
place      where the light beyond white comes from: Kullback-Leibler divergence over cells
color      1 − cosine of the light beyond white, weighted with the true light
curve      log curve, where it is unknown
unseen     where the light of the unseen part comes from
direction  1 − cosine of band 1's directions
bias       |ln| of the ratio of irradiances
"""
MOST_ERROR = 3.0
BALANCE = (0.5, 0.6)
"""How far the answer `balanced` lies from `best` to `median` where as much light is guessed as is seen, and how much
farther for each stop more."""
LEAST_BALANCE, MOST_BALANCE = -1.0, (0.5, 0.25)
"""Limits of that; the upper one for whole pictures with a given curve, and for all others."""
STOPS = (-7.0, 11.0)
"""Range of the level [stops]."""


def lost_level(light: Light, cells: Cells, sphere: Sphere) -> tuple[Tensor, Tensor, Tensor]:
    """True over predicted luminous flux of the lost light [m, b]; 1 where enough is lost to count; the true flux."""
    truth = cells.within + cells.beyond
    seen = sphere.integral(sphere.lum(light.seen))[:, 0]
    lost = (sphere.integral(sphere.lum(truth))[:, 0] - seen).clamp_min(1e-4)
    predicted = sphere.integral(sphere.lum(light.lost))[:, 0].clamp_min(1e-4)
    counts = (lost > 0.02 * seen).float()
    return lost / predicted, counts, lost


def log_likelihood(light: Light, stops: Tensor) -> Tensor:
    """ln of the density of the level [stops], [m, b]."""
    z = (stops[..., None] - light.middle) / light.width
    return torch.logsumexp(light.log_weight - z - torch.log(light.width) - 2 * functional.softplus(-z), dim=2)


def divergence(estimate: Tensor, truth: Tensor) -> Tensor:
    """Kullback-Leibler divergence of distributions over cells, [m, b], from planes [m, 1, b, h, w] of flux."""
    p = truth / truth.sum((3, 4), keepdim=True).clamp_min(1e-4)
    q = estimate / estimate.sum((3, 4), keepdim=True).clamp_min(1e-6)
    return (p * (torch.log(p + 1e-5) - torch.log(q + 1e-5))).sum((1, 3, 4))


def terms(light: Light, cells: Cells, sphere: Sphere) -> dict[str, Tensor]:
    """The terms [m, b], without their factors."""
    truth = cells.within + cells.beyond
    wanted = sphere.project(truth)
    known, lost = sphere.project(light.seen), sphere.project(light.lost)
    size = sphere.norm(wanted)
    point = known + lost
    scale, counts, _ = lost_level(light, cells, sphere)
    oracle = torch.where(counts > 0, scale, torch.ones_like(scale)).clamp(1e-3, 1e4)
    panorama = light.seen + light.lost
    difference = (torch.log(panorama + 0.03) - torch.log(truth + 0.03)).abs()
    excess = cells.beyond * cells.share
    flux = sphere.lum(excess) * sphere.areas
    bright = (flux.sum((1, 3, 4)) > 0.01).float()
    weight = flux / flux.sum((3, 4), keepdim=True).clamp_min(1e-4)
    cosine = functional.cosine_similarity(light.beyond + 1e-5, excess + 1e-5, dim=1)
    hidden = sphere.lum(truth) * (1 - cells.share) * sphere.areas
    partial = ((1 - cells.share).amax((1, 3, 4)) > 0.5).float()
    stops = torch.log2(scale.clamp(2.0 ** STOPS[0], 2.0 ** STOPS[1]))
    band = [(coeffs[..., 1:4, :] * sphere.luminance).sum(-1) for coeffs in (point, wanted)]
    return {
        "point": (sphere.norm(point - wanted) / size).clamp(max=MOST_ERROR),
        "oracle": (sphere.norm(known + lost * oracle[..., None, None] - wanted) / size).clamp(max=MOST_ERROR),
        "level": -log_likelihood(light, stops).clamp(min=-8) * counts,
        "log": (difference.mean(1) * sphere.shares).sum((2, 3)),
        "place": divergence(sphere.lum(light.beyond) * sphere.areas, flux) * bright,
        "color": ((1 - cosine) * weight[:, 0]).sum((2, 3)) * bright,
        "curve": functional.smooth_l1_loss(light.curve, cells.log_knots, reduction="none", beta=0.03).mean(2)
        * cells.auto,
        "unseen": divergence(sphere.lum(light.unseen) * sphere.areas, hidden) * partial,
        "direction": 1 - functional.cosine_similarity(band[0] + 1e-6, band[1] + 1e-6, dim=2),
        "bias": (torch.log(sphere.norm(point) + 1e-3) - torch.log(size + 1e-3)).abs(),
    }


def losses(
    light: Light, cells: Cells, sphere: Sphere, factors: Mapping[str, Tensor]
) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss of each model [m], and the mean of each term [m]."""
    means = {name: value.mean(1) for name, value in terms(light, cells, sphere).items()}
    total = torch.stack([factors[name] * value for name, value in means.items()]).sum(0)
    return total, means


class Answers:
    """Levels of the lost light that follow from its distribution, on a grid of stops."""

    def __init__(self, device: torch.device | str) -> None:
        self.grid = torch.arange(-7, 11.01, 0.25, device=device)
        self.edges = torch.cat([self.grid - 0.125, self.grid[-1:] + 0.125])

    def probabilities(self, light: Light, temperature: Tensor | float = 1.0) -> Tensor:
        """[m, b, levels]; `temperature` stretches the distribution about its mean."""
        weight = light.log_weight.exp()
        center = (weight * light.middle).sum(2, keepdim=True)
        middle = center + (light.middle - center) * temperature
        z = (self.edges - middle[..., None]) / (light.width * temperature)[..., None]
        cumulative = (weight[..., None] * torch.sigmoid(z)).sum(2)
        p = (cumulative[..., 1:] - cumulative[..., :-1]).clamp_min(1e-9)
        return p / p.sum(-1, keepdim=True)

    def quantile(self, p: Tensor, q: float) -> Tensor:
        """The level below which this share of the probability lies, [m, b]."""
        cumulative = p.cumsum(-1)
        i = (cumulative < q).sum(-1).clamp(1, len(self.grid) - 1)[..., None]
        below, above = cumulative.gather(-1, i - 1), cumulative.gather(-1, i)
        part = ((q - below) / (above - below).clamp_min(1e-9)).clamp(0, 1)
        return (self.grid[i - 1] + 0.125 + 0.25 * part)[..., 0]

    def best(self, p: Tensor, known: Tensor, lost: Tensor, sphere: Sphere) -> Tensor:
        """The level of least expected relative error: the median, each level weighted with 1/‖E‖ at that level."""
        a, b = (sphere.lobe[:, None] * v for v in (known, lost))
        aa, ab, bb = ((x * y).sum((-2, -1))[..., None] for x, y in ((a, a), (a, b), (b, b)))
        k = torch.exp2(self.grid)
        weights = p / torch.sqrt((aa + 2 * ab * k + bb * k * k).clamp_min(1e-12))
        return self.quantile(weights / weights.sum(-1, keepdim=True), 0.5)

    def balance(self, best: Tensor, known: Tensor, lost: Tensor, is_whole: Tensor, sphere: Sphere) -> Tensor:
        """How far the answer `balanced` lies from `best` (0) to `median` (1), [m, b].

        Where little light is guessed, most pictures lose nothing, and the answer lies below `best`; where much is
        guessed, it is mostly too little. `is_whole` is 1 for whole pictures with a given curve, else 0.
        """
        guessed, seen = ((coeffs[..., 0, :] * sphere.luminance).sum(-1).clamp_min(1e-6) for coeffs in (lost, known))
        ratio = torch.log2(guessed / seen) + best
        whole, partial = MOST_BALANCE
        most = partial + (whole - partial) * is_whole
        return (BALANCE[0] + BALANCE[1] * ratio).clamp_min(LEAST_BALANCE).minimum(most)
