"""Lines on the terminal: the one way in which commands print text that may hold foreign names."""

from __future__ import annotations

import click

from lightprobe.untrusted.terminal import printable


def say(text: object = "", *, err: bool = False) -> None:
    """Print text, control and format characters in it written out. Line breaks stay, but not in messages (`err`), which
    are one line."""
    click.echo(printable(text, keep="" if err else "\n"), err=err)
