"""Recipes by name and by file, changed, written down and read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lightprobe.training.recipes import ambient, serialize


def test_a_recipe_survives_json() -> None:
    recipe = serialize.with_changes(
        ambient(), ["optimizer.betas=0.8,0.95", "settings.widths=(8, 16, 24)", "data.half=false"]
    )
    again = serialize.from_dict(json.loads(json.dumps(serialize.to_dict(recipe))))
    assert serialize.to_dict(again) == serialize.to_dict(recipe)
    assert (again.optimizer.betas, again.data.half) == ((0.8, 0.95), False)


def test_a_recipe_file_makes_the_same_recipe(tmp_path: Path) -> None:
    recipe = serialize.with_changes(ambient(), ["steps=7", "data.curves=srgb,filmic,srgb", "schedule.kind=constant"])
    path = tmp_path / "mine.py"
    path.write_text(serialize.to_source(recipe, "Mine."))
    assert serialize.find_recipe(str(path)) == recipe


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("steps=1e3", 1000),
        ("optimizer.lr=3e-4", 3e-4),
        ("precision=16", "16"),
        ("data.curves=srgb", ("srgb",)),
        ("data.curves=('srgb', 'agx')", ("srgb", "agx")),
        ("data.half=true", True),
        ("ema=0", 0.0),
        ("settings.width=1.0", 1.0),
    ],
)
def test_set_reads_values_as_the_field_holds_them(assignment: str, value: object) -> None:
    held: object = serialize.with_changes(ambient(), [assignment])
    for name in assignment.partition("=")[0].split("."):
        held = held[name] if isinstance(held, dict) else getattr(held, name)
    assert held == value
    assert type(held) is type(value)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("steps", "expected --set field=value, got 'steps'"),
        ("stepz=3", "expected a field of the recipe .*steps.*, got 'stepz'"),
        ("optimizer.rate=3", r"\(optimizer.lr, optimizer.weight_decay, optimizer.betas\), got 'optimizer.rate'"),
        ("optimizer=3", r"\(optimizer.lr, .*\), got 'optimizer'"),
        ("data.told=1", r"data.response_given, .*\), got 'data.told'"),
        ("settings=3", r"\(settings.NAME\), got 'settings'"),
        ("steps.more=3", "got 'steps.more'"),
        ("steps=2.5", "expected steps to be a whole number, got '2.5'"),
        ("steps=many", "expected steps to be a whole number"),
        ("data.half=1", "expected data.half to be true or false"),
        ("optimizer.betas=a,b", "expected optimizer.betas to be values joined by commas"),
        ("steps=0", "expected steps to be 1 or more, got 0"),
        ("fold=7", "expected fold to be −1 to 4, got 7"),
        ("schedule.kind=slow", "expected schedule.kind to be one of one_cycle"),
        ("precision=8", "expected precision to be one of 32, 16, bf16"),
        ("data.curves=neon", "expected curves of srgb"),
    ],
)
def test_a_change_that_cannot_be_made(assignment: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        serialize.with_changes(ambient(), [assignment])
    assert "\n" not in str(caught.value)


def test_a_recipe_that_cannot_be_found(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def recipe(:\n")
    other = tmp_path / "other.py"
    other.write_text("x = 1\n")
    for name, message in (
        ("unheard", "expected a recipe .*ambient, shipped, surroundings, mobilenet_v2"),
        ("gone.py", "no such recipe file; check the path"),
        (str(broken), "the recipe failed with SyntaxError: .*; correct the file"),
        (str(other), "expected `def recipe"),
    ):
        with pytest.raises(ValueError, match=message):
            serialize.find_recipe(name)


def test_only_workers_may_differ() -> None:
    one = ambient()
    assert serialize.differing_fields(one, serialize.with_changes(one, ["workers=7"])) == []
    assert serialize.differing_fields(one, serialize.with_changes(one, ["optimizer.lr=1", "seed=1"])) == [
        "optimizer.lr",
        "seed",
    ]


def test_shorter_runs_validate_as_often() -> None:
    short = serialize.shortened(serialize.with_changes(ambient(), ["steps=4000", "validate_every=500"]), 400)
    assert (short.steps, short.validate_every) == (400, 50)
