"""Problems of a catalog are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from lightprobe.data.catalog.checks import find_problems
from lightprobe.data.catalog.measure import measure_catalog
from lightprobe.data.catalog.table import Entry, read_catalog
from lightprobe.imaging.formats.exr import write_exr


def test_a_good_catalog_has_no_problems(folder: Path) -> None:
    assert find_problems(folder, read_catalog(folder)) == {}


def test_problems_are_named(folder: Path) -> None:
    entries = {entry.stratum: entry for entry in read_catalog(folder)}
    (folder / "sun_place.exr").unlink()
    (folder / "soft_place.exr").write_bytes(b"changed")
    (folder / "stray.hdr").write_bytes(b"")
    entries["indoor"] = replace(entries["indoor"], licence="", width=100, invalid_pixels=3)
    entries["studio"] = replace(entries["studio"], clipped_share=0.02, dynamic_range_ev=2.0)
    entries["night"] = replace(entries["night"], md5=entries["indoor"].md5)
    (folder / "night_place.exr").write_bytes((folder / "indoor_place.exr").read_bytes())
    found = find_problems(folder, list(entries.values()))
    assert {slug: [problem.split("; ")[0] for problem in listed] for slug, listed in found.items()} == {
        "sun_place": ["sun_place.exr is missing"],
        "soft_place": ["soft_place.exr has changed since it was fetched (its MD5 differs)"],
        "indoor_place": [
            "not 2:1 (100×64)",
            "3 pixels are NaN, infinite or negative",
            "no license",
            "the same file as night_place",
        ],
        "studio_place": ["clipped: 2.0% of the sphere is at the file's maximum", "low dynamic range (2.0 EV)"],
        "night_place": ["the same file as indoor_place"],
        "": ["stray.hdr is in the folder but not in catalog.csv"],
    }


def test_one_huge_scene_is_a_problem(tmp_path: Path) -> None:
    entries = [Entry(slug=str(number), file=f"{number}.exr", group="all") for number in range(12)]
    assert find_problems(tmp_path, entries)[""][0].startswith("12 of 12 HDRIs are in one scene group (all)")


def test_an_implausible_sun_is_a_problem(tmp_path: Path) -> None:
    radiance = np.ones((64, 128, 3), np.float32)
    radiance[18:23, 60:65] = 200
    radiance[20, 62] = (0, 0, 74632)
    write_exr(tmp_path / "park.exr", radiance)
    entries = [Entry(slug="park", file="park.exr", licence="CC0-1.0", width=128, height=64)]
    measurements, _ = measure_catalog(tmp_path, entries)
    assert find_problems(tmp_path, entries) == {}
    (problem,) = find_problems(tmp_path, entries, measurements)["park"]
    assert problem.startswith("the brightest pixel has lost red and green: it is (0, 0, 74632), ")
    assert problem.endswith("; take an intact copy, or remove it")


def test_many_copies_are_counted_and_few_are_named(tmp_path: Path) -> None:
    entries = [Entry(slug=f"s{number:02}", file=f"{number}.exr", md5="0" * 32) for number in range(40)]
    found = find_problems(tmp_path, entries)
    assert "the same file as s01, s02, s03, s04, s05 and 34 more; remove one" in found["s00"]
    assert "the same file as s00, s01, s02, s03, s04 and 34 more; remove one" in found["s39"]
    twice = find_problems(tmp_path, [entries[0], entries[0]])
    assert "the same file as another row; remove one" in twice["s00"]


def test_work_and_text_grow_with_the_rows_alone(tmp_path: Path) -> None:
    """Rows are looked at as often in a large catalog as in a small one, and each problem is as short."""
    looks = 0

    class Counted(Entry):
        def __getattribute__(self, name: str) -> object:
            nonlocal looks
            looks += name == "md5"
            return super().__getattribute__(name)

    counts: list[tuple[float, int]] = []
    for size in (50, 400):
        looks = 0
        entries = [Counted(slug=f"s{number:03}", file=f"{number}.exr", md5="0" * 32) for number in range(size)]
        found = find_problems(tmp_path, entries)
        counts.append((looks / size, max(len(problem) for problems in found.values() for problem in problems) // 10))
    assert counts[0] == counts[1]
