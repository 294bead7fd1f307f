"""Filling a catalog from a folder of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from lightprobe.data.acquire.import_folder import import_folder, slug_of
from lightprobe.data.catalog.table import Entry, read_catalog, write_catalog
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.imaging.formats.exr import write_exr

from .served import visible


def test_a_local_folder_becomes_a_catalog(mine: Path, tmp_path: Path) -> None:
    before = visible(mine)
    result = import_folder(mine, tmp_path / "hdris")
    assert (len(result.fetched), result.failed, result.notes) == (5, {}, [])
    assert visible(tmp_path / "hdris") == before == visible(mine)
    entries = read_catalog(tmp_path / "hdris")
    assert [entry.slug for entry in entries] == [f"Place_{number}_{kind}" for number, kind in enumerate(KINDS)]
    assert {entry.stratum for entry in entries} == set(KINDS)
    again = import_folder(mine, tmp_path / "hdris")
    assert (again.fetched, len(again.kept)) == ([], 5)
    assert read_catalog(tmp_path / "hdris") == entries


def test_a_table_beside_the_files_is_read(mine: Path, tmp_path: Path) -> None:
    known = Entry(
        slug="den", file="Place 2_indoor_1k.exr", licence="CC-BY-4.0", group="home", stratum="night", notes="x"
    )
    write_catalog(mine, [known])
    import_folder(mine, tmp_path / "hdris")
    entry = next(entry for entry in read_catalog(tmp_path / "hdris") if entry.slug == "den")
    assert (entry.licence, entry.group, entry.stratum, entry.notes) == ("CC-BY-4.0", "home", "night", "x")


def test_unreadable_files_are_named_and_left_behind(mine: Path, tmp_path: Path) -> None:
    (mine / "broken.hdr").write_bytes(b"#?RADIANCE\n\n-Y 4 +X 8\n")
    result = import_folder(mine, tmp_path / "hdris")
    assert list(result.failed) == ["broken"]
    assert "broken.hdr: the Radiance file is damaged" in result.failed["broken"]
    assert len(visible(tmp_path / "hdris")) == 5
    assert len(read_catalog(tmp_path / "hdris")) == 5


def test_copies_of_one_scene_get_one_group(mine: Path, tmp_path: Path) -> None:
    turned = np.roll(panorama("soft", 1, 64), 40, axis=1) * 3
    write_exr(mine / "elsewhere.exr", turned.astype(np.float32))
    import_folder(mine, tmp_path / "hdris")
    groups = {entry.slug: entry.group for entry in read_catalog(tmp_path / "hdris")}
    assert groups["elsewhere"] == groups["Place_1_soft"]
    assert len(set(groups.values())) == 5


def test_local_folders_that_will_not_do_are_refused(mine: Path, tmp_path: Path) -> None:
    for source, out, message in (
        (tmp_path / "none", tmp_path / "out", "expected a folder with .hdr or .exr files, got no folder"),
        (tmp_path, tmp_path / "out", "expected .hdr or .exr files, found none"),
        (mine, mine, "--from and --out are the same folder"),
    ):
        with pytest.raises(ValueError, match=message):
            import_folder(source, out)
    shutil.copy(mine / "Place 0_sun_1k.exr", mine / "Place 0_sun_2k.exr")
    with pytest.raises(ValueError, match=r"Place 0_sun_2k.exr: Place 0_sun_1k.exr has the same slug, Place_0_sun"):
        import_folder(mine, tmp_path / "out")


def test_slugs_of_files() -> None:
    assert [slug_of(Path(name)) for name in ("a b_2k.exr", "ünï.hdr", "….exr", "x_10.exr")] == [
        "a_b",
        "n",
        "unnamed",
        "x_10",
    ]


def test_pure_skies_are_known_by_their_names(mine: Path, tmp_path: Path) -> None:
    shutil.copy(mine / "Place 1_soft_1k.exr", mine / "elsewhere_Pure-Sky.exr")
    import_folder(mine, tmp_path / "hdris")
    assert [entry.slug for entry in read_catalog(tmp_path / "hdris") if entry.puresky] == ["elsewhere_Pure-Sky"]


def test_an_implausible_sun_is_noted(mine: Path, tmp_path: Path) -> None:
    radiance = panorama("sun", 0, 64).copy()
    row, column = np.unravel_index(radiance.max(axis=-1).argmax(), (64, 128))
    radiance[row, column, :2] = 0
    write_exr(mine / "Place 0_sun_1k.exr", radiance)
    result = import_folder(mine, tmp_path / "hdris")
    assert (len(result.fetched), result.failed) == (5, {})
    (note,) = result.notes
    assert note.startswith("Place_0_sun: the brightest pixel has lost red and green: it is (0, 0, ")


@pytest.mark.parametrize("name", ["nul.exr", "a\nb.exr", "x" * 210 + ".exr", "caf\udce9.exr", "12:30.exr"])
def test_files_with_names_that_cannot_be_kept_are_named_and_left_behind(mine: Path, tmp_path: Path, name: str) -> None:
    shutil.copy(mine / "Place 0_sun_1k.exr", mine / name)
    result = import_folder(mine, tmp_path / "hdris")
    (reason,) = result.failed.values()
    assert "expected a file whose name" in reason
    assert len(visible(tmp_path / "hdris")) == 5 == len(read_catalog(tmp_path / "hdris"))
