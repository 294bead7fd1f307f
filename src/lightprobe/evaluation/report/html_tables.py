"""Tables of the page, as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from lightprobe.evaluation.report.format import (
    best_text,
    environment_text,
    interval_text,
    metric_text,
    middle_text,
    milliseconds_text,
    percent_text,
    share_text,
    true_lights_text,
)
from lightprobe.evaluation.report.plots import color_of
from lightprobe.evaluation.scoring.environments import SCORES
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS, Metric


def escape(value: object) -> str:
    """Any value as text that is safe between tags and in attributes."""
    return html.escape(str(value))


def _grid(head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A table of ready cells; each row starts with its name."""
    cells = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for name, row in rows)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>'


def _name_cell(name: str, *, about: str = "", color: str = "", kind: str = "") -> str:
    """The first cell of a row."""
    dot = f'<span class="key" style="background:{color}"></span>' if color else ""
    return f'<th scope="row" class="{escape(kind)}" title="{escape(about)}">{dot}{escape(name)}</th>'


def main_table_html(section: dict[str, Any], colored: list[str]) -> str:
    """The suite's table: medians, and the headline's interval as a drawing; `colored` rows have a color in plots."""
    metrics = [metric for metric in METRICS.values() if not metric.of_level]
    best = {metric.name: best_text(section, metric.name) for metric in metrics}
    tops = [row["metrics"][HEADLINE]["median_95"][1] or 0 for row in section["rows"]]
    top = max(min(high, 1.25) for high in tops)
    rows: list[tuple[str, list[str]]] = []
    for row in section["rows"]:
        name = row["name"]
        color = color_of(colored.index(name)) if name in colored else "var(--line)"
        cells = [_cell(row["metrics"][metric.name], metric, best[metric.name]) for metric in metrics]
        cells.insert(1, _interval(row["metrics"][HEADLINE], top, color))
        rows.append((_name_cell(name, about=row["about"], color=color, kind=row["kind"]), cells))
    heads = [_head(metric) for metric in metrics]
    return _grid(["method", heads[0], "median and interval", *heads[1:]], rows)


def level_table_html(section: dict[str, Any]) -> str:
    """The suite's table on levels and dominant lights, and the share of answers that are much worse than the plain
    projection."""
    metrics = [metric for metric in METRICS.values() if metric.of_level]
    best = {metric.name: best_text(section, metric.name) for metric in metrics}
    rows = [
        (
            _name_cell(row["name"], about=row["about"], kind=row["kind"]),
            [
                *(_cell(row["metrics"][metric.name], metric, best[metric.name]) for metric in metrics),
                share_text(row["much_worse"]),
            ],
        )
        for row in section["rows"]
    ]
    worse = '<span title="share of pictures whose E_rel exceeds that of the plain projection by 0.1">much worse</span>'
    return _grid(["method", *map(_head, metrics), worse], rows) + f"<p>{escape(true_lights_text(section))}</p>"


def _head(metric: Metric) -> str:
    return f'<span title="{escape(metric.about)}">{escape(metric.label)}{_unit(metric.unit)}</span>'


def _unit(unit: str) -> str:
    return f" <small>[{unit}]</small>" if unit else ""


def _cell(found: dict[str, Any], metric: Metric, best: str | None) -> str:
    name, median = metric.name, middle_text(found, metric)
    more = f"mean {metric_text(found['mean'], name)}, 90th percentile {metric_text(found['p90'], name)}, median "
    more += f"{interval_text(found['median_95'], name)}, {found['count']} pictures"
    tag = "strong" if median == best else "span"
    return f'<{tag} title="{escape(more)}">{median}</{tag}>'


def _interval(found: dict[str, Any], top: float, color: str) -> str:
    """A dot for the median, a bar for the interval."""
    if found["median"] is None or not top > 0:
        return ""
    (first, last), median = found["median_95"], found["median"]
    low, middle, high = (min(value / top, 1) * 140 for value in (first, median, last))
    label = interval_text(found["median_95"], HEADLINE)
    return (
        f'<svg class="interval" viewBox="-4 0 148 12" role="img" aria-label="{label}">'
        f'<line x1="0" x2="140" y1="6" y2="6" stroke="var(--line)" stroke-width="1"/>'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="6" y2="6" stroke="{color}" stroke-width="3" opacity=".55"/>'
        f'<circle cx="{middle:.1f}" cy="6" r="4" fill="{color}"/></svg>'
    )


def part_table_html(classes: dict[str, Any], names: list[str]) -> str:
    """The numbers of a plot as text."""
    rows = [
        (_name_cell(name), [metric_text(found["rows"][name]["median"], HEADLINE) for found in classes.values()])
        for name in names
    ]
    rows.append((_name_cell("pictures"), [str(found["pictures"]) for found in classes.values()]))
    table = _grid(["median E_rel", *(escape(name) for name in classes)], rows)
    return f"<details><summary>as a table</summary>{table}</details>"


def stability_html(found: dict[str, Any]) -> str:
    """Stability of each row under turns and from frame to frame, folded away."""
    if not found or not found["rows"]:
        return ""
    rows = [
        (
            _name_cell(name),
            [
                *(percent_text(row[key]) for key in ("yaw_consistency", "jitter", "jitter_smoothed")),
                milliseconds_text(row["lag_ms"]),
            ],
        )
        for name, row in found["rows"].items()
    ]
    head = ["method", "yaw consistency", "jitter", "jitter, smoothed", "lag <small>[ms]</small>"]
    return f"""<details><summary>Stability under turns and in a panned video</summary>
<p>Medians over {len(found["pictures"])} pictures, curve unknown, as shares of the irradiance. <b>Yaw consistency</b>:
how much the answer changes when the picture is turned and the answer is turned back. <b>Jitter</b>: change from frame
to frame of a noisy pan, beyond the pan itself; then the same after a smoother of {found["smoothing_s"]} s, and its
<b>lag</b>.</p>
{_grid(head, rows)}</details>
"""


def environments_html(found: dict[str, Any]) -> str:
    """Scores of environment maps; of each score the least median is marked."""
    if not found:
        return ""
    least = {key: min(row[key]["median"] for row in found["rows"].values()) for key in SCORES}
    rows: list[tuple[str, list[str]]] = []
    for name, row in found["rows"].items():
        cells: list[str] = []
        for key in SCORES:
            tag = "strong" if row[key]["median"] == least[key] else "span"
            text = environment_text(row[key]["median"], key)
            cells.append(f"<{tag}>{text}</{tag}> <small>({row[key]['best']:.0%})</small>")
        rows.append((_name_cell(name), cells))
    return f"""<h3>Environment maps</h3>
<p>Median errors over {len(found["pictures"])} sRGB pictures, at the pictures' size: the root mean square of log2
luminance, and ‖a − b‖ / ‖b‖ of what three balls show. In brackets: the share of pictures in which the row is
the best of all.</p>
{_grid(["method", *SCORES.values()], rows)}
"""
