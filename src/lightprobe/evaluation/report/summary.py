"""From verdicts to the report's numbers: the table of a suite, and its parts by kind of light, curve and so on."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

from lightprobe.evaluation.entrants.entrant import Contestant
from lightprobe.evaluation.scoring.bootstrap import Summary, summarize
from lightprobe.evaluation.scoring.judge import Verdict
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS
from lightprobe.evaluation.suites.shots import SuiteShot

CLIPPED = ((0.0, "none"), (0.01, "below 1 %"), (0.05, "1 to 5 %"), (0.2, "5 to 20 %"), (1.0, "above 20 %"))
"""Largest share of the sphere at display white in each class, and its name."""
PARTS = {"curve": "tone curve", "stratum": "kind of light", "exposure": "exposure", "clipped": "clipped share"}
"""What the breakdowns go by."""


def short(value: float) -> float | None:
    """Six digits; None for what is no number. The last digits of sums are a matter of the machine."""
    return None if math.isnan(value) else float(f"{value:.6g}")


def clipped_class(share: float) -> str:
    """Name of the class of a clipped share of the sphere."""
    return next(name for limit, name in CLIPPED if share <= limit + 1e-12)


def part_of(shot: SuiteShot, clipped: float, part: str) -> str:
    """What a picture counts as in a breakdown."""
    return clipped_class(clipped) if part == "clipped" else str(getattr(shot, part))


def summaries(values: np.ndarray, scenes: list[str], seed: int, *labels: str) -> Summary:
    """Summary with a stream of chance of its own, so that no number depends on which others are asked for.

    All contestants meet the same drawn scenes: where one's interval lies lower, it is not by luck of the draw.
    """
    key = hashlib.sha256("/".join(labels).encode()).digest()[:8]
    return summarize(values, scenes, np.random.default_rng([seed, int.from_bytes(key, "big")]))


def suite_section(verdict: Verdict, seed: int) -> dict[str, Any]:
    """One suite of the report."""
    shots = [verdict.suite.by_id[id] for id in verdict.ids]
    counts = np.array([shot.headline for shot in shots])
    if not counts.any():
        counts[:] = True
    groups = [shot.group for shot in shots]
    parts = {
        part: [part_of(shot, float(share), part) for shot, share in zip(shots, verdict.clipped, strict=True)]
        for part in PARTS
    }
    return {
        "name": verdict.suite.name,
        "about": verdict.suite.about,
        "size": f"{verdict.suite.width}x{verdict.suite.height}",
        "seed": verdict.suite.seed,
        "digest": verdict.suite.digest,
        "pictures": {"all": len(verdict.suite.shots), "scored": len(shots), "in_table": int(counts.sum())},
        "scenes": {
            "all": len({shot.scene for shot in verdict.suite.shots}),
            "scored": len({shot.scene for shot in shots}),
        },
        "left_out": verdict.left_out,
        "rows": [_row(verdict, contestant, counts, groups, seed) for contestant in verdict.contestants],
        "parts": {part: _part(verdict, values, groups, seed, part) for part, values in parts.items()},
    }


def _row(verdict: Verdict, contestant: Contestant, counts: np.ndarray, groups: list[str], seed: int) -> dict[str, Any]:
    scenes = [group for group, counted in zip(groups, counts, strict=True) if counted]
    metrics = {}
    for name, metric in METRICS.items():
        values = verdict.scores[contestant.key][name][counts]
        found = summaries(np.abs(values) if metric.magnitude else values, scenes, seed, name)
        metrics[name] = {
            "count": found.count,
            "median": short(found.median),
            "median_95": [short(found.median_low), short(found.median_high)],
            "mean": short(found.mean),
            "mean_95": [short(found.mean_low), short(found.mean_high)],
            "p90": short(found.p90),
        }
    return {
        "key": contestant.key,
        "name": contestant.name,
        "kind": contestant.kind,
        "mode": contestant.mode,
        "about": contestant.about,
        "tells_training": contestant.trained_on is not None,
        "facts": contestant.facts,
        "metrics": metrics,
    }


def _part(verdict: Verdict, values: list[str], groups: list[str], seed: int, part: str) -> dict[str, Any]:
    """E_rel of each contestant in each class."""
    in_order = [name for _, name in CLIPPED] if part == "clipped" else dict.fromkeys(values)
    names = [name for name in in_order if name in values]
    found: dict[str, Any] = {}
    for name in names:
        inside = np.array([value == name for value in values])
        scenes = [group for group, chosen in zip(groups, inside, strict=True) if chosen]
        rows = {}
        for contestant in verdict.contestants:
            summary = summaries(verdict.scores[contestant.key][HEADLINE][inside], scenes, seed, part, name)
            low, high = short(summary.median_low), short(summary.median_high)
            rows[contestant.key] = {"median": short(summary.median), "median_95": [low, high]}
        found[name] = {"pictures": int(inside.sum()), "scenes": len(set(scenes)), "rows": rows}
    return found
