"""`lightprobe tune`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_recipe_is_found_and_can_be_trained(run: Callable, toy_hdris: Path) -> None:
    quick = ("--data", toy_hdris, "--set", "data.variants=1", "--threads", 1)
    ran = run("tune", "toy", *quick, "--trials", 2, "--steps", 1)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[1] == f"next: lightprobe train tune/recipe.py --data {toy_hdris} --out runs/tuned"
    assert "trial 1: optimizer.lr=" in ran.err
    again = run("tune", "toy", *quick, "--trials", 2, "--steps", 1, "--json")
    document = json.loads(again.out)
    assert (document["trials"], document["recipe"]) == (2, "tune/recipe.py")
    trained = run("train", "tune/recipe.py", "--data", toy_hdris, "--set", "steps=1", "--json")
    assert json.loads(trained.out)["step"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("toy", "--trials", "0"), "expected at least 1 trial, got 0"),
        (("unheard",), "expected a recipe"),
        (("toy", "--steps", "0"), "expected steps to be 1 or more, got 0"),
    ],
)
def test_what_is_wrong_is_one_line(run: Callable, toy_hdris: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = run("tune", *arguments, "--data", toy_hdris)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert message in ran.err
