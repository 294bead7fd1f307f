"""report.html: one file that opens without a network, with the table first and pictures of what went well and badly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lightprobe.evaluation.report import plots
from lightprobe.evaluation.report.gallery import gallery
from lightprobe.evaluation.report.html_tables import part_table, steadiness, table, text
from lightprobe.evaluation.report.plots import check_plots
from lightprobe.evaluation.report.summary import PARTS
from lightprobe.evaluation.report.write import left_out_text
from lightprobe.evaluation.scoring.judge import Verdict
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS
from lightprobe.imaging.output import write_text

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def write_page(path: Path, report: dict[str, Any], verdicts: list[Verdict]) -> None:
    """Write the page. Raises: OutputError; LightprobeError if matplotlib is not there."""
    check_plots()
    write_text(path, page(report, verdicts))


def page(report: dict[str, Any], verdicts: list[Verdict]) -> str:
    """The page's text."""
    suites = [suite(section, verdict) for section, verdict in zip(report["suites"], verdicts, strict=True)]
    links = " ".join(f'<a href="#{_id(s["name"])}">{text(s["name"])}</a>' for s in report["suites"])
    meanings = "".join(
        f"<dt>{text(METRICS[name].label)}</dt><dd>{text(about['about'])}</dd>"
        for name, about in sorted(report["metrics"].items(), key=lambda row: list(METRICS).index(row[0]))
    )
    coverage, draws = report["bootstrap"]["coverage"], report["bootstrap"]["draws"]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Light from pictures, judged</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<h1>Light from pictures, judged</h1>
<p>How far estimated light is from the true one, for ordinary pictures of which the HDR truth is known. Irradiance is
compared on {report["normals"]} directions, in linear RGB and in the picture's own scale: display white is 1. Medians
over pictures; intervals hold {coverage:.0%} of {draws} bootstrap draws of scenes. Less is better everywhere.</p>
<nav aria-label="Suites">{links} <a href="#metrics">metrics</a></nav>
</header>
<main>
{"".join(suites)}
<section id="metrics"><h2>Metrics</h2><dl>{meanings}</dl></section>
</main>
<footer>lightprobe {text(report["lightprobe"])}, seed {report["seed"]}. All numbers: report.json; of every picture:
pictures.csv.</footer>
</body>
</html>
"""


def suite(section: dict[str, Any], verdict: Verdict) -> str:
    """Everything about one suite."""
    keys = [row["key"] for row in section["rows"]]
    shown = [key for key in keys if key != "zeros"] or keys
    counts = np.array([verdict.suite.by_id[id].headline for id in verdict.ids])
    counts = counts if counts.any() else ~counts
    errors = {key: verdict.scores[key][HEADLINE][counts] for key in shown}
    figures = [
        _figure(
            plots.distributions(errors, "E_rel", _own(section)),
            "Pictures with an error below x, of each row of the table.",
        )
    ]
    places = [shown.index(key) for key in shown]
    for part, classes in section["parts"].items():
        if len(classes) > 1:
            drawn = plots.parts(classes, shown, places, PARTS[part])
            figures.append(_figure(drawn, f"Median E_rel by {PARTS[part]}.", part_table(classes, keys)))
    return f"""<section id="{_id(section["name"])}">
<h2>Suite <q>{text(section["name"])}</q></h2>
<p>{text(section["about"])}. {text(left_out_text(section))} Pictures are {text(section["size"].replace("x", "×"))};
{section["pictures"]["in_table"]} of them count in this table.</p>
{table(section, shown)}
{steadiness(section["steadiness"])}
<div class="plots">{"".join(figures)}</div>
{gallery(verdict, counts)}
</section>
"""


def _own(section: dict[str, Any]) -> set[str]:
    """Rows that are not baselines."""
    return {row["key"] for row in section["rows"] if row["kind"] != "baseline"}


def _figure(drawn: str, caption: str, more: str = "") -> str:
    label = text(caption)
    return f"""<figure class="plot"><div role="img" aria-label="{label}">{drawn}</div>
<figcaption>{label}</figcaption>{more}</figure>
"""


def _id(name: str) -> str:
    return "suite-" + "".join(letter if letter.isalnum() else "-" for letter in name)
