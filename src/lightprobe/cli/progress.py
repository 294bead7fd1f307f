"""Progress bars, on standard error and only where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def progress(label: str, total: int, *, show: bool) -> Generator[Callable[[], None], None, None]:
    """A bar over `total` steps (0: unknown); yields the function that makes a step."""
    made = 0

    with standing(label, show=show and total != 1) as step:

        def one_more() -> None:
            nonlocal made
            made += 1
            step(made, total)

        yield one_more


@contextmanager
def standing(label: str, *, show: bool) -> Generator[Callable[[int, int], None], None, None]:
    """A bar; yields the function that is told how many are done, of how many (0: unknown)."""
    if not show or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
