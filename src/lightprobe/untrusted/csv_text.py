"""Tables as CSV that anyone may have written: bounded, strict, every failure one line that names file and row.

Convention: a cell of text that a spreadsheet would take for a formula has an apostrophe in front in the file, and has
it no more once it is read. Numbers are written as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

MOST_CSV = 256 << 20
"""Largest table that is read [bytes]."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBERS = re.compile(r"[-+0-9.eE ]*\d[-+0-9.eE ]*|[-+]?(nan|inf)")


def spreadsheet_cell(value: T) -> T | str:
    """A cell as it is written: text that begins as a formula gets an apostrophe, numbers and other values stay.

    Source: OWASP, "CSV Injection".
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBERS.fullmatch(value):
        return f"'{value}"
    return value


def _original(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table whose first row names the columns, each with the line that it begins in. Empty lines are
    skipped.

    Raises: OSError if the file cannot be read; ValueError if it is no such table: not UTF-8, rows of other lengths than
    the first, columns named twice, cells beyond 128 KiB, quotes that are not closed.
    """
    if path.exists() and not path.is_file():
        raise OSError(21, "not a regular file", str(path))
    if path.stat().st_size > MOST_CSV:
        raise ValueError(f"{path}: expected a table of at most {MOST_CSV >> 20} MiB, got more; split it")
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file, strict=True)
        columns: list[str] | None = None
        line, following = 1, 1
        try:
            for cells in rows:
                line, following = following, rows.line_num + 1
                where = f"{path}, line {line}"
                if any("\0" in cell for cell in cells):
                    raise ValueError(f"{where}: expected text, got a zero byte; repair the table")
                if not cells:
                    continue
                if columns is None:
                    columns = cells
                    if len(set(columns)) != len(columns):
                        twice = next(name for name in columns if columns.count(name) > 1)
                        raise ValueError(f"{where}: expected each column once, got {twice[:60]!r} twice; rename one")
                    continue
                if len(cells) != len(columns):
                    raise ValueError(
                        f"{where}: expected {len(columns)} cells, as many as columns, got {len(cells)}; repair the row"
                    )
                yield line, dict(zip(columns, map(_original, cells), strict=True))
        except csv.Error as error:
            raise ValueError(f"{path}, line {following}: the table is damaged ({error}); repair it") from None
        except UnicodeDecodeError:
            raise ValueError(f"{path}: expected a table in UTF-8, got other bytes; save it as UTF-8") from None
