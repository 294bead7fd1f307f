"""Parameters declared in signatures: what a command gets, what its help says, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import click
import pytest
from click.testing import CliRunner, Result

from lightprobe.cli.parameters import Argument, Option, build_command

GOT: dict[str, Any] = {}


def toy(
    inputs: Annotated[list[str], Argument(help="What to read.")],
    source: Annotated[str, Option("--from", help="Where it is from.")],
    count: Annotated[int, Option(min=1, max=9, help="How many.")] = 3,
    scale: Annotated[float, Option(min=0, help="How large.")] = 0,
    out: Annotated[Path | None, Option("--out", "-o", help="Where to write.", show_default="beside it")] = None,
    files: Annotated[list[Path] | None, Option(help="More files.")] = None,
    name: Annotated[str, Option(help="A name.")] = "",
    split_seed: Annotated[int | None, Option(help="A seed.", show_default=False)] = 7,
    open_it: Annotated[bool, Option("--open/--no-open", help="Open it.")] = True,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Say nothing.")] = False,
) -> None:
    """Do something.

    \b
    Example:
      toy a b --from c
    """
    GOT.update(locals())


def invoke(*arguments: str) -> Result:
    GOT.clear()
    return CliRunner().invoke(build_command(toy, "toy", short_help="Do it."), list(arguments), terminal_width=80)


def test_defaults_are_those_of_the_signature() -> None:
    assert invoke("a", "b", "--from", "c").exit_code == 0
    assert GOT == {
        "inputs": ["a", "b"],
        "source": "c",
        "count": 3,
        "scale": 0,
        "out": None,
        "files": None,
        "name": "",
        "split_seed": 7,
        "open_it": True,
        "quiet": False,
    }


def test_texts_become_values() -> None:
    words = "a --from=c --count 9 --scale 1e-3 -o x/y --files p --files q --split-seed -1 --no-open -q"
    assert invoke(*words.split()).exit_code == 0
    assert (GOT["count"], GOT["scale"], GOT["out"], GOT["split_seed"]) == (9, 0.001, Path("x/y"), -1)
    assert (GOT["files"], GOT["open_it"], GOT["quiet"]) == ([Path("p"), Path("q")], False, True)


HELP = """Usage: toy [OPTIONS] {inputs}...

  Do something.

  Example:
    toy a b --from c

Arguments:
  inputs... <list[str]>  What to read.  [required]

Options:
  --from <str>            Where it is from.  [required]
  --count <int range>     How many.  [default: 3; 1<=x<=9]
  --scale <float range>   How large.  [default: 0; x>=0]
  -o, --out <path>        Where to write.  [default: (beside it)]
  --files <list[Path]>    More files.
  --name <str>            A name.
  --split-seed <int>      A seed.
  --open / --no-open      Open it.  [default: open]
  -q, --quiet             Say nothing.
  --help                  Show this message and exit.
"""


def test_help_names_types_defaults_and_bounds() -> None:
    shown = "\n".join(line.rstrip() for line in invoke("--help").output.splitlines())
    assert shown.split() == HELP.split()
    assert [line[:4] for line in shown.splitlines()] == [line[:4] for line in HELP.splitlines()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--from c", "Missing argument 'inputs'."),
        ("a", "Missing option '--from'."),
        ("a --from c --count x", "Invalid value for '--count': expected a whole number, got 'x'"),
        ("a --from c --count 1.5", "Invalid value for '--count': expected a whole number, got '1.5'"),
        ("a --from c --count 10", "Invalid value for '--count': expected a whole number, 1<=x<=9, got 10"),
        ("a --from c --scale x", "Invalid value for '--scale': expected a number, got 'x'"),
        ("a --from c --scale nan", "Invalid value for '--scale': expected a number, x>=0, got nan"),
    ],
)
def test_what_is_wrong_is_one_line(words: str, message: str) -> None:
    result = invoke(*words.split())
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == f"Error: {message}"
    assert result.output.startswith("Usage: toy [OPTIONS] {inputs}...")
    assert not GOT


def test_paths_are_completed_as_files() -> None:
    command = build_command(toy, "toy")
    kinds = {param.name: param.shell_complete(click.Context(command), "x") for param in command.params}
    assert [item.type for item in kinds["out"]] == ["file"]
    assert kinds["count"] == kinds["name"] == []
