"""Checkpoints: whole, safe, and clear about what is wrong."""

from __future__ import annotations

import os
import pickle
import resource
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from lightprobe.errors import ModelError, OutputError
from lightprobe.training.run import checkpoint
from lightprobe.training.run.checkpoint import PARTS


def content(value: float = 1.0) -> dict[str, Any]:
    return {"format": 1, **dict.fromkeys(PARTS, 0), "weights": {"w": torch.full((1000,), value)}}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "last.pt", content(2.0))
    assert torch.equal(checkpoint.load(tmp_path / "last.pt")["weights"]["w"], torch.full((1000,), 2.0))
    assert [path.name for path in tmp_path.iterdir()] == ["last.pt"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other", "text"])
def test_a_damaged_checkpoint_is_one_line_that_names_the_other(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "last.pt"
    checkpoint.save(path, content())
    checkpoint.save(tmp_path / "best.pt", content())
    whole = path.read_bytes()
    if damage == "other":
        torch.save({"format": 9}, path)
    else:
        path.write_bytes(
            {"cut": whole[:700], "flipped": b"\0" + whole[1:40] + whole[90:], "empty": b"", "text": b"no"}[damage]
        )
    with pytest.raises(ModelError, match=r"last\.pt: expected a checkpoint.*--resume --from best\.pt") as caught:
        checkpoint.load(path)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_runs_nothing(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "trapped"),)

    torch.save({**content(), "recipe": Trap()}, tmp_path / "last.pt", pickle_module=pickle)
    with pytest.raises(ModelError, match="damaged"):
        checkpoint.load(tmp_path / "last.pt")
    assert not (tmp_path / "trapped").exists()


def test_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected a checkpoint, got no file"):
        checkpoint.load(tmp_path / "last.pt")


def test_a_full_disk_keeps_the_old_checkpoint(tmp_path: Path) -> None:
    """The kernel refuses to write beyond a limit, as it would on a full disk."""
    path = tmp_path / "last.pt"
    checkpoint.save(path, content(1.0))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"last\.pt: cannot write: File too large"):
            checkpoint.save(path, content(2.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert float(checkpoint.load(path)["weights"]["w"][0]) == 1.0
    assert [path.name for path in tmp_path.iterdir()] == ["last.pt"]


def test_a_folder_is_claimed_once(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    checkpoint.claim(out, resume=False)
    (out / "cache").mkdir()
    checkpoint.claim(out, resume=False)
    checkpoint.claim(out, resume=True)
    (out / "recipe.json").write_text("{}")
    (out / ".last.x7.pt").write_text("half written")
    checkpoint.claim(out, resume=True)
    assert {path.name for path in out.iterdir()} == {"cache", "recipe.json"}
    with pytest.raises(OutputError, match="expected an empty folder, got a run; go on with --resume"):
        checkpoint.claim(out, resume=False)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("")
    for resume in (False, True):
        with pytest.raises(OutputError, match=r"expected an empty folder or a run's, got cat\.jpg"):
            checkpoint.claim(tmp_path / "photos", resume=resume)


def test_a_damaged_recipe(tmp_path: Path) -> None:
    assert checkpoint.read_recipe(tmp_path) is None
    (tmp_path / "recipe.json").write_text('{"modle": "x"}')
    with pytest.raises(ModelError, match=r"recipe\.json: expected the recipe of a run"):
        checkpoint.read_recipe(tmp_path)
