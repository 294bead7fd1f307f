"""`lightprobe inspect`: the contents of a model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.terminal import say

if TYPE_CHECKING:
    from rich.table import Table

    from lightprobe.runtime.manifest import Manifest


def inspect(
    model: Annotated[Path, Argument(help="A model folder.")],
    as_json: Annotated[
        bool,
        Option("--json", help="Print the manifest as JSON, with the size of each file and whether it is intact."),
    ] = False,
) -> None:
    """Show a model's architecture, size, cost, tone curves, scores, license and training data.

    Every file is compared with its hash in the manifest; the exit code is 1 if one is missing or changed.

    \b
    Examples:
      lightprobe inspect model
      lightprobe inspect model --json
    """
    from lightprobe.runtime.manifest import read

    manifest = read(model)
    files = _files(manifest)
    if as_json:
        click.echo(json.dumps({**manifest.document, "held": files}))
    else:
        from rich.console import Console

        Console(highlight=False).print(_table(manifest, files))
    broken = [file["error"] for file in files.values() if file["error"]]
    for error in broken:
        say(f"lightprobe: {error}", err=True)
    if broken:
        raise click.exceptions.Exit(1)


def _files(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """Bytes of each file by kind, and its error if it has one."""
    from lightprobe.errors import ModelError

    found: dict[str, dict[str, Any]] = {}
    for kind in manifest.document["files"]:
        size, error = None, None
        try:
            size = len(manifest.check_file(kind))
        except ModelError as failure:
            error = str(failure)
        found[kind] = {"name": manifest.path(kind).name, "bytes": size, "error": error}
    return found


def _table(manifest: Manifest, files: dict[str, dict[str, Any]]) -> Table:
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    from lightprobe.untrusted.terminal import printable

    table = Table(box=SIMPLE, show_header=False, title=escape(printable(manifest.folder)), title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in _rows(manifest, files):
        table.add_row(escape(printable(name)), escape(printable(text)))
    return table


def _rows(manifest: Manifest, files: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    document = manifest.document
    trained, output = document["trained_on"], document["output"]
    held = ", ".join(f"{file['name']} {_size(file)}" for file in files.values())
    outputs = f"coefficients ({output['coeffs']['convention']}, {output['coeffs']['frame']} frame)"
    outputs += ", panorama 64×32" * (output["panorama"] is not None)
    outputs += ", tone curve" * (output["curve"] is not None)
    if answers := output.get("answers"):
        outputs += (
            f", answers {', '.join([answers['default'], *answers['others']])}, interval of {answers['interval']:.0%}"
        )
    scenes, groups = (_count(trained.get(key)) for key in ("scenes", "groups"))
    source = ", ".join(str(trained[key]) for key in ("source", "licence") if trained.get(key))
    if manifest.input == "cells":
        takes, per = "64×32 cells of 8-bit sRGB panoramas of any size", "one picture"
    else:
        size = "any size" if manifest.size is None else f"{manifest.size[1]}×{manifest.size[0]}"
        takes, per = f"8-bit sRGB panoramas, {size}", "256×128"
    return [
        ("model", f"{document['name']}, version {document['version']}, made by lightprobe {document['lightprobe']}"),
        ("parameters", f"{document['parameters']:,}"),
        ("multiply-adds", f"{document['macs'] / 1e6:.2f} M for {per}"),
        ("precision", f"{document['precision']}, ONNX opset {document['opset']}"),
        ("files", held),
        ("takes", f"{takes}; responses {', '.join(manifest.responses)}"),
        ("outputs", outputs),
        ("trained on", f"{scenes} scenes of {groups} groups" + f" ({source})" * bool(source)),
        *((f"score: {name}", text) for name, text in _scores(document["metrics"])),
        ("license", document["licence"]),
        ("created", document["created"]),
    ]


def _count(names: Any) -> int:
    return len(names) if isinstance(names, list | dict) else 0


def _size(file: dict[str, Any]) -> str:
    return "✗" if file["error"] else f"{file['bytes'] / 1e3:,.1f} kB ✓"


def _scores(metrics: dict[str, Any]) -> list[tuple[str, str]]:
    """A line per score; of scores by kind of picture, a line each with its numbers. How they came about is left out."""
    lines: list[tuple[str, str]] = []
    for name, value in metrics.items():
        if not isinstance(value, dict):
            if isinstance(value, int | float | str):
                lines.append((name, _number(value)))
        elif all(isinstance(part, dict) for part in value.values()):
            lines += [(kind, _numbers(part)) for kind, part in value.items()]
        else:
            lines.append((name, _numbers(value)))
    return lines


def _numbers(parts: dict[str, Any]) -> str:
    return ", ".join(f"{key} {_number(part)}" for key, part in parts.items())


def _number(value: Any) -> str:
    return str(value) if not isinstance(value, float) else f"{value:.0f}" if value.is_integer() else f"{value:.3g}"
