"""A lock on a folder: one process writes there at a time.

The operating system gives the lock back when the process ends, however it ends. The file `.lock` that carries it is
removed at the end of the work; one that a killed process left behind hinders nobody.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from lightprobe.errors import OutputError

LOCK_NAME = ".lock"

_held: set[Path] = set()
"""Folders that this process has locked: locks of the system hold between processes only."""
_guard = threading.Lock()

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # which forked children do not inherit


@contextmanager
def folder_lock(folder: Path) -> Generator[None, None, None]:
    """In this block, nobody else enters a block with the same folder, which must exist.

    Raises: OutputError if somebody is in such a block, or the folder cannot be written.
    """
    place = folder.resolve()
    with _guard:
        if place in _held:
            raise _busy(folder)
        _held.add(place)
    try:
        handle = _locked(folder)
        try:
            yield
        finally:
            with suppress(OSError):  # Windows removes no open file; the next owner does
                (folder / LOCK_NAME).unlink(missing_ok=True)
            os.close(handle)
    finally:
        with _guard:
            _held.remove(place)


def _locked(folder: Path) -> int:
    """The open lock file, locked. Raises: OutputError."""
    path = folder / LOCK_NAME
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise OutputError(f"{folder}: cannot write there: {error.strerror}; choose another --out") from None
        try:
            _try_lock(handle)
        except OSError:
            os.close(handle)
            raise _busy(folder) from None
        if _has_name(handle, path):
            return handle
        os.close(handle)  # its owner removed the file between our two steps


def _has_name(handle: int, path: Path) -> bool:
    """Whether the open file is the one that has this name now."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _busy(folder: Path) -> OutputError:
    return OutputError(
        f"{folder}: another lightprobe is writing to this folder; wait until it has ended, or choose another --out"
    )
