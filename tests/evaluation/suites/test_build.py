"""Suites of a catalog: scenes of one side of the split, pure skies, files that are no HDRIs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.data.catalog.table import SYNTHETIC, Entry, write_catalog
from lightprobe.errors import ImageError
from lightprobe.evaluation.suites.build import build_suite, catalog_suite, plan_suite
from lightprobe.evaluation.suites.folder import read_suite
from lightprobe.imaging.formats.exr import write_exr

from ..conftest import SLUGS, radiance, whole_suite


def test_a_folder_of_hdris_becomes_a_suite(hdris: Path, tmp_path: Path) -> None:
    plan = plan_suite(hdris, seed=3, size=(64, 32), side="all")
    assert {shot.scene for shot in plan.suite.shots} == set(SLUGS)
    assert build_suite(plan, tmp_path / "suite") == 63
    read = read_suite(tmp_path / "suite")
    assert read.name == "hdris"
    for one, other in zip(whole_suite().items(), read.items(), strict=True):
        np.testing.assert_array_equal(one.image_srgb, other.image_srgb)
    assert {shot.group for shot in read.shots} == {"dim_hall", "green_park"}


def test_pure_skies_only_on_request(hdris: Path) -> None:
    with_skies = catalog_suite(hdris, size=(64, 32), side="all", with_pureskies=True)
    assert "clear_puresky" in {shot.scene for shot in with_skies.shots}


def test_only_one_side_of_the_split_is_taken(hdris: Path) -> None:
    from lightprobe.data.catalog.split import split

    seed = next(seed for seed in range(99) if {split(g, seed) for g in ("dim_hall", "green_park")} == {"test", "train"})
    held_out = catalog_suite(hdris, size=(64, 32), side="test", split_seed=seed)
    assert {split(shot.group, seed) for shot in held_out.shots} == {"test"}


def test_a_display_picture_is_no_hdri(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (128, 64), (9, 9, 9)).save(tmp_path / "lies.png")
    (tmp_path / "lies.png").rename(tmp_path / "lies.exr")
    with pytest.raises(ImageError, match="expected HDR radiance, got display values"):
        catalog_suite(tmp_path, size=(64, 32), side="all")


def test_a_folder_of_pure_skies_alone_is_refused(tmp_path: Path) -> None:
    write_exr(tmp_path / "clear_puresky.exr", radiance(SLUGS[0]))
    with pytest.raises(ValueError, match=r"all 1 scenes in all are pure skies; .* or --with-pureskies"):
        catalog_suite(tmp_path, size=(64, 32), side="all")


def test_a_broken_hdri_is_refused(hdris: Path, tmp_path: Path) -> None:
    """A sun that lossy compression has robbed of red and green."""
    broken = radiance("green_park_01")
    broken[14:18, 38:43] = 60.0
    broken[15, 40] = (0, 0, 5e4)
    write_exr(hdris / "green_park_01.exr", broken)
    with pytest.raises(ImageError, match=r"green_park_01\.exr: the brightest pixel has lost red and green"):
        build_suite(plan_suite(hdris, size=(64, 32), side="all"), tmp_path / "suite")


def test_rendered_worlds_judge_nobody(tmp_path: Path) -> None:
    entries = [
        Entry(slug="street_1", file="street_1.exr", group="street_1", stratum="sun", origin=SYNTHETIC),
        Entry(slug="street", file="street.exr", group="street", stratum="sun", origin="a friend"),
    ]
    for entry in entries:
        write_exr(tmp_path / entry.file, radiance(SLUGS[1]))
    write_catalog(tmp_path, entries)
    suite = catalog_suite(tmp_path, size=(64, 32), side="all")
    assert {shot.scene for shot in suite.shots} == {"street"}
    write_catalog(tmp_path, entries[:1])
    with pytest.raises(ValueError, match="expected photographed HDRIs, got rendered worlds only"):
        catalog_suite(tmp_path, size=(64, 32), side="all")
