"""Where a run stands, for those who watch: one live line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a run stands."""

    step: int
    steps: int
    loss: float
    """Averaged over the last steps."""
    score: float
    """Of the last validation; NaN before it."""
    rate: float
    """Samples per second since the run was started or resumed."""
    waiting: float
    """Share of that time spent waiting for data."""
    left: float
    """[s]"""

    def __str__(self) -> str:
        score = "–" if math.isnan(self.score) else f"{self.score:.4f}"
        return (
            f"step {self.step}/{self.steps}  loss {self.loss:.4f}  score {score}  {self.rate:.0f} samples/s  "
            f"waiting {self.waiting:.0%}  {clock(self.left)} left"
        )


def clock(seconds: float) -> str:
    """[h:]mm:ss"""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Pace:
    """How fast a run is, and what it waits for, from when this was made."""

    def __init__(self, step: int, batch: int) -> None:
        self._first = self._step = step
        self._batch, self._start, self._waited = batch, time.perf_counter(), 0.0

    def timed(self, made: Iterable[Item]) -> Iterator[Item]:
        """The same items; the time that each is waited for counts, and each is a step."""
        items = iter(made)
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
        """Share of the time spent waiting for items."""
        return min(self._waited / self._spent, 1.0)


class Watch:
    """Nobody watches."""

    def note(self, text: str) -> None:
        """Something worth a line of its own."""

    def step(self, standing: Standing) -> None:
        """After every step."""

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *error: object) -> None:
        """The run is over."""


class Lines(Watch):
    """Plain lines, one at most every few seconds, and one for every note."""

    def __init__(self, file: TextIO | None = None, every: float = 30.0) -> None:
        self._file, self._every, self._last = file or sys.stderr, every, time.monotonic()

    def note(self, text: str) -> None:
        self._file.write(f"{text}\n")
        self._file.flush()

    def step(self, standing: Standing) -> None:
        if time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            self.note(str(standing))


class Live(Watch):
    """One line that is written over, in a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True)
        columns = (BarColumn(bar_width=20), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=console, transient=True, refresh_per_second=4)
        self._task: Any = None

    def note(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)

    def step(self, standing: Standing) -> None:
        if self._task is None:  # so that no thread runs when the processes that form records are started
            self._bar.start()
            self._task = self._bar.add_task("", total=standing.steps)
        self._bar.update(self._task, completed=standing.step, description=str(standing))

    def __exit__(self, *error: object) -> None:
        self._bar.stop()


def watch(*, quiet: bool = False) -> Watch:
    """What suits standard error."""
    if quiet:
        return Watch()
    return Live() if sys.stderr.isatty() else Lines()
