"""The command line: one module per command.

Exit codes: 0 success · 1 some or all of the work failed · 2 wrong arguments · 130 interrupted · 143 terminated.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress

import click

from lightprobe import __version__
from lightprobe.cli.groups import Home, LazyGroup
from lightprobe.cli.inputs import KindsCommand
from lightprobe.cli.parameters import SignedNamesCommand
from lightprobe.cli.signals import end_on_signals, ending_signal
from lightprobe.errors import LightprobeError
from lightprobe.untrusted.terminal import printable

INTERRUPTED = 130


def _print_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"lightprobe {__version__}")
        ctx.exit()


app = LazyGroup(
    "lightprobe",
    {
        "estimate": Home("lightprobe.cli.estimate", "Estimate the light of pictures and videos.", KindsCommand),
        "demo": Home("lightprobe.cli.demo", "Open the demo page in the browser."),
        "merge": Home("lightprobe.cli.merge", "Merge exposures of a panorama into an environment.", SignedNamesCommand),
        "project": Home("lightprobe.cli.project", "Project an environment map onto spherical harmonics."),
        "convert": Home("lightprobe.cli.convert", "Convert coefficients between conventions."),
        "conventions": Home("lightprobe.cli.convert", "List the conventions for coefficients."),
        "fetch": Home("lightprobe.cli.fetch", "Download or import HDRIs into a catalog."),
        "catalog": Home("lightprobe.cli.catalog", "Show the contents of a catalog."),
        "pairs": Home("lightprobe.cli.pairs", "Make training pairs from a catalog."),
        "train": Home("lightprobe.cli.train", "Train a model from HDRIs."),
        "tune": Home("lightprobe.cli.tune", "Search for better training settings."),
        "export": Home("lightprobe.cli.export", "Export a training run as a model folder."),
        "inspect": Home("lightprobe.cli.inspect", "Show the contents of a model folder."),
        "evaluate": Home("lightprobe.cli.evaluate", "Measure the accuracy of estimators."),
        "bench": Home("lightprobe.cli.bench", "Measure the speed and size of models."),
        "suite": Home("lightprobe.cli.suite", "Build and show test suites: pictures with known light."),
        "synth": Home("lightprobe.cli.synth", "Render synthetic worlds: HDR environments of known light."),
        "blender": Home("lightprobe.cli.blender", "Install and check Blender for rendering pairs."),
    },
    help="Estimate lighting from an ordinary picture of the surroundings.",
    epilog="Exit codes: 0 success, 1 some or all of the work failed, 2 wrong arguments, 130 interrupted, 143 "
    "terminated.",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Print the version and exit.",
        )
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """Run the command line; expected errors become one line and an exit code."""
    end_on_signals()
    try:
        try:
            code = app(standalone_mode=False)
        finally:
            sys.stdout.flush()
        sys.exit(code or 0)
    except click.ClickException as error:
        _show(error)
        sys.exit(error.exit_code)
    except LightprobeError as error:
        _fail(error, 1)
    except ValueError as error:
        _fail(error, 2)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted", INTERRUPTED)
    except (ImportError, SystemError):
        number = ending_signal()
        if number is None:
            raise
        if number == signal.SIGINT:
            _fail("interrupted", INTERRUPTED)
        sys.exit(128 + number)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _drop_standard_output()
        where = f"{error.filename}: " if error.filename else "the result cannot be printed: "
        _fail(f"{where}{error.strerror or error}; choose another place", 1)


def _drop_standard_output() -> None:
    """What could not be printed is not tried again when the program ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(error: click.ClickException) -> None:
    """What is wrong with the arguments, which may steer terminals."""
    text = io.StringIO()
    error.show(text)
    click.echo(printable(text.getvalue(), keep="\n"), err=True, nl=False)


def _fail(error: object, code: int) -> None:
    click.echo(printable(f"lightprobe: {error}"), err=True)
    sys.exit(code)


__all__ = ["app", "main"]
