"""Progress of the command line: bars in a terminal, lines elsewhere, nothing when quiet."""

from __future__ import annotations

import io
import sys

import pytest

from lightprobe.cli.progress import ProgressBars, ProgressLines, megabytes, progress_bars
from lightprobe.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def open_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error becomes a terminal; not in a fixture, as pytest replaces it before each test."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return stream


def download(progress: Progress) -> None:
    with progress:
        progress.start("Asking", 2)
        progress.advance()
        progress.start("Downloading", 2, size=2_000_000)
        progress.advance(0, size=500_000)
        progress.note("harbor failed [sic]")
        progress.advance(2, size=1_500_000)


def test_lines_name_sizes_and_notes(capsys: pytest.CaptureFixture[str]) -> None:
    progress = progress_bars()
    assert isinstance(progress, ProgressLines)
    download(progress)
    assert capsys.readouterr().err == "Downloading: 2 files, 2.0 MB\nharbor failed [sic]\n"


def test_quiet_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    assert type(progress_bars(quiet=True)) is Progress
    download(progress_bars(quiet=True))
    assert terminal.getvalue() == ""


def test_bars_count_pieces_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    progress = progress_bars()
    assert isinstance(progress, ProgressBars)
    download(progress)
    printed = terminal.getvalue()
    assert "Downloading: 2 files, 2.0 MB" in printed
    assert "harbor failed [sic]" in printed
    assert "2/2, 2.0/2.0 MB" in printed


def test_a_task_continues_where_it_was_and_shows_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    with progress_bars() as progress:
        progress.start("Pairs", 48, done=20)
        progress.advance(4, status="Pairs of quarry")
    printed = terminal.getvalue()
    assert "Pairs of quarry" in printed
    assert "24/48" in printed


def test_a_single_piece_needs_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    with progress_bars() as progress:
        progress.start("Estimating", 1)
        progress.advance()
    assert "\x1b" in terminal.getvalue()
    assert "Estimating" not in terminal.getvalue()


def test_sizes_are_readable() -> None:
    assert [megabytes(size) for size in (0, 1_234_567, 2.5e9)] == ["0.0 MB", "1.2 MB", "2.50 GB"]
