"""Write docs/cli.md from the `--help` texts.

python tools/docs/cli_help.py [--check]
"""

import os
import sys
from pathlib import Path

os.environ.update(COLUMNS="100", NO_COLOR="1", TERM="dumb")

import typer.main
from typer.testing import CliRunner

TARGET = Path(__file__).parents[2] / "docs" / "cli.md"
INTRO = """# Command line

Every command explains itself with `--help`; this page is a copy of those texts, written by
`tools/docs/cli_help.py` and compared with them by a test.
"""


def commands(group: object, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """All commands below a group, groups first."""
    names = getattr(group, "commands", {})
    return [prefix, *(path for name, child in names.items() for path in commands(child, (*prefix, name)))]


def page() -> str:
    """The text of docs/cli.md."""
    from lightprobe.cli import app

    runner = CliRunner()
    parts = [INTRO]
    for path in commands(typer.main.get_command(app)):
        result = runner.invoke(app, [*path, "--help"], prog_name="lightprobe")
        text = "\n".join(line.rstrip() for line in result.stdout.splitlines()).strip()
        parts.append(f"## `{' '.join(('lightprobe', *path))}`\n\n```\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(page())
    elif TARGET.read_text() != page():
        sys.exit(f"{TARGET.name} differs from the help texts; run make docs")
