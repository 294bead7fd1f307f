"""The report's files: report.json with all numbers, report.md to read, pictures.csv with a row per picture and entrant,
and the page report.html.

The same plan gives the same bytes, except in timing.json.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from lightprobe.data.catalog.table import make_folder
from lightprobe.evaluation.report.format import (
    best_text,
    environment_text,
    interval_text,
    left_out_text,
    markdown_text,
    metric_text,
    middle_text,
    milliseconds_text,
    percent_text,
    share_text,
    true_lights_text,
)
from lightprobe.evaluation.report.page import page_html
from lightprobe.evaluation.report.plots import check_plots
from lightprobe.evaluation.report.summary import PARTS, report_document, six_digits
from lightprobe.evaluation.scoring.environments import SCORES
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS, Metric
from lightprobe.folder_lock import folder_lock
from lightprobe.imaging.output import remove_temporaries, write_text
from lightprobe.untrusted.csv_text import spreadsheet_cell
from lightprobe.untrusted.terminal import printable

SHOT_COLUMNS = ("scene", "group", "stratum", "framing", "curve", "exposure")
"""Columns of pictures.csv that describe a picture."""


def write_report(out: Path, plan: JudgePlan, results: list[JudgeResult], *, with_page: bool = True) -> dict[str, Any]:
    """Write all files of the report into a folder; returns the content of report.json.

    Raises: OutputError, also if another process writes to the folder; LightprobeError if the page is wanted and
    matplotlib is not installed.
    """
    if with_page:
        check_plots()
    make_folder(out)
    with folder_lock(out):
        remove_temporaries(out)
        return _write(out, plan, results, with_page)


def _write(out: Path, plan: JudgePlan, results: list[JudgeResult], with_page: bool) -> dict[str, Any]:
    report = report_document(plan, results)
    write_text(out / "report.json", report_json(report))
    write_text(out / "report.md", report_markdown(report))
    write_text(out / "pictures.csv", pictures_csv(results))
    seconds = {
        result.suite.name: {name: round(spent, 3) for name, spent in result.seconds.items()} for result in results
    }
    write_text(out / "timing.json", json.dumps({"seconds": seconds}, indent=1) + "\n")
    if with_page:
        write_text(out / "report.html", page_html(report, results))
    return report


def report_json(report: dict[str, Any]) -> str:
    """The text of report.json, control and format characters in it as \\u escapes, so that it can be printed."""
    text = json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    for letter in set(text) - {"\n"}:
        if printable(letter) != letter:
            text = text.replace(letter, json.dumps(letter)[1:-1])
    return text


def report_markdown(report: dict[str, Any]) -> str:
    """The text of report.md."""
    lines = ["# Evaluation", "", f"lightprobe {report['lightprobe']}, seed {report['seed']}. Medians over pictures."]
    lines += [f"In brackets: {report['bootstrap']['coverage']:.0%} intervals by bootstrap over scenes."]
    for section in report["suites"]:
        lines += ["", f"## Suite {markdown_text(section['name'])}", ""]
        lines += [markdown_text(f"{section['about']}. {left_out_text(section)}"), ""]
        lines += _table(section, [metric for metric in METRICS.values() if not metric.of_level])
        lines += ["", "### Level, and the dominant light", ""]
        lines += _table(section, [metric for metric in METRICS.values() if metric.of_level], with_worse=True)
        lines += ["", true_lights_text(section)]
        for part, classes in section["parts"].items():
            if len(classes) > 1:
                lines += ["", f"### Median E_rel by {PARTS[part]}", "", *_part_table(section, classes)]
        if section["stability"]:
            lines += ["", "### Stability", "", *_stability_table(section["stability"])]
        if section["environments"]:
            lines += ["", "### Environment maps", "", *_environment_table(section["environments"])]
    lines += ["", "## Metrics", ""]
    lines += [f"* **{METRICS[name].label}**: {about['about']}" for name, about in report["metrics"].items()]
    return "\n".join(lines) + "\n"


def _table(section: dict[str, Any], metrics: list[Metric], *, with_worse: bool = False) -> list[str]:
    """The suite's rows, the best value of each metric in bold; with the share that is much worse than plain."""
    head = [f"{metric.label}{f' [{metric.unit}]' if metric.unit else ''}" for metric in metrics]
    head += ["much worse than plain"] if with_worse else []
    lines = [f"| | {' | '.join(head)} |", f"|---|{'---|' * len(head)}"]
    best = {metric.name: best_text(section, metric.name) for metric in metrics}
    for row in section["rows"]:
        cells = []
        for metric in metrics:
            name, found = metric.name, row["metrics"][metric.name]
            text = middle_text(found, metric)
            text = f"**{text}**" if text == best[name] else text
            cells.append(text + (f" ({interval_text(found['median_95'], name)})" if name == HEADLINE else ""))
        cells += [share_text(row["much_worse"])] if with_worse else []
        lines.append(f"| {markdown_text(row['name'])} | {' | '.join(cells)} |")
    return lines


def _part_table(section: dict[str, Any], classes: dict[str, Any]) -> list[str]:
    names = [row["name"] for row in section["rows"]]
    lines = [f"| | pictures | {' | '.join(map(markdown_text, names))} |", f"|---|---|{'---|' * len(names)}"]
    for part, found in classes.items():
        cells = [metric_text(found["rows"][name]["median"], HEADLINE) for name in names]
        lines.append(f"| {markdown_text(part)} | {found['pictures']} | {' | '.join(cells)} |")
    return lines


def _stability_table(found: dict[str, Any]) -> list[str]:
    lines = [
        f"| | yaw consistency | jitter | jitter, smoothed | lag [ms], smoothed by {found['smoothing_s']} s |",
        "|---|---|---|---|---|",
    ]
    for name, row in found["rows"].items():
        cells = [percent_text(row[key]) for key in ("yaw_consistency", "jitter", "jitter_smoothed")]
        lines.append(f"| {markdown_text(name)} | {' | '.join(cells)} | {milliseconds_text(row['lag_ms'])} |")
    return lines


def _environment_table(found: dict[str, Any]) -> list[str]:
    """Medians, the best in bold, and the share of pictures in which a row is the best."""
    lines = [
        f"Errors over {len(found['pictures'])} sRGB pictures; in brackets: share of them in which a row is the best."
    ]
    lines += ["", f"| | {' | '.join(SCORES.values())} |", f"|---|{'---|' * len(SCORES)}"]
    least = {key: min(row[key]["median"] for row in found["rows"].values()) for key in SCORES}
    for name, row in found["rows"].items():
        cells = []
        for key in SCORES:
            text = environment_text(row[key]["median"], key)
            text = f"**{text}**" if row[key]["median"] == least[key] else text
            cells.append(f"{text} ({row[key]['best']:.0%})")
        lines.append(f"| {markdown_text(name)} | {' | '.join(cells)} |")
    return lines


def pictures_csv(results: list[JudgeResult]) -> str:
    """The text of pictures.csv; names that a spreadsheet would take for formulas have an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["suite", "id", *SHOT_COLUMNS, "clipped", "entrant", *METRICS])
    for result in results:
        for index, id in enumerate(result.ids):
            shot = result.suite.by_id[id]
            about = [result.suite.name, id, *(getattr(shot, name) for name in SHOT_COLUMNS)]
            for entrant in result.entrants:
                scores = result.scores[entrant.name]
                values = [six_digits(float(scores[name][index])) for name in METRICS]
                row = [*about, six_digits(float(result.clipped[index])), entrant.name, *values]
                writer.writerow(map(spreadsheet_cell, row))
    return text.getvalue()
