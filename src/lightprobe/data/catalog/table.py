"""The table of a catalog: `catalog.csv`, one row for each HDRI in the same folder.

`.cache/` in the folder holds what can be made again: the server's listing, measurements. Deleting it costs time only.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from lightprobe.errors import OutputError
from lightprobe.imaging.output import write_text
from lightprobe.untrusted.csv_text import read_table, spreadsheet_cell
from lightprobe.untrusted.file_names import check_name, shown

CATALOG_NAME = "catalog.csv"
CACHE_NAME = ".cache"
HDRI_SUFFIXES = (".hdr", ".exr")
SYNTHETIC = "lightprobe synth"
"""Origin of rendered worlds."""
MOST_NUMBER = 1e15
"""Largest number in a cell; with it, a float still counts every byte of a file."""
T = TypeVar("T", int, float)


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
    """Kind of light: sun, soft (outdoors without direct sun), indoor, studio, night. See `strata.stratum`."""
    group: str = ""
    """Scene group, shared by all HDRIs of one scene; it alone decides the split. See `groups.scene_groups`."""
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
    """Share of the sphere within 0.1 % of the file's maximum; large where light sources are clipped."""
    invalid_pixels: int | None = None
    """Pixels that are NaN, infinite or negative."""
    puresky: bool = False
    """The ground has been replaced, so the lower hemisphere is not real. See `strata.is_puresky`."""
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
    """The server's name for the size: 1k, 2k, …"""
    url: str = ""
    md5: str = ""
    """MD5 of the file, 32 hexadecimal digits."""
    bytes: int | None = None
    """Size of the file."""
    notes: str = ""
    glare: float | None = None
    """Median share of bright light that aureole and lens spread when a rendered world is read (`camera.lens.glare`);
    empty for photographs, which show theirs."""

    @property
    def is_synthetic(self) -> bool:
        """Whether it was rendered: such worlds are trained on, but never judge an estimator."""
        return self.origin == SYNTHETIC

    def path(self, folder: Path) -> Path:
        """The HDRI's file."""
        return folder / self.file

    @property
    def is_panorama(self) -> bool:
        """Twice as wide as high: everything after the catalog needs that."""
        return bool(self.height) and self.width == 2 * (self.height or 0)


COLUMNS = tuple(field.name for field in fields(Entry))
_MD5 = re.compile("[0-9a-f]{32}")
_ALIASES = {"license": "licence", "kind": "categories"}
"""Other names of columns, in catalogs made by other tools."""


def _parser(annotation: str) -> Callable[[str], Any]:
    if annotation.startswith("int"):
        return lambda text: _bounded(int(text)) if text else None
    if annotation.startswith("float"):
        return lambda text: _bounded(float(text)) if text else None
    if annotation == "bool":
        return lambda text: text.strip().lower() in ("true", "1", "yes")
    if annotation.startswith("tuple"):
        return lambda text: tuple(part for part in text.split(";") if part)
    return str


def _bounded(number: T) -> T:
    if not abs(number) <= MOST_NUMBER:
        raise ValueError
    return number


_PARSERS = {field.name: _parser(str(field.type)) for field in fields(Entry)}


def read_catalog(folder: str | Path) -> list[Entry]:
    """The entries of a catalog, in the file's order; unknown columns are ignored.

    Raises: ValueError if the folder has no catalog, or a row cannot be understood (the message names line and column),
    or a file or slug is not the name of a file in the folder itself.
    """
    path = Path(folder) / CATALOG_NAME
    try:
        return [_entry(row, f"{path}, line {line}") for line, row in read_table(path)]
    except (FileNotFoundError, NotADirectoryError):
        raise ValueError(
            f"{folder}: expected a folder with {CATALOG_NAME}, got none; make one with "
            "`lightprobe fetch --out FOLDER` or `lightprobe fetch --from MY_HDRIS --out FOLDER`"
        ) from None
    except OSError as error:
        raise ValueError(f"{path}: cannot read the table: {error.strerror}; repair it or fetch again") from None


def _entry(row: dict[str, str], where: str) -> Entry:
    values: dict[str, Any] = {}
    for column, text in row.items():
        name = _ALIASES.get(column, column)
        if name not in _PARSERS or (name != column and values.get(name)):
            continue
        try:
            values[name] = _PARSERS[name](text)
        except ValueError:
            raise ValueError(
                f"{where}: expected a number in column {column}, got {shown(text)}; correct the table"
            ) from None
    file = check_name(values.get("file", ""), where)
    values["slug"] = check_name(values.get("slug") or Path(file).stem, where, "a slug that can name a folder")
    if values.get("md5") and not _MD5.fullmatch(values["md5"]):  # it names a file of the cache
        raise ValueError(
            f"{where}: expected 32 hexadecimal digits in column md5, got {shown(values['md5'])}; correct the table"
        )
    return Entry(**values)


def read_rows(folder: Path) -> dict[str, Entry]:
    """The entries of a catalog by slug; none if there is no catalog yet. Raises: ValueError, as `read_catalog`."""
    return {entry.slug: entry for entry in read_catalog(folder)} if (folder / CATALOG_NAME).exists() else {}


def keep_edits(row: Entry, old: Entry | None) -> Entry:
    """The new row, with the columns that the catalog's owner may have edited taken from the old one."""
    if old is None:
        return row
    return replace(
        row,
        group=old.group or row.group,
        stratum=old.stratum or row.stratum,
        licence=old.licence or row.licence,
        notes=old.notes or row.notes,
    )


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
        return spreadsheet_cell(";".join(part.replace(";", ",") for part in value))
    return f"{value:.7g}" if isinstance(value, float) else spreadsheet_cell(str(value))


def make_folder(folder: Path) -> None:
    """Make a folder and its parents. Raises: OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot make the folder: {error.strerror}; choose another") from None


def md5_of(path: Path) -> str:
    """MD5 of a file's content, 32 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def is_same_file(path: Path, md5: str, size: int) -> bool:
    """Whether the file exists and has this checksum and size [bytes]."""
    return path.is_file() and path.stat().st_size == size and md5_of(path) == md5
