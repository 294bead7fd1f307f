"""Scene groups: what belongs together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lightprobe.data.catalog.groups import SIMILARITY, descriptor, location, scene_groups, similarity
from lightprobe.data.catalog.split import split
from lightprobe.data.catalog.strata import SMALL
from lightprobe.data.catalog.table import Entry
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.sphere.panorama.equirect import resize


def entry(slug: str, **known: object) -> Entry:
    return Entry(slug=slug, file=f"{slug}.exr", **known)


def described(radiance: np.ndarray) -> np.ndarray:
    return descriptor(resize(radiance, *SMALL).astype(np.float32))


def grouped(*entries: Entry, descriptors: list[np.ndarray | None] | None = None) -> list[str]:
    return scene_groups(entries, descriptors or [None] * len(entries))


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("quarry_01", "quarry"),
        ("studio_small_03", "studio_small"),
        ("kloofendal_43d_clear_puresky", "kloofendal"),
        ("kloofendal_overcast", "kloofendal"),
        ("kiara_1_dawn", "kiara"),
        ("kloppenheim_06_puresky", "kloppenheim"),
        ("pmndrs_sky", "pmndrs_sky"),
        ("the_sky_is_on_fire", "the_sky_is_on_fire"),
        ("old_depot_2k", "old_depot"),
        ("sunset", "sunset"),
        ("IMG_012", "img_012"),
        ("pano_7", "pano_7"),
        ("0012", "0012"),
    ],
)
def test_location_of_a_slug(slug: str, expected: str) -> None:
    assert location(slug) == expected


def test_shots_of_one_place_share_a_group() -> None:
    assert grouped(entry("quarry_01"), entry("quarry_02_puresky"), entry("harbor")) == ["quarry", "quarry", "harbor"]


def test_equal_coordinates_share_a_group_and_none_or_zero_do_not() -> None:
    here = {"latitude": -25.7461, "longitude": 28.18}
    assert len(set(grouped(entry("a1x", **here), entry("b2x", **here)))) == 1
    nowhere = {"latitude": 0.0, "longitude": 0.0}
    assert len(set(grouped(entry("a1x", **nowhere), entry("b2x", **nowhere), entry("c"), entry("d")))) == 4


def test_groups_that_are_given_stay_and_grow_together() -> None:
    given = [entry("hall", group="mine"), entry("attic", group="mine"), entry("hall_02"), entry("shed", group="hall")]
    assert grouped(*given) == ["mine"] * 4


@pytest.mark.parametrize("kind", KINDS)
def test_turned_exposed_and_clipped_copies_are_found(kind: str) -> None:
    radiance = panorama(kind, 5, 128)
    copies = {
        "turned": np.roll(radiance, 37, axis=1),
        "exposed": radiance * 7,
        "clipped": np.minimum(radiance, 6 * np.median(radiance)),
        "halved": resize(radiance, 64, 128),
        "others": panorama(kind, 6, 128),
    }
    likeness = {name: float(similarity(described(radiance), described(copy)[None])[0]) for name, copy in copies.items()}
    assert likeness.pop("others") < SIMILARITY
    assert min(likeness.values()) > SIMILARITY
    assert likeness["turned"] > 0.98


def test_convention_yaw_does_not_matter_but_tilt_does() -> None:
    radiance = panorama("sun", 1, 64)
    for columns in range(0, 128, 16):
        turned = described(np.roll(radiance, columns, axis=1))
        assert similarity(described(radiance), turned[None])[0] > 0.999
    assert similarity(described(radiance), described(radiance[::-1])[None])[0] < 0.5


def test_look_alikes_share_a_group_through_third_ones() -> None:
    descriptors = [described(panorama("soft", seed, 64)) for seed in (1, 2, 1)]
    assert len(set(grouped(entry("one"), entry("two"), entry("three"), descriptors=descriptors))) == 2


def test_no_scene_is_on_both_sides_and_newcomers_move_nobody() -> None:
    first = [entry(f"{place}_{shot}") for place in "abcdefghijklmnopqrst" for shot in (1, 2, 3)]
    old = [replace(one, group=group) for one, group in zip(first, grouped(*first), strict=True)]
    newcomers = [entry(f"{place}_9_puresky") for place in "aeiouxyz"]
    names = grouped(*newcomers, *old)
    assert [split(name) for name in names[len(newcomers) :]] == [split(one.group) for one in old]
    sides: dict[str, set[str]] = {}
    for one, name in zip((*newcomers, *old), names, strict=True):
        sides.setdefault(location(one.slug), set()).add(split(name))
    assert all(len(side) == 1 for side in sides.values())
