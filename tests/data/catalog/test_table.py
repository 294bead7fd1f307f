"""The table of a catalog: written, read, refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lightprobe.data.catalog.table import COLUMNS, Entry, keep_edits, read_catalog, read_rows, write_catalog
from lightprobe.errors import OutputError

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
        ("file,slug\na.exr,../../x\n", r"line 2: expected a slug that can name a folder, got '\.\./\.\./x' \(it leads"),
        ("file,slug\na.exr,/etc/x\n", "line 2: expected a slug that can name a folder, got '/etc/x'"),
        ("file,slug\na.exr,x\\y\n", "expected a slug that can name a folder"),
        ("file,slug\na.exr,nul\n", "Windows has a device of this name"),
        ('file,slug\na.exr,ok\nb.exr,"a\nb"\n', "line 3: .* control characters"),
        ("file,slug\na.exr," + "a" * 300 + "\n", "longer than 200 bytes"),
        ("file\ncon.exr\n", "expected the name of a file in the same folder, got 'con.exr'"),
        ("file,md5\na.exr,../../../x\n", "line 2: expected 32 hexadecimal digits in column md5"),
        ("file,latitude\na.exr,nan\n", "line 2: expected a number in column latitude, got 'nan'"),
        ("file,bytes\na.exr," + "9" * 400 + "\n", "line 2: expected a number in column bytes"),
        ("file,notes\na.exr\n", "line 2: expected 2 cells, as many as columns, got 1"),
        ("file,notes\na.exr," + "x" * 140_000 + "\n", "line 2: the table is damaged"),
        ("slug,file,width\na,a.exr,wide\n", "line 2: expected a number in column width, got 'wide'"),
    ],
)
def test_tables_that_cannot_be_understood_are_refused(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "catalog.csv").write_text(table)
    with pytest.raises(ValueError, match=message) as caught:
        read_catalog(tmp_path)
    assert str(caught.value).isprintable()


def test_cells_are_no_formulas_in_a_spreadsheet_and_come_back(tmp_path: Path) -> None:
    entry = replace(FULL, name="=cmd|' /C calc'!A0", credit="@SUM(1)", tags=("-x", "+y"), notes="'=", longitude=-28.5)
    write_catalog(tmp_path, [entry])
    assert read_catalog(tmp_path) == [entry]
    text = (tmp_path / "catalog.csv").read_text()
    for cell in ("'=cmd", "'@SUM", "'-x;+y", "''=", ",-28.5,"):
        assert cell in text


def test_a_folder_without_a_catalog_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"expected a folder with catalog.csv, got none; make one with"):
        read_catalog(tmp_path)
    with pytest.raises(OutputError, match="choose another"):
        write_catalog(tmp_path / "nowhere", [])


def test_the_owners_edits_are_kept() -> None:
    edited = replace(FULL, group="mine", stratum="soft", licence="CC-BY-4.0", notes="nice", evs_cap=1)
    assert keep_edits(FULL, edited) == replace(edited, evs_cap=17)
    assert keep_edits(FULL, None) == FULL


def test_rows_of_a_folder_without_a_catalog_are_none(tmp_path: Path) -> None:
    assert read_rows(tmp_path) == {}
    write_catalog(tmp_path, [FULL])
    assert list(read_rows(tmp_path)) == ["quarry_01"]
