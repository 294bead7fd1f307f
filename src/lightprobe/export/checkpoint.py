"""The model in a checkpoint, with the data and scores that its manifest needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from lightprobe.errors import ModelError
from lightprobe.models import Model, build
from lightprobe.training.run.checkpoint import find_checkpoint, load_checkpoint


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A model, and what its checkpoint says of it."""

    path: Path
    """The checkpoint's file."""
    model: Model
    """In evaluation mode, with the averaged weights (EMA) if the checkpoint has them."""
    data: dict[str, Any]
    """The data it was trained on: scenes, groups, licenses."""
    metrics: dict[str, Any]
    """Validation scores of these weights, by condition, and `held_out`."""
    lightprobe: str
    """The version that trained it."""


def read_trained_model(run: str | Path) -> TrainedModel:
    """The model of a run's folder (its best checkpoint, else its last), or of a checkpoint file.

    Raises: ModelError if there is none, or if it is damaged or of another format.
    """
    path = find_checkpoint(Path(run))
    content = load_checkpoint(path, advice="choose another checkpoint, or train again")
    try:
        name, settings = str(content["model"]["name"]), dict(content["model"]["settings"])
        weights: dict[str, Tensor] = content["ema"] or content["weights"]
        model = build(name, **settings)
        model.load_state_dict(weights)
    except KeyError as error:
        raise ModelError(f"{path}: the checkpoint has no {error}; train again") from None
    except (ValueError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{path}: cannot build the model of this checkpoint: {reason}; train again") from None
    data = dict(content["data"] or {})
    return TrainedModel(
        path=path,
        model=model.eval().requires_grad_(False),
        data=data,
        metrics=_metrics(content, data),
        lightprobe=str(content.get("version", "")),
    )


def _metrics(content: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Scores of these weights, and whether they are of scenes that were not trained on.

    metrics.json would not do: it holds the scores of the last weights, and the best may be others.
    """
    history = content.get("history") or []
    scored = set(data.get("scored") or [])
    return {
        **({"step": history[-1]["step"], "score": history[-1]["score"]} if history else {}),
        "held_out": bool(scored) and not scored & set(data.get("scenes") or []),
        "scores": {
            condition: {key: round(float(value), 5) for key, value in score.items()}
            for condition, score in dict(content.get("scores") or {}).items()
        },
    }
