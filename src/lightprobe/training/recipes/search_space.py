"""The values that `lightprobe tune` tries for each field of a recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Range:
    """Numbers between `low` and `high`, uniform or uniform in the logarithm; whole numbers if both ends are."""

    low: float
    high: float
    log: bool = False


SearchSpace = dict[str, Range | tuple[Any, ...]]
"""A range or a few values for each field, by the field's dotted name."""

SEARCH_SPACES: dict[str, SearchSpace] = {
    "ambient": {
        "optimizer.lr": Range(low=3e-4, high=1e-2, log=True),
        "optimizer.weight_decay": Range(low=1e-4, high=0.3, log=True),
        "batch": (16, 32, 64),
        "data.mixed": Range(low=0.2, high=0.9),
        "data.response_given": Range(low=0.2, high=0.8),
        "highlight_jitter": Range(low=0.0, high=1.5),
        "weights.log": Range(low=0.02, high=1.0, log=True),
        "weights.curve": Range(low=0.02, high=1.0, log=True),
    },
    "surroundings": {
        "optimizer.lr": Range(low=5e-4, high=1e-2, log=True),
        "optimizer.weight_decay": Range(low=1e-3, high=0.5, log=True),
        "batch": (16, 32, 64),
        "data.mixed": Range(low=0.2, high=0.9),
        "data.partial": Range(low=0.2, high=0.7),
        "weights.level": Range(low=0.05, high=0.5, log=True),
        "weights.log": Range(low=0.1, high=1.0, log=True),
    },
    "mobilenet_v2": {
        "optimizer.lr": Range(low=1e-4, high=5e-3, log=True),
        "optimizer.weight_decay": Range(low=1e-5, high=0.1, log=True),
        "batch": (16, 32, 64),
        "data.mixed": Range(low=0.2, high=0.9),
    },
}
"""The search space of each model."""
