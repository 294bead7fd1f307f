"""The table, what is wrong with it, and the sheet."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lightprobe.data.acquire.import_folder import fetch_local
from lightprobe.data.catalog.contact_sheet import draw_sheet, tally
from lightprobe.data.catalog.table import COLUMNS, Entry, md5_of, problems, read_catalog, write_catalog
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.errors import OutputError
from lightprobe.imaging.exr import write_exr

FULL = Entry(
    slug="quarry_01",
    file="quarry_01_1k.hdr",
    name="Quarry, the first “one”",
    stratum="sun",
    group="quarry",
    licence="CC0-1.0",
    width=1024,
    height=512,
    max_mean_ratio=95401.8,
    dynamic_range_ev=19.25,
    invalid_pixels=0,
    puresky=True,
    tags=("stone", "dust; dry"),
    categories=("outdoor",),
    latitude=-25.7461,
    longitude=28.1881,
    evs_cap=17,
    md5="0" * 32,
    bytes=1_650_450,
    notes="two\nlines",
)
CLI = """
import typer
from lightprobe import cli
from lightprobe.cli.catalog import catalog
cli.app.command()(catalog)
cli.main()
"""


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CLI, "catalog", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalog of five scenes, one of each kind."""
    source = tmp_path / "source"
    source.mkdir()
    for number, kind in enumerate(KINDS):
        write_exr(source / f"{kind}_place.exr", panorama(kind, number, 64))
    licensed = [
        Entry(slug=f"{kind}_place", file=f"{kind}_place.exr", licence="CC0-1.0", stratum=kind) for kind in KINDS
    ]
    write_catalog(source, licensed)
    fetch_local(source, tmp_path / "hdris")
    return tmp_path / "hdris"


def test_entries_round_trip(tmp_path: Path) -> None:
    bare = Entry(slug="a", file="a.exr")
    write_catalog(tmp_path, [FULL, bare])
    read = read_catalog(tmp_path)
    assert read == [bare, replace(FULL, tags=("stone", "dust, dry"))]
    assert (tmp_path / "catalog.csv").read_text().splitlines()[0] == ",".join(COLUMNS)


def test_other_tables_are_understood(tmp_path: Path) -> None:
    table = "\ufefffile,kind,license,source_width,stratum\nyard.exr,outdoor,CC0-1.0,1024,sun\nshed.exr,,,,\n"
    (tmp_path / "catalog.csv").write_text(table)
    yard, shed = read_catalog(tmp_path)
    assert (yard.slug, yard.categories, yard.licence, yard.stratum) == ("yard", ("outdoor",), "CC0-1.0", "sun")
    assert shed == Entry(slug="shed", file="shed.exr")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("slug,file\na,../a.exr\n", "line 2: expected the name of a file in the same folder, got '../a.exr'"),
        ("slug,file\na,/etc/passwd\n", "expected the name of a file in the same folder"),
        ("slug,file\na,.hidden\n", "expected the name of a file in the same folder"),
        ("slug\na\n", "expected the name of a file"),
        ("slug,file,width\na,a.exr,wide\n", "line 2: expected a number in column width, got 'wide'"),
    ],
)
def test_tables_that_cannot_be_understood_are_refused(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "catalog.csv").write_text(table)
    with pytest.raises(ValueError, match=message):
        read_catalog(tmp_path)


def test_a_folder_without_a_catalog_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"expected a folder with catalog.csv, got none; make one with"):
        read_catalog(tmp_path)
    with pytest.raises(OutputError, match="choose another"):
        write_catalog(tmp_path / "nowhere", [])


def test_a_good_catalog_has_no_problems(folder: Path) -> None:
    assert problems(folder, read_catalog(folder)) == {}


def test_problems_are_named(folder: Path) -> None:
    entries = {entry.stratum: entry for entry in read_catalog(folder)}
    (folder / "sun_place.exr").unlink()
    (folder / "soft_place.exr").write_bytes(b"changed")
    (folder / "stray.hdr").write_bytes(b"")
    entries["indoor"] = replace(entries["indoor"], licence="", width=100, invalid_pixels=3)
    entries["studio"] = replace(entries["studio"], clipped_share=0.02, dynamic_range_ev=2.0)
    entries["night"] = replace(entries["night"], md5=entries["indoor"].md5)
    (folder / "night_place.exr").write_bytes((folder / "indoor_place.exr").read_bytes())
    found = problems(folder, list(entries.values()))
    assert {slug: [problem.split("; ")[0] for problem in listed] for slug, listed in found.items()} == {
        "sun_place": ["sun_place.exr is missing"],
        "soft_place": ["soft_place.exr is not the file that was fetched (its MD5 differs)"],
        "indoor_place": [
            "not 2:1 (100×64)",
            "3 pixels are NaN, infinite or negative",
            "no license",
            "the same file as night_place",
        ],
        "studio_place": ["clipped: 2.0% of the sphere is at the file's maximum", "low dynamic range (2.0 EV)"],
        "night_place": ["the same file as indoor_place"],
        "": ["stray.hdr lies in the folder but not in catalog.csv"],
    }


def test_one_huge_scene_is_a_problem(tmp_path: Path) -> None:
    entries = [Entry(slug=str(number), file=f"{number}.exr", group="all") for number in range(12)]
    assert problems(tmp_path, entries)[""][0].startswith("12 of 12 HDRIs are in one scene group (all)")


def test_tally_adds_up(folder: Path) -> None:
    numbers = tally(read_catalog(folder))
    assert list(numbers) == [*KINDS, "all"]
    whole = numbers["all"]
    assert whole.hdris == whole.scenes == whole.train + whole.val + whole.test == 5
    assert whole.dynamic_range_ev is not None
    assert whole.dynamic_range_ev[0] <= whole.dynamic_range_ev[1] <= whole.dynamic_range_ev[2]


def test_the_sheet_shows_every_hdri() -> None:
    entries = [replace(FULL, slug=f"a_very_long_name_indeed_of_place_{n}", stratum=KINDS[n % 5]) for n in range(23)]
    red = np.full((128, 256, 3), (255, 0, 0), np.uint8)
    sheet = np.asarray(draw_sheet("hdris", entries, {entry.slug: red for entry in entries[:20]}, {}))
    reds = (sheet == (255, 0, 0)).all(axis=-1).sum()
    assert reds == 20 * 208 * 104


def test_an_empty_catalog_has_an_empty_sheet() -> None:
    assert draw_sheet("hdris", [], {}, {}).width > 100


def test_command(folder: Path) -> None:
    ran = command(folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"{folder}: 5 HDRIs in 5 scenes")
    assert "problems  none" in ran.stdout
    with Image.open(folder / "sheet.png") as sheet:
        assert sheet.width > 500


def test_command_prints_json_and_names_what_cannot_be_read(folder: Path) -> None:
    (folder / "sun_place.exr").write_bytes(b"nothing of the kind")
    rows = read_catalog(folder)
    write_catalog(
        folder, [replace(row, md5=md5_of(row.path(folder))) if row.slug == "sun_place" else row for row in rows]
    )
    ran = command(folder, "--json", "--no-sheet")
    told = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert list(told["problems"]) == ["sun_place"]
    assert told["strata"]["all"]["hdris"] == 5
    assert not (folder / "sheet.png").exists()


def test_command_refuses_other_folders(tmp_path: Path) -> None:
    ran = command(tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
