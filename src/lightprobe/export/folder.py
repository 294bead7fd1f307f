"""Model folders on disk: whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lightprobe.errors import OutputError
from lightprobe.imaging.output import temporary_beside
from lightprobe.runtime.manifest import NAME


def check_target(out: Path, *, overwrite: bool) -> None:
    """Raises: OutputError if `out` holds something that must not be replaced."""
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputError(f"{out}: expected a new folder, got a file; choose another --out")
    if not any(out.iterdir()):
        return
    if not (out / NAME).is_file():
        raise OutputError(f"{out}: expected a new folder, got one with other files; choose another --out")
    if not overwrite:
        raise OutputError(f"{out}: expected a new folder, got one with a model; choose another --out, or --overwrite")


@contextmanager
def atomic_folder(out: Path, *, overwrite: bool) -> Generator[Path]:
    """A temporary folder beside `out` that takes its name when the block ends without an error.

    A folder that was there before is replaced then, and not earlier.

    Raises: OutputError if it cannot be written, or must not be replaced.
    """
    out = Path(out)
    check_target(out, overwrite=overwrite)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_beside(out)
        temporary.mkdir()
    except OSError as error:
        raise OutputError(f"{out}: the folder cannot be made: {error.strerror}; choose another --out") from None
    try:
        yield temporary
        _replace(temporary, out)
    except OSError as error:
        raise OutputError(f"{out}: writing failed: {error.strerror or error}; choose another --out") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _replace(new: Path, out: Path) -> None:
    if not out.exists():
        new.rename(out)
        return
    old = temporary_beside(out)
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
