"""A scene stands on one side, and stays there."""

from __future__ import annotations

from collections import Counter

import pytest

from lightprobe.data.catalog.split import split

GROUPS = [f"place_{number}" for number in range(4000)]


def test_a_side_depends_on_group_and_seed_alone() -> None:
    assert [split(group, 3) for group in GROUPS] == [split(group, 3) for group in GROUPS]
    assert [split(group, 3) for group in GROUPS] != [split(group, 4) for group in GROUPS]


def test_known_sides_never_change() -> None:
    """Models are judged on these sides; another hash would mix test scenes into the training of old models."""
    known = {
        "quarry": "train",
        "venice": "train",
        "studio_small": "train",
        "kloofendal": "val",
        "clear_puresky_noon": "test",
        "sunny_vondelpark": "val",
    }
    assert {group: split(group) for group in known} == known


def test_shares_are_those_asked_for() -> None:
    shares = Counter(split(group, val=0.15, test=0.2) for group in GROUPS)
    assert abs(shares["val"] / len(GROUPS) - 0.15) < 0.02
    assert abs(shares["test"] / len(GROUPS) - 0.2) < 0.02


def test_a_larger_val_share_takes_from_train_only() -> None:
    for group in GROUPS:
        small, large = split(group, val=0.1), split(group, val=0.3)
        assert large == small or (small, large) == ("train", "val")


@pytest.mark.parametrize(("val", "test"), [(-0.1, 0.1), (0.5, 0.5), (0.1, 1.2), (float("nan"), 0.1)])
def test_impossible_shares_are_refused(val: float, test: float) -> None:
    with pytest.raises(ValueError, match="expected shares val, test ≥ 0 with a sum below 1"):
        split("quarry", val=val, test=test)


def test_a_scene_without_group_is_refused() -> None:
    with pytest.raises(ValueError, match="expected the name of a scene group"):
        split("")
