"""A catalog: one folder with HDRIs and `catalog.csv`, which says what each of them is.

`.cache/` in the folder holds what can be had again: the server's listing, small pictures. Deleting it costs time only.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lightprobe.errors import OutputError
from lightprobe.imaging.output import write_text

CATALOG_NAME = "catalog.csv"
CACHE_NAME = ".cache"
HDRI_SUFFIXES = (".hdr", ".exr")
STRATA = ("sun", "soft", "indoor", "studio", "night")
PLATEAU_LIMIT = 5e-4
"""Share of the sphere at the file's maximum above which it counts as clipped; 100 good HDRIs have at most 1e-4."""
LOW_RANGE_EV = 4.0
"""Dynamic range [EV] below which an HDRI tells no more than an ordinary picture."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One HDRI. The fields are the columns of `catalog.csv`, in this order; lists are joined by ';'."""

    slug: str
    """Short name, unique in the catalog."""
    file: str
    """File name in the catalog's folder."""
    name: str = ""
    """Name for people."""
    stratum: str = ""
    """Kind of light: sun, soft (outdoors without direct sun), indoor, studio, night. See `scenes.stratum`."""
    group: str = ""
    """Scene group; all HDRIs of one place and look share it, and it alone decides the split. See `scenes.groups`."""
    licence: str = ""
    """SPDX identifier of the license, such as CC0-1.0."""
    origin: str = ""
    """Where the file came from."""
    credit: str = ""
    """Who made it."""
    width: int | None = None
    """[pixels]"""
    height: int | None = None
    """[pixels]"""
    max_mean_ratio: float | None = None
    """Brightest pixel's luminance over the sphere's mean; grows with resolution while a sun is smaller than a pixel."""
    dynamic_range_ev: float | None = None
    """From the first percentile of positive luminance to the brightest pixel [EV]."""
    clipped_share: float | None = None
    """Share of the sphere within 0.1 % of the file's maximum: large where the light sources are cut off."""
    invalid_pixels: int | None = None
    """Pixels that are NaN, infinite or negative."""
    puresky: bool = False
    """The ground has been replaced; the lower hemisphere is no real scene."""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    latitude: float | None = None
    """[degrees]"""
    longitude: float | None = None
    """[degrees]"""
    evs_cap: int | None = None
    """Bracketed range of the photographs it was made from [EV]."""
    whitebalance: int | None = None
    """[K]"""
    date_published: str = ""
    """ISO date."""
    resolution: str = ""
    """As the server calls it: 1k, 2k, …"""
    url: str = ""
    md5: str = ""
    """Of the file, 32 hexadecimal digits; verified when it was written."""
    bytes: int | None = None
    """Size of the file."""
    notes: str = ""

    def path(self, folder: Path) -> Path:
        """The HDRI's file."""
        return folder / self.file

    @property
    def is_panorama(self) -> bool:
        """Twice as wide as high, as everything downstream needs it."""
        return bool(self.height) and self.width == 2 * (self.height or 0)


COLUMNS = tuple(field.name for field in fields(Entry))
_ALIASES = {"license": "licence", "kind": "categories"}
"""Other names of columns that a catalog from elsewhere may use."""


def _parser(annotation: str) -> Callable[[str], Any]:
    if annotation.startswith("int"):
        return lambda text: int(text) if text else None
    if annotation.startswith("float"):
        return lambda text: float(text) if text else None
    if annotation == "bool":
        return lambda text: text.strip().lower() in ("true", "1", "yes")
    if annotation.startswith("tuple"):
        return lambda text: tuple(part for part in text.split(";") if part)
    return str


_PARSERS = {field.name: _parser(str(field.type)) for field in fields(Entry)}


