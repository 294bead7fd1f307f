"""Signals end the command line as exceptions, and wait while native code is loaded."""

from __future__ import annotations

import signal
from types import FrameType

import pytest

from lightprobe.cli.signals import end_on_signals, held_signals


def test_a_signal_waits_until_the_block_is_left() -> None:
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGTERM, note)
    try:
        with held_signals():
            signal.raise_signal(signal.SIGTERM)
            assert came == []
        assert came == [signal.SIGTERM]
        signal.raise_signal(signal.SIGTERM)
        assert came == [signal.SIGTERM] * 2
    finally:
        signal.signal(signal.SIGTERM, before)


def test_sigterm_is_an_exception() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        end_on_signals()
        with pytest.raises(SystemExit, match="143"), held_signals():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL  # a second signal ends at once
    finally:
        signal.signal(signal.SIGTERM, before)
