"""A catalog of toy scenes, for tests of the catalog and of its command."""

from __future__ import annotations

from pathlib import Path

from lightprobe.data.acquire.import_folder import import_folder
from lightprobe.data.catalog.table import Entry, write_catalog
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.imaging.formats.exr import write_exr


def toy_catalog(folder: Path) -> Path:
    """A catalog of five scenes, one of each kind, in a new folder of `folder`."""
    source = folder / "source"
    source.mkdir()
    for number, kind in enumerate(KINDS):
        write_exr(source / f"{kind}_place.exr", panorama(kind, number, 64))
    licensed = [
        Entry(slug=f"{kind}_place", file=f"{kind}_place.exr", licence="CC0-1.0", stratum=kind) for kind in KINDS
    ]
    write_catalog(source, licensed)
    import_folder(source, folder / "hdris")
    return folder / "hdris"
