"""Paths (files, folders, glob patterns) and sizes from the command line."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

import typer

from lightprobe.untrusted.terminal import printable


def expand(paths: Iterable[str], suffixes: tuple[str, ...]) -> list[Path]:
    """Files in the given order; a folder is replaced by the pictures and videos in it (sorted, with subfolders).

    A path that does not exist stays in the list, so that it is reported in its turn.

    Raises: typer.BadParameter if folders or patterns match no file.
    """
    files: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            files += sorted(child for child in path.rglob("*") if child.suffix.lower() in suffixes and child.is_file())
        elif not path.exists() and glob.has_magic(text):
            files += sorted(map(Path, glob.glob(text, recursive=True)))
        else:
            files.append(path)
    if not files:
        raise typer.BadParameter(f"no pictures or videos in {printable(', '.join(paths))}; check the path")
    return files


def unique_names(files: list[Path]) -> list[str]:
    """A name for the output of each file: its stem, with a number if several files share it."""
    names, taken = [], set()
    for file in files:
        name, count = file.stem, 2
        while name in taken:
            name, count = f"{file.stem}-{count}", count + 1
        taken.add(name)
        names.append(name)
    return names


def read_size(text: str) -> tuple[int, int]:
    """Width and height of '256x128'. Raises: ValueError for another form."""
    try:
        width, height = (int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        raise ValueError(f"expected a size such as 256x128, got {text!r}; give width x height") from None
    return width, height
