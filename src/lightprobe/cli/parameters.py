"""Parameters of commands, declared in signatures: `name: Annotated[type, Option(...)] = default`.

`build_command` makes a click command of such a function. Types are str, int, float, Path, lists of these, and bool (a
flag), each also with None. Without a name of its own, an option is called `--name`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import click


class Option:
    """An option; `min` and `max` bound a number. Help shows its default value, or the text `show_default` instead;
    nothing if that is False."""

    def __init__(
        self,
        *names: str,
        help: str = "",
        show_default: bool | str = True,
        min: float | None = None,
        max: float | None = None,
    ) -> None:
        self.names, self.help, self.show_default, self.min, self.max = names, help, show_default, min, max


class Argument:
    """A required argument; a list takes one or more."""

    def __init__(self, help: str) -> None:
        self.help = help


def build_command(
    function: Callable[..., None], name: str, *, short_help: str = "", kind: type[DescribedCommand] | None = None
) -> DescribedCommand:
    """The command that calls a function, of a special kind if need be; the function's docstring is its help."""
    hints = get_type_hints(function, include_extras=True)
    defaults = {key: value.default for key, value in inspect.signature(function).parameters.items()}
    params = [_parameter(key, hints[key], default) for key, default in defaults.items()]
    lists = [param.name for param in params if param.multiple or param.nargs < 0]

    def call(**values: Any) -> None:
        for key in lists:
            values[key] = list(values[key]) or defaults[key]
        function(**values)

    make = kind or DescribedCommand
    return make(name, callback=call, params=params, help=inspect.getdoc(function), short_help=short_help)


def _parameter(name: str, annotation: Any, default: Any) -> click.Parameter:
    """A parameter, by its name, its annotation and its default value."""
    kind, declared = get_args(annotation)
    if type(None) in get_args(kind):
        (kind,) = (part for part in get_args(kind) if part is not type(None))
    is_list = get_origin(kind) is list
    item = get_args(kind)[0] if is_list else kind
    if isinstance(declared, Argument):
        value = Value(item)
        return ShownArgument(name, help=declared.help, type=value, required=True, nargs=-1 if is_list else 1)
    names = declared.names or (f"--{name.replace('_', '-')}",)
    if kind is bool:
        return click.Option([name, *names], is_flag=True, default=default, show_default=True, help=declared.help)
    given = {"required": True} if default is inspect.Parameter.empty else {"default": default}
    shown = declared.show_default if isinstance(declared.show_default, str) or default not in ("", None) else False
    return ShownOption(
        [name, *names],
        type=Value(item, declared.min, declared.max),
        multiple=is_list,
        show_default=shown,
        help=declared.help,
        **given,
    )


class DescribedCommand(click.Command):
    """A command whose help describes its arguments as well as its options."""

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Nothing: `format_options` writes both."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Arguments, then options."""
        records = [p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, ShownArgument)]
        if records:
            with formatter.section("Arguments"):
                formatter.write_dl(records)
        super().format_options(ctx, formatter)


class SignedNamesCommand(DescribedCommand):
    """A command that takes files with names such as -2.jpg."""

    ignore_unknown_options = True


class Value(click.ParamType):
    """The type of a value: its name, as help shows it, its bounds, and the conversion of texts."""

    def __init__(self, kind: Callable[[str], Any], least: float | None = None, most: float | None = None) -> None:
        self.kind, self.least, self.most = kind, least, most
        self.name = kind.__name__.lower() + (" range" if self.bounds else "")

    @property
    def bounds(self) -> str:
        """The bounds as an inequality; empty if there are none."""
        if self.least is None:
            return "" if self.most is None else f"x<={self.most}"
        return f"x>={self.least}" if self.most is None else f"{self.least}<=x<={self.most}"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The name in angle brackets, of a list where values are collected."""
        return f"<list[{self.kind.__name__}]>" if param.multiple or param.nargs < 0 else f"<{self.name}>"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value of a text. Raises: click.BadParameter for no number, or for one out of bounds."""
        wanted = "a whole number" if self.kind is int else "a number"
        try:
            found = self.kind(value)
        except ValueError:
            self.fail(f"expected {wanted}, got {value!r}", param, ctx)
        is_low = self.least is not None and not found >= self.least
        if is_low or (self.most is not None and not found <= self.most):
            self.fail(f"expected {wanted}, {self.bounds}, got {value}", param, ctx)
        return found

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Files, where the value is a path."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")] if self.kind is Path else []


class ShownOption(click.Option):
    """An option whose help ends with its default and its bounds."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        """The notes in brackets behind the help."""
        extra = super().get_help_extra(ctx)
        if isinstance(self.type, Value) and self.type.bounds:
            extra["range"] = self.type.bounds
        return extra


class ShownArgument(click.Argument):
    """An argument with a help text of its own; usage and errors call it by its plain name."""

    def __init__(self, name: str, *, help: str, **attributes: Any) -> None:
        super().__init__([name], **attributes)
        self.help = help

    def make_metavar(self, ctx: click.Context) -> str:
        """The name in the usage line."""
        return f"{{{self.name}}}" + ("..." if self.nargs < 0 else "")

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """The name in errors."""
        return f"'{self.name}'"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Name and type; help."""
        name = f"{self.name}{'...' if self.nargs < 0 else ''}"
        return f"{name} {self.type.get_metavar(self, ctx)}", f"{self.help}  [required]"
