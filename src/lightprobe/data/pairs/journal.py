"""Settings, journal and manifest of a run: `settings.json` before it, `journal.jsonl` during it, `manifest.csv` after.

The journal has a line per finished pair, in the order in which they finished. A run that was killed leaves it behind,
and the next run continues from it. The manifest has the same rows in the order of the shots, so it does not depend on
which process made which pair when. Only the last line of the journal can be incomplete; that pair is made again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from lightprobe.errors import OutputError
from lightprobe.imaging.output import atomic, write_text
from lightprobe.untrusted.csv_text import read_table, spreadsheet_cell
from lightprobe.untrusted.file_names import check_path, shown
from lightprobe.untrusted.json_text import parse_json, read_json

TEMPORARY = (".png", ".jpg", ".exr", ".txt", ".csv", ".json")
"""Kinds of files that are written under a hidden name first."""
SETTINGS, JOURNAL, MANIFEST = "settings.json", "journal.jsonl", "manifest.csv"


def open_folder(out: Path, settings: dict[str, Any]) -> None:
    """Start a run in a new or empty folder, or continue the one in it.

    Raises: OutputError if the folder cannot be made, holds other files, or a run with other settings.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        is_begun = (out / SETTINGS).exists()
        held = read_json(out / SETTINGS) if is_begun else {}
        if not isinstance(held, dict):
            raise ValueError
    except OSError as error:
        raise OutputError(f"{out}: cannot make the folder: {error.strerror}; choose another --out") from None
    except ValueError:
        raise OutputError(f"{out / SETTINGS}: expected the settings of a run as JSON; choose another --out") from None
    if not is_begun:
        if any(path.name[0] != "." for path in out.iterdir()):
            raise OutputError(
                f"{out}: expected an empty folder or one with pairs, found other files; choose another --out"
            )
        write_text(out / SETTINGS, json.dumps(settings, indent=1) + "\n")
        return
    wanted = json.loads(json.dumps(settings))
    differing = sorted(key for key in held.keys() | wanted.keys() if held.get(key) != wanted.get(key))
    if differing:
        raise OutputError(
            f"{out}: holds pairs of other settings ({', '.join(differing)} differ); choose another --out, or give the "
            "same settings"
        )


def is_finished(out: Path) -> bool:
    """Whether the run is complete: its manifest exists."""
    return (out / MANIFEST).exists()


class Journal:
    """The rows of finished pairs, on disk; only their offsets are in memory."""

    def __init__(self, out: Path) -> None:
        """Open the journal of a run. Raises: OutputError if it cannot be read or written."""
        self.path = out / JOURNAL
        self.offsets: dict[str, int] = {}
        """Where the row of each finished pair starts [bytes], by id."""
        try:
            self._file = self.path.open("a+b")
            self._file.seek(0)
            end = 0
            for line in self._file:
                start, end = end, end + len(line)
                row = _parse(line)
                if row is None:
                    end = start
                    break
                _check_row(row, f"{self.path}, byte {start}")
                if (out / row["picture"]).exists() and (out / row["sh_text"]).exists():
                    self.offsets[row["id"]] = start
            self._file.truncate(end)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot open the journal: {error.strerror}; choose another --out") from None
        except ValueError as error:
            self._file.close()
            raise OutputError(f"{error}; delete the journal to make its pairs again, or choose another --out") from None

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write the rows of finished pairs, at once. Raises: OutputError, for example if the disk is full."""
        try:
            for row in rows:
                self._file.seek(0, io.SEEK_END)
                self.offsets[row["id"]] = self._file.tell()
                self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise OutputError(f"{self.path}: cannot write the journal: {error.strerror}; make room") from None

    def row(self, id: str) -> dict[str, Any]:
        """The row of a finished pair. Raises: OutputError if it cannot be read any more."""
        self._file.seek(self.offsets[id])
        row = _parse(self._file.readline())
        if not isinstance(row, dict):
            raise OutputError(f"{self.path}: the journal has changed while it was used; run the same command again")
        return row

    def close(self) -> None:
        """Close the file, without removing it."""
        self._file.close()


def _parse(line: bytes) -> Any:
    """The value of a line; None if it is incomplete."""
    if not line.endswith(b"\n"):
        return None
    try:
        return parse_json(line)
    except ValueError:
        return None


def _check_row(row: Any, where: str) -> None:
    """Raises: ValueError for a row that no pair has, or whose files are not in the folder."""
    if not isinstance(row, dict):
        raise ValueError(f"{where}: expected the row of a pair, got {shown(row)}")
    for key in ("id", "picture", "panorama", "sh_text"):
        if key in row or key != "panorama":
            check_path(row.get(key), where, f"a relative path as the pair's {key}")


def remove_partial_files(out: Path) -> None:
    """Remove the incomplete files of killed processes."""
    for pattern in (".*", "*/.*"):
        for path in out.glob(pattern):
            if path.suffix in TEMPORARY and path.is_file():
                path.unlink(missing_ok=True)


def write_manifest(out: Path, journal: Journal, ids: Iterable[str]) -> None:
    """Write the rows of these pairs as a table, in this order, and remove the journal. Raises: OutputError."""
    with atomic(out / MANIFEST) as path, path.open("w", encoding="utf-8", newline="") as file:
        _write_rows(file, journal, ids)
    journal.close()
    journal.path.unlink()


def _write_rows(file: TextIO, journal: Journal, ids: Iterable[str]) -> None:
    writer = None
    for id in ids:
        row = journal.row(id)
        if writer is None:
            writer = csv.DictWriter(file, list(row), lineterminator="\n")
            writer.writeheader()
        if row.keys() != set(writer.fieldnames):
            raise OutputError(
                f"{journal.path}: expected rows of the same columns, got others for {id}; delete the journal to make "
                "its pairs again"
            )
        writer.writerow({key: spreadsheet_cell(value) for key, value in row.items()})


def read_manifest(out: str | Path) -> list[dict[str, str]]:
    """The rows of a finished folder of pairs, as text. Raises: OutputError if its manifest is missing or damaged."""
    try:
        return [row for _, row in read_table(Path(out) / MANIFEST)]
    except ValueError as error:
        raise OutputError(f"{error} (or make the pairs again with `lightprobe pairs`)") from None
    except OSError:
        raise OutputError(
            f"{out}: expected a folder with {MANIFEST}, found none; make or complete it with `lightprobe pairs`"
        ) from None
