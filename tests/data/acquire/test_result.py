"""The result of a fetch, as `lightprobe fetch --json` prints it."""

from __future__ import annotations

import json
from dataclasses import asdict

from lightprobe.data.acquire.result import FetchResult


def test_names_of_the_json_never_change() -> None:
    """Scripts read them."""
    result = FetchResult(wanted=["a", "b"], failed={"b": "gone"})
    result.fetched.append("a")
    assert json.loads(json.dumps(asdict(result))) == {
        "wanted": ["a", "b"],
        "bytes": 0,
        "fetched": ["a"],
        "kept": [],
        "failed": {"b": "gone"},
        "notes": [],
    }
    assert FetchResult().fetched == []
