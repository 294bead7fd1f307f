"""Checkpoints, as training leaves them: read with care, since files come from anywhere."""

from __future__ import annotations

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
    """The parts of a checkpoint that export needs."""

    path: Path
    model: Model
    """In evaluation mode, with the averaged weights (EMA) where training kept some."""
    data: dict[str, Any]
    """Its training data: scenes, groups, licences."""
    metrics: dict[str, Any]
    """Validation scores of these weights, by kind of picture, and `held_out`."""
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
        data = dict(document.get("data") or {})
        model = build(name, **settings)
        model.load_state_dict(weights)
    except KeyError as error:
        raise ModelError(f"{path}: the checkpoint has no {error}; train again") from None
    except (ValueError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{path}: the weights do not fit the model: {reason}; train again") from None
    return Checkpoint(
        path=path,
        model=model.eval().requires_grad_(False),
        data=data,
        metrics=_metrics(document, data),
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
        raise ModelError(f"{path}: the checkpoint is damaged ({reason}); use another") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        raise ModelError(f"{path}: expected a checkpoint of format {FORMAT}, got {found!r}; train again")
    return document


def _metrics(document: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Validation of these very weights, and whether it was on scenes that they were not trained on.

    Not the run's metrics.json: that is of the last weights, and the best may be others.
    """
    history = document.get("history") or []
    scored = set(data.get("scored") or [])
    return {
        **({"step": history[-1]["step"], "score": history[-1]["score"]} if history else {}),
        "held_out": bool(scored) and not scored & set(data.get("scenes") or []),
        "scores": {
            mode: {key: round(float(value), 5) for key, value in score.items()}
            for mode, score in dict(document.get("scores") or {}).items()
        },
    }
