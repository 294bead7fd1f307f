"""Signals that end the command line: as exceptions, so that temporary files are removed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager


def end_on_signals() -> None:
    """SIGTERM and SIGHUP end the program as an exception does."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, _end)


def _end(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second signal ends at once
    raise SystemExit(128 + number)


@contextmanager
def held_signals() -> Generator[None, None, None]:
    """Signals that end the program wait until this block is left.

    For the import of torch: an exception inside its native code aborts the process. Where a system cannot hold signals
    (Windows), they arrive as ever.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
