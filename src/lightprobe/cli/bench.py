"""`lightprobe bench`: speed and size of models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import click

from lightprobe.cli.parameters import Option
from lightprobe.cli.terminal import say


def bench(
    model: Annotated[
        list[str] | None,
        Option(help="Model folder, plain, or default; repeat for several models.", show_default="default"),
    ] = None,
    size: Annotated[str, Option(help="Size of the picture, 2:1.")] = "256x128",
    rounds: Annotated[int, Option(min=1, help="Measurements of each stage.")] = 20,
    out: Annotated[Path | None, Option(help="Write all numbers to this JSON file.", show_default=False)] = None,
    as_json: Annotated[bool, Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure latency, throughput, memory and size of models, beside the baselines in the same run.

    Times are warm, for one picture in one thread, from the JPEG's bytes to the light, stage by stage: median and
    quartiles. A model's graph includes the projection; the plain estimator has it as a stage.

    \b
    Examples:
      lightprobe bench --model model
      lightprobe bench --model model --model other --size 1024x512 --out bench.json
    """
    from lightprobe.cli.inputs import read_size
    from lightprobe.evaluation.benchmark import benchmark_models

    width, height = read_size(size)
    found = benchmark_models(model or ["default"], width=width, height=height, rounds=rounds)
    text = json.dumps(found, indent=1) + "\n"
    if out:
        from lightprobe.imaging.output import write_text

        write_text(out, text)
    if as_json:
        click.echo(text, nl=False)
    else:
        _print_table(found)
        if out:
            say(f"written to {out}")


def _print_table(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    picture, results = found["picture"], found["results"]
    title = f"{picture['width']}×{picture['height']} JPEG, {found['machine']['processor']}; medians in ms"
    stages = list(dict.fromkeys(stage for row in results.values() for stage in row["ms"]))
    table = Table(title=title, title_justify="left")
    table.add_column("", no_wrap=True)
    for title in (*stages, "quartiles", "pictures/s", "model [MB]", "memory [MB]"):
        table.add_column(title, justify="right", no_wrap=title not in ("model [MB]", "memory [MB]"))
    for name, row in results.items():
        cells = [_time(row["ms"].get(stage)) for stage in stages]
        files, memory = row.get("files_MB", {}), row.get("peak_MB")
        cells.append(f"{row['ms']['total']['q1']:.2f} … {row['ms']['total']['q3']:.2f}")
        cells.append(f"{row['pictures_per_s']['one_thread']:.0f}")
        cells.append(f"{files['model']:.2f}" if "model" in files else "–")
        cells.append(f"{memory['five_pictures']:.0f}" if memory else "–")
        table.add_row(name, *cells)
    Console(width=max(Console().width, 112)).print(table)


def _time(entry: dict[str, float] | None) -> str:
    if entry is None:
        return "–"
    return f"{entry['median']:.2f}"
