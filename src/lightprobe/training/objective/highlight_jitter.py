"""Varying the truth: how bright is what a picture cannot show?

A picture does not tell how far beyond display white its lights are, but a network can learn that of each scene by
heart. So every use of a record draws another level for what lies beyond white: factor exp(σ·N(0, 1) + σ²/2). What the
picture shows stays as it is, and only what can be told from looks is left to learn (docs/research/accuracy.md).

The guess that makes the relative error smallest lies below the middle of what is drawn, since too much light costs
more than too little; σ²/2 lifts it back to about where it would be without.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from lightprobe.models.ambient import projection_steps
from lightprobe.training.objective.loss import Truth


@lru_cache(maxsize=2)
def _steps(device: torch.device) -> tuple[Tensor, Tensor]:
    around, down = projection_steps()
    return around.to(device), down.to(device)


def vary_level(truth: Truth, deviation: float) -> Truth:
    """The truth with another level of what is beyond white in each picture; `deviation` is σ [ln].

    Draws from torch's generator.
    """
    white = torch.exp(truth.curve[:, -1])[:, None, None, None]
    noise = torch.randn(len(truth.coeffs), 1, 1, 1, device=truth.coeffs.device)
    factor = torch.exp(deviation * noise + deviation**2 / 2)
    change = (factor - 1) * (truth.panorama - white).clamp_min(0)
    around, down = _steps(truth.coeffs.device)
    coeffs = down @ (around @ change).transpose(1, 2).flatten(1, 2)
    return truth._replace(coeffs=truth.coeffs + coeffs, panorama=truth.panorama + change)
