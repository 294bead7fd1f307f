"""Two processes are as good as one."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from lightprobe.training import fit
from lightprobe.training.recipes import serialize
from lightprobe.training.run import checkpoint

CHANGES = ("settings.dropout=0", "batch=8", "validate_every=24")


@pytest.fixture(scope="module")
def alone(toys: ModuleType, hdris: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, float]:
    """Scores of one process, with two seeds."""
    folder = tmp_path_factory.mktemp("alone")

    def score(seed: int) -> float:
        recipe = serialize.with_changes(toys.toy(), [*CHANGES, f"seed={seed}"])
        return fit(recipe, hdris, folder / str(seed), cache=folder / "cache", accelerator="cpu", threads=1).score

    return score(0), score(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["torchrun", "devices"])
def test_two_processes_reach_the_score_of_one(
    start: Callable[..., subprocess.Popen[str]], alone: tuple[float, float], hdris: Path, tmp_path: Path, how: str
) -> None:
    """Each computes half of every batch. Without dropout only the order of adding up differs, so the noise is that of
    float32, amplified by AdamW over 24 steps: we allow 0.1 % of the score. Another seed moves it by more than 1 %."""
    run = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", str(free_port()))
    before, after = (run, ()) if how == "torchrun" else ((), ("--devices", 2))
    options = ("--accelerator", "cpu", "--threads", 1, "--quiet")
    changes = [part for change in CHANGES for part in ("--set", change)]
    out = tmp_path / "two"
    process = start("train", "toy", "--data", hdris, "--out", out, *options, *changes, *after, before=before)
    _, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    together = json.loads((out / checkpoint.METRICS).read_text())["score"]
    single, other = alone
    assert together == pytest.approx(single, rel=0.001)
    assert abs(other - single) > 0.01 * single
    assert len(list(out.glob("events.out.tfevents.*"))) == 1
    assert checkpoint.load_checkpoint(out / checkpoint.LAST)["position"] == 24 * 8
