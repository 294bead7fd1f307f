"""Checks on the files that a command is about to write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lightprobe.errors import OutputError


def check_outputs(inputs: Iterable[Path], outputs: Iterable[Path | None], force: bool) -> None:
    """Refuse to replace an input, by whatever name or link it is reached.

    Raises: OutputError if an output is one of the inputs, unless `force`.
    """
    if force:
        return
    taken = {key: path for path in inputs for key in _keys(path)}
    for output in outputs:
        for key in () if output is None else _keys(output):
            if key in taken:
                raise OutputError(
                    f"{output}: this would replace the input {taken[key]}; choose another path, or give --force"
                )


def _keys(path: Path) -> tuple[object, ...]:
    """What a file is known by: its path without links and, if it exists, its place on the disk."""
    try:
        status = path.stat()
        return path.resolve(), (status.st_dev, status.st_ino)
    except OSError:
        return (path.resolve(),)
