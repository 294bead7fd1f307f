"""The learning rate, against torch's own schedules."""

from __future__ import annotations

import warnings

import pytest
import torch

from lightprobe.training.recipes import Schedule
from lightprobe.training.run.lr_schedule import END, START, Plateau, lr_factor

STEPS = 100


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)


def test_one_cycle_is_that_of_torch() -> None:
    """Torch puts the peak at warm_up · steps − 1, we at warm_up · steps: half a per cent of a step apart at most."""
    own = Schedule(kind="one_cycle", warm_up=0.3)
    steps = 2000
    theirs = optimizer()
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        theirs, 1.0, steps, pct_start=0.3, div_factor=1 / START, final_div_factor=START / END, cycle_momentum=False
    )
    for step in range(steps):
        assert lr_factor(own, step, steps, Plateau()) == pytest.approx(theirs.param_groups[0]["lr"], abs=4e-3)
        theirs.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cycle.step()


def test_reduce_on_plateau_is_that_of_torch() -> None:
    own = Schedule(kind="reduce_on_plateau", warm_up=0.0, factor=0.5, patience=2)
    theirs = optimizer()
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, factor=0.5, patience=2)
    state = Plateau()
    for score in (1.0, 0.9, 0.95, 0.91, 0.92, 0.93, 0.89999, 0.9, 0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6):
        state.update(score, own)
        plateau.step(score)
        assert lr_factor(own, 50, STEPS, state) == theirs.param_groups[0]["lr"]
    assert state.scale < 0.5


@pytest.mark.parametrize("kind", ["one_cycle", "cosine", "constant", "reduce_on_plateau"])
def test_all_kinds_warm_up(kind: str) -> None:
    schedule = Schedule(kind=kind, warm_up=0.2)
    rise = [lr_factor(schedule, step, STEPS, Plateau()) for step in range(21)]
    assert rise[0] == pytest.approx(START)
    assert rise == sorted(rise)
    assert rise[20] == pytest.approx(1.0)
    assert lr_factor(schedule, STEPS - 1, STEPS, Plateau()) == pytest.approx(
        END if kind in ("one_cycle", "cosine") else 1
    )
