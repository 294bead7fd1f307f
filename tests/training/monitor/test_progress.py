"""The progress line of a run."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pytest

from lightprobe.progress import Progress
from lightprobe.training.monitor import progress
from lightprobe.training.monitor.progress import LineProgress, LiveProgress, Pace, RunStatus, clock, stderr_progress


def test_the_line_says_where_the_run_is() -> None:
    status = RunStatus(step=3, steps=10, loss=0.25, score=math.nan, rate=46.4, waiting=0.123, left=3725)
    assert str(status) == "step 3/10  loss 0.2500  score –  46 samples/s  waiting 12%  1:02:05 left"


def test_clock() -> None:
    assert [clock(seconds) for seconds in (5.9, 65, 3600)] == ["0:05", "1:05", "1:00:00"]


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """time_passes(3.0): the clocks of the module are three seconds later."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def later(seconds: float) -> None:
        now[0] += seconds

    return later


def test_the_pace_counts_samples_and_waiting(time_passes: Callable[[float], None]) -> None:
    def batches() -> object:
        for number in range(2):
            time_passes(1.0)
            yield number

    pace = Pace(step=40, batch=8)
    seen = []
    for number in pace.timed(batches()):  # type: ignore[arg-type]
        time_passes(3.0)
        seen.append(number)
    assert seen == [0, 1]
    assert pace.rate == pytest.approx(2 * 8 / 8)
    assert pace.waiting == pytest.approx(2 / 8)


def test_lines_are_some_seconds_apart_but_notes_are_not(time_passes: Callable[[float], None]) -> None:
    file = io.StringIO()
    lines = LineProgress(file, every=30)
    lines.start("training", 10)
    for number in range(5):
        time_passes(20)
        lines.advance(status=f"step {number}")
    lines.note("note")
    assert file.getvalue().splitlines() == ["step 1", "step 3", "note"]


def test_the_live_line_is_one_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with LiveProgress() as live:
        for done in (0, 4):  # as tuning does: one run after another
            live.start("training", 10, done=done)
            live.advance(status=f"step {done + 1}/10")
        (task,) = live._bar.tasks
        assert (task.completed, task.total, task.description) == (5, 10, "step 5/10")
        live.note("[a note]")
    assert live._bar.finished is False
    assert "[a note]" in capsys.readouterr().err


def test_standard_error_decides_the_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(stderr_progress(quiet=True)) is Progress
    for is_terminal, kind in ((True, LiveProgress), (False, LineProgress)):
        monkeypatch.setattr(progress.sys.stderr, "isatty", lambda is_terminal=is_terminal: is_terminal)
        assert type(stderr_progress()) is kind
