"""`lightprobe catalog`: the contents of a folder of HDRIs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.progress import megabytes, progress_bars
from lightprobe.cli.terminal import say

if TYPE_CHECKING:
    from lightprobe.data.catalog.contact_sheet import Tally
    from lightprobe.data.catalog.table import Entry


def catalog(
    folder: Annotated[Path, Argument(help="A folder made by `lightprobe fetch`.")],
    sheet: Annotated[
        Path | None, Option(help="PNG file for the contact sheet.", show_default="FOLDER/sheet.png")
    ] = None,
    no_sheet: Annotated[bool, Option("--no-sheet", help="Draw no contact sheet.")] = False,
    seed: Annotated[int, Option(help="Seed of the split into train, val and test.")] = 0,
    as_json: Annotated[bool, Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print problems only.")] = False,
) -> None:
    """Describe a catalog of HDRIs, list its problems, and draw a contact sheet.

    Printed are the kinds of light, scenes, split, dynamic range and licenses. Look at the problems before training:
    files that are missing, changed, unreadable or not 2:1; HDRIs that are clipped, of low dynamic range, of impossible
    colors, with NaN or negative values, twice in the catalog, or without a license. The exit code is 1 if a file is
    missing, changed or unreadable.

    \b
    Examples:
      lightprobe catalog hdris
      lightprobe catalog hdris --json --no-sheet
    """
    from lightprobe.data.catalog import find_problems, is_broken, measure_catalog, read_catalog
    from lightprobe.data.catalog.contact_sheet import MOST_CELLS, SHEET_NAME, draw_sheet, tally, write_sheet

    entries = read_catalog(folder)
    broken = {entry.slug for entry in entries if is_broken(folder, entry)}
    with progress_bars(quiet=quiet or as_json) as progress:
        intact = [entry for entry in entries if entry.slug not in broken]
        measurements, unreadable = measure_catalog(folder, intact, progress)
    problems = find_problems(folder, entries, measurements)
    for slug, reason in unreadable.items():
        problems.setdefault(slug, []).append(reason)
    target = None if no_sheet else sheet or folder / SHEET_NAME
    if target:
        previews = {slug: measurement.preview_srgb for slug, measurement in measurements.items()}
        write_sheet(draw_sheet(folder.resolve().name, entries, previews, problems, seed), target)
    numbers = tally(entries, seed)
    if as_json:
        strata = {name: asdict(part) for name, part in numbers.items()}
        scenes = dict(Counter(entry.group for entry in entries).most_common())
        document = {"folder": str(folder), "seed": seed, "strata": strata, "scenes": scenes, "problems": problems}
        click.echo(json.dumps(document | {"sheet": target and str(target)}))
    else:
        if not quiet:
            say(_summary(folder, entries, numbers))
        _print_problems(problems)
        if target and not quiet:
            part = f" ({MOST_CELLS} of {len(entries)} HDRIs)" if len(entries) > MOST_CELLS else ""
            say(f"\nsheet     {target}{part}")
    if broken or unreadable:
        raise click.exceptions.Exit(1)


def _summary(folder: Path, entries: Sequence[Entry], numbers: Mapping[str, Tally]) -> str:
    size = sum(entry.bytes or 0 for entry in entries)
    lines = [
        f"{folder}: {len(entries)} HDRIs in {numbers['all'].scenes} scenes, {megabytes(size)}",
        "",
        "stratum   HDRIs  scenes   train  val  test   dynamic range [EV]   max/mean",
    ]
    for name, part in numbers.items():
        low, middle, high = part.dynamic_range_ev or (0, 0, 0)
        span = f"{middle:.1f} ({low:.1f} … {high:.1f})"
        lines.append(
            f"{name:<9}{part.hdris:>6}{part.scenes:>8}{part.train:>8}{part.val:>5}{part.test:>6}   {span:<21}"
            f"{part.max_mean_ratio or 0:>8.0f}"
        )
    shared = [f"{group} {count}" for group, count in Counter(e.group for e in entries).most_common(6) if count > 1]
    licenses = [f"{name or 'none'} {count}" for name, count in Counter(e.licence for e in entries).most_common()]
    lines += ["", f"licenses  {', '.join(licenses)}"]
    if shared:
        lines.append(f"scenes    largest groups: {', '.join(shared)}")
    return "\n".join(lines)


def _print_problems(problems: Mapping[str, Sequence[str]]) -> None:
    if not problems:
        say("problems  none")
        return
    say(f"problems  {sum(map(len, problems.values()))}")
    for slug, messages in sorted(problems.items()):
        for message in messages:
            say(f"  {slug + ': ' if slug else ''}{message}")
