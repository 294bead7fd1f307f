"""Tables with bounds, and cells that are no formulas."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.untrusted.csv_text import read_table, spreadsheet_cell


def table(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_come_with_the_lines_that_they_begin_in(tmp_path: Path) -> None:
    path = table(tmp_path, '\ufeffa,b\r\n1,"two\nlines"\n\n3,4\n')
    assert list(read_table(path)) == [(2, {"a": "1", "b": "two\nlines"}), (5, {"a": "3", "b": "4"})]
    assert list(read_table(table(tmp_path, ""))) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2,3\n", r"table\.csv, line 2: expected 2 cells, as many as columns, got 3"),
        ("a,b\n1,2\n3\n", r"table\.csv, line 3: expected 2 cells, as many as columns, got 1"),
        ("a,a\n1,2\n", r"line 1: expected each column once, got 'a' twice"),
        ("a,b\n1," + "x" * 200_000, r"line 2: the table is damaged \(field larger than field limit"),
        ("a,b\n1,x\0y\n", r"line 2: expected text, got a zero byte"),
        ('a,b\n1,"open\n2,3\n', r"the table is damaged \(unexpected end of data\)"),
        (b"a,b\n1,caf\xe9\n", r"expected a table in UTF-8"),
    ],
)
def test_damaged_tables_are_one_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        list(read_table(table(tmp_path, text)))
    assert str(caught.value).isprintable()


def test_size_is_bounded(tmp_path: Path) -> None:
    path = table(tmp_path, "a\n")
    with path.open("ab") as file:
        file.truncate(1 << 40)
    with pytest.raises(ValueError, match="at most 256 MiB"):
        list(read_table(path))


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("x")', "+cmd|' /C calc'!A0", "-a", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@"]
)
def test_formulas_get_an_apostrophe_and_lose_it_again(tmp_path: Path, text: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["a"], [spreadsheet_cell(text)]])
    assert next(csv.reader(io.StringIO(written.getvalue().split("\n", 1)[1]))) == [f"'{text}"]
    assert list(read_table(table(tmp_path, written.getvalue()))) == [(2, {"a": text})]


@pytest.mark.parametrize(
    "value", [-1.5, 3, None, True, "-0.25", "+1e-7", "-1 2.5 -3e+4", "nan", "-inf", "plain", "a=b", "'quoted'", ""]
)
def test_numbers_and_ordinary_text_stay(value: object) -> None:
    assert spreadsheet_cell(value) is value


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_any_text_round_trips(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["a", "b"], [spreadsheet_cell(text), "1"]])
    assert list(read_table(path)) == [(2, {"a": text, "b": "1"})]
