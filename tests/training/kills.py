"""`python kills.py SEED KILLS HDRIS WHOLE KILLED`: a run, and the same run killed so many times and resumed.

Processes are forked from one that has imported all there is to import, so that kills come while something happens.
Prints the steps at which the killed run stood.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import toys

from lightprobe.cli import main
from lightprobe.training.run import checkpoint

# dropout makes chance matter, the rate and no patience make the plateau do something
RECIPE = "toy --set steps=60 --set schedule.kind=reduce_on_plateau --set schedule.patience=0 --set optimizer.lr=0.3"


def started(hdris: str, out: Path) -> tuple[int, float]:
    """A process that trains, when it is about to take its first step: number, and the time."""
    since = time.time_ns()
    process = os.fork()
    if not process:
        arguments = ["train", *RECIPE.split(), "--data", hdris, "--out", str(out), "--threads", "1", "--resume", "-q"]
        sys.argv[1:] = arguments
        try:
            main()
        except SystemExit as stop:
            os._exit(int(stop.code or 0))
        os._exit(0)
    recipe = out / checkpoint.RUN_RECIPE
    while not (recipe.exists() and recipe.stat().st_mtime_ns > since):
        time.sleep(0.002)
        if os.waitpid(process, os.WNOHANG)[0]:
            sys.exit("it ended before it began")
    return process, time.monotonic()


def ended(process: int) -> None:
    status = os.waitpid(process, 0)[1]
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL), status


if __name__ == "__main__":
    assert toys.toy
    chance, kills = random.Random(int(sys.argv[1])), int(sys.argv[2])
    hdris, whole, killed = sys.argv[3], Path(sys.argv[4]), Path(sys.argv[5])
    process, begun = started(hdris, whole)
    ended(process)
    lasts = time.monotonic() - begun
    steps: list[int] = []
    for _ in range(kills):
        process, _ = started(hdris, killed)
        time.sleep(chance.uniform(0, lasts / 2))
        os.kill(process, signal.SIGKILL)
        ended(process)
        last = killed / checkpoint.LAST
        steps.append(checkpoint.load_checkpoint(last)["step"] if last.exists() else 0)
    ended(started(hdris, killed)[0])
    print(json.dumps(steps))
