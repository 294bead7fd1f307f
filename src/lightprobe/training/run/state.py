"""The state of a run from step to step, packed into a checkpoint and restored from one."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor

import lightprobe
from lightprobe.models import Model, build
from lightprobe.models.surroundings import Surroundings
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.training.run import checkpoint, devices
from lightprobe.training.run.ema import init_ema
from lightprobe.training.run.lr_schedule import Plateau
from lightprobe.training.validation import ConditionScores


@dataclass
class State:
    """The state of a run after `step` steps."""

    recipe: Recipe
    model: Model
    wrapped: Any
    """The model as Fabric calls it: autocast, gradients shared between processes."""
    optimizer: torch.optim.Optimizer
    stepper: Any
    """The optimizer as Fabric calls it."""
    ema: dict[str, Tensor]
    plateau: Plateau = field(default_factory=Plateau)
    step: int = 0
    best: float = math.inf
    scores: ConditionScores = field(default_factory=dict[str, dict[str, float]])
    history: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    """Step and score of every validation."""

    @property
    def score(self) -> float:
        """Score of the last validation; NaN before the first."""
        return self.history[-1]["score"] if self.history else math.nan


def initial_state(recipe: Recipe, fabric: Fabric) -> State:
    """The state at step 0, the weights drawn from the recipe's seed."""
    torch.manual_seed(recipe.seed)
    model = build(recipe.model, **recipe.settings).train()
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": recipe.optimizer.weight_decay},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(
        [group for group in groups if group["params"]], lr=recipe.optimizer.lr, betas=recipe.optimizer.betas
    )
    wrapped, stepper = fabric.setup(model, optimizer)
    if isinstance(model, Surroundings):
        wrapped.mark_forward_method("light")
    torch.manual_seed(recipe.seed + 1 + 1_000_003 * fabric.global_rank)  # dropout differs from process to process
    return State(
        recipe=recipe,
        model=model,
        wrapped=wrapped,
        optimizer=optimizer,
        stepper=stepper,
        ema=init_ema(model.state_dict()),
    )


def to_checkpoint(state: State, fabric: Fabric, provenance: dict[str, Any]) -> dict[str, Any]:
    """The checkpoint of a run: tensors, numbers, texts, lists and dicts only."""
    recipe = state.recipe
    return {
        "format": checkpoint.RUN_FORMAT,
        "version": lightprobe.__version__,
        "recipe": serialize.to_dict(recipe),
        "model": {"name": recipe.model, "settings": dict(state.model.settings)},
        "weights": _on_cpu(state.model.state_dict()),
        "ema": _on_cpu(state.ema),
        "optimizer": state.optimizer.state_dict(),
        "scaler": fabric.strategy.precision.state_dict(),
        "schedule": asdict(state.plateau),
        "rng": devices.random_state(),
        "position": state.step * recipe.batch,
        "step": state.step,
        "best": state.best,
        "scores": state.scores,
        "history": state.history,
        "data": provenance,
    }


def restore_checkpoint(state: State, fabric: Fabric, held: dict[str, Any]) -> None:
    """Set the state to that of a checkpoint, in place.

    A checkpoint holds the random state of the first process; the others seed their own with the step.
    """
    state.model.load_state_dict(held["weights"])
    state.optimizer.load_state_dict(held["optimizer"])
    if held.get("scaler"):
        fabric.strategy.precision.load_state_dict(held["scaler"])
    for name, value in held["ema"].items():
        state.ema[name].copy_(value)
    state.plateau = Plateau(**held["schedule"])
    state.step, state.best = held["step"], held["best"]
    state.scores, state.history = held["scores"], held["history"]
    if fabric.global_rank:
        torch.manual_seed(state.recipe.seed + 1 + 1_000_003 * fabric.global_rank + state.step)
    else:
        devices.set_random_state(held["rng"])


def _on_cpu(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu() for name, value in tensors.items()}
