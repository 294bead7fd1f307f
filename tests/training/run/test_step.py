"""One step: the learning rate, the weights, their average."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from lightning_fabric import Fabric

from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.loader import Batch, Batches
from lightprobe.training.data.records import Records
from lightprobe.training.recipes import Recipe, Schedule
from lightprobe.training.run import step
from lightprobe.training.run.devices import open_fabric
from lightprobe.training.run.state import State, initial_state
from lightprobe.training.run.step import Diverged, in_any_process, train_step

Begin = Callable[..., tuple[State, Fabric]]


@pytest.fixture
def begin(toys: ModuleType) -> Begin:
    def call(**fields: object) -> tuple[State, Fabric]:
        fabric = open_fabric("cpu", 1, "32")
        recipe: Recipe = replace(toys.toy(), **fields)
        return initial_state(recipe, fabric), fabric

    return call


@pytest.fixture
def batch(records: Records) -> Batch:
    found = Batches(records, batch=4, seed=0)[0]
    assert isinstance(found, Batch)
    return found


def weights(state: State) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in state.model.state_dict().items()}


def test_a_step_moves_the_weights_and_their_average(begin: Begin, batch: Batch) -> None:
    state, fabric = begin()
    before = weights(state)
    terms, norm = train_step(state, fabric, batch)
    assert state.step == 1
    assert set(terms) == {"irradiance", "log", "curve"}
    assert norm > 0
    for name, value in weights(state).items():
        assert not torch.equal(value, before[name])
        torch.testing.assert_close(state.ema[name], before[name] + 0.9 * (value - before[name]))
    assert all(parameter.grad is None for parameter in state.model.parameters())


def test_a_network_of_lost_light_has_its_own_terms(begin: Begin, toys: ModuleType, hdris: Path, tmp_path: Path) -> None:
    state, fabric = begin(model="surroundings", data=replace(toys.toy().data, partial=0.5))
    records = Records(open_dataset(hdris, state.recipe).train, state.model, tmp_path)
    batch = Batches(records, batch=4, seed=0)[0]
    assert isinstance(batch, Batch)
    before = weights(state)
    terms, _ = train_step(state, fabric, batch)
    assert set(terms) == {"irradiance", "oracle", "level", "log", "place", "color", "curve", "unseen"}
    for name in ("heads.weight", "sky.weight", "spread.weight", "curves.bias"):
        assert not torch.equal(state.model.state_dict()[name], before[name]), name


def test_the_learning_rate_is_the_schedules(begin: Begin, batch: Batch) -> None:
    state, fabric = begin(steps=10, schedule=Schedule(kind="cosine", warm_up=0.5))
    rates = []
    for _ in range(10):
        train_step(state, fabric, batch)
        rates.append(state.optimizer.param_groups[0]["lr"])
    assert rates.index(max(rates)) == 5
    assert max(rates) == pytest.approx(state.recipe.optimizer.lr)


def test_highlights_are_jittered_if_the_recipe_says_so(
    begin: Begin, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    deviations: list[float] = []
    monkeypatch.setattr(step, "jitter_highlights", lambda targets, deviation: deviations.append(deviation) or targets)
    for deviation in (0.0, 0.7):
        state, fabric = begin(highlight_jitter=deviation)
        train_step(state, fabric, batch)
    assert deviations == [0.7]


def test_an_infinite_loss_leaves_the_weights_unchanged(begin: Begin, batch: Batch) -> None:
    state, fabric = begin()
    before = weights(state)
    broken = batch._replace(targets=batch.targets._replace(coeffs=batch.targets.coeffs * float("inf")))
    with pytest.raises(Diverged, match=r"step 1: the loss became nan; .* continue from there with --resume"):
        train_step(state, fabric, broken)
    assert state.step == 0
    assert all(torch.equal(value, before[name]) for name, value in weights(state).items())


def test_one_process_asks_itself_alone() -> None:
    fabric = open_fabric("cpu", 1, "32")
    assert in_any_process(fabric, True)
    assert not in_any_process(fabric, False)
