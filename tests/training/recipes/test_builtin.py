"""The named recipes."""

from __future__ import annotations

import pytest

from lightprobe.evaluation.suites.registry import registry_scenes
from lightprobe.models import MODELS
from lightprobe.training.recipes import RECIPES, ambient, serialize, shipped
from lightprobe.training.recipes.builtin import PUBLIC


def test_the_public_groups_are_those_of_the_registry_suite() -> None:
    assert sorted({scene["group"] for scene in registry_scenes()}) == sorted(PUBLIC)


def test_the_shipped_recipe_is_ambient_without_the_public_scenes() -> None:
    assert serialize.differing_fields(shipped(), ambient()) == ["fold", "hold_out"]
    assert shipped().fold == -1
    assert shipped().hold_out == PUBLIC


@pytest.mark.parametrize("name", ["ambient", "shipped", "surroundings", "mobilenet_v2"])
def test_a_recipe_says_its_command_machine_and_score(name: str) -> None:
    recipe = RECIPES[name]()
    assert recipe.model in MODELS
    text = RECIPES[name].__doc__ or ""
    assert f"Command: lightprobe train {name} " in text
    assert "Machine, time: " in text
    assert "core" in text
