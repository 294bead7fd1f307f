"""The command line: one thin verb per room.

Exit codes: 0 all done · 1 something failed, the rest is done · 2 wrong arguments · 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lightprobe import __version__
from lightprobe.cli.bench import bench
from lightprobe.cli.blender import blender
from lightprobe.cli.catalog import catalog
from lightprobe.cli.convert import conventions, convert
from lightprobe.cli.demo import demo
from lightprobe.cli.estimate import estimate
from lightprobe.cli.evaluate import evaluate
from lightprobe.cli.export import export
from lightprobe.cli.fetch import fetch
from lightprobe.cli.inspect import inspect
from lightprobe.cli.pairs import pairs
from lightprobe.cli.project import project
from lightprobe.cli.suite import suite
from lightprobe.cli.train import train
from lightprobe.cli.tune import tune
from lightprobe.errors import LightprobeError

app = typer.Typer(
    name="lightprobe",
    help="The light that an ordinary picture of the surroundings casts.",
    epilog="Exit codes: 0 all done, 1 something failed and the rest is done, 2 wrong arguments, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lightprobe {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The light that an ordinary picture of the surroundings casts."""


for command, short in (
    (estimate, "Light of pictures and videos."),
    (demo, "The page, in the browser."),
    (project, "Exact coefficients of an environment."),
    (convert, "From one convention to another."),
    (conventions, "List the conventions."),
    (fetch, "HDRIs into a catalog."),
    (catalog, "What a catalog holds."),
    (pairs, "Training pairs from a catalog."),
    (train, "From HDRIs to a model."),
    (tune, "Better settings for training."),
    (export, "A training run as a model folder."),
    (inspect, "What a model folder holds."),
    (evaluate, "How good estimated light is."),
    (bench, "How fast and how large models are."),
):
    app.command(short_help=short)(command)
app.add_typer(suite, short_help="Pictures whose true light is known.")
app.add_typer(blender, short_help="Blender's own environment.")


def main() -> None:
    """Run the command line; expected errors become one line and an exit code."""
    try:
        app()
    except LightprobeError as error:
        _fail(error, 1)
    except ValueError as error:
        _fail(error, 2)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _fail(error: object, code: int) -> None:
    typer.echo(f"lightprobe: {error}", err=True)
    sys.exit(code)


__all__ = ["app", "main"]
