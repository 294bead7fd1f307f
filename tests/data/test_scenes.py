"""What belongs together, and what kind of light it is."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.data.catalog import measure
from lightprobe.data.catalog.split import split
from lightprobe.data.catalog.table import Entry
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.errors import ImageError
from lightprobe.imaging.exr import write_exr


def entry(slug: str, **known: object) -> Entry:
    return Entry(slug=slug, file=f"{slug}.exr", **known)


def look(radiance: np.ndarray) -> np.ndarray:
    return measure.look(measure.resize(radiance, *measure.SMALL).astype(np.float32))


def grouped(*entries: Entry, looks: list[np.ndarray | None] | None = None) -> list[str]:
    return measure.groups(entries, looks or [None] * len(entries))


@pytest.mark.parametrize(
    ("slug", "place"),
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
def test_place_of_a_slug(slug: str, place: str) -> None:
    assert measure.place(slug) == place


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
        "halved": measure.resize(radiance, 64, 128),
        "others": panorama(kind, 6, 128),
    }
    likeness = {name: float(measure.similarity(look(radiance), look(copy)[None])[0]) for name, copy in copies.items()}
    assert likeness.pop("others") < measure.SIMILARITY
    assert min(likeness.values()) > measure.SIMILARITY
    assert likeness["turned"] > 0.98


def test_convention_yaw_does_not_matter_but_tilt_does() -> None:
    radiance = panorama("sun", 1, 64)
    for columns in range(0, 128, 16):
        turned = look(np.roll(radiance, columns, axis=1))
        assert measure.similarity(look(radiance), turned[None])[0] > 0.999
    assert measure.similarity(look(radiance), look(radiance[::-1])[None])[0] < 0.5


def test_look_alikes_share_a_group_through_third_ones() -> None:
    looks = [look(panorama("soft", seed, 64)) for seed in (1, 2, 1)]
    assert len(set(grouped(entry("one"), entry("two"), entry("three"), looks=looks))) == 2


def test_no_scene_is_on_both_sides_and_newcomers_move_nobody() -> None:
    first = [entry(f"{place}_{shot}") for place in "abcdefghijklmnopqrst" for shot in (1, 2, 3)]
    old = [replace(one, group=group) for one, group in zip(first, grouped(*first), strict=True)]
    newcomers = [entry(f"{place}_9_puresky") for place in "aeiouxyz"]
    names = grouped(*newcomers, *old)
    assert [split(name) for name in names[len(newcomers) :]] == [split(one.group) for one in old]
    sides: dict[str, set[str]] = {}
    for one, name in zip((*newcomers, *old), names, strict=True):
        sides.setdefault(measure.place(one.slug), set()).add(split(name))
    assert all(len(side) == 1 for side in sides.values())


@pytest.mark.parametrize(
    ("categories", "words", "kind"),
    [
        (["indoor", "studio"], [], "studio"),
        (["indoor", "night"], [], "indoor"),
        (["outdoor", "night"], ["house"], "night"),
        ([], ["brown", "photostudio"], "studio"),
        ([], ["dancing", "hall"], "indoor"),
        ([], ["meadow"], ""),
    ],
)
def test_stratum_by_words(categories: list[str], words: list[str], kind: str) -> None:
    assert measure.stratum(categories, words) == kind


def test_tags_do_not_outvote_categories() -> None:
    assert measure.stratum(["outdoor"], ["house", "studio"], panorama("sun", 1, 64)) == "sun"
    assert measure.stratum(["outdoor"], ["house"], panorama("soft", 1, 64)) == "soft"


@pytest.mark.parametrize("kind", ["sun", "soft"])
def test_stratum_by_picture(kind: str) -> None:
    assert measure.stratum([], [], panorama(kind, 3, 64)) == kind


def test_measure_counts_what_light_cannot_be_and_takes_it_as_dark(tmp_path: Path) -> None:
    radiance = panorama("soft", 1, 64).copy()
    radiance[3, 4], radiance[5, 6, 1], radiance[7, 8] = np.nan, -1, np.inf
    write_exr(tmp_path / "a.exr", radiance)
    measured = measure.measure(tmp_path / "a.exr")
    assert (measured.width, measured.height, measured.invalid_pixels) == (128, 64, 3)
    assert np.isfinite(measured.radiance).all()


def test_measure_knows_a_clipped_picture(tmp_path: Path) -> None:
    radiance = panorama("sun", 1, 64)
    write_exr(tmp_path / "whole.exr", radiance)
    write_exr(tmp_path / "clipped.exr", np.minimum(radiance, 1))
    whole, clipped = (measure.measure(tmp_path / f"{name}.exr") for name in ("whole", "clipped"))
    assert whole.clipped_share < 5e-4 < clipped.clipped_share
    assert whole.dynamic_range_ev > clipped.dynamic_range_ev + 5


def test_a_measurement_is_remembered_exactly(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", panorama("sun", 1, 64))
    measured = measure.measure(tmp_path / "a.exr")
    measure.remember(measured, tmp_path / "a.npz")
    recalled = measure.recall(tmp_path / "a.npz")
    assert recalled is not None
    for field in fields(measure.Measurement):
        assert np.array_equal(getattr(recalled, field.name), getattr(measured, field.name))
    (tmp_path / "a.npz").write_bytes(b"damaged")
    assert measure.recall(tmp_path / "a.npz") is None


def test_what_is_no_hdri_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.hdr").write_bytes(b"nothing of the kind")
    with pytest.raises(ImageError, match="expected"):
        measure.measure(tmp_path / "a.hdr")
