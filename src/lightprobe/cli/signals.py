"""Signals that end the command line: as exceptions, so that temporary files are removed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a program; Windows has no SIGHUP."""

_came: list[int] = []
"""Numbers of the signals that have ended the program."""


def end_on_signals() -> None:
    """SIGTERM and SIGHUP end the program as an exception does, as SIGINT does already."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_DFL):
        signal.signal(signal.SIGINT, _interrupt)
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, _end)


def ending_signal() -> int | None:
    """The signal that ends the program; None if none has come. Native modules that are being loaded turn its exception
    into an ImportError or a SystemError of theirs."""
    return _came[0] if _came else None


def _end(number: int, frame: object) -> None:
    _came.append(number)
    signal.signal(number, signal.SIG_DFL)  # a second signal ends at once
    raise SystemExit(128 + number)


def _interrupt(number: int, frame: object) -> None:
    _came.append(number)
    raise KeyboardInterrupt


@contextmanager
def held_signals() -> Generator[None, None, None]:
    """Signals that end the program wait until this block is left.

    For the import of torch: an exception inside its native code aborts the process.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    known = [number for name in ENDING if (number := getattr(signal, name, None)) is not None]
    heard = [number for number in known if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, lambda number, frame: came.append(number)) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
