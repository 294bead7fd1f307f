"""The report: report.json with all numbers, report.md to be read, pictures.csv with a row per picture and contestant.

The same plan gives the same bytes; what took how long stands in timing.json, apart.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import lightprobe
from lightprobe.errors import OutputError
from lightprobe.evaluation.entrants.entrant import AUTO
from lightprobe.evaluation.report.summary import PARTS, short, suite_section
from lightprobe.evaluation.scoring.bootstrap import COVERAGE, DRAWS
from lightprobe.evaluation.scoring.judge import Plan, Verdict
from lightprobe.evaluation.scoring.metrics import METRICS, NORMALS
from lightprobe.evaluation.scoring.stability import SMOOTHING, choose, steadiness
from lightprobe.imaging.output import write_text

FORMAT = 1


def document(plan: Plan, verdicts: list[Verdict]) -> dict[str, Any]:
    """What report.json holds."""
    sections = [suite_section(verdict, plan.seed) for verdict in verdicts]
    for verdict, section in zip(verdicts, sections, strict=True):
        section["steadiness"] = _steadiness(plan, verdict)
    return {
        "format": FORMAT,
        "lightprobe": lightprobe.__version__,
        "seed": plan.seed,
        "normals": NORMALS,
        "bootstrap": {"draws": DRAWS, "coverage": COVERAGE, "over": "scenes"},
        "metrics": {metric.name: {"unit": metric.unit, "about": metric.about} for metric in METRICS.values()},
        "suites": sections,
    }


def _steadiness(plan: Plan, verdict: Verdict) -> dict[str, Any]:
    """Of models and the plain projection, told nothing; only on natural scenes."""
    if verdict.suite.name == "analytic":
        return {}
    ids = choose(verdict.suite, verdict.ids)
    rows = {}
    for contestant in verdict.contestants:
        is_asked = contestant.kind == "model" or contestant.name == "plain projection"
        if is_asked and contestant.mode == AUTO:
            found = vars(steadiness(contestant, verdict.suite, ids, plan.seed))
            rows[contestant.key] = {name: short(value) for name, value in found.items()}
    return {"pictures": ids, "smoothing_s": SMOOTHING, "rows": rows}


def as_json(report: dict[str, Any]) -> str:
    """The text of report.json."""
    return json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def number(value: float | None, name: str) -> str:
    """A metric's value as text."""
    if value is None:
        return "–"
    if name in ("e_rel", "e_si", "negative"):
        return f"{value:.1%}" if value >= 0.0005 or value == 0 else f"{value:.0e}"
    return f"{value:.3f}" if name == "mae_cmgen" else f"{value:.1f}" if name.endswith("_deg") else f"{value:.2f}"


def span(pair: list[float | None], name: str) -> str:
    """An interval as text."""
    return f"{number(pair[0], name)} … {number(pair[1], name)}"


def left_out_text(section: dict[str, Any]) -> str:
    """A sentence about the pictures that do not count, and why."""
    counts, scenes = section["pictures"], section["scenes"]
    text = f"{counts['scored']} of {counts['all']} pictures, {scenes['scored']} of {scenes['all']} scenes."
    if section["left_out"]:
        for key, seen in section["left_out"].items():
            text += f" Left out for all rows, as {key} was trained on them: {', '.join(seen)}."
    silent = [row["name"] for row in section["rows"] if not row["tells_training"]]
    if silent:
        text += f" What {', '.join(dict.fromkeys(silent))} learned from is not known, so nothing is left out for that."
    return text


def as_markdown(report: dict[str, Any]) -> str:
    """The text of report.md."""
    lines = ["# Evaluation", "", f"lightprobe {report['lightprobe']}, seed {report['seed']}. Medians over pictures."]
    lines += [f"In brackets: {report['bootstrap']['coverage']:.0%} intervals by bootstrap over scenes."]
    for section in report["suites"]:
        lines += ["", f"## Suite {section['name']}", "", f"{section['about']}. {left_out_text(section)}", ""]
        lines += markdown_table(section)
        for part, classes in section["parts"].items():
            if len(classes) > 1:
                lines += ["", f"### Median E_rel by {PARTS[part]}", "", *_part_table(section, classes)]
        if section["steadiness"]:
            lines += ["", "### Steadiness", "", *_steady_table(section["steadiness"])]
    lines += ["", "## Metrics", ""]
    lines += [f"* **{METRICS[name].label}**: {about['about']}" for name, about in report["metrics"].items()]
    return "\n".join(lines) + "\n"


