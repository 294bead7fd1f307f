"""Collapse: a network that guesses the same strong light for every clipped picture.

Too high a learning rate can stop all units that feed a head. The loss then looks like that of a hard problem, and
nothing else tells.
"""

from __future__ import annotations

import math

import torch

from lightprobe.errors import LightprobeError
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models.surroundings import Surroundings
from lightprobe.training.validation import Validator

FULL = 0.5
"""Share of a cell that must clip in all channels for its light to count as strong."""
LEAST_DEVIATION = 0.1
"""Standard deviation over pictures below which a head has collapsed [stops]."""
LEAST_PICTURES = 8


class Collapsed(LightprobeError):
    """The network guesses the same strong light for every picture."""


@torch.inference_mode()
def guess_deviation(validator: Validator) -> float:
    """Standard deviation over pictures of the strong light that the validator's weights guess [stops].

    Of sRGB pictures that clip; NaN for other networks, and if too few pictures clip.
    """
    model, guesses = validator.model, list[float]()
    if not isinstance(model, Surroundings):
        return math.nan
    for part in validator.scored:
        for batch, _ in part.batches():
            cells, response = batch.picture.to(validator.device), batch.response.to(validator.device)
            core = cells[:, 3:6].amin(1)
            strength = torch.log2(model.bright(model.light(cells, response).lost)[:, 0] / core.clamp_min(FULL))
            full = (core >= FULL) & (response == RESPONSE_CODES.index("srgb"))[:, None, None]
            guesses += [
                float(value[inside].mean()) for value, inside in zip(strength, full, strict=True) if inside.any()
            ]
    return float(torch.tensor(guesses).std()) if len(guesses) >= LEAST_PICTURES else math.nan


def check_collapse(deviation: float, step: int, steps: int) -> None:
    """Nothing before half of the steps: the heads begin at zero.

    Raises: Collapsed if strong light varies by less than `LEAST_DEVIATION`.
    """
    if 2 * step >= steps and deviation < LEAST_DEVIATION:
        raise Collapsed(
            f"step {step}: the strong light guessed for clipped pictures varies by {deviation:.3f} stops, expected at "
            f"least {LEAST_DEVIATION}: the network has collapsed; start a new run with a lower optimizer.lr"
        )
