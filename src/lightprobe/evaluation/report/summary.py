"""Summary: from results to the report's numbers, the content of report.json.

Each suite has a table of its entrants, breakdowns by kind of light, curve, exposure and clipping, and the stability of
models.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

import lightprobe
from lightprobe.evaluation.entrants.baselines import PLAIN_ROW
from lightprobe.evaluation.entrants.entrant import CURVE_UNKNOWN, Entrant
from lightprobe.evaluation.scoring.bootstrap import COVERAGE, DRAWS, Summary, summarize
from lightprobe.evaluation.scoring.environments import SCORES, environment_pictures, measure_environments
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS, MUCH_BLUE, NORMALS
from lightprobe.evaluation.scoring.stability import SMOOTHING, choose_pictures, measure_stability
from lightprobe.evaluation.suites.shots import SuiteShot

FORMAT = 4
"""Version of report.json. 1: lightprobe 0.1, whose rows had a "key" and the mode "told". 2: without levels. 3: without
true lights; the direction of rows without a panorama was compared with that of the true coefficients."""
MUCH_WORSE = 0.1
"""Added to the error of the plain projection, from which an answer counts as much worse."""
CLIPPED = ((0.0, "none"), (0.01, "below 1 %"), (0.05, "1 to 5 %"), (0.2, "5 to 20 %"), (1.0, "above 20 %"))
"""Largest share of the sphere at display white in each class, and its name."""
PARTS = {
    "framing": "framing",
    "curve": "tone curve",
    "stratum": "kind of light",
    "exposure": "exposure",
    "clipped": "clipped share",
}
"""Breakdowns, and their titles."""


def report_document(plan: JudgePlan, results: list[JudgeResult]) -> dict[str, Any]:
    """The content of report.json."""
    sections = [_suite_section(result, plan.seed) for result in results]
    for result, section in zip(results, sections, strict=True):
        section["stability"] = _stability(plan, result)
        section["environments"] = _environments(result)
    return {
        "format": FORMAT,
        "lightprobe": lightprobe.__version__,
        "seed": plan.seed,
        "normals": NORMALS,
        "bootstrap": {"draws": DRAWS, "coverage": COVERAGE, "over": "scenes"},
        "metrics": {metric.name: {"unit": metric.unit, "about": metric.about} for metric in METRICS.values()},
        "suites": sections,
    }


def six_digits(value: float) -> float | None:
    """Six significant digits, so that results do not depend on the machine; None for NaN."""
    return None if math.isnan(value) else float(f"{value:.6g}")


def clipped_class(share: float) -> str:
    """Name of the class of a clipped share of the sphere."""
    return next(name for limit, name in CLIPPED if share <= limit + 1e-12)


def _class_of(shot: SuiteShot, clipped: float, part: str) -> str:
    return clipped_class(clipped) if part == "clipped" else str(getattr(shot, part))


def _summary(values: np.ndarray, scenes: list[str], seed: int, *labels: str) -> Summary:
    """A summary with a random stream of its own, so that no number depends on which others are computed.

    All entrants get the same drawn scenes: where one's interval lies lower, it is not by luck of the draw.
    """
    key = hashlib.sha256("/".join(labels).encode()).digest()[:8]
    return summarize(values, scenes, np.random.default_rng([seed, int.from_bytes(key, "big")]))


def _suite_section(result: JudgeResult, seed: int) -> dict[str, Any]:
    suite, shots = result.suite, [result.suite.by_id[id] for id in result.ids]
    counts = np.array([shot.headline for shot in shots])
    if not counts.any():
        counts[:] = True
    groups = [shot.group for shot in shots]
    parts = {
        part: [_class_of(shot, float(share), part) for shot, share in zip(shots, result.clipped, strict=True)]
        for part in PARTS
    }
    return {
        "name": suite.name,
        "about": suite.about,
        "size": f"{suite.width}x{suite.height}",
        "seed": suite.seed,
        "digest": suite.digest,
        "pictures": {"all": len(suite.shots), "scored": len(shots), "in_table": int(counts.sum())},
        "scenes": {
            "all": len({shot.scene for shot in suite.shots}),
            "scored": len({shot.scene for shot in shots}),
        },
        "true_lights": _true_lights(result.true_lights[counts]),
        "left_out": result.left_out,
        "rows": [_row(result, entrant, counts, groups, seed) for entrant in result.entrants],
        "parts": {part: _part(result, values, groups, seed, part) for part, values in parts.items()},
    }


def _true_lights(lights: np.ndarray) -> dict[str, Any]:
    """How many pictures have a dominant light, and the shares of them that are green, and blue, as metrics count it."""
    red, green, blue = lights[~np.isnan(lights[:, 0])].T
    shares = {"green": green > np.maximum(red, blue), "blue": blue > MUCH_BLUE * red}
    found = {name: six_digits(float(flags.mean()) if flags.size else math.nan) for name, flags in shares.items()}
    return {"count": red.size, **found}


def _row(result: JudgeResult, entrant: Entrant, counts: np.ndarray, groups: list[str], seed: int) -> dict[str, Any]:
    scenes = [group for group, counted in zip(groups, counts, strict=True) if counted]
    metrics = {}
    for name, metric in METRICS.items():
        values = result.scores[entrant.name][name][counts]
        found = _summary(np.abs(values) if metric.magnitude else values, scenes, seed, name)
        metrics[name] = {
            "count": found.count,
            "median": six_digits(found.median),
            "median_95": [six_digits(found.median_low), six_digits(found.median_high)],
            "mean": six_digits(found.mean),
            "mean_95": [six_digits(found.mean_low), six_digits(found.mean_high)],
            "p90": six_digits(found.p90),
        }
        if metric.magnitude:
            known = values[~np.isnan(values)]
            metrics[name]["signed"] = six_digits(float(np.median(known)) if known.size else math.nan)
    return {
        "name": entrant.name,
        "kind": entrant.kind,
        "mode": entrant.mode,
        "about": entrant.about,
        "training_known": entrant.trained_on is not None,
        "facts": entrant.facts,
        "metrics": metrics,
        "much_worse": six_digits(_much_worse(result, entrant, counts)),
    }


def _much_worse(result: JudgeResult, entrant: Entrant, counts: np.ndarray) -> float:
    """Share of pictures on which an entrant's error exceeds that of the plain projection by MUCH_WORSE."""
    if PLAIN_ROW not in result.scores:
        return math.nan
    own, plain = (result.scores[name][HEADLINE][counts] for name in (entrant.name, PLAIN_ROW))
    return float((own > plain + MUCH_WORSE).mean())


