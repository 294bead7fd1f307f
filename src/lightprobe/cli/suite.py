"""`lightprobe suite`: pictures whose true light is known."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import click

from lightprobe.cli.groups import Home, LazyGroup
from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.terminal import say

suite = LazyGroup(
    "suite",
    {
        "build": Home(__name__, "Write a suite: pictures, true light, manifest."),
        "show": Home(__name__, "Describe a suite."),
    },
    help="Pictures whose true light is known.",
)


def build(
    source: Annotated[
        str,
        Argument(help="Catalog or folder of HDRIs, or a built-in suite: registry, views, analytic."),
    ],
    out: Annotated[Path, Option(help="Folder for the suite: a new one, or a suite to replace.")] = Path("suite"),
    seed: Annotated[int, Option(min=0, help="Seed of turns, mirroring and exposures.")] = 1,
    size: Annotated[str, Option(help="Size of the pictures, 2:1.")] = "256x128",
    split: Annotated[str, Option(help="Scenes to take from a catalog: test, val, train, all.")] = "test",
    split_seed: Annotated[int, Option(help="Seed of the split; use the one of the training.")] = 0,
    with_pureskies: Annotated[
        bool, Option("--with-pureskies", help="Also take pure skies, whose lower half is artificial.")
    ] = False,
    with_views: Annotated[
        bool, Option("--views", help="Take perspective pictures of a catalog's scenes, instead of panoramas.")
    ] = False,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Photograph HDRIs at fixed exposures through fixed tone curves, and write the true light beside the pictures.

    There are 21 pictures of each scene: sRGB at the three standard exposures, at the automatic exposure of a camera and
    unclipped; every other curve at the automatic exposure and at one standard exposure. With
    --views there are 14: seven framings with fields of view from 50° to 120°, as sRGB and with another curve. The same
    scenes and seed give the same bytes.

    \b
    Examples:
      lightprobe suite build hdris --out suite --seed 1
      lightprobe suite build hdris --out views --views
      lightprobe suite build registry --out registry --size 512x256
    """
    from lightprobe.cli.inputs import read_size
    from lightprobe.cli.progress import progress_bars
    from lightprobe.evaluation.suites.build import build_suite, plan_suite

    plan = plan_suite(
        source,
        seed=seed,
        size=read_size(size),
        side=split,
        split_seed=split_seed,
        with_pureskies=with_pureskies,
        with_views=with_views,
    )
    with progress_bars(quiet=quiet or as_json) as progress:
        count = build_suite(plan, out, progress)
    if as_json:
        click.echo(json.dumps({"out": str(out), "pictures": count}))
    elif not quiet:
        say(f"{count} pictures in {out}")


def show(
    name: Annotated[str, Argument(help="A folder, or registry, views or analytic.")],
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Describe a suite: scenes, kinds of light, curves and exposures.

    \b
    Example:
      lightprobe suite show registry
    """
    from lightprobe.evaluation.suites.lookup import open_suite

    found = open_suite(name)
    counts = {part: Counter(getattr(shot, part) for shot in found.shots) for part in ("stratum", "curve", "exposure")}
    scenes = len({shot.scene for shot in found.shots})
    if as_json:
        about = {"name": found.name, "about": found.about, "seed": found.seed, "digest": found.digest}
        click.echo(json.dumps({**about, "pictures": len(found.shots), "scenes": scenes, **counts}))
        return
    say(f"{found.name}: {len(found.shots)} pictures {found.width}×{found.height} of {scenes} scenes")
    say(f"  made of   {found.about}")
    for part, names in counts.items():
        say(f"  {part:<9} {', '.join(f'{value} {count}' for value, count in names.items())}")
