"""Write docs/cli.md from the `--help` texts.

python tools/docs/cli_help.py [--check]
"""

import os
import sys
from pathlib import Path

os.environ.update(COLUMNS="100", NO_COLOR="1", TERM="dumb")

import click
from click.testing import CliRunner

TARGET = Path(__file__).parents[2] / "docs" / "cli.md"
INTRO = """# Command line

Every command explains itself with `--help`; this page is a copy of those texts, written by
`tools/docs/cli_help.py` and compared with them by a test.
"""


def commands(command: click.Command | None, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """A command and all below it, groups first."""
    if not isinstance(command, click.Group):
        return [prefix]
    context = click.Context(command)
    children = ((name, command.get_command(context, name)) for name in command.list_commands(context))
    return [prefix, *(path for name, child in children for path in commands(child, (*prefix, name)))]


def page() -> str:
    """The text of docs/cli.md."""
    from lightprobe.cli import app

    runner = CliRunner()
    parts = [INTRO]
    for path in commands(app):
        result = runner.invoke(app, [*path, "--help"], prog_name="lightprobe")
        text = "\n".join(line.rstrip() for line in result.stdout.splitlines()).strip()
        parts.append(f"## `{' '.join(('lightprobe', *path))}`\n\n```\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(page())
    elif TARGET.read_text() != page():
        sys.exit(f"{TARGET.name} differs from the help texts; run make docs")
