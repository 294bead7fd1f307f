"""Filling a catalog from a folder of one's own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lightprobe.data.acquire.finalize import is_file, keep_edits, rows_there, settled
from lightprobe.data.acquire.result import Report, Watcher
from lightprobe.data.catalog import measure
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.data.catalog.table import HDRI_SUFFIXES, Entry, make_folder, md5_of
from lightprobe.errors import ImageError
from lightprobe.imaging.output import atomic


def fetch_local(
    source: Path,
    out: Path,
    *,
    ids: Sequence[str] = (),
    limit: int | None = None,
    dry_run: bool = False,
    watcher: Watcher | None = None,
) -> Report:
    """Copy a folder's .hdr and .exr files into a catalog folder; names are kept, the source is not touched.

    A `catalog.csv` beside them is read for what it knows (slug, license, group, stratum, …).

    Raises: ValueError if there are no HDRIs, or source and target are the same; OutputError.
    """
    source, out, watcher = Path(source), Path(out), watcher or Watcher()
    rows = _local_rows(source, out, ids)[:limit]
    report = Report(wanted=[row.slug for row in rows], bytes=sum(row.bytes or 0 for row in rows))
    absent = sorted(set(ids) - set(report.wanted)) if limit is None else []
    report.wanted += absent
    report.failed = dict.fromkeys(absent, f"no such HDRI in {source}")
    if dry_run:
        return report
    make_folder(out)
    there = rows_there(out)
    watcher.start("Copying", len(rows), report.bytes)

    for row in rows:
        try:
            entry = replace(row, md5=md5_of(source / row.file))
            is_new = _bring_copy(source / row.file, out, entry)
        except (ImageError, ValueError, OSError) as error:
            report.failed[row.slug] = str(error)
        else:
            (report.fetched if is_new else report.kept).append(row.slug)
            there[row.slug] = keep_edits(entry, there.get(row.slug))
        watcher.advance(row.bytes or 0)
        watcher.finish(row.slug, report.failed.get(row.slug, ""))
    return settled(report, out, list(there.values()), watcher)


def _local_rows(source: Path, out: Path, ids: Sequence[str]) -> list[Entry]:
    """A row for each HDRI in the folder, or for those of `ids`."""
    if not source.is_dir():
        raise ValueError(f"{source}: expected a folder with .hdr or .exr files, got no folder; check the path")
    if out.exists() and source.samefile(out):
        raise ValueError(f"{out}: expected another folder than the source, got the same; choose another --out")
    given = {row.file: row for row in rows_there(source).values()}
    rows: dict[str, Entry] = {}
    for path in sorted(source.iterdir()):
        if path.suffix.lower() in HDRI_SUFFIXES and not path.name.startswith(".") and path.is_file():
            row = given.get(path.name) or Entry(slug=slug_of(path), file=path.name)
            if row.slug in rows:
                raise ValueError(f"{path}: expected one file per slug, got {rows[row.slug].file} too; rename one")
            rows[row.slug] = replace(
                row,
                bytes=path.stat().st_size,
                origin=row.origin or "local folder",
                puresky=is_puresky(row.slug, row.puresky),
            )
    chosen = [row for row in rows.values() if not ids or row.slug in ids]
    if not chosen:
        raise ValueError(f"{source}: expected .hdr or .exr files, got none{' of these ids' if ids else ''}")
    return chosen


def _bring_copy(path: Path, out: Path, entry: Entry) -> bool:
    """Copy one file if it can be read as an HDRI; False if the same is there already.

    Raises: ImageError or ValueError if it is no HDRI, or changes while it is copied; OutputError.
    """
    measure.measured(out, entry, path)
    if is_file(entry.path(out), entry.md5, entry.bytes or 0):
        return False
    with atomic(entry.path(out)) as temporary:
        shutil.copyfile(path, temporary)
        if md5_of(temporary) != entry.md5:
            raise ImageError(f"{path}: expected a finished file, got one that changes; try again")
    return True


def slug_of(path: Path) -> str:
    """A slug for a file: its stem without a resolution suffix such as _1k."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", re.sub(r"_\d{1,2}k$", "", path.stem)).strip("_") or "unnamed"
