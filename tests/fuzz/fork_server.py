"""A fork server: a process that has imported everything forks workers, which take one input after another.

A worker that crashes, hangs or grows too large is replaced, and its input reported; the imports are not repeated.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MOST_MEMORY = 12 << 30
"""Address space of a worker [bytes]: enough for every fault to be seen, too little to bring the machine down."""
PATIENCE = 12
"""How many times longer a worker may take that waits instead of computing."""
PER_WORKER = 500
"""Inputs after which a worker is replaced, so that none grows old."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one input."""

    verdict: str
    """'ok', 'refused', or what must not be: 'traceback', 'crash', 'hang', 'noise', 'memory', 'message'."""
    detail: str
    seconds: float
    grown: float
    """How much the largest memory of the worker grew [MB]."""


class ForkServer:
    """Runs inputs in forked workers, one at a time."""

    def __init__(self, run: Callable[[Path], tuple[str, str]], limit_s: float, limit_mb: float) -> None:
        """`run` takes a path and returns a verdict and a detail; it may print, which is noise.

        `limit_s` is in seconds of the processor, so that a busy machine makes no hangs; a worker that sleeps has
        `PATIENCE` times as long.
        """
        self._run, self._limit_s, self._limit_mb = run, limit_s, limit_mb
        self._pid = self._served = 0

    def __call__(self, path: Path) -> Outcome:
        """The outcome for one file."""
        if not self._pid or self._served >= PER_WORKER:
            self.close()
            self._fork()
        self._served += 1
        start = time.perf_counter()
        os.write(self._ask, f"{path}\n".encode())
        answer = self._answer()
        seconds = time.perf_counter() - start
        if answer is None:
            os.kill(self._pid, signal.SIGKILL)
            self._reap()
            return Outcome(verdict="hang", detail=f"no answer in {self._limit_s:g} s", seconds=seconds, grown=0)
        if not answer:
            status = self._reap()
            return Outcome(verdict="crash", detail=f"wait status {status}", seconds=seconds, grown=0)
        verdict, detail, grown = json.loads(answer)
        if grown > self._limit_mb and verdict in ("ok", "refused"):
            verdict, detail = "memory", f"{grown:.0f} MB; {detail}"
        return Outcome(verdict=verdict, detail=detail, seconds=seconds, grown=grown)

    def close(self) -> None:
        """End the worker."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            self._reap()

    def _answer(self) -> bytes | None:
        """One line from the worker; empty if it died, None if it did not answer in time."""
        line, before, start = b"", self._processor_time(), time.perf_counter()
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._reply], [], [], self._limit_s / 4)
            if not ready:
                late = time.perf_counter() - start > PATIENCE * self._limit_s
                if late or self._processor_time() - before > self._limit_s:
                    return None
                continue
            part = os.read(self._reply, 65536)
            if not part:
                return b""
            line += part
        return line

    def _processor_time(self) -> float:
        """Seconds that the worker has run."""
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _fork(self) -> None:
        take, self._ask = os.pipe()
        self._reply, give = os.pipe()
        sys.stdout.flush()
        self._pid, self._served = os.fork(), 0
        if self._pid == 0:
            os.close(self._ask)
            os.close(self._reply)
            try:
                _work(self._run, take, give)
            finally:
                os._exit(0)
        os.close(take)
        os.close(give)

    def _reap(self) -> int:
        _, status = os.waitpid(self._pid, 0)
        os.close(self._ask)
        os.close(self._reply)
        self._pid = 0
        return status


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _work(run: Callable[[Path], tuple[str, str]], take: int, give: int) -> None:
    """Answer paths with verdicts; what is printed meanwhile goes to a file and is reported as noise."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with tempfile.TemporaryFile(buffering=0) as noise, os.fdopen(take) as paths:
        os.dup2(noise.fileno(), 1)
        os.dup2(noise.fileno(), 2)
        for line in paths:
            before = _peak()
            try:
                verdict, detail = run(Path(line.rstrip("\n")))
            except BaseException as error:  # noqa: BLE001 - to be reported, not handled
                verdict, detail = "traceback", f"{type(error).__name__}: {error}"
            sys.stdout.flush()
            sys.stderr.flush()
            printed = os.fstat(noise.fileno()).st_size
            if verdict in ("ok", "refused") and printed:
                verdict, detail = "noise", os.pread(noise.fileno(), 300, 0).decode("utf-8", "replace")
            os.ftruncate(noise.fileno(), 0)
            os.lseek(noise.fileno(), 0, os.SEEK_SET)
            os.write(give, (json.dumps([verdict, detail[:500], _peak() - before]) + "\n").encode())
