"""Step: from a batch to new weights."""

from __future__ import annotations

import math

import torch
from lightning_fabric import Fabric

from lightprobe.errors import LightprobeError
from lightprobe.models.surroundings import FoundLight, Surroundings
from lightprobe.training.data.loader import Batch
from lightprobe.training.data.targets import Targets
from lightprobe.training.objective.highlight_jitter import jitter_highlights
from lightprobe.training.objective.loss import loss_terms
from lightprobe.training.objective.lost_light import lost_light_terms
from lightprobe.training.run.ema import update_ema
from lightprobe.training.run.lr_schedule import lr_factor
from lightprobe.training.run.state import State


class Diverged(LightprobeError):
    """The loss or its gradient became NaN or infinite."""


def train_step(state: State, fabric: Fabric, batch: Batch) -> tuple[dict[str, float], float]:
    """Take a step; return this process's terms of the loss, and the norm of the gradient before clipping.

    Raises: Diverged if the loss or the gradient is NaN or infinite; the weights are then unchanged.
    """
    recipe, device = state.recipe, fabric.device
    picture, response = (part.to(device, non_blocking=True) for part in (batch.picture, batch.response))
    targets = Targets(*(part.to(device, non_blocking=True) for part in batch.targets))
    if recipe.highlight_jitter:
        targets = jitter_highlights(targets, recipe.highlight_jitter)
    lr = recipe.optimizer.lr * lr_factor(recipe.schedule, state.step, recipe.steps, state.plateau)
    for group in state.optimizer.param_groups:
        group["lr"] = lr
    terms = _terms(state, Batch(picture, response, targets))
    loss = torch.stack(list(terms.values())).sum()
    _check_finite(fabric, "loss", loss, state.step)
    fabric.backward(loss)
    norm = fabric.clip_gradients(state.wrapped, state.stepper, max_norm=recipe.clip, error_if_nonfinite=False)
    assert norm is not None
    if recipe.precision != "16":  # whose scaler skips steps that overflow, and lowers the scale
        _check_finite(fabric, "gradient", norm, state.step)
    state.stepper.step()
    state.stepper.zero_grad()
    state.step += 1
    update_ema(state.ema, state.model.state_dict(), recipe.ema, state.step)
    return {name: float(term.detach()) for name, term in terms.items()}, float(norm)


def _terms(state: State, batch: Batch) -> dict[str, torch.Tensor]:
    """The terms of the loss that the model is trained by."""
    weights = state.recipe.weights
    if isinstance(state.model, Surroundings):
        light = FoundLight(*(part.float() for part in state.wrapped.light(batch.picture, batch.response)))
        return lost_light_terms(light, batch, state.model, weights)
    return loss_terms(state.wrapped(batch.picture, batch.response), batch.targets, weights, state.model.convention)


def _check_finite(fabric: Fabric, name: str, value: torch.Tensor, step: int) -> None:
    number = float(value.detach())
    if in_any_process(fabric, not math.isfinite(number)):
        raise Diverged(
            f"step {step + 1}: the {name} became {number}; nothing was saved after the last checkpoint; continue from "
            "there with --resume, or lower optimizer.lr or clip in a new run"
        )


def in_any_process(fabric: Fabric, here: bool) -> bool:
    """Whether `here` is true in any process; all processes must call this."""
    if fabric.world_size == 1:
        return here
    flag = torch.tensor(float(here), device=fabric.device)
    return bool(fabric.all_reduce(flag, reduce_op="sum") > 0)  # type: ignore[operator]
