"""Mutated files of every kind through the command line, for as long as one likes.

    python tests/fuzz/fuzz.py                     60 seconds
    python tests/fuzz/fuzz.py --count 100000 --seed 7 --out benchmarks/results/fuzz.json
    python tests/fuzz/fuzz.py --kinds exr,uhdr    kinds whose name contains one of these
    python tests/fuzz/fuzz.py --seed 7 --only 1234 --keep case.exr   writes one input, to look at

Input number i of a seed is always the same. Faults are printed and end in exit code 1: a traceback, a crash, a hang, a
message of more than one line, anything on standard output that is not the answer, too much memory.

The makers of files lie in tests/imaging and tests/runtime: name both in PYTHONPATH, as `make fuzz` does.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # its threads do not live on in a forked process, which then waits and spins

from corpus import write_corpus
from fork_server import ForkServer, Outcome
from mutations import mutated

from lightprobe.cli import app
from lightprobe.errors import LightprobeError

HANG_S, MEMORY_MB, LONGEST = 10.0, 2000.0, 700
"""Limits of one input: time [s], memory [MB], length of a message."""
ALLOWED = ("ok", "refused")


def arguments(path: Path) -> list[str]:
    """The command that reads a file of this kind."""
    if path.name.startswith("sh."):
        return ["convert", str(path), "--from", "cmgen", "--to", "unity", "--json"]
    if path.name == "manifest.json":
        return ["inspect", str(path.parent), "--json"]
    if path.name == "catalog.csv":
        return ["catalog", str(path.parent), "--json"]
    return ["estimate", str(path), "--model", "plain", "--json"]


def run(path: Path) -> tuple[str, str]:
    """The verdict on one file: what the command printed, and how it ended."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = int(app(arguments(path), standalone_mode=False) or 0)
        except (LightprobeError, ValueError) as error:
            code = 1
            print(f"lightprobe: {error}", file=err)
        except SystemExit as stop:
            code = int(stop.code or 0)
    return verdict(code, out.getvalue(), err.getvalue())


def verdict(code: int, out: str, err: str) -> tuple[str, str]:
    """Whether an answer is JSON, and a refusal one line."""
    try:
        for line in out.splitlines():
            json.loads(line, parse_constant=_refuse)
    except ValueError as error:
        return "message", f"standard output is no JSON: {error}: {out[:200]!r}"
    lines = err.splitlines()
    if code == 0:
        return ("ok", "") if not lines and out else ("message", f"exit 0 with {lines[:2]}")
    if code == 1 and len(lines) == 1 and lines[0].startswith("lightprobe: ") and len(lines[0]) <= LONGEST:
        return "refused", lines[0]
    return "message", f"exit {code} with {err[:400]!r}"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def input_of(number: int, seed: int, corpus: dict[str, bytes]) -> tuple[str, bytes]:
    """Name and contents of an input."""
    names = sorted(corpus)
    name = names[number % len(names)]
    return name, mutated(corpus[name], list(corpus.values()), seed * 1_000_003 + number)


def fuzz(job: int, jobs: int, corpus: dict[str, bytes], settings: argparse.Namespace) -> list[tuple[int, str, Outcome]]:
    """Every jobs-th input, until the count or the time is reached."""
    server, end, found = ForkServer(run, HANG_S, MEMORY_MB), time.monotonic() + settings.seconds, []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(job, settings.count or sys.maxsize, jobs):
            if not settings.count and time.monotonic() > end:
                break
            name, data = input_of(number, settings.seed, corpus)
            path = Path(folder) / name.split("/")[-1]
            path.write_bytes(data)
            outcome = server(path)
            path.unlink()
            found.append((number, name, outcome))
            if outcome.verdict not in ALLOWED:
                print(f"{number} {name}: {outcome.verdict}: {outcome.detail}", flush=True)
    server.close()
    return found


def summary(found: list[tuple[int, str, Outcome]], settings: argparse.Namespace) -> dict[str, Any]:
    """Counts by kind and verdict, the faults, the slowest and the largest."""
    kinds: dict[str, Counter[str]] = {}
    for _, name, outcome in found:
        kinds.setdefault(name, Counter())[outcome.verdict] += 1
    slowest = max(found, key=lambda one: one[2].seconds)
    largest = max(found, key=lambda one: one[2].grown)
    return {
        "inputs": len(found),
        "seed": settings.seed,
        "faults": [
            {"input": number, "kind": name, "verdict": outcome.verdict, "detail": outcome.detail}
            for number, name, outcome in found
            if outcome.verdict not in ALLOWED
        ],
        "limits": {"seconds": HANG_S, "memory_mb": MEMORY_MB},
        "slowest": {"input": slowest[0], "kind": slowest[1], "seconds": round(slowest[2].seconds, 2)},
        "largest": {"input": largest[0], "kind": largest[1], "memory_mb": round(largest[2].grown)},
        "kinds": {name: dict(sorted(counts.items())) for name, counts in sorted(kinds.items())},
    }


def read_arguments() -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long; without effect if --count is given")
    parser.add_argument("--count", type=int, default=0, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--kinds", default="", help="parts of names, separated by commas")
    parser.add_argument("--out", type=Path, help="a file for the result, as JSON")
    parser.add_argument("--only", type=int, help="write one input to --keep instead")
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


def main() -> None:
    """Fuzz, print the summary, and fail if there was a fault."""
    settings = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        corpus = write_corpus(Path(folder))
    if hasattr(os, "SCHED_OTHER"):  # SVT-AV1 has set real-time priority, if the user is root
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    wanted = [part for part in settings.kinds.split(",") if part]
    corpus = {name: data for name, data in corpus.items() if not wanted or any(part in name for part in wanted)}
    if settings.only is not None:
        name, data = input_of(settings.only, settings.seed, corpus)
        (settings.keep or Path(name.replace("/", "-"))).write_bytes(data)
        return
    with multiprocessing.get_context("fork").Pool(settings.jobs) as pool:
        parts = pool.starmap(fuzz, [(job, settings.jobs, corpus, settings) for job in range(settings.jobs)])
    result = summary([one for part in parts for one in part], settings)
    if settings.out:
        settings.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    faults = f"{len(result['faults'])} faults"
    print(f"{result['inputs']} inputs of {len(result['kinds'])} kinds, seed {settings.seed}: {faults}")
    print(f"slowest {result['slowest']}, largest {result['largest']}")
    sys.exit(1 if result["faults"] else 0)


if __name__ == "__main__":
    main()
