"""The books of a run: `settings.json` before it, a journal during it, `manifest.csv` after it.

The journal is a line per finished pair, in the order in which they were finished. A run that was killed leaves it
behind, and the next run goes on from it. The manifest has the same rows in the order of the jobs, so that it does not
depend on who did what when. Only the last line of the journal can be torn; it is then done again.
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

TEMPORARY = (".png", ".jpg", ".exr", ".txt", ".csv", ".json")
"""Kinds of files that are first written under a hidden name."""
SETTINGS, JOURNAL, MANIFEST = "settings.json", "journal.jsonl", "manifest.csv"


def open_folder(out: Path, settings: dict[str, Any]) -> None:
    """Begin a run in a folder, or go on with the same one.

    Raises: OutputError if the folder cannot be made, is in use for something else, or holds a run with other settings.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = json.loads((out / SETTINGS).read_text(encoding="utf-8")) if (out / SETTINGS).exists() else None
    except OSError as error:
        raise OutputError(f"{out}: expected a folder to write to, got: {error.strerror}; choose another") from None
    except ValueError:
        raise OutputError(
            f"{out / SETTINGS}: expected the settings of a run, got no JSON; choose another --out"
        ) from None
    if held is None:
        if any(path.name[0] != "." for path in out.iterdir()):
            raise OutputError(
                f"{out}: expected an empty folder or one with pairs, got other files; choose another --out"
            )
        write_text(out / SETTINGS, json.dumps(settings, indent=1) + "\n")
        return
    wanted = json.loads(json.dumps(settings))
    differing = sorted(key for key in held.keys() | wanted.keys() if held.get(key) != wanted.get(key))
    if differing:
        raise OutputError(
            f"{out}: expected pairs of the same settings, got others ({', '.join(differing)}); choose another --out"
        )


def is_finished(out: Path) -> bool:
    """The manifest is written."""
    return (out / MANIFEST).exists()


class Journal:
    """The rows of finished pairs, kept on disk; in memory is only where each stands."""

    def __init__(self, out: Path) -> None:
        """Open the journal of a run. Raises: OutputError if it cannot be read or written."""
        self.path = out / JOURNAL
        self.places: dict[str, int] = {}
        try:
            self._file = self.path.open("a+b")
            self._file.seek(0)
            end = 0
            for line in self._file:
                place, end = end, end + len(line)
                row = _parse(line)
                if row is None:
                    end = place
                    break
                if (out / row["picture"]).exists() and (out / row["sh_text"]).exists():
                    self.places[row["id"]] = place
            self._file.truncate(end)
        except OSError as error:
            raise OutputError(
                f"{self.path}: expected to keep a journal, got: {error.strerror}; choose another"
            ) from None

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write down finished pairs, at once."""
        for row in rows:
            self._file.seek(0, io.SEEK_END)
            self.places[row["id"]] = self._file.tell()
            self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self._file.flush()

    def row(self, id: str) -> dict[str, Any]:
        """The row of a finished pair."""
        self._file.seek(self.places[id])
        return json.loads(self._file.readline())

    def close(self) -> None:
        """Close the file; it stays where it is."""
        self._file.close()


def _parse(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        return json.loads(line)
    except ValueError:
        return None


def sweep(out: Path) -> None:
    """Remove the half-written files that killed processes left behind."""
    for pattern in (".*", "*/.*"):
        for path in out.glob(pattern):
            if path.suffix in TEMPORARY and path.is_file():
                path.unlink(missing_ok=True)


def write_manifest(out: Path, journal: Journal, ids: Iterable[str]) -> None:
    """The rows of these pairs as a table, in this order; then the journal goes. Raises: OutputError."""
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
        writer.writerow(row)


def read_manifest(out: str | Path) -> list[dict[str, str]]:
    """The rows of a finished folder of pairs, as text. Raises: OutputError if there is no manifest."""
    try:
        with (Path(out) / MANIFEST).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError:
        raise OutputError(
            f"{out}: expected a folder with {MANIFEST}, got none; finish it with `lightprobe pairs`"
        ) from None
