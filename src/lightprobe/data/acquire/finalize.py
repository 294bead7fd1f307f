"""What all ways of filling a catalog end with: HDRIs measured, grouped into scenes, listed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lightprobe.data.acquire.result import Report, Watcher
from lightprobe.data.catalog import groups, measure, strata
from lightprobe.data.catalog.table import CATALOG_NAME, Entry, md5_of, read_catalog, write_catalog
from lightprobe.errors import ImageError


def settle(folder: Path, entries: Sequence[Entry], watcher: Watcher | None = None) -> list[str]:
    """Measure what is new, tell strata and scene groups where they are not given, write the table.

    Returns what could not be measured, and why. Raises: OutputError.
    """
    watcher = watcher or Watcher()
    watcher.start("Measuring", len(entries))
    rows: list[Entry] = []
    looks: list[np.ndarray | None] = []
    notes: list[str] = []
    for entry in entries:
        row, look, problem = entry, None, ""
        try:
            seen = measure.measured(folder, entry)
        except (ImageError, ValueError) as error:
            problem = str(error)
            notes.append(problem)
        else:
            look = groups.look(seen.radiance)
            words = (*entry.tags, *re.split("[_-]", entry.slug))
            row = replace(
                entry,
                stratum=entry.stratum or strata.stratum(entry.categories, words, seen.radiance),
                **{name: getattr(seen, name) for name in measure.NUMBERS},
            )
        rows.append(row)
        looks.append(look)
        watcher.finish(entry.slug, problem)
    names = groups.groups(rows, looks)
    write_catalog(folder, [replace(row, group=name) for row, name in zip(rows, names, strict=True)])
    return notes


def settled(report: Report, out: Path, rows: Sequence[Entry], watcher: Watcher | None) -> Report:
    """The report in the order of what was wanted, its catalog settled."""
    place = {slug: number for number, slug in enumerate(report.wanted)}
    report.fetched.sort(key=place.__getitem__)
    report.kept.sort(key=place.__getitem__)
    report.notes += settle(out, rows, watcher)
    return report


def rows_there(folder: Path) -> dict[str, Entry]:
    """The catalog's rows by slug; none if there is no catalog yet."""
    return {entry.slug: entry for entry in read_catalog(folder)} if (folder / CATALOG_NAME).exists() else {}


def keep_edits(row: Entry, old: Entry | None) -> Entry:
    """The new row with what the catalog's owner may have written into the old one."""
    if old is None:
        return row
    return replace(
        row,
        group=old.group or row.group,
        stratum=old.stratum or row.stratum,
        licence=old.licence or row.licence,
        notes=old.notes or row.notes,
    )


def is_file(path: Path, md5: str, size: int) -> bool:
    """The file is there, and is the one of this checksum and size [bytes]."""
    return path.is_file() and path.stat().st_size == size and md5_of(path) == md5
