"""Recipes: a value out of range is refused when the recipe is made."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from lightprobe.training.recipes import Data, Optimizer, Recipe, Schedule


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"steps": 0}, "expected steps to be 1 or more, got 0; change it with --set steps=…"),
        ({"fold": 5}, "expected fold to be −1 to 4, got 5"),
        ({"folds": 1}, "expected folds to be 2 or more, got 1"),
        ({"ema": 1.0}, "expected ema to be from 0 to below 1, got 1.0"),
        ({"highlight_jitter": -0.1}, "expected highlight_jitter to be 0 or more, got -0.1"),
        ({"data": Data(response_given=1.5)}, "expected data.response_given to be a share from 0 to 1, got 1.5"),
        ({"data": Data(width=100, height=100)}, "expected a 2:1 picture size, got 100×100"),
        ({"optimizer": Optimizer(lr=0)}, "expected optimizer.lr to be above 0, got 0"),
        ({"schedule": Schedule(kind="slow")}, "expected schedule.kind to be one of one_cycle, .*, got 'slow'"),
        ({"precision": "8"}, "expected precision to be one of 32, 16, bf16, got '8'"),
    ],
)
def test_a_value_out_of_range(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recipe(model="ambient", **fields)  # type: ignore[arg-type]


def test_pictures_are_taken_as_the_recipe_says() -> None:
    data = Data(seed=3, width=128, height=64, curves=("srgb", "agx"), tilted=0.1, mixed=0.2, noisy=0.9)
    shot_recipe = asdict(Recipe(model="ambient", data=data).shot_recipe())
    assert shot_recipe == {name: value for name, value in asdict(data).items() if name in shot_recipe}
