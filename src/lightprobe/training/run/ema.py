"""The moving average of the weights, which is what is validated and exported."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def start(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A copy of a model's state."""
    return {name: value.detach().clone() for name, value in state.items()}


@torch.no_grad()
def follow(average: dict[str, Tensor], state: Mapping[str, Tensor], decay: float, step: int) -> None:
    """Move the average towards the state after a step, 1, 2, …; early on faster, so that the start is forgotten.

    Whole numbers, such as counts, are taken over.
    """
    share = 1 - min(decay, step / (step + 9.0))
    for name, value in state.items():
        if value.is_floating_point():
            average[name].lerp_(value.detach(), share)
        else:
            average[name].copy_(value)
