"""`lightprobe pairs`: pictures of all kinds from HDRIs, with the light that they were made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lightprobe.cli.inputs import read_size
from lightprobe.cli.progress import standing


def pairs(
    hdris: Annotated[Path, typer.Argument(help="Catalog of HDRIs, or a folder of .exr and .hdr.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the pairs: a new one, or one to go on with.")] = Path("pairs"),
    variants: Annotated[int, typer.Option(help="Pairs of each HDRI.")] = 10,
    engine: Annotated[
        str,
        typer.Option(help="native, or blender (see `lightprobe blender setup`; turn, mirror, exposure, color only)."),
    ] = "native",
    curves: Annotated[
        str,
        typer.Option(
            help="Tone curves to choose from: srgb, filmic, agx, aces, reinhard, camera. Blender has the first three.",
            show_default="all",
        ),
    ] = "",
    size: Annotated[str, typer.Option(help="Size of the pictures, 2:1.")] = "256x128",
    form: Annotated[
        str,
        typer.Option(
            help="Where the curve is applied: source (at the HDRI's resolution, as in photographs), picture (at the "
            "picture's, as in renderings), auto (as the curve's kind does)."
        ),
    ] = "auto",
    seed: Annotated[int, typer.Option(help="Seed of all that is drawn.")] = 0,
    split: Annotated[str, typer.Option(help="Scenes to take: all, train, val, test.")] = "all",
    split_seed: Annotated[int, typer.Option(help="Seed of the split; keep it for as long as a model lives.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Processes on this machine; 0 works in this one.")] = 0,
    scheduler: Annotated[
        str, typer.Option(help="Address of a Dask scheduler whose workers see the same folders.", show_default=False)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Make training pairs: ordinary pictures, and the light that they were made of.

    Each HDRI is turned, tilted, mirrored, mixed with another, exposed as cameras do, and seen through a tone curve with
    blur, noise and JPEG. Written are the picture, the linear panorama (OpenEXR), the coefficients (cmgen's text) and
    manifest.csv with every parameter. The same seed gives the same bytes, for any number of workers. An interrupted
    run goes on where it was when the same command is given again.

    \b
    Examples:
      lightprobe pairs hdris --out pairs --variants 10
      lightprobe pairs hdris --out train --split train --seed 7 --workers 4
      lightprobe pairs hdris --out phone --curves srgb,camera --size 512x256
      lightprobe pairs hdris --out pairs --scheduler tcp://10.0.0.5:8786
      lightprobe pairs hdris --out rendered --engine blender --curves filmic,agx
    """
    from lightprobe.camera.sampling.recipe import CURVES, ShotRecipe
    from lightprobe.data.pairs.generate import make_pairs
    from lightprobe.data.pairs.run import Run

    width, height = read_size(size)
    chosen = tuple(name.strip() for name in curves.split(",") if name.strip()) if curves else CURVES
    if engine == "blender" and not curves:
        from lightprobe.data.pairs.blender import VIEWS

        chosen = tuple(VIEWS)
    recipe = ShotRecipe(width=width, height=height, seed=seed, curves=chosen, form=form)
    run = Run(folder=hdris, out=out, variants=variants, recipe=recipe, side=split, split_seed=split_seed, engine=engine)
    with standing("Pairs", show=not (quiet or as_json)) as step:
        outcome = make_pairs(run, workers=workers, scheduler=scheduler, step=step)
    if as_json:
        typer.echo(json.dumps({"out": str(out), "pairs": outcome.pairs, "made": outcome.made}))
    elif not quiet:
        before = outcome.pairs - outcome.made
        typer.echo(f"{outcome.pairs} pairs in {out}" + (f", {before} of them from before" if before else ""))
