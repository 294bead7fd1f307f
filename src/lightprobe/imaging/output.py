"""Atomic writing: a file is written completely or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lightprobe.errors import OutputError


@contextmanager
def atomic(path: str | Path) -> Generator[Path, None, None]:
    """A temporary file in the same folder (same suffix), renamed to `path` when the block ends without an error.

    Raises: OutputError if the folder does not exist or cannot be written.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}; choose another path") from None
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror or error}; choose another path") from error
    finally:
        temporary.unlink(missing_ok=True)


_TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}\.(csv|exr|hdr|html|jpg|json|md|npy|npz|png|pt|txt)", re.DOTALL)
"""The names of `atomic`'s temporary files, of the suffixes that this package writes."""


def remove_temporaries(*folders: Path) -> None:
    """Remove the temporary files that killed processes left in these folders, not in those below. Nobody else may be
    writing there."""
    for path in (path for folder in folders if folder.is_dir() for path in folder.iterdir()):
        if _TEMPORARY.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 text atomically. Raises: OutputError."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
