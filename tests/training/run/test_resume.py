"""kill -9 at any moment, and no bit is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from lightprobe.training.run import checkpoint

KILLS = 5


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two checkpoints are not the same bit for bit."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        return [each for key in one for each in differences(one[key], other[key], f"{path}/{key}")]
    if isinstance(one, list):
        assert len(one) == len(other)
        return [each for k, pair in enumerate(zip(one, other)) for each in differences(*pair, f"{path}/{k}")]  # noqa: B905
    same = torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other
    return [] if same else [path]


@pytest.mark.slow
def test_killed_five_times_a_run_ends_with_the_same_bits(hdris: Path, tmp_path: Path) -> None:
    """Kills come at random between the first step and half of what the undisturbed run takes: while records are
    made, while it trains, validates or writes."""
    seed = random.randrange(1 << 30)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    script = Path(__file__).parents[1] / "kills.py"
    environment = {name: value for name, value in os.environ.items() if name != "LIGHTPROBE_SHAPES"}
    done = subprocess.run(
        [sys.executable, str(script), str(seed), str(KILLS), str(hdris), str(whole), str(killed)],
        capture_output=True,
        text=True,
        env={**environment, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)
    assert len(steps) == KILLS
    assert max(steps) > 0, "no kill came after a checkpoint"
    for name in (checkpoint.LAST, checkpoint.BEST):
        one, other = (checkpoint.load_checkpoint(out / name) for out in (whole, killed))
        assert not differences(one, other), (name, seed, steps)
    last = checkpoint.load_checkpoint(whole / checkpoint.LAST)
    assert last["step"] == 60
    assert last["schedule"]["scale"] < 1
    assert (whole / checkpoint.METRICS).read_text() == (killed / checkpoint.METRICS).read_text()
