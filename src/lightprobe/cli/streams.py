"""Standard output and error, kept for what the command line says itself.

Native decoders print on file descriptors 1 and 2 what they think of damaged files, which would end up in the middle of
JSON or of coefficients.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import TextIO


@contextmanager
def without_native_output() -> Generator[None, None, None]:
    """Inside, Python prints as before, and whatever other code writes to file descriptors 1 and 2 is dropped.

    For commands that decode pictures and start no other program; acts on the whole process.
    """
    with ExitStack() as stack:
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            stack.callback(os.close, null)
            streams = [(name, number, _apart(number)) for name, number in (("stdout", 1), ("stderr", 2))]
        except OSError:  # a process without descriptors to spare, or without these two
            yield
            return
        for name, number, own in streams:
            stack.callback(_restore, name, number, own, getattr(sys, name))
            if _writes_to(getattr(sys, name), number):
                setattr(sys, name, own)
            os.dup2(null, number)
        yield
        for _, _, own in streams:
            own.flush()  # a full disk is an error of the caller


def _apart(number: int) -> TextIO:
    """A stream of the same kind that writes where descriptor `number` writes now, through a descriptor of its own."""
    like = sys.stdout if number == 1 else sys.stderr
    encoding, errors = getattr(like, "encoding", None), getattr(like, "errors", None)
    return open(os.dup(number), "w", encoding=encoding, errors=errors, buffering=1)


def _writes_to(stream: TextIO, number: int) -> bool:
    """Whether a stream of Python writes to this descriptor, rather than into somebody's buffer."""
    try:
        return stream.fileno() == number
    except (OSError, ValueError, AttributeError):
        return False


def _restore(name: str, number: int, own: TextIO, before: TextIO) -> None:
    os.dup2(own.fileno(), number)
    setattr(sys, name, before)
    with suppress(OSError):
        own.close()
