"""`lightprobe train`: from HDRIs or pairs to a run's folder."""

from __future__ import annotations

import json
import math
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.signals import held_signals
from lightprobe.cli.terminal import say

if TYPE_CHECKING:
    from lightprobe.training import FitResult, Recipe

INSTALL = "training needs torch and other packages, {} is missing; install them with pip install 'lightprobe[train]'"


def train(
    recipe: Annotated[
        str,
        Argument(help="Recipe: ambient, shipped, mobilenet_v2, or a .py file that defines recipe()."),
    ],
    data: Annotated[
        list[str] | None,
        Option(
            help="Catalog or folder of HDRIs, or a folder that `lightprobe pairs` made; repeatable: further catalogs "
            "need their share of all samples, as in worlds:0.35, and are never scored.",
            show_default="hdris",
        ),
    ] = None,
    out: Annotated[Path, Option(help="Folder of the run: a new one, or the run to --resume.")] = Path("runs/new"),
    changes: Annotated[
        list[str] | None,
        Option(
            "--set",
            help="Change a field of the recipe: field=value; repeatable. steps=500, optimizer.lr=1e-3.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[bool, Option("--resume", help="Continue the run in --out.")] = False,
    start_from: Annotated[
        str, Option("--from", help="With --resume: the checkpoint in --out to continue from, last.pt or best.pt.")
    ] = "last.pt",
    cache: Annotated[
        Path | None,
        Option(help="Cache folder for training records; several runs may share one.", show_default="OUT/cache"),
    ] = None,
    accelerator: Annotated[str, Option(help="auto, cpu or gpu.")] = "auto",
    devices: Annotated[int, Option(help="Number of processes with one device each; they share every batch.")] = 1,
    workers: Annotated[
        int | None,
        Option(min=0, help="Processes per device that prepare data.", show_default="the recipe's"),
    ] = None,
    threads: Annotated[int, Option(min=0, help="Number of torch's threads; 0: torch's default.")] = 0,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Train a model.

    One fifth of the scenes is held out for validation; --set fold=-1 trains on all of them. The first pass over the
    data is slower: it makes the training records from the HDRIs and stores them in the cache.

    Ctrl-C finishes the current step and writes a checkpoint. A run that was stopped or killed continues with --resume;
    on one CPU process the result is bit-identical to that of an undisturbed run. `tensorboard --logdir runs` shows all
    runs.

    \b
    Examples:
      lightprobe train ambient --data hdris --out runs/a
      lightprobe train ambient --data hdris --out runs/b --set steps=8000 --set optimizer.lr=1e-3
      lightprobe train ambient --data hdris --data worlds:0.35 --out runs/w
      lightprobe train ambient --data hdris --out runs/fold3 --set fold=3 --cache cache
      lightprobe train mobilenet_v2 --data pairs --out runs/m --set settings.width=1.0
      lightprobe train ambient --data hdris --out runs/a --resume
      torchrun --nproc-per-node 2 -m lightprobe.training ambient --data hdris --out runs/d
    """
    try:
        with held_signals():
            from lightprobe.training import Interrupted, fit
            from lightprobe.training.data.mixture import parse_data
            from lightprobe.training.monitor.progress import stderr_progress
            from lightprobe.training.recipes import serialize
    except ModuleNotFoundError as error:
        raise ValueError(INSTALL.format(error.name)) from None
    chosen = _recipe(recipe, out, changes or [], resume=resume)
    if workers is not None:
        chosen = serialize.with_value(chosen, "workers", workers)
    if start_from != "last.pt" and not resume:
        raise ValueError("--from needs --resume; add --resume")
    folder, added = parse_data(data or ["hdris"])
    try:
        with stderr_progress(quiet=quiet or as_json) as progress:
            result = fit(
                chosen,
                folder,
                out,
                added=added,
                resume=resume,
                start_from=start_from,
                cache=cache,
                accelerator=accelerator,
                processes=devices,
                threads=threads,
                progress=progress,
            )
    except Interrupted as stop:
        again = shlex.join(["lightprobe", *sys.argv[1:], *([] if resume else ["--resume"])])
        say(f"lightprobe: {stop}; continue with `{again}`", err=True)
        raise click.exceptions.Exit(130) from None
    if result.rank:
        return
    if as_json:
        click.echo(json.dumps(_document(result)))
    elif not quiet:
        _print(result)


def _recipe(name: str, out: Path, changes: list[str], *, resume: bool) -> Recipe:
    """The named recipe with its changes; for a resumed run, the recipe that it was started with.

    Raises: ValueError for an unknown recipe or field, or a recipe other than the run's.
    """
    from lightprobe.training.recipes import serialize
    from lightprobe.training.run.checkpoint import read_recipe

    wanted = serialize.with_changes(serialize.find_recipe(name), changes)
    started = read_recipe(out) if resume else None
    if started is None:
        return wanted
    if wanted.model != started.model:
        raise ValueError(
            f"{out}: expected {started.model}, the model this run was started with, got {wanted.model}; name "
            f"{started.model}"
        )
    resumed = serialize.with_changes(started, changes)
    differing = serialize.differing_fields(started, resumed)
    if differing:
        raise ValueError(
            f"{out}: expected the recipe this run was started with, got another value of {', '.join(differing)}; leave "
            "out --set, or choose another --out"
        )
    return resumed


def _document(result: FitResult) -> dict[str, object]:
    def number(value: float) -> float | None:
        return round(value, 5) if math.isfinite(value) else None

    return {
        "out": str(result.out),
        "step": result.step,
        "score": number(result.score),
        "best": number(result.best),
        "held_out": result.held_out,
        "scores": result.scores,
        "samples_per_second": number(result.rate),
        "waiting": number(result.waiting),
    }


def _print(result: FitResult) -> None:
    from rich.console import Console
    from rich.table import Table

    from lightprobe.training.validation import score_rows

    if result.scores:
        scenes = "held-out scenes" if result.held_out else "scenes it was trained on, so this says little"
        say(f"Relative irradiance error on {scenes}:")
        table = Table(box=None)
        for name in ("tone curve", "median", "mean", "max", "pictures"):
            table.add_column(name, justify="left" if name == "tone curve" else "right")
        for row in score_rows(result.scores):
            table.add_row(*row)
        Console().print(table)
    best = f", best {result.best:.4f}" if result.held_out else ""
    score = f"score {result.score:.4f}{best}" if result.scores else "nothing to validate on"
    say(f"{result.step} steps, {score}, {result.waiting:.0%} of the time spent waiting for data")
    say(f"next: lightprobe export {result.out} --out model")
