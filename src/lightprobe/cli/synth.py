"""`lightprobe synth`: synthetic worlds, rendered by Blender."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import click

from lightprobe.cli.groups import Home, LazyGroup
from lightprobe.cli.inputs import read_size
from lightprobe.cli.parameters import Argument, Option, build_command
from lightprobe.cli.progress import progress_bars
from lightprobe.cli.terminal import say


def _make(
    out: Annotated[Path, Option(help="Folder for the worlds, new or of a run to continue.")] = Path("worlds"),
    count: Annotated[int, Option(help="Number of worlds; a larger one adds worlds to a folder.")] = 100,
    seed: Annotated[int, Option(help="Seed of all random choices.")] = 1,
    kinds: Annotated[str, Option(help="Kinds of worlds: outdoor, indoor, night, studio.", show_default="all")] = "",
    size: Annotated[str, Option(help="Size of the panoramas, 2:1.")] = "512x256",
    samples: Annotated[int, Option(help="Rays per pixel, before denoising.")] = 10,
    workers: Annotated[
        int, Option(min=0, help="Worker processes on this machine, each with its own Blender; 0: one Blender.")
    ] = 0,
    scheduler: Annotated[str, Option(help="Address of a Dask scheduler whose workers see the same folder.")] = "",
    as_json: Annotated[bool, Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Render synthetic worlds: physically based 360° HDR environments whose light is known exactly.

    Skies are physical, with clouds; sun and small lamps are composited exactly; radiance is in kcd/m². The folder is a
    catalog for `lightprobe train --data hdris --data worlds:0.35`; worlds.jsonl lists every parameter, and strip.png
    shows the worlds made so far. The same seed gives the same worlds. Needs Blender: `lightprobe blender setup`. Run
    the same command again to continue an interrupted run, or to try failed worlds again.

    \b
    Examples:
      lightprobe synth --out worlds --count 1000 --seed 1 --workers 2
      lightprobe synth --out rooms --count 50 --kinds indoor,studio --size 1024x512 --samples 32
      lightprobe synth check worlds --against hdris --out report
    """
    from lightprobe.synth import KINDS, WorldRun, make_worlds

    width, height = read_size(size)
    chosen = tuple(name.strip() for name in kinds.split(",") if name.strip()) if kinds else tuple(KINDS)
    run = WorldRun(out=out, count=count, seed=seed, kinds=chosen, width=width, height=height, samples=samples)
    with progress_bars(quiet=quiet or as_json) as progress:
        result = make_worlds(run, workers=workers, scheduler=scheduler, progress=progress)
    if as_json:
        document = {"out": str(out), "worlds": result.worlds, "made": result.made, "failed": list(result.failed)}
        click.echo(json.dumps(document))
    elif not quiet:
        before = result.worlds - result.made
        say(f"{result.worlds} worlds in {out}" + (f", {before} of them from an earlier run" if before else ""))
    if result.failed:
        if not as_json:
            say(f"{len(result.failed)} worlds failed; run the same command again to try them again", err=True)
        click.get_current_context().exit(1)


def check(
    worlds: Annotated[Path, Argument(help="A folder made by `lightprobe synth`.")],
    against: Annotated[Path, Option(help="Catalog of photographed HDRIs.")] = Path("hdris"),
    out: Annotated[
        Path | None, Option(help="Folder for the report with pictures.", show_default="WORLDS/report")
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Compare worlds with photographed HDRIs: the gate before training.

    By kind of light: contrast, share and color of the brightest part, light from below, light over white, clipped area;
    for suns also the luminance around them, ground to sky, and elevation. Medians within 0.7 stops pass. The exit code
    is 1 if one does not.

    \b
    Examples:
      lightprobe synth check worlds --against hdris
      lightprobe synth check worlds --against hdris --out report --json
    """
    from lightprobe.synth.check import compare_catalogs, write_gate_report
    from lightprobe.synth.check.report import PAGE, gate_numbers

    target = out or worlds / "report"
    with progress_bars(quiet=quiet or as_json) as progress:
        gate = compare_catalogs(worlds, against, progress)
        write_gate_report(gate, worlds, against, target)
    if as_json:
        click.echo(json.dumps(gate_numbers(gate)))
    elif not quiet:
        say("stratum  measure             photographs   worlds  distance")
        for row in gate.comparisons:
            mark = "" if row.passed else "  too far"
            say(
                f"{row.stratum:<9}{row.measure:<20}{row.real[1]:>11.2f}{row.synthetic[1]:>9.2f}{row.distance:>+10.2f}"
                f"{mark}"
            )
        say(f"\nreport    {target / PAGE}")
    if not gate.passed:
        if not as_json:
            say("the gate is not passed", err=True)
        click.get_current_context().exit(1)


_MAKE = build_command(_make, "synth")


@click.pass_context
def _call(context: click.Context, **values: Any) -> None:
    """Make worlds, unless a command of the group was called."""
    if context.invoked_subcommand is None:
        context.invoke(_MAKE, **values)


synth = LazyGroup(
    "synth",
    {"check": Home(__name__, "Compare worlds with photographed HDRIs.")},
    help=_MAKE.help,
    params=_MAKE.params,
    callback=_call,
    invoke_without_command=True,
)

__all__ = ["synth"]
