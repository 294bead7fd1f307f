"""The contact sheet, and its numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.data.catalog import contact_sheet
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


def test_a_sheet_of_very_many_shows_some_of_each_kind_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    monkeypatch.setattr(contact_sheet, "_text", lambda pen, at, text, *rest: texts.append(text))
    monkeypatch.setattr(contact_sheet, "MOST_CELLS", 60)
    kinds = ["sun"] * 300 + ["soft"] * 200 + ["night"] * 100
    entries = [Entry(slug=f"s{n}", file=f"{n}.hdr", group=f"g{n}", stratum=kind) for n, kind in enumerate(kinds)]
    small = draw_sheet("many", entries[:60], {}, {})
    assert "60 HDRIs, 60 scenes · V val, T test, the rest train" in texts
    texts.clear()
    sheet = draw_sheet("many", entries, {}, {})
    assert "60 drawn of 600 HDRIs, 600 scenes · V val, T test, the rest train" in texts
    assert sum(text.startswith("s") and text[1:].isdigit() for text in texts) == 60
    assert {"300", "200", "100"} <= {*texts}
    assert sheet.height < 2 * small.height
