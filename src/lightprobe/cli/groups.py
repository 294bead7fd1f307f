"""Groups of commands. A command's module is imported when the command is called, so that no other one slows it down."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import click

from lightprobe.cli.parameters import DescribedCommand, build_command


class Home(NamedTuple):
    """Where a command is: a module that holds a function, or a group, of the command's name."""

    module: str
    short_help: str
    kind: type[DescribedCommand] = DescribedCommand


class LazyGroup(click.Group):
    """A group that knows the names and short helps of its commands without importing them."""

    def __init__(self, name: str, homes: dict[str, Home], **attributes: Any) -> None:
        super().__init__(name, no_args_is_help=True, **attributes)
        self.homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the table."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; imported now."""
        if cmd_name not in self.homes:
            return None
        home = self.homes[cmd_name]
        found = getattr(import_module(home.module), cmd_name)
        if isinstance(found, click.Command):
            return found
        return build_command(found, cmd_name, short_help=home.short_help, kind=home.kind)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called. Raises: click.UsageError with names like it if there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            names = ", ".join(map(repr, get_close_matches(args[0], self.homes)))
            raise click.UsageError(f"{error.message} Did you mean {names}?", ctx) if names else error from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with its short help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, home.short_help) for name, home in self.homes.items()])
