"""Signals end the command line as exceptions, and wait while native code is loaded."""

from __future__ import annotations

import signal
import subprocess
import sys
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


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_while_a_native_module_is_loaded(name: str, code: int) -> None:
    """Such a module may report any exception as an ImportError of its own."""
    program = f"""
import signal, sys
from lightprobe import cli

def loading(**settings):
    try:
        signal.raise_signal(signal.{name})
    except BaseException:
        raise ImportError("initialization failed") from None

cli.app = loading
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_an_import_that_fails_by_itself_is_not_hidden() -> None:
    program = (
        "from lightprobe import cli\ndef loading(**settings): raise ImportError('no')\ncli.app = loading\ncli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ImportError: no" in done.stderr


def test_sigterm_is_an_exception() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        end_on_signals()
        with pytest.raises(SystemExit, match="143"), held_signals():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL  # a second signal ends at once
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_interrupt_before_the_first_command_is_known_ends_without_a_word() -> None:
    program = """
import builtins, signal
known = builtins.__import__

def loading(name, *rest):
    if name == "click":
        signal.raise_signal(signal.SIGINT)
    return known(name, *rest)

builtins.__import__ = loading
import lightprobe.__main__
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