def read_catalog(folder: str | Path) -> list[Entry]:
    """The entries of a catalog, in the file's order; unknown columns are passed over.

    Raises: ValueError if the folder has no catalog, or naming the line and column that cannot be understood, or
    a file name that is not a plain name in the folder.
    """
    path = Path(folder) / CATALOG_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise ValueError(
            f"{folder}: expected a folder with {CATALOG_NAME}, got none; make one with "
            "`lightprobe fetch --out FOLDER` or `lightprobe fetch --from MY_HDRIS --out FOLDER`"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: expected a readable UTF-8 table, got: {error}; mend it or fetch again") from None
    return [_entry(row, f"{path}, line {line}") for line, row in enumerate(csv.DictReader(io.StringIO(text)), 2)]


def _entry(row: dict[str, str | None], place: str) -> Entry:
    values: dict[str, Any] = {}
    for column, text in row.items():
        name = _ALIASES.get(column, column)
        if name not in _PARSERS or (name != column and values.get(name)) or not isinstance(text, str):
            continue
        try:
            values[name] = _PARSERS[name](text)
        except ValueError:
            raise ValueError(f"{place}: expected a number in column {column}, got {text!r}; mend the table") from None
    file = values.get("file") or ""
    if not file or Path(file).name != file or file.startswith("."):
        raise ValueError(f"{place}: expected the name of a file in the same folder, got {file!r}; mend the table")
    values["slug"] = values.get("slug") or Path(file).stem
    return Entry(**values)


def write_catalog(folder: Path, entries: Iterable[Entry]) -> None:
    """Write `catalog.csv`, sorted by slug, whole or not at all.

    Raises: OutputError.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in sorted(entries, key=lambda entry: entry.slug):
        writer.writerow([_text(getattr(entry, column)) for column in COLUMNS])
    write_text(folder / CATALOG_NAME, text.getvalue())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(part.replace(";", ",") for part in value)
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents. Raises: OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: expected a folder to write to, got: {error.strerror}; choose another") from None


def md5_of(path: Path) -> str:
    """MD5 of a file's content, 32 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def is_broken(folder: Path, entry: Entry) -> bool:
    """Whether an HDRI's file is missing, or is not the one that was written there."""
    path = entry.path(folder)
    return not path.is_file() or bool(entry.md5 and md5_of(path) != entry.md5)


def problems(folder: Path, entries: Sequence[Entry]) -> dict[str, list[str]]:
    """What should be looked at before training, by HDRI; problems of the whole catalog stand under ''."""
    found: dict[str, list[str]] = {}

    def say(slug: str, problem: str) -> None:
        found.setdefault(slug, []).append(problem)

    md5s, slugs = Counter(entry.md5 for entry in entries), Counter(entry.slug for entry in entries)
    for entry in entries:
        if not entry.path(folder).is_file():
            say(entry.slug, f"{entry.file} is missing; fetch again")
        elif is_broken(folder, entry):
            say(entry.slug, f"{entry.file} is not the file that was fetched (its MD5 differs); fetch again")
        if entry.width is None:
            say(entry.slug, "never measured; fetch again")
        elif not entry.is_panorama:
            say(entry.slug, f"not 2:1 ({entry.width}×{entry.height}); crop or pad it")
        if entry.invalid_pixels:
            say(entry.slug, f"{entry.invalid_pixels} pixels are NaN, infinite or negative; taken as 0")
        if (entry.clipped_share or 0) > PLATEAU_LIMIT:
            say(entry.slug, f"clipped: {entry.clipped_share:.1%} of the sphere is at the file's maximum")
        if (entry.dynamic_range_ev or LOW_RANGE_EV) < LOW_RANGE_EV:
            say(entry.slug, f"low dynamic range ({entry.dynamic_range_ev:.1f} EV)")
        if not entry.licence:
            say(entry.slug, "no license; write it into catalog.csv")
        if entry.md5 and md5s[entry.md5] > 1:
            same = sorted({other.slug for other in entries if other.md5 == entry.md5} - {entry.slug})
            say(entry.slug, f"the same file as {', '.join(same) or 'another row'}; remove one")
        if slugs[entry.slug] > 1:
            say(entry.slug, f"{slugs[entry.slug]} rows have this slug; rename or remove all but one")
    sizes = Counter(entry.group for entry in entries)
    if len(entries) >= 10 and sizes and max(sizes.values()) > len(entries) / 2:
        group, size = sizes.most_common(1)[0]
        say("", f"{size} of {len(entries)} HDRIs are in one scene group ({group}); give groups in catalog.csv")
    listed = {entry.file for entry in entries}
    stray = (
        sorted(path.name for path in folder.iterdir() if path.suffix.lower() in HDRI_SUFFIXES)
        if folder.is_dir()
        else []
    )
    for name in (name for name in stray if name not in listed and not name.startswith(".")):
        say("", f"{name} lies in the folder but not in {CATALOG_NAME}")
    return found
