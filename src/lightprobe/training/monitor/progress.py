"""Progress of a run: one live line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import math
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TextIO, TypeVar

from lightprobe.progress import Progress

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, kw_only=True)
class RunStatus:
    """The progress of a run after a step."""

    step: int
    steps: int
    loss: float
    """Moving average over the last steps."""
    score: float
    """Score of the last validation; NaN before the first."""
    rate: float
    """Samples per second since the run was started or resumed."""
    waiting: float
    """Share of that time spent waiting for data."""
    left: float
    """Time left [s]."""

    def __str__(self) -> str:
        score = "–" if math.isnan(self.score) else f"{self.score:.4f}"
        return (
            f"step {self.step}/{self.steps}  loss {self.loss:.4f}  score {score}  {self.rate:.0f} samples/s  "
            f"waiting {self.waiting:.0%}  {clock(self.left)} left"
        )


def clock(seconds: float) -> str:
    """A duration as [h:]mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Pace:
    """How fast a run is, and how long it waits for data, from the creation of this object on."""

    def __init__(self, step: int, batch: int) -> None:
        self._first = self._step = step
        self._batch, self._start, self._waited = batch, time.perf_counter(), 0.0

    def timed(self, batches: Iterable[Loaded]) -> Iterator[Loaded]:
        """The same batches, one a step; the time until each arrives counts as waiting."""
        items = iter(batches)
        while True:
            start = time.perf_counter()
            try:
                item = next(items)
            except StopIteration:
                return
            self._waited += time.perf_counter() - start
            self._step += 1
            yield item

    @property
    def _spent(self) -> float:
        return max(time.perf_counter() - self._start, 1e-9)

    @property
    def rate(self) -> float:
        """Samples per second."""
        return max((self._step - self._first) * self._batch / self._spent, 1e-9)

    @property
    def waiting(self) -> float:
        """Share of the time spent waiting for data."""
        return min(self._waited / self._spent, 1.0)


class LineProgress(Progress):
    """Plain lines: one for every note, and the status at most every few seconds."""

    def __init__(self, file: TextIO | io.TextIOBase | None = None, every: float = 30.0) -> None:
        """`every` is in seconds."""
        self._file, self._every, self._last = file or sys.stderr, every, time.monotonic()

    def note(self, text: str) -> None:
        self._file.write(f"{text}\n")
        self._file.flush()

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        if status and time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            self.note(status)


class LiveProgress(Progress):
    """One line in a terminal, rewritten in place: a bar and the status."""

    def __init__(self) -> None:
        from rich import progress as rich_progress
        from rich.console import Console

        columns = (rich_progress.BarColumn(bar_width=20), rich_progress.TextColumn("{task.description}"))
        console = Console(stderr=True)
        self._bar = rich_progress.Progress(*columns, console=console, transient=True, refresh_per_second=4)
        self._task: Any = None

    def note(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(task, total=total or None, completed=done)
        self._bar.start()

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        if self._task is not None:
            self._bar.update(self._task, advance=pieces, description=status or None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


def stderr_progress(*, quiet: bool = False) -> Progress:
    """Progress for standard error: a live line in a terminal, plain lines elsewhere, nothing if `quiet`."""
    if quiet:
        return Progress()
    return LiveProgress() if sys.stderr.isatty() else LineProgress()
