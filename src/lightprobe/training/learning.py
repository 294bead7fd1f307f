"""One step: from a batch to new weights."""

from __future__ import annotations

import math

import torch
from lightning_fabric import Fabric

from lightprobe.errors import LightprobeError
from lightprobe.training import average
from lightprobe.training.feeding import Batch
from lightprobe.training.loss import Truth, terms
from lightprobe.training.schedule import factor
from lightprobe.training.state import State
from lightprobe.training.variation import vary_level


class Diverged(LightprobeError):
    """The loss is no number any more."""


def learn(state: State, fabric: Fabric, batch: Batch) -> tuple[dict[str, float], float]:
    """Take a step; the terms of its loss in this process, and the norm of the gradient before it was clipped.

    Raises: Diverged if the loss or the gradient is no number; the weights are then as they were.
    """
    recipe, device = state.recipe, fabric.device
    picture, response = (part.to(device, non_blocking=True) for part in (batch.picture, batch.response))
    truth = Truth(*(part.to(device, non_blocking=True) for part in batch.truth))
    if recipe.light_jitter:
        truth = vary_level(truth, recipe.light_jitter)
    lr = recipe.optimizer.lr * factor(recipe.schedule, state.step, recipe.steps, state.plateau)
    for group in state.optimizer.param_groups:
        group["lr"] = lr
    found = terms(state.wrapped(picture, response), truth, recipe.weights, state.model.convention)
    loss = torch.stack(list(found.values())).sum()
    _check(fabric, "loss", loss, state.step)
    fabric.backward(loss)
    norm = fabric.clip_gradients(state.wrapped, state.stepper, max_norm=recipe.clip, error_if_nonfinite=False)
    assert norm is not None
    if recipe.precision != "16":  # whose scaler leaves out steps that overflow, and lowers the scale
        _check(fabric, "gradient", norm, state.step)
    state.stepper.step()
    state.stepper.zero_grad()
    state.step += 1
    average.follow(state.ema, state.model.state_dict(), recipe.ema, state.step)
    return {name: float(term.detach()) for name, term in found.items()}, float(norm)


def _check(fabric: Fabric, name: str, value: torch.Tensor, step: int) -> None:
    number = float(value.detach())
    if is_any(fabric, not math.isfinite(number)):
        raise Diverged(
            f"step {step + 1}: expected a finite {name}, got {number}; nothing was saved since the last checkpoint; go "
            "on from there with --resume, or lower optimizer.lr or clip in a new run"
        )


def is_any(fabric: Fabric, here: bool) -> bool:
    """Whether it is so in any process; all must ask."""
    if fabric.world_size == 1:
        return here
    flag = torch.tensor(float(here), device=fabric.device)
    return bool(fabric.all_reduce(flag, reduce_op="sum") > 0)  # type: ignore[operator]
