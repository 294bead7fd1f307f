"""`lightprobe fetch`: HDRIs into a catalog folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from lightprobe.cli.parameters import Option
from lightprobe.cli.progress import megabytes, progress_bars
from lightprobe.cli.terminal import say
from lightprobe.errors import LightprobeError

if TYPE_CHECKING:
    from lightprobe.data.acquire import FetchResult


def fetch(
    out: Annotated[Path, Option(help="The catalog folder to fill.", show_default=False)],
    source: Annotated[
        Path | None,
        Option("--from", help="Import the .hdr and .exr files of this folder instead of Poly Haven's."),
    ] = None,
    resolution: Annotated[
        str, Option(help="1k, 2k, 4k, 8k or 16k; 1k is 1024×512 pixels, which is enough for light.")
    ] = "1k",
    format: Annotated[str, Option(help="hdr or exr.")] = "hdr",
    limit: Annotated[
        int | None, Option(min=1, help="Fetch at most this many HDRIs; a larger limit adds to these.")
    ] = None,
    category: Annotated[
        list[str] | None,
        Option(help="Only HDRIs of this Poly Haven category, such as outdoor; repeat it to require several."),
    ] = None,
    ids: Annotated[str, Option(help="Only these HDRIs, separated by commas.")] = "",
    seed: Annotated[int, Option(help="Seed for choosing which HDRIs --limit keeps.")] = 0,
    jobs: Annotated[int, Option(min=1, max=32, help="Number of downloads at a time.")] = 4,
    api_url: Annotated[
        str,
        Option(help="Base URL of a server with Poly Haven's API [env: LIGHTPROBE_POLYHAVEN_URL].", show_default=False),
    ] = "",
    dry_run: Annotated[bool, Option("--dry-run", help="List the HDRIs and their size; download nothing.")] = False,
    as_json: Annotated[bool, Option("--json", help="Print a summary as JSON.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Download HDRIs, panoramas of real light, into a folder with a catalog.csv.

    Each HDRI is verified and measured, and those of one scene are grouped. They come from Poly Haven (CC0), or with
    --from from a folder of your own; a catalog.csv in that folder may give slug, licence, group, stratum and notes.
    Run the same command again to download what is missing; nothing is downloaded twice.

    \b
    Examples:
      lightprobe fetch --out hdris --limit 50
      lightprobe fetch --out hdris --category outdoor --category night --resolution 2k
      lightprobe fetch --out hdris --ids venice_sunset,studio_small_03 --format exr
      lightprobe fetch --out hdris --dry-run
      lightprobe fetch --from my-hdris --out hdris
    """
    chosen = tuple(part.strip() for part in ids.split(",") if part.strip())
    try:
        from lightprobe.data.acquire import FetchOptions, fetch_polyhaven, import_folder
        from lightprobe.data.acquire.polyhaven import CREDIT
    except ModuleNotFoundError as error:
        raise LightprobeError(f"{error.name} is not installed; pip install 'lightprobe[data]'") from None
    with progress_bars(quiet=quiet or as_json) as progress:
        if source is not None:
            if category or api_url or (resolution, format) != ("1k", "hdr"):
                raise ValueError(
                    "--from takes none of --category, --api-url, --resolution and --format, which are for Poly Haven; "
                    "leave them out"
                )
            result = import_folder(source, out, ids=chosen, limit=limit, dry_run=dry_run, progress=progress)
        else:
            options = FetchOptions(
                resolution=resolution,
                format=format,
                limit=limit,
                categories=tuple(category or ()),
                ids=chosen,
                api_url=api_url,
                jobs=jobs,
                seed=seed,
            )
            result = fetch_polyhaven(out, options, dry_run=dry_run, progress=progress)
    credit = "" if source is not None else CREDIT
    if as_json:
        click.echo(json.dumps({"folder": str(out), "dry_run": dry_run, "credit": credit} | asdict(result)))
    elif not quiet:
        _print_result(result, out, credit, dry_run)
    if not as_json:
        for slug, reason in result.failed.items():
            say(f"lightprobe: {slug}: {reason}", err=True)
    if result.failed:
        raise click.exceptions.Exit(1)


def _print_result(result: FetchResult, out: Path, credit: str, dry_run: bool) -> None:
    if dry_run:
        say("\n".join(slug for slug in result.wanted if slug not in result.failed))
        say(f"{len(result.wanted) - len(result.failed)} HDRIs, {megabytes(result.bytes)}; nothing downloaded")
    else:
        counts = f"{len(result.fetched)} added, {len(result.kept)} already there, {len(result.failed)} failed"
        say(f"{out}: {len(result.wanted)} HDRIs wanted, {counts}")
    for note in result.notes:
        say(f"note: {note}")
    if credit:
        say(credit)
    if not dry_run and len(result.failed) < len(result.wanted):
        say(f"next: lightprobe catalog {out}")
