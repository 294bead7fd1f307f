"""A run on disk: what it was made of, and where it stands. Whole or not at all.

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

FORMAT = 1
LAST, BEST, RECIPE, METRICS = "last.pt", "best.pt", "recipe.json", "metrics.json"
PARTS = ("recipe", "model", "weights", "ema", "optimizer", "schedule", "rng", "position", "step", "best", "data")


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint. At any moment the file is the old one or the new one, even if the machine goes down.

    Raises: OutputError, for example if the disk is full.
    """
    data = io.BytesIO()
    torch.save(dict(state), data)
    with atomic(path) as temporary, temporary.open("wb") as file:
        file.write(data.getbuffer())
        file.flush()
        os.fsync(file.fileno())


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint; nothing in it is run.

    Raises: ModelError if there is none, or it is damaged or of another kind.
    """
    try:
        state: Any = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ModelError(f"{path}: expected a checkpoint, got no file; train first, or name another folder") from None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, ValueError, KeyError) as error:
        raise ModelError(
            f"{path}: expected a checkpoint, got a damaged file ({type(error).__name__}); {_instead(path)}"
        ) from None
    if not isinstance(state, dict) or state.get("format") != FORMAT or any(part not in state for part in PARTS):
        raise ModelError(
            f"{path}: expected a checkpoint of format {FORMAT}, got something else; {_instead(path)}"
        ) from None
    return state


def _instead(path: Path) -> str:
    other = path.with_name(BEST if path.name == LAST else LAST)
    if other.exists():
        return f"go on from the other one with --resume --from {other.name}, or choose another --out"
    return "train anew in another --out"


def read_recipe(out: Path) -> Recipe | None:
    """The recipe of the run in a folder; None if there is no run. Raises: ModelError if it cannot be read."""
    path = out / RECIPE
    try:
        return serialize.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path}: expected the recipe of a run, got: {error}; choose another --out") from None


def write_json(path: Path, content: Any) -> None:
    """Write JSON atomically. Raises: OutputError."""
    write_text(path, json.dumps(content, indent=1) + "\n")


def claim(out: Path, *, resume: bool) -> None:
    """Make a run's folder, or make sure that it may be gone on with; what a killed process has half written goes.

    Raises: OutputError if it holds another run, or something else.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = sorted(path.name for path in out.iterdir() if not path.name.startswith(".") and path.name != "cache")
    except OSError as error:
        raise OutputError(
            f"{out}: expected a folder to write to, got: {error.strerror}; choose another --out"
        ) from None
    if RECIPE in held and not resume:
        raise OutputError(f"{out}: expected an empty folder, got a run; go on with --resume, or choose another --out")
    if held and RECIPE not in held:
        raise OutputError(f"{out}: expected an empty folder or a run's, got {held[0]}; choose another --out")
    for path in out.glob(".*"):
        if path.suffix in (".pt", ".json") and path.is_file():
            path.unlink(missing_ok=True)
