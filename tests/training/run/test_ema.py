"""The moving average of the weights."""

from __future__ import annotations

import torch

from lightprobe.training.run.ema import init_ema, update_ema


def test_the_average_starts_as_a_copy() -> None:
    state = {"w": torch.ones(2, requires_grad=True), "count": torch.tensor(3)}
    average = init_ema(state)
    assert torch.equal(average["w"], state["w"])
    assert not average["w"].requires_grad
    average["w"].zero_()
    assert torch.equal(state["w"], torch.ones(2))


def test_late_steps_decay_as_the_recipe_says() -> None:
    average = {"w": torch.zeros(1)}
    for step in (10_000, 10_001):
        update_ema(average, {"w": torch.ones(1)}, 0.9, step)
    assert float(average["w"]) == torch.tensor(0.1 + 0.9 * 0.1).item()


def test_early_steps_forget_the_initial_weights_faster() -> None:
    """After step 1 the decay is 1/10, however large the recipe's is."""
    average = {"w": torch.zeros(1)}
    update_ema(average, {"w": torch.ones(1)}, 0.999, 1)
    assert abs(float(average["w"]) - 0.9) < 1e-6


def test_integers_are_copied() -> None:
    average = {"count": torch.tensor(3)}
    update_ema(average, {"count": torch.tensor(7)}, 0.999, 500)
    assert int(average["count"]) == 7
