"""Measuring: warm, repeated, in turn; results as files that say where they come from."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

import lightprobe

RESULTS = Path(__file__).parent / "results"


def in_turn(actions: dict[str, Callable[[], object]], rounds: int = 15) -> dict[str, list[float]]:
    """Times [s] of each action, one of each a round, so that a slow moment hits all alike.

    Before it is timed, each is run once in the same round: what came before it has used up the caches.
    """
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            action()
            start = time.perf_counter()
            action()
            times[name].append(time.perf_counter() - start)
    return times


def spread(times: list[float]) -> dict[str, float]:
    """Median and quartiles [ms]."""
    low, middle, high = (1e3 * float(q) for q in np.quantile(times, (0.25, 0.5, 0.75)))
    return {"median_ms": round(middle, 4), "q1_ms": round(low, 4), "q3_ms": round(high, 4)}


def ratio(times: list[float], reference: list[float]) -> dict[str, float]:
    """Median and quartiles of times/reference, pair by pair."""
    low, middle, high = (float(q) for q in np.quantile(np.divide(times, reference), (0.25, 0.5, 0.75)))
    return {"median": round(middle, 3), "q1": round(low, 3), "q3": round(high, 3)}


def save(name: str, results: dict[str, object]) -> None:
    """Write results/<name>.json with commit, machine and versions."""
    about = {
        "commit": commit(),
        "date": time.strftime("%Y-%m-%d"),
        "machine": {"processor": processor(), "system": platform.system(), "python": platform.python_version()},
        "versions": {"lightprobe": lightprobe.__version__, **{name: version(name) for name in ("numpy", "pillow")}},
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({**about, "results": results}, indent=2) + "\n")
    print(f"{path.name}:", json.dumps(results, indent=2))


def commit() -> str:
    """The commit that is measured; with "-dirty" if its sources are changed (results and documents do not count)."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(RESULTS.parents[1]), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    changed = git(
        "status", "--porcelain", "--", "src/lightprobe/**/*.py", "src/lightprobe/pretrained/*.onnx", "benchmarks/*.py"
    )
    return git("rev-parse", "--short=12", "HEAD") + ("-dirty" if changed else "")


def processor() -> str:
    """Model name and count of processors."""
    import os

    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"
