"""The command line: one module per command.

Exit codes: 0 success · 1 some or all of the work failed · 2 wrong arguments · 130 interrupted · 143 terminated.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
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
from lightprobe.cli.inputs import KindsCommand
from lightprobe.cli.inspect import inspect
from lightprobe.cli.pairs import pairs
from lightprobe.cli.project import project
from lightprobe.cli.suite import suite
from lightprobe.cli.train import train
from lightprobe.cli.tune import tune
from lightprobe.errors import LightprobeError
from lightprobe.untrusted.terminal import printable

app = typer.Typer(
    name="lightprobe",
    help="Estimate lighting from an ordinary picture of the surroundings.",
    epilog="Exit codes: 0 success, 1 some or all of the work failed, 2 wrong arguments, 130 interrupted, 143 "
    "terminated.",
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
    """Estimate lighting from an ordinary picture of the surroundings."""


app.command(short_help="Estimate the light of pictures and videos.", cls=KindsCommand)(estimate)
for command, short in (
    (demo, "Open the demo page in the browser."),
    (project, "Project an environment map onto spherical harmonics."),
    (convert, "Convert coefficients between conventions."),
    (conventions, "List the conventions for coefficients."),
    (fetch, "Download or import HDRIs into a catalog."),
    (catalog, "Show the contents of a catalog."),
    (pairs, "Make training pairs from a catalog."),
    (train, "Train a model from HDRIs."),
    (tune, "Search for better training settings."),
    (export, "Export a training run as a model folder."),
    (inspect, "Show the contents of a model folder."),
    (evaluate, "Measure the accuracy of estimators."),
    (bench, "Measure the speed and size of models."),
):
    app.command(short_help=short)(command)
app.add_typer(suite, short_help="Build and show test suites: pictures with known light.")
app.add_typer(blender, short_help="Install and check Blender for rendering pairs.")


def main() -> None:
    """Run the command line; expected errors become one line and an exit code."""
    _end_on_signals()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except LightprobeError as error:
        _fail(error, 1)
    except ValueError as error:
        _fail(error, 2)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _drop_standard_output()
        where = f"{error.filename}: " if error.filename else "the result cannot be printed: "
        _fail(f"{where}{error.strerror or error}; choose another place", 1)


def _end_on_signals() -> None:
    """SIGTERM and SIGHUP end the program as an exception does, so that temporary files are removed."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, _end)


def _end(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second signal ends at once
    raise SystemExit(128 + number)


def _drop_standard_output() -> None:
    """What could not be printed is not tried again when the program ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(error: object, code: int) -> None:
    typer.echo(printable(f"lightprobe: {error}"), err=True)
    sys.exit(code)


__all__ = ["app", "main"]
