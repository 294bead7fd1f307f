"""TensorBoard's events."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lightprobe.errors import OutputError
from lightprobe.models import build
from lightprobe.training import FitResult
from lightprobe.training.monitor.tensorboard import open_tensorboard
from lightprobe.training.recipes import ambient


def test_a_run_writes_scalars_and_pictures(go: Callable[..., FitResult], tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    go("steps=20", "validate_every=20")
    events = EventAccumulator(str(tmp_path / "a"))
    events.Reload()
    tags = events.Tags()
    assert {"loss", "lr", "loss/irradiance", "speed/waiting for data", "validation/score"} <= set(tags["scalars"])
    assert "validation/srgb, curve given/median" in tags["scalars"]
    assert not any(tag.endswith("/count") for tag in tags["scalars"])
    assert tags["images"] == ["picture, estimate, truth"]
    image = events.Images("picture, estimate, truth")[0]
    assert (image.width, image.height) == (3 * 128 + 2 * 64, 6 * 64)


def test_other_processes_write_nothing(tmp_path: Path) -> None:
    with open_tensorboard(tmp_path, 0, enabled=False) as tensorboard:
        tensorboard.scalars({"loss": 1.0}, 1)
        tensorboard.scores({"srgb told": {"median": 1.0}}, 1.0, 1)
        tensorboard.images(build("ambient"), [], torch.device("cpu"), 1)
        tensorboard.hyperparameters(ambient(), 1.0)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with open_tensorboard(tmp_path, 0, enabled=True) as tensorboard:
        monkeypatch.setattr(tensorboard._writer, "add_scalar", full)
        with pytest.raises(OutputError, match="cannot write events: No space left on device; make room, then continue"):
            tensorboard.scalars({"loss": 1.0}, 1)
