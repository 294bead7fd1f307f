"""Held out means held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.training.data.folds import Scene, deal, is_sky, read_scenes

KINDS = ("sun", "indoor", "soft", "night")
SCENES = [
    *(
        Scene(slug=f"{place}_{shot}", group=place, stratum=KINDS[k % 4])
        for k, place in enumerate("abcdefgh")
        for shot in range(2)
    ),
    Scene(slug="a_puresky", group="a", stratum="sun", puresky=True),
    Scene(slug="z_puresky", group="z", stratum="sun", puresky=True),
]
GROUP = {scene.slug: scene.group for scene in SCENES}


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_every_group_is_held_out_once_and_whole(folds: int) -> None:
    held: list[str] = []
    for fold in range(folds):
        sides = deal(SCENES, fold, folds)
        held += sides.scored
        assert not {GROUP[slug] for slug in sides.train} & {GROUP[slug] for slug in sides.scored}
        assert sides.held_out
    assert sorted(held) == sorted(scene.slug for scene in SCENES if not scene.puresky)


def test_pure_skies_are_trained_on_but_never_scored() -> None:
    for fold in range(5):
        sides = deal(SCENES, fold, 5)
        assert "z_puresky" in sides.train
        assert ("a_puresky" in sides.train) == ("a_0" in sides.train)
        assert not any("puresky" in slug for slug in sides.scored)


def test_kinds_of_light_are_dealt_evenly() -> None:
    kinds = {scene.group: scene.stratum for scene in SCENES}
    for fold in range(2):
        held = {GROUP[slug] for slug in deal(SCENES, fold, 2).scored}
        assert sorted(kinds[group] for group in held) == ["indoor", "night", "soft", "sun"]


def test_the_order_of_scenes_does_not_matter() -> None:
    assert deal(SCENES[::-1], 1, 3) == deal(SCENES, 1, 3)


def test_minus_one_trains_on_all() -> None:
    sides = deal(SCENES, -1, 5)
    assert len(sides.train) == len(SCENES)
    assert not sides.held_out
    assert set(sides.scored) <= set(sides.train)


def test_too_few_groups() -> None:
    with pytest.raises(ValueError, match="expected at least 5 scene groups for 5 folds, got 2"):
        deal(SCENES[:4], 0, 5)


def test_a_plain_folder(hdris: Path) -> None:
    sources, scenes = read_scenes(hdris)
    assert [scene.slug for scene in scenes] == sorted(sources)
    assert is_sky("kloofendal_43d_clear_puresky")
    assert is_sky("kiara-Pure-Sky")
    assert not is_sky("pure_cave")


def test_groups_held_out_are_never_trained_on_and_scored_by_fold_minus_1() -> None:
    scenes = [Scene(slug=f"s{k}", group=f"g{k // 2}") for k in range(12)]
    scenes.append(Scene(slug="s12_puresky", group="g0", puresky=True))
    everything = deal(scenes, -1, 5, ("g0", "g3"))
    assert everything.scored == ("s0", "s1", "s6", "s7")
    assert everything.held_out
    assert set(everything.train) == {scene.slug for scene in scenes if scene.group not in ("g0", "g3")}
    for fold in range(4):
        sides = deal(scenes, fold, 4, ("g0", "g3"))
        assert not {"s0", "s1", "s6", "s7"} & {*sides.train, *sides.scored}
    with pytest.raises(ValueError, match="expected scenes to train on"):
        deal(scenes[:2], -1, 5, ("g0",))


def test_the_public_groups_are_those_of_the_registry_suite() -> None:
    from lightprobe.evaluation.suites.suite import registry_scenes
    from lightprobe.training.recipes.recipe import PUBLIC

    assert sorted({scene["group"] for scene in registry_scenes()}) == sorted(PUBLIC)
