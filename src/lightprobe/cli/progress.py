"""Progress on standard error: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from lightprobe.cli.terminal import say
from lightprobe.progress import Progress
from lightprobe.untrusted.terminal import printable

if TYPE_CHECKING:
    from rich.progress import TaskID


def progress_bars(*, quiet: bool = False) -> Progress:
    """The progress that suits standard error; use it in a `with` block."""
    if quiet:
        return Progress()
    return ProgressBars() if sys.stderr.isatty() else ProgressLines()


class ProgressLines(Progress):
    """A line for every task whose size is known, and for every note."""

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        if size:
            self.note(f"{task}: {total} files, {megabytes(size)}")

    def note(self, text: str) -> None:
        say(text, err=True)


class ProgressBars(Progress):
    """A bar for the task at hand, removed at the end; none for a single piece. Notes stay above it."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[count]}"))
        console = Console(stderr=True)
        self._bars = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
        self._bar: TaskID | None = None
        self._total = self._done = self._size = self._arrived = 0

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        if self._bar is not None:
            self._bars.remove_task(self._bar)
            self._bar = None
        self._total, self._done, self._size, self._arrived = total, done, size, 0
        if size:
            self.note(f"{task}: {total} files, {megabytes(size)}")
        if total != 1 or size:
            self._bar = self._bars.add_task(printable(task), total=size or total or None, count="")
            self._update()

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        self._done += pieces
        self._arrived += size
        self._update(status)

    def note(self, text: str) -> None:
        self._bars.console.print(printable(text), markup=False, highlight=False)

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def _update(self, status: str = "") -> None:
        if self._bar is None:
            return
        count = f"{self._done}/{self._total}" if self._total else str(self._done)
        if self._size:
            count += f", {self._arrived / 1e6:.1f}/{megabytes(self._size)}"
        completed = self._arrived if self._size else self._done
        if status:
            self._bars.update(self._bar, completed=completed, count=count, description=printable(status))
        else:
            self._bars.update(self._bar, completed=completed, count=count)


def megabytes(size: float) -> str:
    """A size in bytes, to be read."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"
