"""`lightprobe bench`."""

from __future__ import annotations

import json
from pathlib import Path


def test_it_prints_a_table_and_writes_the_numbers(run) -> None:
    ran = run("bench", "--model", "plain", "--size", "64x32", "--rounds", "1", "--out", "bench.json")
    assert ran.code == 0, ran.err
    assert "64×32 JPEG" in ran.out
    for name in ("decode", "projection", "total", "pictures/s", "plain", "highlight gain"):
        assert name in ran.out
    assert set(json.loads(Path("bench.json").read_text())["results"]) >= {"plain", "training mean"}


def test_errors_are_one_line(run) -> None:
    ran = run("bench", "--model", "no/such", "--rounds", "1")
    assert ran.code == 1
    assert ran.err.startswith("lightprobe: ")
    assert ran.err.count("\n") == 1
