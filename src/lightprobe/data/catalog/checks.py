"""Checks of a catalog before it is trained on: files, sizes, clipping, colors, licenses, duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from lightprobe.data.catalog.measure import Measurement
from lightprobe.data.catalog.table import CATALOG_NAME, HDRI_SUFFIXES, Entry, md5_of

PLATEAU_LIMIT = 5e-4
"""Share of the sphere at the file's maximum above which an HDRI counts as clipped; 100 good ones have at most 1e-4."""
MOST_NAMED = 5
"""Other HDRIs that a problem names."""
LOW_RANGE_EV = 4.0
"""Dynamic range [EV] below which an HDRI holds no more light than an ordinary picture."""


def is_broken(folder: Path, entry: Entry) -> bool:
    """Whether an HDRI's file is missing, or has changed since it was fetched."""
    path = entry.path(folder)
    return not path.is_file() or bool(entry.md5 and md5_of(path) != entry.md5)


def find_problems(
    folder: Path, entries: Sequence[Entry], measurements: Mapping[str, Measurement] | None = None
) -> dict[str, list[str]]:
    """Problems to look at before training, by slug; those of the whole catalog under ''.

    `measurements`, by slug, are needed to find wrong colors.
    """
    measurements = measurements or {}
    found: dict[str, list[str]] = {}

    def say(slug: str, problem: str) -> None:
        found.setdefault(slug, []).append(problem)

    slugs = Counter(entry.slug for entry in entries)
    same_md5: dict[str, list[str]] = {}
    for entry in entries:
        same_md5.setdefault(entry.md5, []).append(entry.slug)
    for entry in entries:
        if not entry.path(folder).is_file():
            say(entry.slug, f"{entry.file} is missing; fetch it again")
        elif is_broken(folder, entry):
            say(entry.slug, f"{entry.file} has changed since it was fetched (its MD5 differs); fetch it again")
        if entry.width is None:
            say(entry.slug, "not measured yet; run `lightprobe fetch` again")
        elif not entry.is_panorama:
            say(entry.slug, f"not 2:1 ({entry.width}×{entry.height}); crop or pad it")
        if entry.invalid_pixels:
            say(entry.slug, f"{entry.invalid_pixels} pixels are NaN, infinite or negative; they count as 0")
        if entry.slug in measurements and (problem := measurements[entry.slug].peak_problem):
            say(entry.slug, f"{problem}; take an intact copy, or remove it")
        if (entry.clipped_share or 0) > PLATEAU_LIMIT:
            say(entry.slug, f"clipped: {entry.clipped_share:.1%} of the sphere is at the file's maximum")
        if (entry.dynamic_range_ev or LOW_RANGE_EV) < LOW_RANGE_EV:
            say(entry.slug, f"low dynamic range ({entry.dynamic_range_ev:.1f} EV)")
        if not entry.licence:
            say(entry.slug, "no license; enter it in the column licence of catalog.csv")
        if entry.md5 and len(same_md5[entry.md5]) > 1:
            say(entry.slug, f"the same file as {_others(same_md5[entry.md5], entry.slug)}; remove one")
        if slugs[entry.slug] > 1:
            say(entry.slug, f"{slugs[entry.slug]} rows have this slug; rename or remove all but one")
    sizes = Counter(entry.group for entry in entries)
    if len(entries) >= 10 and sizes and max(sizes.values()) > len(entries) / 2:
        group, size = sizes.most_common(1)[0]
        say(
            "",
            f"{size} of {len(entries)} HDRIs are in one scene group ({group}); correct the column group of catalog.csv",
        )
    listed = {entry.file for entry in entries}
    stray = (
        sorted(path.name for path in folder.iterdir() if path.suffix.lower() in HDRI_SUFFIXES)
        if folder.is_dir()
        else []
    )
    for name in (name for name in stray if name not in listed and not name.startswith(".")):
        say("", f"{name} is in the folder but not in {CATALOG_NAME}; import it with `lightprobe fetch --from`")
    return found


def _others(slugs: Sequence[str], own: str) -> str:
    """The first few other slugs, and how many more there are."""
    first = sorted({slug for slug in slugs[: MOST_NAMED + 1] if slug != own})[:MOST_NAMED]
    more = len(slugs) - 1 - len(first)
    return ", ".join(first) + (f" and {more} more" if more and first else "") or "another row"
