"""Summary: the scores of one setting and seed, from results picture by picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scores import BLENDS, CONDITIONS, KINDS, PARTIAL, TEMPERATURES


def summarize(results: Mapping[str, np.ndarray], kinds: np.ndarray, strata: np.ndarray) -> dict[str, Any]:
    """Scores of one setting and seed over all folds, from results [pictures]; kinds are numbers of CONDITIONS."""
    names = np.array([next(kind for kind in reversed(KINDS) if CONDITIONS[k].startswith(kind)) for k in kinds])
    summary: dict[str, Any] = {}
    heat = {}
    for group, chosen in (("whole", names == "srgb given"), ("partial", (names == "fov65") | (names == "fov100"))):
        counted = chosen & (results["counts"] > 0)
        inside = {t: float(results[f"inside {t}"][counted].mean()) for t in TEMPERATURES}
        heat[group] = min(TEMPERATURES, key=lambda t: abs(inside[t] - 0.8))
        summary[f"{group} inside"] = {str(t): round(v, 3) for t, v in inside.items()}
        summary[f"{group} temperature"] = heat[group]
    for kind in KINDS:
        m = names == kind
        t = heat["partial" if kind in PARTIAL else "whole"]
        row: dict[str, Any] = {
            "plain": _two(results["plain"][m]),
            "point": _two(results["point"][m]),
            "oracle": _two(results["oracle"][m]),
        }
        for blend in BLENDS:
            bias = results[f"bias {t} {blend}"][m]
            row[f"answer {blend}"] = {
                "error": _two(results[f"error {t} {blend}"][m]),
                "bias": round(float(np.median(bias)), 3),
                "spread": round(float(np.median(np.abs(bias))), 3),
                "toward": round(float(np.median(results[f"toward {blend}"][m])), 1),
                "worse": round(float((results[f"error {t} {blend}"][m] > results["plain"][m] + 0.1).mean()), 3),
            }
        row["irradiance inside"] = round(float(results[f"irradiance inside {t}"][m].mean()), 3)
        summary[kind] = row
    m = names == "srgb given"
    t = heat["whole"]
    summary["strata"] = {
        s: {str(b): _two(results[f"error {t} {b}"][m & (strata == s)]) for b in (0.0, 0.5, 1.0)}
        for s in np.unique(strata)
    }
    c = m & (results["counts"] > 0)
    summary["level"] = {
        "width": round(float(np.median(results[f"width {t}"][c])), 2),
        "off": {str(b): round(float(np.median(results[f"level off {b}"][c])), 2) for b in BLENDS},
        "off abs": round(float(np.median(np.abs(results["level off 1.0"][c]))), 2),
    }
    c = m & (results["light counts"] > 0)
    sun = c & (strata == "sun")
    summary["light"] = {
        str(b): {
            "color": _two(results[f"light color {b}"][c]),
            "toward": round(float(np.median(results[f"light toward {b}"][c])), 1),
            "stops": round(float(np.median(results[f"light stops {b}"][c])), 2),
            "green": round(float(results[f"light green {b}"][c].mean()), 3),
            "blue suns": round(float(results[f"light blue {b}"][sun].mean()), 3),
        }
        for b in (0.0, 0.5, 1.0)
    }
    return summary


def _two(values: np.ndarray) -> list[float]:
    """Median and mean."""
    return [round(float(np.median(values)), 4), round(float(np.mean(values)), 4)] if len(values) else []
