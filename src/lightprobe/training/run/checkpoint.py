"""Checkpoint: a run on disk. A file is the old one or the new one, never half of it.

A run's folder holds recipe.json (the resolved recipe), last.pt, best.pt, metrics.json and TensorBoard's events.
"""

from __future__ import annotations

import io
import json
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from lightprobe.errors import ModelError, OutputError
from lightprobe.imaging.output import atomic, write_text
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.untrusted.json_text import read_json

RUN_FORMAT = 2
"""Format of checkpoints and of recipe.json. Format 1, of lightprobe 0.1, had other names of recipe fields."""
LAST, BEST, RUN_RECIPE, METRICS = "last.pt", "best.pt", "recipe.json", "metrics.json"
CHECKPOINT_PARTS = (
    "recipe",
    "model",
    "weights",
    "ema",
    "optimizer",
    "schedule",
    "rng",
    "position",
    "step",
    "best",
    "data",
)


def save_checkpoint(path: Path, content: Mapping[str, Any]) -> None:
    """Write a checkpoint. At any moment the file is the old one or the new one, even if the machine goes down.

    Raises: OutputError, for example if the disk is full.
    """
    data = io.BytesIO()
    torch.save(dict(content), data)
    with atomic(path) as temporary, temporary.open("wb") as file:
        file.write(data.getbuffer())
        file.flush()
        os.fsync(file.fileno())


def load_checkpoint(path: Path, *, advice: str = "") -> dict[str, Any]:
    """Read a checkpoint; no code in it is executed.

    `advice` ends the message about a file that cannot be used; by default it says how to continue the run.

    Raises: ModelError if there is none, or if it is damaged or of another format.
    """
    advice = advice or _how_to_continue(path)
    try:
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ModelError(f"{path}: no such checkpoint; train first, or name another folder") from None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, ValueError, KeyError) as error:
        raise ModelError(f"{path}: this checkpoint is damaged ({type(error).__name__}); {advice}") from None
    found: Any = content.get("format") if isinstance(content, dict) else type(content).__name__
    if found == 1:
        raise ModelError(_old_format(path, "checkpoint"))
    if found != RUN_FORMAT:
        raise ModelError(f"{path}: expected a checkpoint of format {RUN_FORMAT}, got {found!r}; {advice}")
    missing = [part for part in CHECKPOINT_PARTS if part not in content]
    if missing:
        raise ModelError(f"{path}: the checkpoint has no {missing[0]!r}; {advice}")
    return content


def find_checkpoint(run: Path) -> Path:
    """The best checkpoint of a run's folder, or else its last; a file is returned as it is.

    Raises: ModelError if there is none.
    """
    if run.is_file():
        return run
    for name in (BEST, LAST):
        if (run / name).is_file():
            return run / name
    found = "a folder without them" if run.is_dir() else "no such folder"
    raise ModelError(f"{run}: expected a training run with {BEST} or {LAST}, got {found}; check the path")


def _how_to_continue(path: Path) -> str:
    other = path.with_name(BEST if path.name == LAST else LAST)
    if other.exists():
        return f"continue from the other one with --resume --from {other.name}, or choose another --out"
    return "train again in another --out"


def _old_format(path: Path, kind: str) -> str:
    return (
        f"{path}: expected a {kind} of format {RUN_FORMAT}, got format 1 of lightprobe 0.1; train again in another "
        "folder, or continue with lightprobe 0.1"
    )


def read_recipe(out: Path) -> Recipe | None:
    """The recipe of the run in a folder; None if there is no run.

    Raises: ModelError if it cannot be read, or is of another format.
    """
    path = out / RUN_RECIPE
    try:
        content = read_json(path)
        if isinstance(content, dict) and "model" in content:  # format 1: the fields were at the top, without a format
            raise ModelError(_old_format(path, "recipe"))
        if not isinstance(content, dict) or content.get("format") != RUN_FORMAT:
            raise ValueError(f"expected a recipe of format {RUN_FORMAT}")
        return serialize.from_dict(content["recipe"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path}: cannot read the recipe of this run: {error}; choose another --out") from None


def write_recipe(out: Path, recipe: Recipe) -> None:
    """Write the recipe of a run to its folder. Raises: OutputError."""
    write_json(out / RUN_RECIPE, {"format": RUN_FORMAT, "recipe": serialize.to_dict(recipe)})


def write_json(path: Path, content: Any) -> None:
    """Write JSON atomically. Raises: OutputError."""
    write_text(path, json.dumps(content, indent=1) + "\n")


def claim_folder(out: Path, *, resume: bool) -> None:
    """Create the run's folder, or check that it can be resumed; remove temporary files of killed processes.

    Raises: OutputError if it holds another run or other files.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = sorted(path.name for path in out.iterdir() if not path.name.startswith(".") and path.name != "cache")
    except OSError as error:
        raise OutputError(f"{out}: cannot write to this folder: {error.strerror}; choose another --out") from None
    if RUN_RECIPE in held and not resume:
        raise OutputError(
            f"{out}: expected an empty folder, got a run; continue it with --resume, or choose another --out"
        )
    if held and RUN_RECIPE not in held:
        raise OutputError(f"{out}: expected an empty folder or a run's, got {held[0]}; choose another --out")
    for path in out.glob(".*"):
        if path.suffix in (".pt", ".json") and path.is_file():
            path.unlink(missing_ok=True)
