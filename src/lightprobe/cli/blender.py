"""`lightprobe blender`: the Python environment in which Blender renders pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

blender = typer.Typer(
    name="blender",
    help="Install and check Blender for `lightprobe pairs --engine blender`, in its own Python environment.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@blender.command()
def setup(
    python: Annotated[
        str,
        typer.Option(help="Command of a Python 3.11; bpy 4.5 needs this version.", show_default="python3.11"),
    ] = "",
    path: Annotated[
        Path | None,
        typer.Option(help="Folder for the environment.", show_default="lightprobe/blender in the user's cache"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
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
            typer.echo(line, err=True)

    target, version = environment.make_environment(path, python, say)
    if not quiet:
        typer.echo(f"Blender {version} in {target}")
        if path is not None:
            typer.echo(f"this is not the default folder: set {environment.VARIABLE}={target}")


@blender.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
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
    typer.echo(json.dumps({"python": str(python), "blender": version}) if as_json else f"Blender {version} in {python}")


__all__ = ["blender"]
