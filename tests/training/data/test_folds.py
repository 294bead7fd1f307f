"""Held out means held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.training.data.folds import Scene, digest_sources, make_fold, read_scenes

KINDS = ("sun", "indoor", "soft", "night")
SCENES = [
    *(
        Scene(slug=f"{group}_{shot}", group=group, stratum=KINDS[k % 4])
        for k, group in enumerate("abcdefgh")
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
        sides = make_fold(SCENES, fold, folds)
        held += sides.scored
        assert not {GROUP[slug] for slug in sides.train} & {GROUP[slug] for slug in sides.scored}
        assert sides.held_out
    assert sorted(held) == sorted(scene.slug for scene in SCENES if not scene.puresky)


def test_pure_skies_are_trained_on_but_never_scored() -> None:
    for fold in range(5):
        sides = make_fold(SCENES, fold, 5)
        assert "z_puresky" in sides.train
        assert ("a_puresky" in sides.train) == ("a_0" in sides.train)
        assert not any("puresky" in slug for slug in sides.scored)


def test_kinds_of_light_are_dealt_evenly() -> None:
    kinds = {scene.group: scene.stratum for scene in SCENES}
    for fold in range(2):
        held = {GROUP[slug] for slug in make_fold(SCENES, fold, 2).scored}
        assert sorted(kinds[group] for group in held) == ["indoor", "night", "soft", "sun"]


def test_the_order_of_scenes_does_not_matter() -> None:
    assert make_fold(SCENES[::-1], 1, 3) == make_fold(SCENES, 1, 3)


def test_minus_one_trains_on_all() -> None:
    sides = make_fold(SCENES, -1, 5)
    assert len(sides.train) == len(SCENES)
    assert not sides.held_out
    assert set(sides.scored) <= set(sides.train)


def test_too_few_groups() -> None:
    with pytest.raises(ValueError, match="expected at least 5 scene groups for 5 folds, got 2"):
        make_fold(SCENES[:4], 0, 5)


def test_a_plain_folder(hdris: Path, tmp_path: Path) -> None:
    sources, scenes = read_scenes(hdris)
    assert [scene.slug for scene in scenes] == sorted(sources)
    assert not any(scene.puresky for scene in scenes)
    hdri = next(hdris.iterdir()).read_bytes()
    for name in ("kloofendal_43d_clear_puresky", "kiara-Pure-Sky", "pure_cave"):
        (tmp_path / f"{name}.exr").write_bytes(hdri)
    assert {scene.slug: scene.puresky for scene in read_scenes(tmp_path)[1]} == {
        "kloofendal_43d_clear_puresky": True,
        "kiara-Pure-Sky": True,
        "pure_cave": False,
    }


def test_the_digest_is_of_contents(hdris: Path, tmp_path: Path) -> None:
    sources = list(read_scenes(hdris)[0].values())
    for source in sources:
        (tmp_path / source.path.name).write_bytes(source.path.read_bytes())
    same = digest_sources(read_scenes(tmp_path)[0].values())
    assert same == digest_sources(sources)
    assert digest_sources(sources[1:]) != same
    changed = tmp_path / "changed"
    changed.mkdir()
    for source in sources:
        (changed / source.path.name).write_bytes(sources[0].path.read_bytes())
    assert digest_sources(read_scenes(changed)[0].values()) != same


def test_groups_held_out_are_never_trained_on_and_scored_by_fold_minus_1() -> None:
    scenes = [Scene(slug=f"s{k}", group=f"g{k // 2}") for k in range(12)]
    scenes.append(Scene(slug="s12_puresky", group="g0", puresky=True))
    everything = make_fold(scenes, -1, 5, ("g0", "g3"))
    assert everything.scored == ("s0", "s1", "s6", "s7")
    assert everything.held_out
    assert set(everything.train) == {scene.slug for scene in scenes if scene.group not in ("g0", "g3")}
    for fold in range(4):
        sides = make_fold(scenes, fold, 4, ("g0", "g3"))
        assert not {"s0", "s1", "s6", "s7"} & {*sides.train, *sides.scored}
    with pytest.raises(ValueError, match="expected scenes to train on"):
        make_fold(scenes[:2], -1, 5, ("g0",))
