"""The last step of every way to fill a catalog: HDRIs measured, grouped into scenes, written to the table."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from lightprobe.data.acquire.result import FetchResult
from lightprobe.data.catalog.groups import descriptor, scene_groups
from lightprobe.data.catalog.measure import NUMBERS, measure_catalog
from lightprobe.data.catalog.strata import stratum
from lightprobe.data.catalog.table import CACHE_NAME, Entry, make_folder, write_catalog
from lightprobe.folder_lock import folder_lock
from lightprobe.imaging.output import remove_temporaries
from lightprobe.progress import Progress


@contextmanager
def sole_owner(out: Path) -> Generator[None, None, None]:
    """A block that fills a catalog folder, which is made if it is not there. Temporary files of killed processes are
    removed first.

    Raises: OutputError if another process fills it, or it cannot be written.
    """
    make_folder(out)
    with folder_lock(out):
        cache = out / CACHE_NAME
        remove_temporaries(out, out / "thumbnails", cache, cache / "files", cache / "measured")
        yield


def finalize_fetch(result: FetchResult, out: Path, rows: Sequence[Entry], progress: Progress) -> FetchResult:
    """Finalize the catalog; the result, in the order in which HDRIs were wanted. Raises: OutputError."""
    order = {slug: index for index, slug in enumerate(result.wanted)}
    result.fetched.sort(key=order.__getitem__)
    result.kept.sort(key=order.__getitem__)
    result.notes += finalize_catalog(out, rows, progress)
    return result


def finalize_catalog(folder: Path, entries: Sequence[Entry], progress: Progress | None = None) -> list[str]:
    """Measure new HDRIs, find strata and scene groups where they are not given, write the table.

    Returns a line for each HDRI that cannot be measured or is damaged. Raises: OutputError.
    """
    measurements, unreadable = measure_catalog(folder, entries, progress)
    notes = list(unreadable.values())
    rows: list[Entry] = []
    descriptors: list[np.ndarray | None] = []
    for entry in entries:
        measurement = measurements.get(entry.slug)
        if measurement is None:
            rows.append(entry)
            descriptors.append(None)
            continue
        if measurement.peak_problem:
            notes.append(f"{entry.slug}: {measurement.peak_problem}; take an intact copy, or remove it")
        words = (*entry.tags, *re.split("[_-]", entry.slug))
        rows.append(
            replace(
                entry,
                stratum=entry.stratum or stratum(entry.categories, words, measurement.radiance),
                **{name: getattr(measurement, name) for name in NUMBERS},
            )
        )
        descriptors.append(descriptor(measurement.radiance))
    groups = scene_groups(rows, descriptors)
    write_catalog(folder, [replace(row, group=group) for row, group in zip(rows, groups, strict=True)])
    return notes
