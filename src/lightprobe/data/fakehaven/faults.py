"""Which request fails, and how: decided by seed, path and the number of requests for it, not by timing."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

EVERYWHERE = ("reset", "reset", "cut", "cut", "slow", "slow", "429", "503", "503-date")
"""reset: connection reset half-way · cut: closed half-way · slow: few bytes at a time · the others: refused, with
Retry-After. The network fails twice as often as the server."""
FILES = ("corrupt", "short", "404")
"""corrupt: same length, other bytes · short: the end is missing, in the header too · 404: not found."""
RESUMED = ("416", "wrong-range", "no-range")
"""Answers to a Range request: refused, another part, the whole file."""


@dataclass
class Faults:
    """Faults for a share of `rate` of all requests."""

    rate: float = 0.0
    seed: int = 0
    _asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, path: str, is_resumed: bool) -> str:
        """The fault of the next request for this path; '' for none."""
        with self._lock:
            self._asked[path] += 1
            chance = random.Random(f"{self.seed}:{path}:{self._asked[path]}")
        if chance.random() >= self.rate:
            return ""
        kinds = (*EVERYWHERE, *(FILES if path.startswith("/file/") else ()), *(RESUMED if is_resumed else ()))
        return chance.choice(kinds)
