"""Highlight jitter: targets whose radiance above display white is rescaled by a random factor.

A clipped picture does not say how far above display white its lights are, but a network can memorize it for each
scene. So each use of a record draws a factor exp(σ·N(0, 1) + σ²/2) for the radiance above white. The rest of the target
stays as it is, so only what a picture's appearance implies is left to learn (docs/research/accuracy.md).

The prediction with the smallest relative error lies below the middle of the drawn levels, because too much light costs
more than too little; σ²/2 raises it back to about where it is without jitter.
"""

from __future__ import annotations

import torch

from lightprobe.training import sh_ops
from lightprobe.training.data.targets import Targets


def jitter_highlights(targets: Targets, deviation: float) -> Targets:
    """Targets with the radiance above white rescaled by one random factor per picture; `deviation` is σ [ln].

    Draws from torch's generator.
    """
    white = torch.exp(targets.curve[:, -1])[:, None, None, None]
    noise = torch.randn(len(targets.coeffs), 1, 1, 1, device=targets.coeffs.device)
    factor = torch.exp(deviation * noise + deviation**2 / 2)
    change = (factor - 1) * (targets.panorama - white).clamp_min(0)
    return targets._replace(coeffs=targets.coeffs + sh_ops.panorama_coeffs(change), panorama=targets.panorama + change)
