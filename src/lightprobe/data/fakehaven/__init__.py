"""A stand-in for Poly Haven's API on this machine, for tests and to try things offline.

It is a process of its own that answers real HTTP requests, and it can fail as servers and networks do:

    python -m lightprobe.data.fakehaven --count 50 --faults 0.2 --seed 1
    python -m lightprobe.data.fakehaven --count 900 --cdn --gzip --latency 0.05

pictures  synthetic HDRIs
shelf     the HDRIs on offer: descriptions, file trees, bytes
faults    which request fails, and how
network   redirects, compression, silence, wrong clocks, distance
server    the HTTP server and its log

Source: https://github.com/Poly-Haven/Public-API.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def running(*arguments: str) -> Generator[str, None, None]:
    """Start the server in another process, with the arguments of its command line; yields its address.

    Raises: RuntimeError if it does not start.
    """
    command = [sys.executable, "-m", "lightprobe.data.fakehaven", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            if not address.startswith("http://"):
                raise RuntimeError(f"expected the address of a fake server, got {address!r}; run {' '.join(command)}")
            yield address
        finally:
            process.terminate()


__all__ = ["running"]
