"""Silences the warnings and messages of decoding libraries, so that an error stays one line.

The switches act on the whole process, so threads share them: the first thread to enter turns a switch on, the
last one to leave turns it off.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, redirect_stdout

for _library in ("PIL", "pillow_heif", "libav"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # otherwise logging prints their messages to stderr

_CODECS = re.compile(
    rb"\(EXR_ERR_|^Apparently should be|^(\w*TIFF\w*|\w+(Decode|Encode|State)\w*|.*\.tif"
    rb"|(MissingRequired|O?JPEG|LZMA|LZW|ZIP|ZSTD|Fax|LogLuv|PixarLog|CCITT)\w*): "
)
"""Lines of OpenEXR ('name: (EXR_ERR_…') and of libtiff ('LZWDecode: …', 'tempfile.tif: …')."""


_PRINTS = re.compile(r"Warning: Exception raised reading pixel data")
"""Lines that OpenEXR's newer interface prints by Python."""


class _Shared:
    """A context manager that several threads may share."""

    def __init__(self, make: Callable[[], AbstractContextManager[None]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._inside = 0
        self._open: AbstractContextManager[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._open = self._make()
                self._open.__enter__()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._open is not None:
                self._open.__exit__(None, None, None)
                self._open = None


@contextmanager
def _ignored_warnings() -> Generator[None, None, None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif)\b")
        yield


@contextmanager
def _held_stderr() -> Generator[None, None, None]:
    with ExitStack() as stack:
        try:
            real = os.dup(2)
            stack.callback(os.close, real)
            held = stack.enter_context(tempfile.TemporaryFile())
        except OSError:  # no folder for temporary files, or no stderr, as in a service
            yield
            return
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(real, 2)
            held.seek(0)
            rest = b"".join(line for line in held if not _CODECS.search(line))
            if rest:
                os.write(real, rest)


@contextmanager
def _held_prints() -> Generator[None, None, None]:
    held = io.StringIO()
    try:
        with redirect_stdout(held):
            yield
    finally:
        rest = [line for line in held.getvalue().splitlines(keepends=True) if not _PRINTS.match(line)]
        if rest:
            sys.stdout.writelines(rest)


warnings_of_pillow = _Shared(_ignored_warnings)
"""Inside, warnings of Pillow and its plugins are not printed; errors are still raised."""

stderr_of_codecs = _Shared(_held_stderr)
"""Inside, output to file descriptor 2 is held back; afterwards it is passed on without the codecs' lines.

OpenEXR and libtiff print every error that they also return, and Python cannot switch that off.
"""

prints_of_openexr = _Shared(_held_prints)
"""Inside, Python's prints are held back; afterwards they are passed on without those of OpenEXR's newer interface."""
