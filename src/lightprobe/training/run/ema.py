"""EMA: the exponential moving average of the weights, which is validated and exported."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def init_ema(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The average before the first step: a copy of the model's state."""
    return {name: value.detach().clone() for name, value in state.items()}


@torch.no_grad()
def update_ema(average: dict[str, Tensor], state: Mapping[str, Tensor], decay: float, step: int) -> None:
    """Move the average towards the model's state after step 1, 2, …, in place.

    The decay is at most step/(step + 9), so that the average soon forgets the initial weights. Integers, such as
    counters, are copied.
    """
    share = 1 - min(decay, step / (step + 9.0))
    for name, value in state.items():
        if value.is_floating_point():
            average[name].lerp_(value.detach(), share)
        else:
            average[name].copy_(value)
