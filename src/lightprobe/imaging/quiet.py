"""Keeping libraries from talking beside our one line.

Both switches act on the whole process, so threads share them: the first one in throws it, the last one out
throws it back.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager

for _library in ("PIL", "pillow_heif", "libav"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # else what nobody listens to goes to stderr

_CODECS = re.compile(
    rb"\(EXR_ERR_|^Apparently should be|^(\w*TIFF\w*|\w+(Decode|Encode|State)\w*|.*\.tif"
    rb"|(MissingRequired|O?JPEG|LZMA|LZW|ZIP|ZSTD|Fax|LogLuv|PixarLog|CCITT)\w*): "
)
"""Lines of OpenEXR ('name: (EXR_ERR_…') and of libtiff ('LZWDecode: …', 'tempfile.tif: …')."""


class _Shared:
    """A context manager that many threads may be inside of at once."""

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
        except OSError:  # no place for temporary files, or no stderr at all, as in a service
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


warnings_of_pillow = _Shared(_ignored_warnings)
"""Inside, what Pillow and its plugins warn of is not shown; errors stay errors."""

stderr_of_codecs = _Shared(_held_stderr)
"""Inside, what is written to file descriptor 2 is held back, and passed on afterwards without the codecs' lines.

OpenEXR and libtiff print every error that they also return; neither has a switch for it that Python can reach.
"""
