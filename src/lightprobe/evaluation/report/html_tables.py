"""The page's tables, as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from lightprobe.evaluation.report.plots import color_of
from lightprobe.evaluation.report.write import best_text, number, percent, span
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS


def text(value: object) -> str:
    """Anything, safe between tags and in attributes."""
    return html.escape(str(value))


def grid(head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A table of ready cells; each row starts with its name."""
    cells = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for name, row in rows)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>'


def name_cell(name: str, *, about: str = "", color: str = "", kind: str = "") -> str:
    """The first cell of a row."""
    dot = f'<span class="key" style="background:{color}"></span>' if color else ""
    return f'<th scope="row" class="{text(kind)}" title="{text(about)}">{dot}{text(name)}</th>'


def table(section: dict[str, Any], shown: list[str]) -> str:
    """The suite's table: medians, the headline with its interval, drawn."""
    heads = [f'<span title="{text(m.about)}">{text(m.label)}{_unit(m.unit)}</span>' for m in METRICS.values()]
    best = {name: best_text(section, name) for name in METRICS}
    tops = [row["metrics"][HEADLINE]["median_95"][1] or 0 for row in section["rows"]]
    top = max(min(high, 1.25) for high in tops)
    rows: list[tuple[str, list[str]]] = []
    for row in section["rows"]:
        key = row["key"]
        color = color_of(shown.index(key)) if key in shown else "var(--line)"
        cells = [_median(row["metrics"][name], name, best[name]) for name in METRICS]
        cells.insert(1, _interval(row["metrics"][HEADLINE], top, color))
        rows.append((name_cell(key, about=row["about"], color=color, kind=row["kind"]), cells))
    return grid(["who", heads[0], "median and interval", *heads[1:]], rows)


def _unit(unit: str) -> str:
    return f" <small>[{unit}]</small>" if unit else ""


def _median(found: dict[str, Any], name: str, best: str | None) -> str:
    shown = number(found["median"], name)
    more = f"mean {number(found['mean'], name)}, 90th percentile {number(found['p90'], name)}, median "
    more += f"{span(found['median_95'], name)}, {found['count']} pictures"
    tag = "strong" if shown == best else "span"
    return f'<{tag} title="{text(more)}">{shown}</{tag}>'


def _interval(found: dict[str, Any], top: float, color: str) -> str:
    """A dot for the median, a bar for the interval."""
    if found["median"] is None or not top > 0:
        return ""
    (first, last), median = found["median_95"], found["median"]
    low, middle, high = (min(value / top, 1) * 140 for value in (first, median, last))
    return (
        f'<svg class="interval" viewBox="-4 0 148 12" role="img" aria-label="{span(found["median_95"], HEADLINE)}">'
        f'<line x1="0" x2="140" y1="6" y2="6" stroke="var(--line)" stroke-width="1"/>'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="6" y2="6" stroke="{color}" stroke-width="3" opacity=".55"/>'
        f'<circle cx="{middle:.1f}" cy="6" r="4" fill="{color}"/></svg>'
    )


def part_table(classes: dict[str, Any], keys: list[str]) -> str:
    """The numbers of a plot, for those who want or need them as text."""
    rows = [
        (name_cell(key), [number(found["rows"][key]["median"], HEADLINE) for found in classes.values()]) for key in keys
    ]
    rows.append((name_cell("pictures"), [str(found["pictures"]) for found in classes.values()]))
    drawn = grid(["median E_rel", *(text(name) for name in classes)], rows)
    return f"<details><summary>as a table</summary>{drawn}</details>"


def steadiness(found: dict[str, Any]) -> str:
    """What turns and frames do to each row, folded away."""
    if not found or not found["rows"]:
        return ""
    rows = [
        (
            name_cell(key),
            [
                *(percent(row[name]) for name in ("yaw_consistency", "jitter", "jitter_smoothed")),
                "–" if row["lag_ms"] is None else f"{row['lag_ms']:.0f}",
            ],
        )
        for key, row in found["rows"].items()
    ]
    head = ["who", "yaw consistency", "jitter", "jitter, smoothed", "lag <small>[ms]</small>"]
    return f"""<details><summary>Steadiness: turned pictures and a panned video</summary>
<p>Of {len(found["pictures"])} pictures: how much the answer changes when the picture is turned and the answer turned
back; from frame to frame of a noisy pan, beyond the pan itself; the same after a smoother of
{found["smoothing_s"]} s, and how far that is behind. Relative, in irradiance.</p>
{grid(head, rows)}</details>
"""