def _part(result: JudgeResult, values: list[str], groups: list[str], seed: int, part: str) -> dict[str, Any]:
    """E_rel of each entrant in each class."""
    in_order = [name for _, name in CLIPPED] if part == "clipped" else dict.fromkeys(values)
    names = [name for name in in_order if name in values]
    found: dict[str, Any] = {}
    for name in names:
        inside = np.array([value == name for value in values])
        scenes = [group for group, chosen in zip(groups, inside, strict=True) if chosen]
        rows = {}
        for entrant in result.entrants:
            summary = _summary(result.scores[entrant.name][HEADLINE][inside], scenes, seed, part, name)
            low, high = six_digits(summary.median_low), six_digits(summary.median_high)
            rows[entrant.name] = {"median": six_digits(summary.median), "median_95": [low, high]}
        found[name] = {"pictures": int(inside.sum()), "scenes": len(set(scenes)), "rows": rows}
    return found


def _stability(plan: JudgePlan, result: JudgeResult) -> dict[str, Any]:
    """Of models and the plain projection, curve unknown; on whole panoramas of photographed scenes only."""
    if result.suite.name == "analytic" or any(shot.view for shot in result.suite.shots):
        return {}
    ids = choose_pictures(result.suite, result.ids)
    rows = {}
    for entrant in result.entrants:
        is_measured = entrant.kind == "model" or entrant.name == PLAIN_ROW
        if is_measured and entrant.mode == CURVE_UNKNOWN:
            found = vars(measure_stability(entrant, result.suite, ids, plan.seed))
            rows[entrant.name] = {name: six_digits(value) for name, value in found.items()}
    return {"pictures": ids, "smoothing_s": SMOOTHING, "rows": rows}


def _environments(result: JudgeResult) -> dict[str, Any]:
    """Of photographed scenes: medians of each row, and in which share of the pictures it is the best of all rows."""
    if result.suite.name == "analytic":
        return {}
    ids = environment_pictures(result.suite, result.ids)
    scores = measure_environments(result.entrants, result.suite, ids)
    if not scores:
        return {}
    values = {key: np.array([[row[key] for row in rows] for rows in scores.values()]) for key in SCORES}
    best = {key: found.argmin(axis=0) for key, found in values.items()}
    return {
        "pictures": ids,
        "log_rmse_ev": {name: [six_digits(row["log_rmse_ev"]) for row in rows] for name, rows in scores.items()},
        "rows": {
            name: {
                key: {
                    "median": six_digits(float(np.median(values[key][index]))),
                    "best": six_digits(float((best[key] == index).mean())),
                }
                for key in SCORES
            }
            for index, name in enumerate(scores)
        },
    }
