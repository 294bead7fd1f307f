"""`lightprobe pairs`: training pairs from HDRIs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import click

from lightprobe.cli.inputs import read_size
from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.progress import progress_bars
from lightprobe.cli.terminal import say


def pairs(
    hdris: Annotated[Path, Argument(help="Catalog, or a folder of .exr and .hdr files.")],
    out: Annotated[Path, Option(help="Folder for the pairs, new or of a run to continue.")] = Path("pairs"),
    variants: Annotated[int, Option(help="Number of pairs of each HDRI.")] = 10,
    engine: Annotated[
        str,
        Option(
            help="native, or blender (see `lightprobe blender setup`), which can turn, mirror, tilt, expose and color "
            "HDRIs, but not mix or blur them or add noise."
        ),
    ] = "native",
    curves: Annotated[
        str,
        Option(
            help="Tone curves to choose from: srgb, filmic, agx, aces, reinhard, camera; Blender has the first three.",
            show_default="all",
        ),
    ] = "",
    size: Annotated[str, Option(help="Size of the pictures, 2:1.")] = "256x128",
    form: Annotated[
        str,
        Option(
            help="Resolution at which the tone curve is applied: source (the HDRI's, as in photographs), picture (the "
            "picture's, as in renderings), or auto (as is usual for the curve)."
        ),
    ] = "auto",
    seed: Annotated[int, Option(help="Seed of all random choices.")] = 0,
    split: Annotated[str, Option(help="Side of the split: all, train, val or test.")] = "all",
    split_seed: Annotated[
        int, Option(help="Seed of the split; keep it, or models will be tested on scenes they were trained on.")
    ] = 0,
    workers: Annotated[int, Option(min=0, help="Worker processes on this machine; 0 works in the main process.")] = 0,
    scheduler: Annotated[
        str, Option(help="Address of a Dask scheduler whose workers see the same folders.", show_default=False)
    ] = "",
    as_json: Annotated[bool, Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Make training pairs: ordinary pictures, each with the light that it was made from.

    Each HDRI is turned, tilted, mirrored, mixed with another one, exposed as a camera would, and developed through a
    tone curve with blur, noise and JPEG. Each pair is a picture, a linear panorama (OpenEXR) and coefficients (in
    cmgen's text format); manifest.csv lists all pairs with every parameter. The same seed gives the same bytes, with
    any number of workers. Run the same command again to continue an interrupted run.

    \b
    Examples:
      lightprobe pairs hdris --out pairs --variants 10
      lightprobe pairs hdris --out train --split train --seed 7 --workers 4
      lightprobe pairs hdris --out phone --curves srgb,camera --size 512x256
      lightprobe pairs hdris --out pairs --scheduler tcp://10.0.0.5:8786
      lightprobe pairs hdris --out rendered --engine blender --curves filmic,agx
    """
    from lightprobe.camera.sampling.recipe import CURVES, ShotRecipe
    from lightprobe.data.pairs import Run, make_pairs

    width, height = read_size(size)
    chosen = tuple(name.strip() for name in curves.split(",") if name.strip()) if curves else CURVES
    if engine == "blender" and not curves:
        from lightprobe.data.pairs.blender import VIEW_TRANSFORMS

        chosen = tuple(VIEW_TRANSFORMS)
    recipe = ShotRecipe(width=width, height=height, seed=seed, curves=chosen, form=form)
    run = Run(folder=hdris, out=out, variants=variants, recipe=recipe, side=split, split_seed=split_seed, engine=engine)
    with progress_bars(quiet=quiet or as_json) as progress:
        result = make_pairs(run, workers=workers, scheduler=scheduler, progress=progress)
    if as_json:
        click.echo(json.dumps({"out": str(out), "pairs": result.pairs, "made": result.made}))
    elif not quiet:
        before = result.pairs - result.made
        say(f"{result.pairs} pairs in {out}" + (f", {before} of them from an earlier run" if before else ""))
