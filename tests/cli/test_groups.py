"""Groups of commands: listed without being imported."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import click
import pytest

from lightprobe.cli import app
from lightprobe.cli.groups import LazyGroup

ENTRIES = [(group, name) for group in (app, import_module("lightprobe.cli.suite").suite) for name in group.homes]


def modules_after(*arguments: str) -> set[str]:
    """Modules that a fresh interpreter holds after a run of the command line."""
    code = f"import sys; sys.argv[1:] = {arguments!r}\nfrom lightprobe.cli import main\ntry: main()\nfinally: "
    code += "print('#', *sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return set(done.stderr.splitlines()[-1].split())


def test_help_imports_no_command() -> None:
    held = modules_after("--help")
    assert "lightprobe.cli.groups" in held
    assert not {f"lightprobe.cli.{name}" for name in ("estimate", "suite", "train", "pairs")} & held


def test_a_command_imports_no_other() -> None:
    held = modules_after("conventions")
    assert "lightprobe.cli.convert" in held
    assert not {"lightprobe.cli.estimate", "lightprobe.cli.suite", "rich", "onnxruntime"} & held


@pytest.mark.parametrize(("group", "name"), ENTRIES, ids=[f"{group.name}-{name}" for group, name in ENTRIES])
def test_every_entry_is_a_command(group: LazyGroup, name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.name == name
    assert command.help


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("estimat",), "No such command 'estimat'. Did you mean 'estimate'?"),
        (("suite", "buld"), "No such command 'buld'. Did you mean 'build'?"),
        (("xyzzy",), "No such command 'xyzzy'."),
    ],
)
def test_names_like_an_unknown_one_are_offered(run, words: tuple[str, ...], message: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.splitlines()[-1] == f"Error: {message}"


def test_arguments_that_steer_terminals_are_written_out(run) -> None:
    ran = run("estimate", "--\x1b[2Jx")
    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "\\x1b[2Jx" in ran.err


def test_the_version_is_printed(run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out.split()[0]) == (0, "lightprobe")
