"""The learning rate, as a factor on the recipe's: a function of the step, and of the scores so far."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lightprobe.training.recipes.recipe import Schedule

START, END = 1 / 25, 1e-4
"""Factor at the first step, and at the last step of `one_cycle` and `cosine`."""
THRESHOLD = 1e-4
"""Relative improvement that `reduce_on_plateau` counts as one. Source: torch.optim.lr_scheduler.ReduceLROnPlateau."""


@dataclass
class Plateau:
    """The memory of `reduce_on_plateau`."""

    scale: float = 1.0
    best: float = math.inf
    waited: int = 0

    def update(self, score: float, schedule: Schedule) -> None:
        """Take a validation score into account; smaller is better."""
        if schedule.kind != "reduce_on_plateau":
            return
        if score < self.best * (1 - THRESHOLD):
            self.best, self.waited = score, 0
        else:
            self.waited += 1
        if self.waited > schedule.patience:
            self.scale, self.waited = self.scale * schedule.factor, 0


def lr_factor(schedule: Schedule, step: int, steps: int, plateau: Plateau) -> float:
    """Factor of the learning rate at this step, 0 … steps − 1."""
    rise = schedule.warm_up * steps
    if step < rise:
        if schedule.kind == "one_cycle":
            return _cosine(START, 1.0, step / rise)
        return START + (1 - START) * step / rise
    if schedule.kind in ("one_cycle", "cosine"):
        return _cosine(1.0, END, (step - rise) / max(steps - 1 - rise, 1))
    return plateau.scale


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * min(share, 1.0))) / 2
