"""`lightprobe fetch`: HDRIs into a catalog folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lightprobe.errors import LightprobeError

if TYPE_CHECKING:
    from lightprobe.data.acquire.result import Report, Watcher


def fetch(
    out: Annotated[Path, typer.Option(help="The catalog folder to fill.", show_default=False)],
    source: Annotated[
        Path | None, typer.Option("--from", help="Take the .hdr and .exr files of this folder instead of Poly Haven's.")
    ] = None,
    resolution: Annotated[str, typer.Option(help="1k, 2k, 4k, 8k or 16k; 1k is 1024×512 and plenty for light.")] = "1k",
    format: Annotated[str, typer.Option(help="hdr or exr.")] = "hdr",
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many; a larger limit adds to these.")] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(help="Only of this Poly Haven category, such as outdoor; several: of all of them."),
    ] = None,
    ids: Annotated[str, typer.Option(help="These HDRIs, separated by commas.")] = "",
    seed: Annotated[int, typer.Option(help="Which ones a limit takes.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, max=32, help="Downloads at a time.")] = 4,
    api_url: Annotated[
        str,
        typer.Option(
            help="Another server with Poly Haven's API; so does LIGHTPROBE_POLYHAVEN_URL.", show_default=False
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched and how large it is; stop.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Fetch HDRIs, verified, measured and grouped into scenes, into a folder with a catalog.csv.

    From Poly Haven (CC0), or from a folder of your own; a catalog.csv beside your files is read for slug, licence,
    group, stratum and notes. Running it again completes what is missing and downloads nothing twice.

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
        from lightprobe.data.acquire.fetch import fetch_polyhaven
        from lightprobe.data.acquire.import_folder import fetch_local
        from lightprobe.data.acquire.polyhaven import CREDIT, Wish
    except ModuleNotFoundError as error:
        raise LightprobeError(f"expected {error.name}, got none; pip install 'lightprobe[data]'") from None
    is_shown = not (quiet or as_json)
    with _watcher(is_shown) as watcher:
        if source is not None:
            if category or api_url or (resolution, format) != ("1k", "hdr"):
                raise ValueError("expected --from alone, got options of Poly Haven with it; leave one of them out")
            report = fetch_local(source, out, ids=chosen, limit=limit, dry_run=dry_run, watcher=watcher)
        else:
            wish = Wish(
                resolution=resolution,
                format=format,
                limit=limit,
                categories=tuple(category or ()),
                ids=chosen,
                api_url=api_url,
                jobs=jobs,
                seed=seed,
            )
            report = fetch_polyhaven(out, wish, dry_run=dry_run, watcher=watcher)
    credit = "" if source is not None else CREDIT
    if as_json:
        typer.echo(json.dumps({"folder": str(out), "dry_run": dry_run, "credit": credit} | asdict(report)))
    elif not quiet:
        _print_report(report, out, credit, dry_run)
    if not as_json:
        for slug, reason in report.failed.items():
            typer.echo(f"lightprobe: {slug}: {reason}", err=True)
    if report.failed:
        raise typer.Exit(1)


def _print_report(report: Report, out: Path, credit: str, dry_run: bool) -> None:
    if dry_run:
        typer.echo("\n".join(slug for slug in report.wanted if slug not in report.failed))
        typer.echo(f"{len(report.wanted) - len(report.failed)} HDRIs, {_megabytes(report.bytes)}; nothing was fetched")
    else:
        counts = f"{len(report.fetched)} fetched, {len(report.kept)} there already, {len(report.failed)} failed"
        typer.echo(f"{out}: {len(report.wanted)} HDRIs wanted, {counts}")
    for note in report.notes:
        typer.echo(f"note: {note}")
    if credit:
        typer.echo(credit)


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"


@contextmanager
def _watcher(is_shown: bool) -> Generator[Watcher, None, None]:
    """What tells the user how it goes: sizes always, bars where somebody watches."""
    from lightprobe.data.acquire.result import Watcher

    if not is_shown:
        yield Watcher()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
    console = Console(stderr=True)
    bars = Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())

    class Bars(Watcher):
        task, total, size, done, there = TaskID(0), 0, 0, 0, 0

        def start(self, task: str, total: int, size: int = 0) -> None:
            self.total, self.size, self.done, self.there = total, size, 0, 0
            if size:
                console.print(f"{task} {total} HDRIs, {_megabytes(size)}", highlight=False)
            for old in bars.task_ids:
                bars.remove_task(old)
            self.task = bars.add_task(task, total=size or total, told=f"0/{total}")

        def advance(self, size: int) -> None:
            self.there += size
            self._tell()

        def finish(self, name: str, problem: str = "") -> None:
            self.done += 1
            self._tell()
            if problem and bars.disable:
                console.print(f"{name} failed", highlight=False)

        def _tell(self) -> None:
            told = f"{self.done}/{self.total}"
            if self.size:
                told += f", {self.there / 1e6:.1f}/{_megabytes(self.size)}"
            bars.update(self.task, completed=self.there if self.size else self.done, told=told)

    with bars:
        yield Bars()
