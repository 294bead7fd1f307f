"""The network between client and server: redirects, compression, silence, wrong clocks, distance.

These are conditions, not faults: each holds for the whole run, and a client has to arrive at the same files.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

SILENT_AFTER = 3
"""Answers on a connection before it falls silent, where connections do."""


@dataclass(kw_only=True)
class NetworkConditions:
    """Conditions of the network; by default there are none."""

    cdn: bool = False
    """Files and thumbnails are on another server; two redirects, one of them relative, lead there."""
    gzip: bool = False
    """JSON is compressed where the client allows it, and whole files even where it does not, as some proxies do."""
    silent: bool = False
    """A kept-alive connection takes requests, but answers no more, after `SILENT_AFTER` answers."""
    stalls: int = 0
    """The first so many requests for each file stop half-way; the connection stays open."""
    skew: float = 0.0
    """How far the server's clock is ahead of ours [s]; the dates that it sends agree with one another."""
    latency: float = 0.0
    """Time from a request to its answer [s]."""
    _asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stalls_now(self, path: str) -> bool:
        """Whether this request for a file stops half-way."""
        with self._lock:
            self._asked[path] += 1
            return self._asked[path] <= self.stalls
