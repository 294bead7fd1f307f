"""What is reported: relative irradiance errors on fixed pictures of held-out scenes.

The score, smaller is better, is the mean of (median + mean)/2 over HEADLINE: the ways of showing that are told a curve
and can be undone, and those that are not told. It weighs what a user sees on a typical picture (median) and how bad
it gets (mean) alike.
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
from lightprobe.training import sphere
from lightprobe.training.feeding import Batch, collate
from lightprobe.training.loss import irradiance_error
from lightprobe.training.material import Material
from lightprobe.training.records import Records

BATCH = 32
OUT_OF_SCORE = ("unclipped",)
"""Ways of showing that are reported, but prove a law rather than skill."""

Scores = dict[str, dict[str, float]]
"""By name of the way of showing: median, mean and max of the relative irradiance error, and the count."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One set of records to be judged on."""

    records: Records
    modes: tuple[str, ...]

    def batches(self) -> Iterator[tuple[Batch, tuple[str, ...]]]:
        """All records in their order, as they are, and what each is counted under."""
        for first in range(0, len(self.records), BATCH):
            numbers = range(first, min(first + BATCH, len(self.records)))
            rows = [self.records[number] for number in numbers]
            batch = collate(self.records, rows, [0] * len(rows), [False] * len(rows))
            yield batch, self.modes[first : first + BATCH]


def errors(model: Model, panels: Sequence[Panel], device: torch.device) -> dict[str, list[float]]:
    """Relative irradiance error of every picture, by mode. The model is taken as it is; put it in eval mode."""
    found: dict[str, list[float]] = {}
    with torch.inference_mode():
        for panel in panels:
            for batch, modes in panel.batches():
                light: ModelOutput = model(batch.picture.to(device), batch.response.to(device))
                estimate = sphere.convert(light.coeffs.float(), model.convention, back=True)
                error = irradiance_error(estimate, batch.truth.coeffs.to(device)).tolist()
                for mode, value in zip(modes, error, strict=True):
                    found.setdefault(mode, []).append(value)
    return found


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Scores weights on what is held out."""

    panels: tuple[Panel, ...]
    model: Model
    """A model of its own, into which weights are loaded; in float32, whatever training computes in."""
    device: torch.device
    held_out: bool
    """Whether what it scores is not trained on."""

    @classmethod
    def of(cls, material: Material, model: Model, cache: Path, *, half: bool, device: torch.device) -> Judge:
        """The judge of a run. `model` prepares pictures on the CPU; a copy of it is scored."""
        return cls(
            panels=tuple(
                Panel(records=Records(judged.supply, model, cache, half=half), modes=judged.modes)
                for judged in material.judged
            ),
            model=copy.deepcopy(model).to(device).eval().requires_grad_(False),
            device=device,
            held_out=all(judged.held_out for judged in material.judged),
        )

    def __call__(self, weights: Mapping[str, Tensor]) -> tuple[Scores, float]:
        """Scores and the score of these weights. Chance is left as it was."""
        with torch.random.fork_rng():
            self.model.load_state_dict(weights)
            scores = summarize(errors(self.model, self.panels, self.device))
        return scores, headline(scores)


def summarize(errors: dict[str, list[float]]) -> Scores:
    """Median, mean and max of each mode."""
    return {
        mode: {
            "median": float(np.median(values)),
            "mean": float(np.mean(values)),
            "max": float(np.max(values)),
            "count": float(len(values)),
        }
        for mode, values in errors.items()
    }


def headline(scores: Scores) -> float:
    """The score of a run. NaN if there is nothing to score."""
    counted = [
        (score["median"] + score["mean"]) / 2
        for mode, score in scores.items()
        if not any(word in mode for word in OUT_OF_SCORE)
    ]
    return float(np.mean(counted)) if counted else float("nan")


def table(scores: Scores) -> list[tuple[str, str, str, str, str]]:
    """Rows of text: mode, median, mean, max, count."""
    return [
        (mode, f"{score['median']:.3f}", f"{score['mean']:.3f}", f"{score['max']:.3f}", f"{int(score['count'])}")
        for mode, score in scores.items()
    ]


def plain(scores: Scores) -> dict[str, Any]:
    """For JSON: rounded to what is worth reading."""
    return {mode: {key: round(value, 5) for key, value in score.items()} for mode, score in scores.items()}
