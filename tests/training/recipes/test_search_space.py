"""Search spaces fit the recipes."""

from __future__ import annotations

from lightprobe.training.recipes import RECIPES, serialize
from lightprobe.training.recipes.search_space import SEARCH_SPACES, Range


def test_every_value_can_be_set_in_the_recipes() -> None:
    for make in RECIPES.values():
        for field, values in SEARCH_SPACES[make().model].items():
            for value in (values.low, values.high) if isinstance(values, Range) else values:
                serialize.with_value(make(), field, value)


def test_every_named_recipe_can_be_tuned() -> None:
    assert {make().model for make in RECIPES.values()} == set(SEARCH_SPACES)