def markdown_table(section: dict[str, Any]) -> list[str]:
    """The suite's table, the best median of each metric in bold."""
    head = [f"{metric.label}{f' [{metric.unit}]' if metric.unit else ''}" for metric in METRICS.values()]
    lines = [f"| | {' | '.join(head)} |", f"|---|{'---|' * len(head)}"]
    best = {name: best_text(section, name) for name in METRICS}
    for row in section["rows"]:
        cells = []
        for name in METRICS:
            text = number(row["metrics"][name]["median"], name)
            text = f"**{text}**" if text == best[name] else text
            cells.append(text + (f" ({span(row['metrics'][name]['median_95'], name)})" if name == "e_rel" else ""))
        lines.append(f"| {row['key']} | {' | '.join(cells)} |")
    return lines


def best_text(section: dict[str, Any], name: str) -> str | None:
    """The least median of a metric as text; None where all are alike and nobody is to be praised."""
    medians = [row["metrics"][name]["median"] for row in section["rows"]]
    known = [value for value in medians if value is not None]
    return number(min(known), name) if len({number(value, name) for value in known}) > 1 else None


def _part_table(section: dict[str, Any], classes: dict[str, Any]) -> list[str]:
    keys = [row["key"] for row in section["rows"]]
    lines = [f"| | pictures | {' | '.join(keys)} |", f"|---|---|{'---|' * len(keys)}"]
    for name, found in classes.items():
        cells = [number(found["rows"][key]["median"], "e_rel") for key in keys]
        lines.append(f"| {name} | {found['pictures']} | {' | '.join(cells)} |")
    return lines


def _steady_table(found: dict[str, Any]) -> list[str]:
    lines = [
        f"| | yaw consistency | jitter | jitter, smoothed | lag, smoothed by {found['smoothing_s']} s |",
        "|---|---|---|---|---|",
    ]
    for key, row in found["rows"].items():
        cells = [percent(row["yaw_consistency"]), percent(row["jitter"]), percent(row["jitter_smoothed"])]
        behind = "–" if row["lag_ms"] is None else f"{row['lag_ms']:.0f} ms"
        lines.append(f"| {key} | {' | '.join(cells)} | {behind} |")
    return lines


def percent(value: float | None) -> str:
    """A small share as text."""
    return "–" if value is None else f"{value:.2%}" if value >= 5e-5 else "0"


def as_csv(verdicts: list[Verdict]) -> str:
    """The text of pictures.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["suite", "id", "scene", "group", "stratum", "curve", "exposure", "clipped", "contestant", *METRICS]
    )
    for verdict in verdicts:
        for place, id in enumerate(verdict.ids):
            shot = verdict.suite.by_id[id]
            about = [verdict.suite.name, id, shot.scene, shot.group, shot.stratum, shot.curve, shot.exposure]
            for contestant in verdict.contestants:
                scores = verdict.scores[contestant.key]
                values = [short(float(scores[name][place])) for name in METRICS]
                writer.writerow([*about, short(float(verdict.clipped[place])), contestant.key, *values])
    return text.getvalue()


def write_report(out: Path, plan: Plan, verdicts: list[Verdict], *, with_page: bool = True) -> dict[str, Any]:
    """Write all files of the report into a folder; what report.json holds.

    Raises: OutputError; LightprobeError if the page is wanted and matplotlib is not there.
    """
    if with_page:
        from lightprobe.evaluation.report.page import check_plots

        check_plots()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: expected a folder to write to, got: {error.strerror}; choose another") from None
    report = document(plan, verdicts)
    write_text(out / "report.json", as_json(report))
    write_text(out / "report.md", as_markdown(report))
    write_text(out / "pictures.csv", as_csv(verdicts))
    seconds = {v.suite.name: {name: round(spent, 3) for name, spent in v.seconds.items()} for v in verdicts}
    write_text(out / "timing.json", json.dumps({"seconds": seconds}, indent=1) + "\n")
    if with_page:
        from lightprobe.evaluation.report.page import write_page

        write_page(out / "report.html", report, verdicts)
    return report
