"""`lightprobe train`: from HDRIs, or pairs, to a run's folder."""

from __future__ import annotations

import json
import math
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lightprobe.training import Recipe, Result

INSTALL = "expected torch and the other packages that training needs, got no {}; pip install 'lightprobe[train]'"


def train(
    recipe: Annotated[str, typer.Argument(help="ambient, shipped, mobilenet_v2, or a .py file.", show_default=False)],
    data: Annotated[
        Path, typer.Option(help="Catalog or folder of HDRIs, or a folder that `lightprobe pairs` made.")
    ] = Path("hdris"),
    out: Annotated[Path, typer.Option(help="Folder for the run: a new one, or the one to --resume.")] = Path(
        "runs/new"
    ),
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="field=value, repeatable: steps=500, optimizer.lr=1e-3.", show_default=False),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the run in --out was stopped.")] = False,
    start_from: Annotated[
        str, typer.Option("--from", help="Checkpoint to go on from, in --out: last.pt, or best.pt.")
    ] = "last.pt",
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder for what is formed from the HDRIs; runs may share one.", show_default="OUT/cache"),
    ] = None,
    accelerator: Annotated[str, typer.Option(help="auto, cpu, gpu.")] = "auto",
    devices: Annotated[int, typer.Option(help="Processes, each with a device; the batch is shared out.")] = 1,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="Processes that form data, per device.", show_default="the recipe's"),
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads of torch; 0: as many as it likes.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Train a model.

    Scene groups are held out for validation (fold 0 of 5); fold=-1 trains on all. What is formed from the HDRIs is
    kept and read again, so the first round is slower. Ctrl-C finishes the step and writes a checkpoint; a run that was
    stopped or killed goes on with --resume, as if nothing had happened. `tensorboard --logdir runs` shows runs.

    \b
    Examples:
      lightprobe train ambient --data hdris --out runs/a
      lightprobe train ambient --data hdris --out runs/b --set steps=8000 --set optimizer.lr=1e-3
      lightprobe train ambient --data hdris --out runs/fold3 --set fold=3 --cache cache
      lightprobe train mobilenet_v2 --data pairs --out runs/m --set settings.width=1.0
      lightprobe train ambient --data hdris --out runs/a --resume
      torchrun --nproc-per-node 2 -m lightprobe.training ambient --data hdris --out runs/d
    """
    try:
        from lightprobe.training import Interrupted, fit
        from lightprobe.training.monitor.progress import watch
        from lightprobe.training.recipes import serialize
    except ModuleNotFoundError as error:
        raise ValueError(INSTALL.format(error.name)) from None
    chosen = _recipe(recipe, out, changes or [], resume=resume)
    if workers is not None:
        chosen = serialize.with_value(chosen, "workers", workers)
    if start_from != "last.pt" and not resume:
        raise ValueError("expected --from together with --resume, got it alone; add --resume")
    try:
        with watch(quiet=quiet or as_json) as watching:
            result = fit(
                chosen,
                data,
                out,
                resume=resume,
                start_from=start_from,
                cache=cache,
                accelerator=accelerator,
                processes=devices,
                threads=threads,
                watch=watching,
            )
    except Interrupted as stop:
        again = shlex.join(["lightprobe", *sys.argv[1:], *([] if resume else ["--resume"])])
        typer.echo(f"lightprobe: {stop}; go on with `{again}`", err=True)
        raise typer.Exit(130) from None
    if result.rank:
        return
    if as_json:
        typer.echo(json.dumps(_document(result)))
    elif not quiet:
        _print(result)


def _recipe(name: str, out: Path, changes: list[str], *, resume: bool) -> Recipe:
    """The recipe asked for; of a run that goes on, the one it was begun with.

    Raises: ValueError for an unknown recipe or field, or one that is not the run's.
    """
    from lightprobe.training.recipes import serialize
    from lightprobe.training.run.checkpoint import read_recipe

    wanted = serialize.changed(serialize.find(name), changes)
    held = read_recipe(out) if resume else None
    if held is None:
        return wanted
    if wanted.model != held.model:
        raise ValueError(f"{out}: expected {held.model}, with which the run was begun, got {wanted.model}; name that")
    differing = serialize.differing(held, serialize.changed(held, changes))
    if differing:
        raise ValueError(
            f"{out}: expected the recipe that the run was begun with, got another {', '.join(differing)}; leave out "
            "--set, or choose another --out"
        )
    return serialize.changed(held, changes)


def _document(result: Result) -> dict[str, object]:
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


def _print(result: Result) -> None:
    from rich.console import Console
    from rich.table import Table

    from lightprobe.training.validation import table

    if result.scores:
        of = "of scenes not trained on" if result.held_out else "of scenes trained on: this says little"
        rows = Table(title=f"Relative irradiance error {of}", title_justify="left", box=None)
        for name in ("", "median", "mean", "max", "pictures"):
            rows.add_column(name, justify="left" if not name else "right")
        for row in table(result.scores):
            rows.add_row(*row)
        Console().print(rows)
    best = "" if not result.held_out else f", best {result.best:.4f}"
    typer.echo(f"{result.step} steps, score {result.score:.4f}{best}, waited {result.waiting:.0%} of the time for data")
    typer.echo(f"next: lightprobe export {result.out} --out model")
