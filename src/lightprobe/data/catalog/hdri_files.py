"""HDRI files to train on: those of a catalog, or of a plain folder, each on its side of the split."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lightprobe.data.catalog.groups import location
from lightprobe.data.catalog.split import split
from lightprobe.data.catalog.table import CATALOG_NAME, Entry, read_catalog
from lightprobe.errors import ImageError
from lightprobe.untrusted.file_names import check_name

SIDES = ("all", "train", "val", "test")
SUFFIXES = (".exr", ".hdr")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One HDRI."""

    slug: str
    path: Path
    group: str
    split: str
    licence: str = ""
    """SPDX identifier."""
    is_synthetic: bool = False
    """Whether it was rendered."""
    glare: float = 0.0
    """Median share of bright light that is spread when it is read; see `table.Entry`."""


def read_sources(folder: str | Path, side: str = "all", split_seed: int = 0) -> list[Source]:
    """The HDRIs of a catalog, or of a plain folder of .exr and .hdr, on one side of the split; sorted by slug.

    In a plain folder the file's name gives the scene group.

    Raises: ImageError if there are none or a file is missing; ValueError for an unknown side, a slug used twice, or a
    file whose name cannot be that of a folder too.
    """
    folder = Path(folder)
    if side not in SIDES:
        raise ValueError(f"expected a split of {', '.join(SIDES)}, got {side!r}; name one of these")
    if not folder.is_dir():
        raise ImageError(f"{folder}: expected a folder of HDRIs, found none; make one with `lightprobe fetch`")
    entries = read_catalog(folder) if (folder / CATALOG_NAME).exists() else _plain(folder)
    sources = [
        Source(
            slug=entry.slug,
            path=entry.path(folder),
            group=entry.group or location(entry.slug),
            split=split(entry.group or location(entry.slug), split_seed),
            licence=entry.licence,
            is_synthetic=entry.is_synthetic,
            glare=entry.glare or 0.0,
        )
        for entry in sorted(entries, key=lambda entry: entry.slug)
    ]
    if not sources:
        raise ImageError(f"{folder}: expected .exr or .hdr files, found none; fetch some with `lightprobe fetch`")
    twice = [slug for slug, count in Counter(source.slug for source in sources).items() if count > 1]
    if twice:
        raise ValueError(
            f"{folder}: expected each slug once, got {twice[0]} several times; rename or remove the others"
        )
    missing = [source for source in sources if not source.path.is_file()]
    if missing:
        raise ImageError(
            f"{missing[0].path}: {CATALOG_NAME} lists this file, but it is missing ({len(missing)} of "
            f"{len(sources)} are); run `lightprobe fetch` again"
        )
    chosen = [source for source in sources if side in ("all", source.split)]
    if not chosen:
        raise ValueError(
            f"{folder}: none of the {len(sources)} HDRIs is in the split {side}; add HDRIs, or give another --split or "
            "--split-seed"
        )
    return chosen


def partners(sources: Sequence[Source]) -> dict[str, tuple[str, ...]]:
    """Slugs by split: the HDRIs that may be mixed with one another, never across splits."""
    pools: dict[str, list[str]] = {}
    for source in sources:
        pools.setdefault(source.split, []).append(source.slug)
    return {split: tuple(sorted(slugs)) for split, slugs in pools.items()}


def _plain(folder: Path) -> list[Entry]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.name[0] != ".")
    expected = "a file whose name can be that of a folder"
    return [Entry(slug=check_name(path.stem, str(path), expected), file=path.name) for path in files]


@lru_cache(maxsize=4096)
def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
