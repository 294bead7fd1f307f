"""The fuzzer sees what it looks for, and finds nothing in a minute. `make fuzz` runs it for as long as one likes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fuzz
import interrupts
import pytest
from corpus import CORPUS
from fork_server import ForkServer
from mutations import mutated

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))


def crash(_: Path) -> tuple[str, str]:
    os.kill(os.getpid(), signal.SIGKILL)
    return "ok", ""


def hang(_: Path) -> tuple[str, str]:
    while True:
        time.perf_counter()


def asleep(_: Path) -> tuple[str, str]:
    time.sleep(60)
    return "ok", ""


def noise(_: Path) -> tuple[str, str]:
    os.write(1, b"a decoder speaks")
    return "ok", ""


def traceback(_: Path) -> tuple[str, str]:
    raise RuntimeError("unforeseen")


def memory(_: Path) -> tuple[str, str]:
    bytearray(300_000_000)[::4096] = b"x" * len(range(0, 300_000_000, 4096))
    return "refused", "large"


@pytest.mark.parametrize("fault", [crash, hang, asleep, noise, traceback, memory])
def test_faults_are_seen_and_the_next_input_is_served(fault, tmp_path: Path) -> None:
    seconds = 0.5 if fault in (hang, asleep) else 30.0  # a busy machine needs long for 300 MB
    server = ForkServer(lambda path: fault(path) if path.name == "bad" else ("ok", path.name), seconds, 200)
    assert server(tmp_path / "good").verdict == "ok"
    assert server(tmp_path / "bad").verdict == ("hang" if fault is asleep else fault.__name__)
    answer = server(tmp_path / "next")
    assert (answer.verdict, answer.detail) == ("ok", "next")
    server.close()


@pytest.mark.parametrize(
    ("code", "out", "err", "expected"),
    [
        (0, '{"source": "a"}\n', "", "ok"),
        (0, "", "", "message"),
        (0, '{"x": NaN}\n', "", "message"),
        (0, '{"x": 1}\n', "a warning\n", "message"),
        (1, '{"error": "x"}\n', "lightprobe: a.png: no such file; check the path\n", "refused"),
        (1, "", "lightprobe: one\nand two\n", "message"),
        (1, "", "Traceback (most recent call last):\n", "message"),
        (1, "", "lightprobe: " + 1000 * "x" + "\n", "message"),
        (2, "", "lightprobe: wrong\n", "message"),
    ],
)
def test_verdicts(code: int, out: str, err: str, expected: str) -> None:
    assert fuzz.verdict(code, out, err)[0] == expected


def test_mutations_repeat() -> None:
    data = bytes(range(256)) * 4
    copies = [mutated(data, [b"other" * 100], seed) for seed in range(200)]
    assert copies == [mutated(data, [b"other" * 100], seed) for seed in range(200)]
    assert len({*copies}) > 190
    assert {len(copy) < len(data) for copy in copies} == {True, False}


@pytest.mark.slow
def test_a_minute_of_mutated_files(tmp_path: Path) -> None:
    """In a process of its own, where no thread has been started yet: a forked process has none of them."""
    command = [sys.executable, Path(fuzz.__file__), "--seconds", SECONDS, "--seed", SEED, "--jobs", 1]
    rooms = os.pathsep.join(str(Path(__file__).parents[1] / room) for room in ("imaging", "runtime"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (rooms, os.environ.get("PYTHONPATH"))))}
    done = subprocess.run(
        [*map(str, command), "--out", str(tmp_path / "result.json")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["faults"] == [], f"seed {SEED}"
    assert len(result["kinds"]) == len(CORPUS)
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["estimate", "pairs"])
def test_nothing_partial_is_left_by_a_command_that_is_stopped(name: str) -> None:
    """One trial of each signal; `python tests/fuzz/interrupts.py` does all commands, as often as one likes."""
    results = interrupts.trials(1, SEED, [name], say=lambda _: None)["results"]
    assert [one["faults"] for one in results.values()] == [[], [], []], results
