"""Collapse: a network that guesses the same for every picture is not shipped."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from lightprobe.models.surroundings import FoundLight, Surroundings
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.recipes import Recipe, surroundings
from lightprobe.training.run import collapse
from lightprobe.training.run.collapse import Collapsed, check_collapse, guess_deviation
from lightprobe.training.validation import Validator


@pytest.fixture
def small(toys: ModuleType) -> Recipe:
    toy = toys.toy()
    return replace(toy, model="surroundings", settings={}, data=replace(toy.data, partial=0.5))


def validator_of(model: Surroundings, recipe: Recipe, hdris: Path, cache: Path) -> Validator:
    return Validator.of(open_dataset(hdris, recipe), model, cache, half=True, device=torch.device("cpu"))


def test_strong_light_that_never_varies_is_found(
    small: Recipe, hdris: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collapse, "FULL", 0.02)  # the toys' suns are smaller than a cell
    monkeypatch.setattr(collapse, "LEAST_PICTURES", 2)
    torch.manual_seed(0)
    model = Surroundings().eval()
    assert guess_deviation(validator_of(model, small, hdris, shared_cache)) < 0.1  # its heads are still zero
    guess = Surroundings.light

    def brighter_with_the_picture(self: Surroundings, cells: torch.Tensor, response: torch.Tensor) -> FoundLight:
        light = guess(self, cells, response)
        return light._replace(lost=light.lost * cells[:, :3].mean((1, 2, 3), keepdim=True))

    monkeypatch.setattr(Surroundings, "light", brighter_with_the_picture)  # by two stops from exposure to exposure
    assert guess_deviation(validator_of(model, small, hdris, shared_cache)) > 0.3


def test_other_networks_are_not_asked(toys: ModuleType, hdris: Path, shared_cache: Path) -> None:
    dataset = open_dataset(hdris, toys.toy())
    validator = Validator.of(dataset, toys.Toy(), shared_cache, half=True, device=torch.device("cpu"))
    assert math.isnan(guess_deviation(validator))


def test_a_collapse_ends_the_second_half_of_a_run() -> None:
    check_collapse(0.0, 49, 100)
    check_collapse(0.5, 100, 100)
    check_collapse(math.nan, 100, 100)
    with pytest.raises(Collapsed, match=r"step 50: .*0\.010 stops.*lower optimizer\.lr"):
        check_collapse(0.01, 50, 100)


def test_the_recipe_is_of_this_network() -> None:
    assert surroundings().model == "surroundings"
