"""`lightprobe catalog`: what is in a folder of HDRIs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lightprobe.cli.progress import progress

if TYPE_CHECKING:
    from lightprobe.data.catalog.contact_sheet import Tally
    from lightprobe.data.catalog.measure import Measurement
    from lightprobe.data.catalog.table import Entry


def catalog(
    folder: Annotated[Path, typer.Argument(help="A folder that `lightprobe fetch` has filled.", show_default=False)],
    sheet: Annotated[
        Path | None, typer.Option(help="Where to draw the sheet of thumbnails.", show_default="FOLDER/sheet.png")
    ] = None,
    no_sheet: Annotated[bool, typer.Option("--no-sheet", help="Draw nothing.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the split into train, val and test.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")] = False,
) -> None:
    """Say what a catalog holds: kinds of light, scenes, split, dynamic range, licenses, problems; draw a sheet.

    Problems are things to look at before training: files that are missing, changed or unreadable, clipped, of low
    dynamic range, not 2:1, with NaN or negative values, the same twice, or without a license. The exit code is 1 if
    a file is missing, changed or unreadable.

    \b
    Examples:
      lightprobe catalog hdris
      lightprobe catalog hdris --json --no-sheet
    """
    from lightprobe.data.catalog.contact_sheet import SHEET_NAME, draw_sheet, tally, write_sheet
    from lightprobe.data.catalog.table import is_broken, problems, read_catalog

    entries = read_catalog(folder)
    found = problems(folder, entries)
    broken = {entry.slug for entry in entries if is_broken(folder, entry)}
    seen = _measure([entry for entry in entries if entry.slug not in broken], folder, found, not (quiet or as_json))
    broken |= {entry.slug for entry in entries} - seen.keys()
    target = None if no_sheet else sheet or folder / SHEET_NAME
    if target:
        previews = {slug: measurement.preview_srgb for slug, measurement in seen.items()}
        write_sheet(draw_sheet(folder.resolve().name, entries, previews, found, seed), target)
    numbers = tally(entries, seed)
    if as_json:
        strata = {name: asdict(part) for name, part in numbers.items()}
        scenes = dict(Counter(entry.group for entry in entries).most_common())
        told = {"folder": str(folder), "seed": seed, "strata": strata, "scenes": scenes, "problems": found}
        typer.echo(json.dumps(told | {"sheet": target and str(target)}))
    else:
        if not quiet:
            typer.echo(_report(folder, entries, numbers))
        _print_problems(found)
        if target and not quiet:
            typer.echo(f"\nsheet     {target}")
    if broken:
        raise typer.Exit(1)


def _measure(
    entries: Sequence[Entry], folder: Path, found: dict[str, list[str]], is_shown: bool
) -> dict[str, Measurement]:
    """Measurements by slug; what cannot be read becomes a problem."""
    from lightprobe.data.catalog.measure import measured
    from lightprobe.errors import ImageError

    seen: dict[str, Measurement] = {}
    with progress("Reading", len(entries), show=is_shown) as step:
        for entry in entries:
            try:
                seen[entry.slug] = measured(folder, entry)
            except (ImageError, ValueError) as error:
                found.setdefault(entry.slug, []).append(str(error))
            step()
    return seen


def _report(folder: Path, entries: Sequence[Entry], numbers: Mapping[str, Tally]) -> str:
    size = sum(entry.bytes or 0 for entry in entries)
    lines = [
        f"{folder}: {len(entries)} HDRIs in {numbers['all'].scenes} scenes, {size / 1e6:.1f} MB",
        "",
        "stratum   HDRIs  scenes   train  val  test   dynamic range [EV]   max/mean",
    ]
    for name, part in numbers.items():
        least, middle, most = part.dynamic_range_ev or (0, 0, 0)
        span = f"{middle:.1f} ({least:.1f} … {most:.1f})"
        lines.append(
            f"{name:<9}{part.hdris:>6}{part.scenes:>8}{part.train:>8}{part.val:>5}{part.test:>6}   {span:<21}"
            f"{part.max_mean_ratio or 0:>8.0f}"
        )
    shared = [f"{group} {count}" for group, count in Counter(e.group for e in entries).most_common(6) if count > 1]
    licenses = [f"{name or 'none'} {count}" for name, count in Counter(e.licence for e in entries).most_common()]
    lines += ["", f"licenses  {', '.join(licenses)}"]
    if shared:
        lines.append(f"scenes    the largest: {', '.join(shared)}")
    return "\n".join(lines)


def _print_problems(found: Mapping[str, Sequence[str]]) -> None:
    if not found:
        typer.echo("problems  none")
        return
    typer.echo(f"problems  {sum(map(len, found.values()))}")
    for slug, messages in sorted(found.items()):
        for message in messages:
            typer.echo(f"  {slug + ': ' if slug else ''}{message}")
