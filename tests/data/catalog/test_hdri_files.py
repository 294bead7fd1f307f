"""HDRI files of catalogs and plain folders."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lightprobe.data.catalog.hdri_files import Source, partners, read_sources
from lightprobe.data.catalog.split import split
from lightprobe.errors import ImageError

from ..pairs_toys import toy_folder


def test_catalogs_and_plain_folders(tmp_path: Path) -> None:
    hdris = toy_folder(tmp_path / "plain")
    plain = read_sources(hdris)
    assert [source.slug for source in plain] == ["aaa", "bbb", "ccc", "ddd"]
    assert {source.split for source in plain} <= {"train", "val", "test"}
    folder = toy_folder(tmp_path / "hdris", count=2)
    with (folder / "catalog.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["slug", "file", "group", "licence"], ["x", "bbb.exr", "place", "CC0-1.0"]])
    (only,) = read_sources(folder)
    assert (only.slug, only.group, only.licence, only.split) == ("x", "place", "CC0-1.0", split("place"))
    (folder / "bbb.exr").unlink()
    with pytest.raises(ImageError, match=r"bbb\.exr: catalog\.csv lists this file, but it is missing \(1 of 1"):
        read_sources(folder)
    with pytest.raises(ImageError, match="expected a folder of HDRIs, found none; make one with"):
        read_sources(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImageError, match=r"expected \.exr or \.hdr files, found none"):
        read_sources(tmp_path / "empty")
    with pytest.raises(ValueError, match="expected a split of all, train, val, test, got 'dev'"):
        read_sources(hdris, "dev")


def test_partners_are_on_the_same_side_of_the_split() -> None:
    sources = [
        Source(slug=f"scene{k}", path=Path(f"{k}.exr"), group=f"g{k}", split=("train", "val")[k % 2]) for k in range(4)
    ]
    assert partners(sources) == {"train": ("scene0", "scene2"), "val": ("scene1", "scene3")}
