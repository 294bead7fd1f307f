"""Filling a catalog from a folder of your own HDRIs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lightprobe.data.acquire.finalize import finalize_fetch, sole_owner
from lightprobe.data.acquire.result import FetchResult
from lightprobe.data.catalog.measure import measure_cached
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.data.catalog.table import (
    HDRI_SUFFIXES,
    Entry,
    is_same_file,
    keep_edits,
    md5_of,
    read_rows,
)
from lightprobe.errors import ImageError
from lightprobe.imaging.output import atomic
from lightprobe.progress import Progress
from lightprobe.untrusted.file_names import check_name


def import_folder(
    source: Path,
    out: Path,
    *,
    ids: Sequence[str] = (),
    limit: int | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> FetchResult:
    """Copy a folder's .hdr and .exr files into a catalog folder; names are kept, the source is not changed.

    A `catalog.csv` in the source gives slug, license, group, stratum, … of its files.

    Raises: ValueError if there are no HDRIs, or source and target are the same; OutputError.
    """
    source, out, progress = Path(source), Path(out), progress or Progress()
    rows = _source_rows(source, out, ids)[:limit]
    result = FetchResult(wanted=[row.slug for row in rows], bytes=sum(row.bytes or 0 for row in rows))
    absent = sorted(set(ids) - set(result.wanted)) if limit is None else []
    result.wanted += absent
    result.failed = dict.fromkeys(absent, f"no such HDRI in {source}")
    if dry_run:
        return result
    with sole_owner(out):
        return _copy_all(source, out, rows, result, progress)


def _copy_all(source: Path, out: Path, rows: list[Entry], result: FetchResult, progress: Progress) -> FetchResult:
    catalog = read_rows(out)
    progress.start("Copying", len(rows), size=result.bytes)
    for row in rows:
        try:
            entry = replace(row, md5=md5_of(source / row.file))
            is_new = _copy(source / row.file, out, entry)
        except (ImageError, ValueError, OSError) as error:
            result.failed[row.slug] = str(error)
            progress.note(f"{row.slug} failed")
        else:
            (result.fetched if is_new else result.kept).append(row.slug)
            catalog[row.slug] = keep_edits(entry, catalog.get(row.slug))
        progress.advance(size=row.bytes or 0)
    return finalize_fetch(result, out, list(catalog.values()), progress)


def _source_rows(source: Path, out: Path, ids: Sequence[str]) -> list[Entry]:
    """A row for each HDRI in the folder, or for those of `ids`."""
    if not source.is_dir():
        raise ValueError(f"{source}: expected a folder with .hdr or .exr files, got no folder; check the path")
    if out.exists() and source.samefile(out):
        raise ValueError(f"{out}: --from and --out are the same folder; choose another --out")
    given = {row.file: row for row in read_rows(source).values()}
    rows: dict[str, Entry] = {}
    for path in sorted(source.iterdir()):
        if path.suffix.lower() in HDRI_SUFFIXES and not path.name.startswith(".") and path.is_file():
            row = given.get(path.name) or Entry(slug=slug_of(path), file=path.name)
            if row.slug in rows:
                raise ValueError(f"{path}: {rows[row.slug].file} has the same slug, {row.slug}; rename one of them")
            rows[row.slug] = replace(
                row,
                bytes=path.stat().st_size,
                origin=row.origin or "local folder",
                puresky=is_puresky(row.slug, row.puresky),
            )
    chosen = [row for row in rows.values() if not ids or row.slug in ids]
    if not chosen:
        raise ValueError(
            f"{source}: expected .hdr or .exr files{' of these ids' if ids else ''}, found none; check the folder"
        )
    return chosen


def _copy(path: Path, out: Path, entry: Entry) -> bool:
    """Copy one file if it can be read as an HDRI; False if the catalog has it already.

    Raises: ImageError or ValueError if it is not an HDRI, or changes while it is copied; OutputError.
    """
    check_name(entry.file, str(path), "a file whose name every system can keep")
    check_name(entry.slug, str(path), "a file whose name makes a slug")
    measure_cached(out, entry, path)
    if is_same_file(entry.path(out), entry.md5, entry.bytes or 0):
        return False
    with atomic(entry.path(out)) as temporary:
        shutil.copyfile(path, temporary)
        if md5_of(temporary) != entry.md5:
            raise ImageError(f"{path}: the file changed while it was copied; try again when it is finished")
    return True


def slug_of(path: Path) -> str:
    """A slug for a file: its stem without a resolution suffix such as _1k."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", re.sub(r"_\d{1,2}k$", "", path.stem)).strip("_") or "unnamed"
