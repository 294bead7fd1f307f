"""`lightprobe tune`: recipes found by trying."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lightprobe.cli.train import INSTALL


def tune(
    recipe: Annotated[str, typer.Argument(help="ambient, shipped, mobilenet_v2, or a .py file.", show_default=False)],
    data: Annotated[
        Path, typer.Option(help="Catalog or folder of HDRIs, or a folder that `lightprobe pairs` made.")
    ] = Path("hdris"),
    out: Annotated[Path, typer.Option(help="Folder for trials, the recipe found and the report.")] = Path("tune"),
    trials: Annotated[int, typer.Option(help="Trials of the study, by all processes together.")] = 40,
    steps: Annotated[
        int | None, typer.Option(help="Steps of a trial; the recipe found keeps its own.", show_default="the recipe's")
    ] = None,
    storage: Annotated[
        str,
        typer.Option(help="Optuna's storage of the study.", show_default="sqlite:///OUT/tune.db"),
    ] = "",
    name: Annotated[str, typer.Option(help="Name of the study.", show_default="the model's")] = "",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="field=value of all trials.", show_default=False)
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder for what is formed from the HDRIs.", show_default="OUT/cache")
    ] = None,
    accelerator: Annotated[str, typer.Option(help="auto, cpu, gpu.")] = "auto",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that form and read data.", show_default="the recipe's")
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads of torch; 0: as many as it likes.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Seed of what is tried.", show_default="none")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Find a better recipe.

    Trials are judged by their validation score on held-out scenes, never by training loss, and hopeless ones are ended
    early. The best becomes OUT/recipe.py, for `lightprobe train OUT/recipe.py`; OUT/report.md shows what mattered. The
    same command goes on with a study that was interrupted, and any number of processes may work on one.

    \b
    Examples:
      lightprobe tune ambient --data hdris --trials 40 --steps 1500 --out tune
      lightprobe tune ambient --data hdris --out tune2 --storage postgresql://host/studies --name ambient-a
      lightprobe train tune/recipe.py --data hdris --out runs/tuned
    """
    try:
        from lightprobe.training import Interrupted
        from lightprobe.training.monitor.progress import watch
        from lightprobe.training.recipes import serialize
        from lightprobe.training.tuning.search import tune as search
    except ModuleNotFoundError as error:
        raise ValueError(INSTALL.format(error.name)) from None
    chosen = serialize.changed(serialize.find(recipe), changes or [])
    if workers is not None:
        chosen = serialize.with_value(chosen, "workers", workers)
    try:
        with watch(quiet=quiet or as_json) as watching:
            found = search(
                chosen,
                data,
                out,
                trials=trials,
                steps=steps,
                storage=storage,
                name=name,
                seed=seed,
                cache=cache,
                accelerator=accelerator,
                threads=threads,
                watch=watching,
            )
    except Interrupted:
        typer.echo("lightprobe: stopped; the same command goes on with the study", err=True)
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps({"score": found.score, "trials": found.trials, "recipe": str(found.file)}))
    elif not quiet:
        typer.echo(f"{found.trials} trials, best score {found.score:.4f}; see {out / 'report.md'}")
        typer.echo(f"next: lightprobe train {found.file} --data {data} --out runs/tuned")
