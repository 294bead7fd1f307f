"""Progress: how long work reports where it stands, in every room.

A function that works for long takes a `Progress` and calls it; the command line gives one that draws bars.
"""

from __future__ import annotations

from types import TracebackType


class Progress:
    """Progress of long work; this one ignores everything, and is the default everywhere."""

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        """A task begins: `total` pieces (0: unknown), `done` of them already, together of `size` bytes (0: unknown)."""

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        """More pieces are done, or more bytes have arrived (fewer if negative); `status` replaces the task's text."""

    def note(self, text: str) -> None:
        """A message worth a line of its own."""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The work is over."""


__all__ = ["Progress"]
