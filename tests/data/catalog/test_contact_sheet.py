"""The contact sheet, and its numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from lightprobe.data.catalog.contact_sheet import draw_sheet, tally
from lightprobe.data.catalog.table import Entry, read_catalog
from lightprobe.data.fakehaven.pictures import KINDS

ENTRY = Entry(slug="quarry_01", file="quarry_01_1k.hdr", group="quarry")


def test_tally_adds_up(folder: Path) -> None:
    numbers = tally(read_catalog(folder))
    assert list(numbers) == [*KINDS, "all"]
    whole = numbers["all"]
    assert whole.hdris == whole.scenes == whole.train + whole.val + whole.test == 5
    assert whole.dynamic_range_ev is not None
    assert whole.dynamic_range_ev[0] <= whole.dynamic_range_ev[1] <= whole.dynamic_range_ev[2]


def test_the_sheet_shows_every_hdri() -> None:
    entries = [replace(ENTRY, slug=f"a_very_long_name_indeed_of_place_{n}", stratum=KINDS[n % 5]) for n in range(23)]
    red = np.full((128, 256, 3), (255, 0, 0), np.uint8)
    sheet = np.asarray(draw_sheet("hdris", entries, {entry.slug: red for entry in entries[:20]}, {}))
    reds = (sheet == (255, 0, 0)).all(axis=-1).sum()
    assert reds == 20 * 208 * 104


def test_an_empty_catalog_has_an_empty_sheet() -> None:
    assert draw_sheet("hdris", [], {}, {}).width > 100
