"""A run between two steps, to and from a checkpoint."""

from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType

import torch

from lightprobe.training.data.loader import Batch, Batches
from lightprobe.training.data.records import Records
from lightprobe.training.run import checkpoint
from lightprobe.training.run.devices import open_fabric
from lightprobe.training.run.state import State, initial_state, restore_checkpoint, to_checkpoint
from lightprobe.training.run.step import train_step


def trained(toys: ModuleType, records: Records, steps: int) -> State:
    fabric = open_fabric("cpu", 1, "32")
    state = initial_state(toys.toy(), fabric)
    batches = Batches(records, batch=4, seed=0)
    while state.step < steps:
        batch = batches[state.step]
        assert isinstance(batch, Batch)
        train_step(state, fabric, batch)
    return state


def test_the_seed_decides_the_first_weights(toys: ModuleType) -> None:
    fabric = open_fabric("cpu", 1, "32")
    one, other = (initial_state(toys.toy(), fabric).model.state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert math.isnan(initial_state(toys.toy(), fabric).score)


def test_a_restored_run_is_the_run(toys: ModuleType, records: Records, tmp_path: Path) -> None:
    state, fabric = trained(toys, records, 3), open_fabric("cpu", 1, "32")
    state.history.append({"step": 3, "score": 0.5})
    state.plateau.waited = 2
    checkpoint.save_checkpoint(tmp_path / "last.pt", to_checkpoint(state, fabric, {"scenes": ["a"]}))
    drawn = torch.rand(1)
    content = checkpoint.load_checkpoint(tmp_path / "last.pt")
    assert content["data"] == {"scenes": ["a"]}
    assert content["position"] == 3 * 4
    again = initial_state(toys.toy(), fabric)
    restore_checkpoint(again, fabric, content)
    assert torch.equal(torch.rand(1), drawn)
    assert (again.step, again.score, again.plateau) == (3, 0.5, state.plateau)
    for name, value in state.model.state_dict().items():
        assert torch.equal(value, again.model.state_dict()[name])
        assert torch.equal(state.ema[name], again.ema[name])
    assert str(again.optimizer.state_dict()) == str(state.optimizer.state_dict())
