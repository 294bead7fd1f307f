"""Page: report.html, one file that opens without a network, with the table first and a gallery of scenes last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lightprobe.evaluation.report.format import left_out_text
from lightprobe.evaluation.report.gallery import gallery_html
from lightprobe.evaluation.report.html_tables import (
    environments_html,
    escape,
    level_table_html,
    main_table_html,
    part_table_html,
    stability_html,
)
from lightprobe.evaluation.report.plots import distributions_svg, parts_svg
from lightprobe.evaluation.report.strips import strips_html
from lightprobe.evaluation.report.summary import PARTS
from lightprobe.evaluation.scoring.judge import JudgeResult
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def page_html(report: dict[str, Any], results: list[JudgeResult]) -> str:
    """The page of a report and its results."""
    suites = [_suite_html(section, result) for section, result in zip(report["suites"], results, strict=True)]
    links = " ".join(f'<a href="#{_id(s["name"])}">{escape(s["name"])}</a>' for s in report["suites"])
    meanings = "".join(
        f"<dt>{escape(METRICS[name].label)}</dt><dd>{escape(about['about'])}</dd>"
        for name, about in sorted(report["metrics"].items(), key=lambda row: list(METRICS).index(row[0]))
    )
    coverage, draws = report["bootstrap"]["coverage"], report["bootstrap"]["draws"]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evaluation of light estimation</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<h1>Evaluation of light estimation</h1>
<p>How close does light estimated from an ordinary picture come to the true light? Irradiance is compared in
{report["normals"]} surface directions, in linear RGB and in the picture's own scale, in which display white is 1. The
tables show medians over pictures; intervals cover {coverage:.0%} of {draws} bootstrap samples of scenes. Lower is
better, except for intervals, of which 80 % should hold.</p>
<p>Rows with <q>curve given</q> and <q>known curve inverted</q> get the tone curve of each picture where it has a name;
for all other rows the curve is unknown.</p>
<nav aria-label="Suites">{links} <a href="#metrics">metrics</a></nav>
</header>
<main>
{"".join(suites)}
<section id="metrics"><h2>Metrics</h2><dl>{meanings}</dl></section>
</main>
<footer>lightprobe {escape(report["lightprobe"])}, seed {report["seed"]}. All numbers are in report.json, those of every
picture in pictures.csv.</footer>
</body>
</html>
"""


def _suite_html(section: dict[str, Any], result: JudgeResult) -> str:
    names = [row["name"] for row in section["rows"]]
    plotted = [name for name in names if name != "zeros"] or names
    counts = np.array([result.suite.by_id[id].headline for id in result.ids])
    counts = counts if counts.any() else ~counts
    errors = {name: result.scores[name][HEADLINE][counts] for name in plotted}
    figures = [_figure(distributions_svg(errors, "E_rel", _own(section)), "Share of pictures with an error below x.")]
    for part, classes in section["parts"].items():
        if len(classes) > 1:
            drawn = parts_svg(classes, plotted, PARTS[part])
            figures.append(_figure(drawn, f"Median E_rel by {PARTS[part]}.", part_table_html(classes, names)))
    return f"""<section id="{_id(section["name"])}">
<h2>Suite <q>{escape(section["name"])}</q></h2>
<p>{escape(section["about"])}. {escape(left_out_text(section))} The pictures are
{escape(_size(section, result))}; {section["pictures"]["in_table"]} of them count in this table, and
all in the breakdowns below.</p>
{main_table_html(section, plotted)}
<h3>Level, and the dominant light</h3>
<p class="note">Levels and intensities are medians without their sign; in brackets the median with it. Shares are of the
pictures for which they are defined.</p>
{level_table_html(section)}
{stability_html(section["stability"])}
{environments_html(section["environments"])}
{strips_html(result, section["environments"])}
<div class="plots">{"".join(figures)}</div>
{gallery_html(result, counts)}
</section>
"""


def _size(section: dict[str, Any], result: JudgeResult) -> str:
    sizes = dict.fromkeys(f"{shot.view.width}×{shot.view.height}" for shot in result.suite.shots if shot.view)
    return f"{' or '.join(sizes) or section['size'].replace('x', '×')} pixels"


def _own(section: dict[str, Any]) -> set[str]:
    """Rows other than baselines."""
    return {row["name"] for row in section["rows"] if row["kind"] != "baseline"}


def _figure(drawn: str, caption: str, more: str = "") -> str:
    label = escape(caption)
    return f"""<figure class="plot"><div role="img" aria-label="{label}">{drawn}</div>
<figcaption>{label}</figcaption>{more}</figure>
"""


def _id(name: str) -> str:
    return "suite-" + "".join(letter if letter.isalnum() else "-" for letter in name)
