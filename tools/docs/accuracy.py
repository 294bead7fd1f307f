"""Tables of accuracy: scenes held out, the public suite, and the suite by how much is clipped."""

from __future__ import annotations

from typing import Any

from lightprobe.evaluation.report.format import best_text, interval_text, metric_text
from lightprobe.evaluation.scoring.metrics import METRICS
from results import result, suite, table

MODES = {
    "srgb told": "sRGB, curve given",
    "srgb auto": "sRGB, curve unknown",
    "camera auto": "a camera's own curve, unknown",
    "filmic told": "Filmic, curve given",
    "filmic auto": "Filmic, curve unknown",
    "agx told": "AgX, curve given",
    "reinhard auto": "Reinhard, curve unknown",
    "any curve auto": "any of these, curve unknown",
    "srgb unclipped told": "sRGB, curve given, nothing clipped",
}
"""Rows of the cross-validation, and what they are called here."""

HEADS = {
    "e_rel": "irradiance error E_rel (95 %)",
    "e_si": "after the best gain",
    "rgb_angle_deg": "color",
    "direction_deg": "direction of the light",
    "intensity_stops": "its intensity",
}
"""Metrics of the suite's table, and what they are called here."""


def percents(entry: dict[str, float]) -> str:
    """Median and mean."""
    digits = 1 if entry["max"] < 0.02 else 0
    return f"{entry['median']:.{digits}%} / {entry['mean']:.{digits}%}"


def shortrun() -> str:
    """One fold of the second estimator's recipe after few steps."""
    found = result("surroundings_run")["results"]
    ours, plain = found["estimator"], found["plain"]
    modes = {**MODES, "srgb fov65 told": "sRGB, curve given, 65° seen"}
    return table(
        ["picture", "decoded and projected, median / mean", "after 400 steps"],
        [[text, percents(plain[mode]), percents(ours[mode])] for mode, text in modes.items()],
        f"{ours['srgb told']['pictures'] // 3} held-out scenes of one fold of five at −1.5, −0.5 and +0.5 EV. "
        "`benchmarks/cross_validation.py --name surroundings_run`.",
    )


def crossvalidation() -> str:
    """Five folds: each scene judged by a model that has not seen it."""
    r = result("cross_validation")["results"]
    rows = []
    for mode, text in MODES.items():
        ours, plain = r["estimator"][mode], r["plain"][mode]
        gain = "" if ours["max"] < 0.02 else f"{1 - ours['mean'] / plain['mean']:.0%} (mean)"
        rows.append([text, percents(plain), percents(ours), f"{ours['max']:.1%}", gain])
    count = r["estimator"]["srgb told"]["pictures"]
    return table(
        ["picture", "decoded and projected, median / mean", "estimator, median / mean", "largest", "better by"],
        rows,
        f"Relative irradiance error ‖Ê − E‖/‖E‖; five folds over scene groups, {count // 3} scenes at −1.5, −0.5 and "
        "+0.5 EV, each judged by a model that has not seen its group. `benchmarks/cross_validation.py`.",
    )


def entrant(row: dict[str, Any]) -> str:
    """Name of a row of the report in these tables."""
    if row["kind"] != "model":
        return row["name"]
    return f"`surroundings`, curve {'unknown' if row['mode'] == 'auto' else 'given when it is a standard one'}"


def views() -> str:
    """The same over its perspective pictures."""
    return accuracy("views")


def accuracy(name: str = "registry") -> str:
    """Medians over a public suite, a row per entrant."""
    section = suite(name)
    rows = []
    for row in section["rows"]:
        cells = []
        for name in HEADS:
            found, unit = row["metrics"][name], METRICS[name].unit
            text = metric_text(found["median"], name)
            bold = text == best_text(section, name)
            text += "" if text == "–" or not unit else unit if unit == "°" else f" {unit}"
            interval = f" ({interval_text(found['median_95'], name)})" if name == "e_rel" else ""
            cells.append((f"**{text}**" if bold else text) + interval)
        rows.append([entrant(row), *cells])
    seen = {scene for found in section["left_out"].values() for scene in found}
    left = f"; {len(seen)} scenes that a model was trained on are left out" if seen else ""
    return table(
        ["", *HEADS.values()],
        rows,
        f"Medians over {section['pictures']['in_table']} pictures of {section['scenes']['scored']} scenes, suite "
        f"{section['name']}: {section['about']}{left}. `lightprobe evaluate`.",
    )


def byclipping() -> str:
    """The same report by how much of the picture is clipped: where the network helps, and where it does not."""
    section = suite()
    names = {row["name"]: entrant(row) for row in section["rows"]}
    models = [row["name"] for row in section["rows"] if row["kind"] == "model"]
    keys = ["plain projection", "known curve inverted", "highlight gain", *models]
    rows = []
    for share in ("none", "below 1 %", "1 to 5 %", "5 to 20 %", "above 20 %"):
        part = section["parts"]["clipped"][share]
        medians = [part["rows"][key]["median"] for key in keys]
        cells = [metric_text(value, "e_rel") for value in medians]
        best = [f"**{text}**" if v == min(medians) else text for text, v in zip(cells, medians, strict=True)]
        rows.append([share, str(part["pictures"]), *best])
    return table(
        ["clipped", "pictures", *(names[key] for key in keys)],
        rows,
        "Median E_rel, the same report; every exposure and tone curve, nearly black pictures included.",
    )
