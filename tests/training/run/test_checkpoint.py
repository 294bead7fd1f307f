"""Checkpoints: whole, safe, and clear about what is wrong."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from lightprobe.errors import ModelError, OutputError
from lightprobe.training.recipes import ambient, serialize
from lightprobe.training.run import checkpoint
from lightprobe.training.run.checkpoint import CHECKPOINT_PARTS


def content(value: float = 1.0) -> dict[str, Any]:
    return {"format": 2, **dict.fromkeys(CHECKPOINT_PARTS, 0), "weights": {"w": torch.full((1000,), value)}}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    checkpoint.save_checkpoint(tmp_path / "last.pt", content(2.0))
    assert torch.equal(checkpoint.load_checkpoint(tmp_path / "last.pt")["weights"]["w"], torch.full((1000,), 2.0))
    assert [path.name for path in tmp_path.iterdir()] == ["last.pt"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other", "text"])
def test_a_damaged_checkpoint_is_one_line_that_names_the_other(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "last.pt"
    checkpoint.save_checkpoint(path, content())
    checkpoint.save_checkpoint(tmp_path / "best.pt", content())
    whole = path.read_bytes()
    if damage == "other":
        torch.save({"format": 9}, path)
    else:
        path.write_bytes(
            {"cut": whole[:700], "flipped": b"\0" + whole[1:40] + whole[90:], "empty": b"", "text": b"no"}[damage]
        )
    with pytest.raises(ModelError, match=r"last\.pt: .*checkpoint.*--resume --from best\.pt") as caught:
        checkpoint.load_checkpoint(path)
    assert "\n" not in str(caught.value)


def test_loading_executes_no_code(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "trapped"),)

    torch.save({**content(), "recipe": Trap()}, tmp_path / "last.pt", pickle_module=pickle)
    with pytest.raises(ModelError, match="damaged"):
        checkpoint.load_checkpoint(tmp_path / "last.pt")
    assert not (tmp_path / "trapped").exists()


def test_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such checkpoint; train first"):
        checkpoint.load_checkpoint(tmp_path / "last.pt")


def test_a_full_disk_keeps_the_old_checkpoint(tmp_path: Path) -> None:
    """The kernel refuses to write beyond a limit, as it would on a full disk."""
    path = tmp_path / "last.pt"
    checkpoint.save_checkpoint(path, content(1.0))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"last\.pt: cannot write: File too large"):
            checkpoint.save_checkpoint(path, content(2.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert float(checkpoint.load_checkpoint(path)["weights"]["w"][0]) == 1.0
    assert [path.name for path in tmp_path.iterdir()] == ["last.pt"]


def test_a_folder_is_claimed_once(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    checkpoint.claim_folder(out, resume=False)
    (out / "cache").mkdir()
    checkpoint.claim_folder(out, resume=False)
    checkpoint.claim_folder(out, resume=True)
    (out / "recipe.json").write_text("{}")
    (out / ".last.x7.pt").write_text("half written")
    checkpoint.claim_folder(out, resume=True)
    assert {path.name for path in out.iterdir()} == {"cache", "recipe.json"}
    with pytest.raises(OutputError, match="expected an empty folder, got a run; continue it with --resume"):
        checkpoint.claim_folder(out, resume=False)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("")
    for resume in (False, True):
        with pytest.raises(OutputError, match=r"expected an empty folder or a run's, got cat\.jpg"):
            checkpoint.claim_folder(tmp_path / "photos", resume=resume)


def test_a_checkpoint_without_a_part(tmp_path: Path) -> None:
    incomplete = content()
    del incomplete["optimizer"]
    torch.save(incomplete, tmp_path / "last.pt")
    with pytest.raises(ModelError, match=r"the checkpoint has no 'optimizer'; train again"):
        checkpoint.load_checkpoint(tmp_path / "last.pt")


def test_the_reader_may_give_its_own_advice(tmp_path: Path) -> None:
    (tmp_path / "last.pt").write_bytes(b"no")
    with pytest.raises(ModelError, match=r"damaged .*; ask somebody$"):
        checkpoint.load_checkpoint(tmp_path / "last.pt", advice="ask somebody")


def test_the_best_checkpoint_comes_before_the_last(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"expected a training run with best\.pt or last\.pt, got a folder without"):
        checkpoint.find_checkpoint(tmp_path)
    with pytest.raises(ModelError, match="got no such folder; check the path"):
        checkpoint.find_checkpoint(tmp_path / "gone")
    for name in ("last.pt", "best.pt"):
        (tmp_path / name).write_bytes(b"")
        assert checkpoint.find_checkpoint(tmp_path).name == name
    assert checkpoint.find_checkpoint(tmp_path / "last.pt").name == "last.pt"


def test_a_recipe_is_read_again(tmp_path: Path) -> None:
    recipe = serialize.with_changes(ambient(), ["steps=7", "hold_out=a,b"])
    checkpoint.write_recipe(tmp_path, recipe)
    assert json.loads((tmp_path / "recipe.json").read_text())["format"] == 2
    assert checkpoint.read_recipe(tmp_path) == recipe


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 9999,
        "",
        "[]",
        "{}",
        '{"format": 3, "recipe": {}}',
        '{"format": 2}',
        '{"format": 2, "recipe": {"modle": "x"}}',
    ],
)
def test_a_damaged_recipe(tmp_path: Path, text: str) -> None:
    assert checkpoint.read_recipe(tmp_path) is None
    (tmp_path / "recipe.json").write_text(text)
    with pytest.raises(
        ModelError, match=r"recipe\.json: cannot read the recipe of this run: .*another --out"
    ) as caught:
        checkpoint.read_recipe(tmp_path)
    assert "\n" not in str(caught.value)


def test_runs_of_version_0_1_are_refused_in_one_line(tmp_path: Path) -> None:
    torch.save({**content(), "format": 1}, tmp_path / "last.pt")
    with pytest.raises(ModelError, match=r"expected a checkpoint of format 2, got format 1 of lightprobe 0\.1; train"):
        checkpoint.load_checkpoint(tmp_path / "last.pt")
    (tmp_path / "recipe.json").write_text('{"model": "ambient", "data": {"told": 0.5}, "light_jitter": 0.8}')
    with pytest.raises(ModelError, match=r"expected a recipe of format 2, got format 1 of lightprobe 0\.1; train"):
        checkpoint.read_recipe(tmp_path)
