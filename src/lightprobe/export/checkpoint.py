"""Checkpoints, as training leaves them: read with care, since files come from anywhere."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lightprobe.errors import ModelError
from lightprobe.models import Model, build

FORMAT = 1
BEST, LAST = "best.pt", "last.pt"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What export needs of a checkpoint."""

    path: Path
    model: Model
    """In evaluation mode, with the averaged weights (EMA) where training kept some."""
    data: dict[str, Any]
    """What it was trained on: scenes, groups, licences."""
    metrics: dict[str, Any]
    """Validation scores."""
    lightprobe: str
    """Version that trained it."""


def read(run: str | Path) -> Checkpoint:
    """The checkpoint of a run folder (its best, else its last), or a checkpoint file.

    Raises: ModelError if there is none, or if it is damaged or of an unknown kind.
    """
    path = _find(Path(run))
    document = _load(path)
    try:
        name, settings = str(document["model"]["name"]), dict(document["model"]["settings"])
        weights: dict[str, Tensor] = document.get("ema") or document["weights"]
        data, scores = dict(document.get("data") or {}), dict(document.get("scores") or {})
        model = build(name, **settings)
        model.load_state_dict(weights)
    except KeyError as error:
        raise ModelError(f"{path}: expected {error} in the checkpoint, got none; train again") from None
    except (ValueError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{path}: expected a model and its weights, got: {reason}; train again") from None
    return Checkpoint(
        path=path,
        model=model.eval().requires_grad_(False),
        data=data,
        metrics=_metrics(path.with_name("metrics.json"), scores),
        lightprobe=str(document.get("version", "")),
    )


def _find(run: Path) -> Path:
    if run.is_file():
        return run
    for name in (BEST, LAST):
        if (run / name).is_file():
            return run / name
    kind = "a folder without them" if run.is_dir() else "no such folder"
    raise ModelError(f"{run}: expected a training run with {BEST} or {LAST}, got {kind}; check the path")


def _load(path: Path) -> dict[str, Any]:
    try:
        document: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, OSError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise ModelError(f"{path}: expected a checkpoint, got a damaged one ({reason}); take another") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        raise ModelError(f"{path}: expected a checkpoint of format {FORMAT}, got {found!r}; train again")
    return document


def _metrics(path: Path, scores: dict[str, Any]) -> dict[str, Any]:
    """What validation wrote beside the checkpoint, else the scores in it."""
    if not path.is_file():
        return scores
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: expected scores as JSON, got: {error}; remove or mend it") from None
    return found if isinstance(found, dict) else {"scores": found}
