"""Result files of the benchmarks, and how their numbers are written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"


def result(name: str) -> dict[str, Any]:
    """A result file: commit, date, machine, versions and results."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def suite(name: str = "registry") -> dict[str, Any]:
    """A suite of the report that `lightprobe evaluate --out benchmarks/results/accuracy` wrote."""
    return next(found for found in result("accuracy/report")["suites"] if found["name"] == name)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], note: str) -> str:
    """A Markdown table and the sentence below it."""
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    rule = "|---" * (lines[0].count("|") - 1) + "|"
    return "\n".join([lines[0].replace("|  |", "| |"), rule, *lines[1:], "", note])


def ms(entry: dict[str, float]) -> str:
    """Median and quartiles of times in milliseconds."""
    digits = 2 if entry["median_ms"] < 10 else 1 if entry["median_ms"] < 100 else 0
    return f"{entry['median_ms']:.{digits}f} ms ({entry['q1_ms']:.{digits}f} … {entry['q3_ms']:.{digits}f})"


def median_ms(entry: dict[str, float]) -> str:
    """The median alone."""
    return ms(entry).split(" (")[0]


def per_second(entry: dict[str, float], unit: str) -> str:
    """Median and quartiles of a rate."""
    return f"{entry['median']:.0f} {unit}/s ({entry['q1']:.0f} … {entry['q3']:.0f})"


def times(entry: dict[str, float]) -> str:
    """How many times as fast, with quartiles."""
    return f"{entry['median']:.1f} × ({entry['q1']:.1f} … {entry['q3']:.1f})"


def origin(document: dict[str, Any], program: str, *versions: str) -> str:
    """Machine, versions, commit and program of a result file."""
    parts = ", ".join([document["machine"]["processor"], *versions])
    return f"{parts}; commit {document['commit']}; `{program}`."


def case(name: str) -> str:
    """A case's name in the words of the pages; files made before 0.2 say `told` for a curve that is given."""
    return name.replace("curve not told", "curve unknown").replace("told", "given")
