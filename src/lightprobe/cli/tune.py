"""`lightprobe tune`: a better recipe, found by trying many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import click

from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.signals import held_signals
from lightprobe.cli.terminal import say
from lightprobe.cli.train import INSTALL


def tune(
    recipe: Annotated[
        str,
        Argument(help="Recipe to start from: ambient, shipped, mobilenet_v2, or a .py file that defines recipe()."),
    ],
    data: Annotated[Path, Option(help="Catalog or folder of HDRIs, or a folder that `lightprobe pairs` made.")] = Path(
        "hdris"
    ),
    out: Annotated[Path, Option(help="Folder for the trials, the best recipe and the report.")] = Path("tune"),
    trials: Annotated[int, Option(help="Number of trials, of all processes together.")] = 40,
    steps: Annotated[
        int | None,
        Option(help="Steps of each trial; the best recipe keeps its own number of steps.", show_default="the recipe's"),
    ] = None,
    storage: Annotated[
        str,
        Option(help="Optuna storage (a URL) of the study.", show_default="sqlite:///OUT/tune.db"),
    ] = "",
    name: Annotated[str, Option(help="Name of the study.", show_default="the model's")] = "",
    changes: Annotated[
        list[str] | None,
        Option(
            "--set", help="Change a field of the recipe in all trials: field=value; repeatable.", show_default=False
        ),
    ] = None,
    cache: Annotated[Path | None, Option(help="Cache folder for training records.", show_default="OUT/cache")] = None,
    accelerator: Annotated[str, Option(help="auto, cpu or gpu.")] = "auto",
    workers: Annotated[
        int | None, Option(min=0, help="Processes that prepare data.", show_default="the recipe's")
    ] = None,
    threads: Annotated[int, Option(min=0, help="Number of torch's threads; 0: torch's default.")] = 0,
    seed: Annotated[int | None, Option(help="Seed for choosing the trials.", show_default="random")] = None,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Search for a better recipe.

    Each trial is a training run, judged by its validation score on held-out scenes; trials without promise are ended
    early. The best recipe is written to OUT/recipe.py, for `lightprobe train OUT/recipe.py`; OUT/report.md shows how
    each setting changed the score. The same command continues an interrupted study, and several processes may work on
    one study.

    \b
    Examples:
      lightprobe tune ambient --data hdris --trials 40 --steps 1500 --out tune
      lightprobe tune ambient --data hdris --out tune2 --storage postgresql://host/studies --name ambient-a
      lightprobe train tune/recipe.py --data hdris --out runs/tuned
    """
    try:
        with held_signals():
            from lightprobe.training import Interrupted
            from lightprobe.training.monitor.progress import stderr_progress
            from lightprobe.training.recipes import serialize
            from lightprobe.training.tuning import search
    except ModuleNotFoundError as error:
        raise ValueError(INSTALL.format(error.name)) from None
    chosen = serialize.with_changes(serialize.find_recipe(recipe), changes or [])
    if workers is not None:
        chosen = serialize.with_value(chosen, "workers", workers)
    try:
        with stderr_progress(quiet=quiet or as_json) as progress:
            result = search.tune_recipe(
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
                progress=progress,
            )
    except Interrupted:
        say("lightprobe: stopped; the same command continues the study", err=True)
        raise click.exceptions.Exit(130) from None
    if as_json:
        click.echo(json.dumps({"score": result.score, "trials": result.trials, "recipe": str(result.file)}))
    elif not quiet:
        say(f"{result.trials} trials, best score {result.score:.4f}; see {out / 'report.md'}")
        say(f"next: lightprobe train {result.file} --data {data} --out runs/tuned")
