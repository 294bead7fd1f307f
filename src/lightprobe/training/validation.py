"""Validation: relative irradiance errors on fixed pictures of held-out scenes.

The score, smaller is better, is the mean over the conditions (see data.validation_set) of (median + mean)/2: of a
typical picture (median) and of how bad it gets (mean). Unclipped pictures are reported but do not count.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lightprobe.models import Model, ModelOutput
from lightprobe.training import sh_ops
from lightprobe.training.data.dataset import Dataset
from lightprobe.training.data.loader import Batch, collate
from lightprobe.training.data.records import Records
from lightprobe.training.data.validation_set import condition_label
from lightprobe.training.objective.loss import irradiance_error

SCORING_BATCH = 32
UNSCORED = ("unclipped",)
"""Words of the conditions that do not count for the score: they prove a law rather than skill."""

ConditionScores = dict[str, dict[str, float]]
"""By key of the condition: median, mean and max of the relative irradiance error, and the count of pictures."""


@dataclass(frozen=True, kw_only=True)
class ScoredRecords:
    """Records to be scored, and the key of the condition of each."""

    records: Records
    conditions: tuple[str, ...]

    def batches(self) -> Iterator[tuple[Batch, tuple[str, ...]]]:
        """All records in their order, neither turned nor mirrored, and their conditions."""
        for first in range(0, len(self.records), SCORING_BATCH):
            numbers = range(first, min(first + SCORING_BATCH, len(self.records)))
            rows = [self.records[number] for number in numbers]
            batch = collate(self.records, rows, [0] * len(rows), [False] * len(rows))
            yield batch, self.conditions[first : first + SCORING_BATCH]


def irradiance_errors(model: Model, scored: Sequence[ScoredRecords], device: torch.device) -> dict[str, list[float]]:
    """Relative irradiance error of every picture, by condition. Put the model in evaluation mode first."""
    errors: dict[str, list[float]] = {}
    with torch.inference_mode():
        for part in scored:
            for batch, conditions in part.batches():
                output: ModelOutput = model(batch.picture.to(device), batch.response.to(device))
                estimate = sh_ops.convert_coeffs(output.coeffs.float(), model.convention, back=True)
                error = irradiance_error(estimate, batch.targets.coeffs.to(device)).tolist()
                for condition, value in zip(conditions, error, strict=True):
                    errors.setdefault(condition, []).append(value)
    return errors


@dataclass(frozen=True, kw_only=True)
class Validator:
    """Scores weights on the validation side of a dataset."""

    scored: tuple[ScoredRecords, ...]
    model: Model
    """A model of its own, into which weights are loaded; in float32, whatever precision training computes in."""
    device: torch.device
    held_out: bool
    """Whether the scored scenes are not trained on."""

    @classmethod
    def of(cls, dataset: Dataset, model: Model, cache: Path, *, half: bool, device: torch.device) -> Validator:
        """The validator of a run; it scores a copy of `model`. Raises: OutputError if the cache cannot be written."""
        return cls(
            scored=tuple(
                ScoredRecords(records=Records(part.samples, model, cache, half=half), conditions=part.conditions)
                for part in dataset.validation
            ),
            model=copy.deepcopy(model).to(device).eval().requires_grad_(False),
            device=device,
            held_out=all(part.held_out for part in dataset.validation),
        )

    def __call__(self, weights: Mapping[str, Tensor]) -> tuple[ConditionScores, float]:
        """Scores by condition, and the score, of these weights. Torch's random generators are left unchanged."""
        with torch.random.fork_rng():
            self.model.load_state_dict(weights)
            scores = condition_scores(irradiance_errors(self.model, self.scored, self.device))
        return scores, headline_score(scores)


def condition_scores(errors: dict[str, list[float]]) -> ConditionScores:
    """Median, mean, max and count of the errors of each condition."""
    return {
        condition: {
            "median": float(np.median(values)),
            "mean": float(np.mean(values)),
            "max": float(np.max(values)),
            "count": float(len(values)),
        }
        for condition, values in errors.items()
    }


def headline_score(scores: ConditionScores) -> float:
    """The score of a run; NaN if there is nothing to score."""
    counted = [
        (score["median"] + score["mean"]) / 2
        for condition, score in scores.items()
        if not any(word in condition for word in UNSCORED)
    ]
    return float(np.mean(counted)) if counted else float("nan")


def score_rows(scores: ConditionScores) -> list[tuple[str, str, str, str, str]]:
    """Rows of a table: condition, median, mean, max, count."""
    return [
        (
            condition_label(condition),
            f"{score['median']:.3f}",
            f"{score['mean']:.3f}",
            f"{score['max']:.3f}",
            f"{int(score['count'])}",
        )
        for condition, score in scores.items()
    ]


def rounded_scores(scores: ConditionScores) -> dict[str, Any]:
    """Scores for JSON, with five decimals."""
    return {condition: {key: round(value, 5) for key, value in score.items()} for condition, score in scores.items()}
