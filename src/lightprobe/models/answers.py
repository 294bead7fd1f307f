"""Answers: how bright lost light is taken to be, from the distribution of its level.

Convention: spec/CONVENTIONS.md#answers. Levels are stops by which the lost light is brighter than the network's own map
of it; a picture is whole where `is_whole` is 1, and partial where it is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.irradiance import cosine_lobe

TEMPERATURE = (1.7, 1.07)
"""By how much the distribution is stretched about its mean, of whole and of partial pictures: then an interval of 80 %
holds as many. Fitted on folds."""
BLEND = (0.5, 0.6, -1.0, 0.5, 0.25)
"""Where the answer lies on the way from `best` (0) to `median` (1): where as much light is lost as is seen, more per
stop of lost light, least, most of whole pictures whose curve is given, most of others. Chosen on folds."""
STOPS, STEP = (-7.0, 11.0), 0.25
"""Lowest and highest level, and the width of a bin of the distribution [stops]."""
QUANTILES = (0.5, 0.5, 0.1, 0.9)
"""Of best (levels weighted with 1/‖irradiance‖), median, and the ends of the interval."""
LEAST_SHARE = 1e-9
"""Least probability of a bin."""


def bin_edges() -> Float[np.ndarray, " n"]:
    """Edges of the bins, which are centered at multiples of `STEP` [stops]."""
    count = round((STOPS[1] - STOPS[0]) / STEP) + 1
    return STOPS[0] + STEP * (np.arange(count + 1) - 0.5)


def wholeness(seen_share: Tensor) -> Tensor:
    """1 for whole pictures, 0 where less than 90 % of the sphere are seen."""
    return (10 * seen_share - 9).clamp(0, 1)


def answer_levels(
    level: Tensor, is_whole: Tensor, known: Tensor, lost: Tensor, temperature: Sequence[float] = TEMPERATURE
) -> Tensor:
    """Levels [n, 4] of best and median, and the ends of the interval.

    `level` [n, 9] holds centers, widths and weights of three logistic distributions, `is_whole` [n, 1]; `known` and
    `lost` are coefficients [n, 9, 3].
    """
    edges, lobe = (torch.tensor(values).to(level)[:, None] for values in (bin_edges(), cosine_lobe(3)))
    middle, width, weight = level[:, None].chunk(3, dim=2)  # [n, 1, 3]
    whole, partial = temperature
    heat = (partial + (whole - partial) * is_whole)[..., None]
    center = (weight * middle).sum(2, keepdim=True)
    z = (edges - (center + (middle - center) * heat)) / (width * heat)  # [n, 74, 3]
    # not torch.sigmoid: onnxruntime's is only right to 1e-7 of 1, and `best` depends on the lower end
    below = (weight / (1 + torch.exp(-z.clamp_min(-80.0)))).sum(2)
    share = (below[:, 1:] - below[:, :-1]).clamp_min(LEAST_SHARE)
    factors = torch.exp2(edges[:-1] + STEP / 2)[..., None]
    irradiance = (known[:, None] + factors * lost[:, None]) * lobe  # [n, 73, 9, 3]
    size = torch.sqrt((irradiance**2).sum((2, 3)).clamp_min(1e-12))
    shares = torch.stack([share / size, share, share, share], dim=1)
    shares = shares / shares.sum(2, keepdim=True)
    before = shares.cumsum(2) - shares
    quantiles = torch.tensor(QUANTILES).to(level)[:, None]
    return bin_edges()[0] + STEP * ((quantiles - before) / shares).clamp(0, 1).sum(2)


def balanced_level(
    stops: Tensor, is_sure: Tensor, known: Tensor, lost: Tensor, blend: Sequence[float] = BLEND
) -> Tensor:
    """The level of the answer [n, 1], from `answer_levels`.

    `is_sure` [n, 1] is 1 for whole pictures whose curve is given; `known` and `lost` are luminous fluxes [n, 1].
    """
    best, median = stops[:, :1], stops[:, 1:2]
    even, slope, least, whole, partial = blend
    ratio = best + (torch.log(lost.clamp_min(1e-30)) - torch.log(known.clamp_min(1e-30))) / math.log(2)
    share = (even + slope * ratio).clamp_min(least)
    return best + torch.minimum(share, partial + (whole - partial) * is_sure) * (median - best)
