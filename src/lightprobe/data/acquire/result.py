"""The result of filling a catalog."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class FetchResult:
    """What a fetch has done. Each wanted HDRI is in exactly one of `fetched`, `kept` and `failed`."""

    wanted: list[str] = field(default_factory=list)
    bytes: int = 0
    """Size of all wanted files that exist."""
    fetched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """In the catalog already, unchanged."""
    failed: dict[str, str] = field(default_factory=dict)
    """Reasons by slug."""
    notes: list[str] = field(default_factory=list)
    """Problems that did not keep an HDRI out of the catalog."""
