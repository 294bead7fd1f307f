"""How a fetch goes, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Report:
    """What a fetch has done. Every HDRI that was wanted is in exactly one of `fetched`, `kept` and `failed`."""

    wanted: list[str] = field(default_factory=list)
    bytes: int = 0
    """Size of all that was wanted and can be had."""
    fetched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Was there already, and is what it should be."""
    failed: dict[str, str] = field(default_factory=dict)
    """Reasons."""
    notes: list[str] = field(default_factory=list)
    """What went wrong without harm."""


class Watcher:
    """Is told how a fetch goes on; this one does not listen."""

    def start(self, task: str, total: int, size: int = 0) -> None:
        """`total` pieces, together of `size` bytes, are about to be worked on."""

    def advance(self, size: int) -> None:
        """More bytes are there, or fewer if negative."""

    def finish(self, name: str, problem: str = "") -> None:
        """One piece is done, or has failed."""
