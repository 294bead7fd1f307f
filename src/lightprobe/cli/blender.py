"""`lightprobe blender`: the Python environment in which Blender renders pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import click

from lightprobe.cli.groups import Home, LazyGroup
from lightprobe.cli.parameters import Option

blender = LazyGroup(
    "blender",
    {
        "setup": Home(__name__, "Install Blender (bpy 4.5 from PyPI, GPL-3, 800 MB) into its own..."),
        "check": Home(__name__, "Show the Blender that `lightprobe pairs` uses, and check that it..."),
    },
    help="Install and check Blender for `lightprobe pairs --engine blender`, in its own Python environment.",
)


def setup(
    python: Annotated[
        str,
        Option(help="Command of a Python 3.11; bpy 4.5 needs this version.", show_default="python3.11"),
    ] = "",
    path: Annotated[
        Path | None,
        Option(help="Folder for the environment.", show_default="lightprobe/blender in the user's cache"),
    ] = None,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Install Blender (bpy 4.5 from PyPI, GPL-3, 800 MB) into its own Python environment.

    \b
    Examples:
      lightprobe blender setup
      lightprobe blender setup --python /usr/bin/python3.11 --path ~/blender-env
    """
    from lightprobe.blender import environment

    def say(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    target, version = environment.make_environment(path, python, say)
    if not quiet:
        click.echo(f"Blender {version} in {target}")
        if path is not None:
            click.echo(f"this is not the default folder: set {environment.VARIABLE}={target}")


def check(
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the Blender that `lightprobe pairs` uses, and check that it starts.

    \b
    Examples:
      lightprobe blender check
      LIGHTPROBE_BLENDER_PYTHON=~/blender-env/bin/python lightprobe blender check
    """
    from lightprobe.blender import environment

    python = environment.find_python()
    version = environment.blender_version(python)
    click.echo(json.dumps({"python": str(python), "blender": version}) if as_json else f"Blender {version} in {python}")


__all__ = ["blender"]
