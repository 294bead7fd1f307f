"""The contact sheet: one picture of all HDRIs of a catalog, by kind of light; and their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lightprobe._shapes import UInt8
from lightprobe.data.catalog.split import split
from lightprobe.data.catalog.strata import STRATA
from lightprobe.data.catalog.table import Entry
from lightprobe.imaging.output import atomic

SHEET_NAME = "sheet.png"
CELL, GAP, MARGIN = 208, 12, 28
"""Width of a thumbnail, space between them and around them all [pixels]."""
CAPTION, HEADING = 21, 46
STRIPE = 4
MOST_CELLS = 1000
"""HDRIs that are drawn at most: a sheet of 20,000 would take gigabytes, and nobody could look at it."""
COLORS = {
    "sun": (245, 184, 61),
    "soft": (116, 183, 226),
    "indoor": (222, 127, 92),
    "studio": (190, 150, 230),
    "night": (98, 112, 214),
}
BACKGROUND, INK, FAINT, ALARM = (22, 23, 26), (236, 236, 232), (146, 149, 156), (240, 92, 84)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Numbers of one kind of light."""

    hdris: int
    scenes: int
    train: int
    """HDRIs on this side of the split; `val` and `test` likewise."""
    val: int
    test: int
    dynamic_range_ev: tuple[float, float, float] | None
    """Minimum, median and maximum [EV]."""
    max_mean_ratio: float | None
    """Median."""


def tally(entries: Sequence[Entry], seed: int = 0) -> dict[str, Tally]:
    """Numbers by stratum, in the order of `STRATA`, and of all under 'all'."""
    there = [stratum for stratum in (*STRATA, "") if any(entry.stratum == stratum for entry in entries)]
    parts = {stratum or "unknown": [entry for entry in entries if entry.stratum == stratum] for stratum in there}
    return {name: _tally(part, seed) for name, part in (parts | {"all": list(entries)}).items()}


def _tally(entries: Sequence[Entry], seed: int) -> Tally:
    sides = Counter(split(entry.group, seed) for entry in entries if entry.group)
    ranges = [entry.dynamic_range_ev for entry in entries if entry.dynamic_range_ev is not None]
    ratios = [entry.max_mean_ratio for entry in entries if entry.max_mean_ratio is not None]
    return Tally(
        hdris=len(entries),
        scenes=len({entry.group for entry in entries}),
        train=sides["train"],
        val=sides["val"],
        test=sides["test"],
        dynamic_range_ev=(min(ranges), median(ranges), max(ranges)) if ranges else None,
        max_mean_ratio=median(ratios) if ratios else None,
    )


def draw_sheet(
    title: str,
    entries: Sequence[Entry],
    previews: Mapping[str, UInt8[np.ndarray, "h w 3"]],
    problems: Mapping[str, Sequence[str]],
    seed: int = 0,
) -> Image.Image:
    """The HDRIs with their names, by stratum; those with problems are framed in red, val and test are marked.

    Of more than `MOST_CELLS`, as many are drawn, evenly spread; the sheet says so. `previews` are by slug, and an HDRI
    without one gets an empty frame; `seed` is that of the split.
    """
    order = {stratum: index for index, stratum in enumerate(STRATA)}
    entries = sorted(entries, key=lambda entry: (order.get(entry.stratum, len(order)), entry.group, entry.slug))
    counts = Counter(entry.stratum for entry in entries)
    cells = min(len(entries), MOST_CELLS)
    drawn = [entries[index * len(entries) // cells] for index in range(cells)]
    columns = min(max(4, round((1.6 * len(drawn)) ** 0.5)), 16)
    sections = [(name, list(part)) for name, part in groupby(drawn, key=lambda entry: entry.stratum)]
    row = STRIPE + CELL // 2 + CAPTION + GAP
    height = 2 * MARGIN + HEADING + sum(HEADING + row * -(-len(part) // columns) for _, part in sections)
    canvas = Image.new("RGB", (2 * MARGIN + columns * (CELL + GAP) - GAP, height), BACKGROUND)
    pen, y = ImageDraw.Draw(canvas), MARGIN
    scenes = len({entry.group for entry in entries})
    _text(pen, (MARGIN, y), title, 26, INK)
    summary = f"{len(entries)} HDRIs, {scenes} scenes · V val, T test, the rest train"
    summary = f"{len(drawn)} drawn of {summary}" if len(drawn) < len(entries) else summary
    _text(pen, (canvas.width - MARGIN, y + 6), summary, 17, FAINT, "ra")
    y += HEADING
    for name, part in sections:
        color = COLORS.get(name, FAINT)
        pen.rectangle((MARGIN, y + 12, MARGIN + 14, y + 26), fill=color)
        _text(pen, (MARGIN + 24, y + 8), name or "unknown", 19, color)
        left = MARGIN + 24 + pen.textlength(name or "unknown", font=_font(19)) + 10
        _text(pen, (left, y + 10), str(counts[name]), 17, FAINT)
        y += HEADING - 8
        for index, entry in enumerate(part):
            corner = (MARGIN + index % columns * (CELL + GAP), y + index // columns * row)
            _cell(canvas, pen, corner, entry, previews.get(entry.slug), color, bool(problems.get(entry.slug)), seed)
        y += row * -(-len(part) // columns) + 8
    return canvas


def _cell(
    canvas: Image.Image,
    pen: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    entry: Entry,
    preview: UInt8[np.ndarray, "h w 3"] | None,
    color: tuple[int, int, int],
    has_problem: bool,
    seed: int,
) -> None:
    x, y = corner
    box = (x, y + STRIPE, x + CELL - 1, y + STRIPE + CELL // 2 - 1)
    pen.rectangle((x, y, x + CELL - 1, y + STRIPE - 1), fill=color)
    if preview is None:
        pen.rectangle(box, outline=FAINT)
        _text(pen, (x + CELL // 2, y + STRIPE + CELL // 4 - 8), "unreadable", 15, FAINT, "ma")
    else:
        canvas.paste(Image.fromarray(preview).resize((CELL, CELL // 2), Image.Resampling.LANCZOS), box[:2])
    if has_problem:
        pen.rectangle(box, outline=ALARM, width=2)
    room = CELL
    if entry.group and (side := split(entry.group, seed)) != "train":
        _text(pen, (x + CELL - 1, y + STRIPE + CELL // 2 + 4), side[0].upper(), 13, color, "ra")
        room -= 18
    label = _shortened(pen, entry.slug, room)
    _text(pen, (x, y + STRIPE + CELL // 2 + 4), label, 13, ALARM if has_problem else INK)


def _shortened(pen: ImageDraw.ImageDraw, text: str, room: int) -> str:
    """The text, its middle left out if it is too long."""
    keep = len(text)
    short = text
    while keep > 4 and pen.textlength(short, font=_font(13)) > room:
        keep -= 1
        short = f"{text[: keep - keep // 3]}…{text[-(keep // 3) :]}"
    return short


def _text(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    color: tuple[int, int, int],
    anchor: str = "la",
) -> None:
    pen.text(at, text, font=_font(size), fill=color, anchor=anchor)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def write_sheet(sheet: Image.Image, path: Path) -> None:
    """Write the sheet as PNG. Raises: OutputError."""
    with atomic(path) as temporary:
        sheet.save(temporary, "PNG")
