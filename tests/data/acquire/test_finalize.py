"""The last step of filling a catalog: measured, grouped, written."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.data.acquire.finalize import finalize_catalog, finalize_fetch
from lightprobe.data.acquire.result import FetchResult
from lightprobe.data.catalog.table import Entry, read_catalog
from lightprobe.data.fakehaven.pictures import panorama
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.progress import Progress


def entry(slug: str, **known: object) -> Entry:
    return Entry(slug=slug, file=f"{slug}.exr", **known)


def test_new_rows_are_measured_and_given_ones_kept(tmp_path: Path) -> None:
    for slug, kind in (("yard_01", "sun"), ("yard_02", "soft"), ("den", "indoor")):
        write_exr(tmp_path / f"{slug}.exr", panorama(kind, 3, 64))
    rows = [entry("yard_01"), entry("yard_02", stratum="night"), entry("den", group="home")]
    assert finalize_catalog(tmp_path, rows) == []
    found = {row.slug: row for row in read_catalog(tmp_path)}
    assert {slug: (row.stratum, row.group) for slug, row in found.items()} == {
        "yard_01": ("sun", "yard"),
        "yard_02": ("night", "yard"),
        "den": ("indoor", "home"),
    }
    assert all((row.width, row.height, row.invalid_pixels) == (128, 64, 0) for row in found.values())


def test_unreadable_and_damaged_files_are_noted_and_stay_in_the_table(tmp_path: Path) -> None:
    (tmp_path / "gone.exr").write_bytes(b"nothing of the kind")
    radiance = panorama("sun", 0, 64).copy()
    row, column = np.unravel_index(radiance.max(axis=-1).argmax(), (64, 128))
    radiance[row, column, :2] = 0
    write_exr(tmp_path / "park.exr", radiance)
    unreadable, lost = finalize_catalog(tmp_path, [entry("gone"), entry("park")])
    assert "gone.exr" in unreadable
    assert lost.startswith("park: the brightest pixel has lost red and green")
    assert [(row.slug, row.width) for row in read_catalog(tmp_path)] == [("gone", None), ("park", 128)]


def test_results_are_in_the_order_of_what_was_wanted(tmp_path: Path) -> None:
    result = FetchResult(wanted=["c", "a", "d", "b"], fetched=["a", "c"], kept=["b", "d"])
    finalize_fetch(result, tmp_path, [], Progress())
    assert (result.fetched, result.kept) == (["c", "a"], ["d", "b"])
    assert read_catalog(tmp_path) == []
