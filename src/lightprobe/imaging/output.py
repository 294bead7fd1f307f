"""Atomic writing: a file or a folder is written completely or not at all.

What is being written has a hidden name beside the final one, which says who writes it. So what a killed process leaves
is removed by the next one that writes into the same folder.
"""

from __future__ import annotations

import atexit
import os
import platform
import re
import secrets
import shutil
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from lightprobe.errors import OutputError

_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_TEMPORARY = re.compile(rf"\..+\.{_HOST}-(\d+)-[0-9a-f]{{8}}(\.[^.]*)?")
_LONGEST = 80
"""Characters of a name that its temporary name keeps, so that it does not become too long."""
_swept: set[tuple[int, str]] = set()
"""Folders that each process has swept already."""

_unfinished: set[Path] = set()
"""Temporary files that this process is writing."""


@contextmanager
def atomic(path: str | Path) -> Generator[Path, None, None]:
    """A temporary file in the same folder (same suffix), renamed to `path` when the block ends without an error.

    Raises: OutputError if the folder does not exist or cannot be written.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        temporary = temporary_beside(path)
        _unfinished.add(temporary)
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}; choose another path") from None
    try:
        yield temporary
        os.replace(temporary, path)
        _unfinished.discard(temporary)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror or error}; choose another path") from error
    finally:
        if temporary in _unfinished:
            temporary.unlink(missing_ok=True)
            _unfinished.discard(temporary)


@atexit.register
def _remove_unfinished() -> None:
    """Remove the temporary files that an interrupt has left between two steps of `atomic`. A forked process inherits
    the names of its parent's, which have another process number."""
    for temporary in _unfinished:
        if f"-{os.getpid()}-" in temporary.name:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 text atomically. Raises: OutputError."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def temporary_beside(path: Path) -> Path:
    """A hidden name in the same folder, with the same suffix, that names this process; nothing has it yet.

    The first call for a folder removes what processes of this computer have left there that are no more.

    Raises: OSError if the folder cannot be read.
    """
    folder = path.parent
    key = os.getpid(), os.path.abspath(folder)
    if key not in _swept:
        _swept.add(key)
        remove_temporaries(folder)
    mark = f"{_HOST}-{os.getpid()}-{secrets.token_hex(4)}"
    return folder / f".{path.stem[:_LONGEST]}.{mark}{path.suffix[:_LONGEST]}"


def remove_temporaries(*folders: Path) -> None:
    """Remove what processes of this computer that are no more have left in these folders, not in those below.

    Raises: OSError if a folder cannot be read; one that does not exist is passed over.
    """
    for folder in folders:
        for name in os.listdir(folder) if folder.is_dir() else ():
            match = _TEMPORARY.fullmatch(name)
            if match and not _is_running(int(match[1])):
                left = folder / name
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    with suppress(OSError):
                        left.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True
