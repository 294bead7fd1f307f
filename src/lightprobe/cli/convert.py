"""`lightprobe convert` and `lightprobe conventions`: conventions of stored coefficients."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import click

from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.terminal import say


def convert(
    input: Annotated[str, Argument(help="A file with coefficients, or - for standard input.")],
    source: Annotated[str, Option("--from", help="Convention of the input.")],
    target: Annotated[str, Option("--to", help="Convention of the output.")],
    window: Annotated[
        str | None,
        Option(
            help="Window to apply: auto, sloan, none, or a cut-off in bands.",
            show_default="cmgen's window when converting to cmgen or cesium from another convention, otherwise none",
        ),
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object instead of text.")] = False,
    output: Annotated[
        Path | None, Option("--output", "-o", help="Write to this file instead of standard output.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Let an output replace its input.")] = False,
) -> None:
    """Convert coefficients from one convention to another: axes, scale, sign, order and layout.

    Reads cmgen's text, lines of three numbers, or JSON: a flat list in the layout of the convention, rows of
    RGB, or the JSON output of lightprobe.

    \b
    Examples:
      lightprobe convert sh.txt --from cmgen --to unity
      lightprobe convert arcore.json --from arcore --to radiance --json
      lightprobe project env.exr --json | lightprobe convert - --from radiance --to babylon
    """
    from lightprobe.cli.outputs import check_outputs
    from lightprobe.cli.text import MOST_TEXT, format_coefficients, parse_coefficients, read_window, write_result
    from lightprobe.errors import ImageError
    from lightprobe.sphere.interop.conventions import find_convention

    source, target = (find_convention(name).name for name in (source, target))  # fails before the file is read
    check_outputs([Path(input)] if input != "-" else [], [output], force)
    if input == "-":
        text = sys.stdin.read(MOST_TEXT + 1)
    else:
        try:
            with Path(input).open(encoding="utf-8") as file:
                text = file.read(MOST_TEXT + 1)
        except OSError as error:
            raise ImageError(f"{input}: cannot read coefficients: {error.strerror}; check the path") from None
        except UnicodeDecodeError:
            raise ImageError(
                f"{input}: expected text, got a binary file; use `lightprobe project` for pictures"
            ) from None
    write_result(format_coefficients(parse_coefficients(text, source), target, read_window(window), as_json), output)


def conventions(
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the conventions for --format, --from and --to.

    With --json, also their axes: the directions of a panorama's center, right and top.

    \b
    Examples:
      lightprobe conventions
      lightprobe conventions --json
    """
    from lightprobe.sphere import CONVENTIONS
    from lightprobe.sphere.interop.frames import frame_axes

    if as_json:
        rows = {
            name: {
                "summary": c.summary,
                "frame": c.frame,
                **frame_axes(c.frame),
                "names": c.labels(),
                "source": c.source,
            }
            for name, c in CONVENTIONS.items()
        }
        click.echo(json.dumps(rows))
        return
    for name, convention in CONVENTIONS.items():
        say(f"{name:<17} {convention.summary}")
