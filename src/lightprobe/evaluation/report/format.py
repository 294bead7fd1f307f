"""Format: the report's numbers and sentences as text."""

from __future__ import annotations

from typing import Any

from lightprobe.evaluation.scoring.metrics import METRICS, Metric
from lightprobe.untrusted.terminal import printable

_MARKDOWN = {ord(letter): f"\\{letter}" for letter in "\\`*[]|#~"} | {
    ord(letter): f"&{name};" for letter, name in (("<", "lt"), (">", "gt"), ("&", "amp"))
}


def metric_text(value: float | None, name: str) -> str:
    """A metric's value."""
    if value is None:
        return "–"
    if METRICS[name].is_share:
        return share_text(value)
    if name in ("e_rel", "e_si", "negative"):
        return f"{value:.1%}" if value >= 0.0005 or value == 0 else f"{value:.0e}"
    return f"{value:.3f}" if name == "mae_cmgen" else f"{value:.1f}" if name.endswith("_deg") else f"{value:.2f}"


def environment_text(value: float | None, name: str) -> str:
    """A score of environment maps."""
    return "–" if value is None else f"{value:.2f}" if name == "log_rmse_ev" else f"{value:.0%}"


def middle_text(found: dict[str, Any], metric: Metric) -> str:
    """What a table shows of a metric: the mean of shares; the median of others, with the signed one behind it."""
    if metric.is_share:
        return share_text(found["mean"])
    text = metric_text(found["median"], metric.name)
    return f"{text} ({found['signed']:+.2f})" if found.get("signed") is not None else text


def share_text(value: float | None) -> str:
    """A share of pictures."""
    return "–" if value is None else f"{value:.0%}" if value >= 0.0995 or value == 0 else f"{value:.1%}"


def interval_text(pair: list[float | None], name: str) -> str:
    """An interval of a metric."""
    return f"{metric_text(pair[0], name)} … {metric_text(pair[1], name)}"


def percent_text(value: float | None) -> str:
    """A small share."""
    return "–" if value is None else f"{value:.2%}" if value >= 5e-5 else "0"


def milliseconds_text(value: float | None) -> str:
    """A time, without its unit."""
    return "–" if value is None else f"{value:.0f}"


def markdown_text(text: str) -> str:
    """Names and sentences as Markdown that shows them as they are: no HTML, links, emphasis or table cells of theirs.

    Source: CommonMark 0.31, section 2.4.
    """
    return printable(text).translate(_MARKDOWN)


def best_text(section: dict[str, Any], name: str) -> str | None:
    """The text of the least median, or the least share; None where all rows are alike, so that none is marked as best,
    and for shares of intervals that hold, which should be 80 %."""
    metric = METRICS[name]
    if name == "interval_holds":
        return None
    rows = [row["metrics"][name] for row in section["rows"]]
    key = "mean" if metric.is_share else "median"
    known = [row for row in rows if row[key] is not None]
    texts = {metric_text(row[key], name) for row in known}
    return middle_text(min(known, key=lambda row: row[key]), metric) if len(texts) > 1 else None


def left_out_text(section: dict[str, Any]) -> str:
    """How many pictures of a suite count, and why the others do not."""
    counts, scenes = section["pictures"], section["scenes"]
    text = f"{counts['scored']} of {counts['all']} pictures, {scenes['scored']} of {scenes['all']} scenes."
    trained_by: dict[tuple[str, ...], list[str]] = {}
    for name, seen in section["left_out"].items():
        trained_by.setdefault(tuple(seen), []).append(name)
    for seen, names in trained_by.items():
        text += f" Left out for every row, because {_and(names)} trained on them: {', '.join(seen)}."
    unknown = [row["name"] for row in section["rows"] if not row["training_known"]]
    if unknown:
        text += f" The training scenes of {_and(unknown)} are unknown, so none are left out for that."
    return text


def true_lights_text(section: dict[str, Any]) -> str:
    """How many true lights are dominant, and which colors they have."""
    found = section["true_lights"]
    if not found["count"]:
        return "No true light is dominant."
    green, blue = (share_text(found[name]) for name in ("green", "blue"))
    return (
        f"Of the true lights, {found['count']} are dominant: {green} of these are greener than red and blue, {blue} "
        "have more than 1.1 times as much blue as red."
    )


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
