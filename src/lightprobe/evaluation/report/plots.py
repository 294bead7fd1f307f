"""Plots of the report, as SVG text for an HTML page: they take on the page's ink, in the light and in the dark.

matplotlib comes with `pip install 'lightprobe[judge]'`; it is imported when the first plot is drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence, Set
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from lightprobe.errors import LightprobeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT = "#010203", "#010204"
"""Stand-ins that become the page's colors in the SVG."""
COLORS = ("#e8590c", "#3b82f6", "#2f9e44", "#c04be0", "#d49a00", "#0c9fae", "#e64980", "#7d8793", "#8b6a4f", "#5f6ee6")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
MARKERS = "osD^vPX*hp"


def check_plots() -> None:
    """Raises: LightprobeError if matplotlib is not there."""
    if find_spec("matplotlib") is None:
        raise LightprobeError(
            "expected matplotlib for the report's page, got none; pip install 'lightprobe[judge]', or say --no-page"
        )


def color_of(place: int) -> str:
    """Color of the contestant in this place of the table."""
    return COLORS[place % len(COLORS)]


def distributions(values: dict[str, np.ndarray], label: str, strong: Set[str] = frozenset()) -> str:
    """Share of pictures with an error below x, a line for each contestant; `strong` ones stand out."""
    figure, axes = _figure(7.2, 3.7)
    for place, (key, errors) in enumerate(values.items()):
        known = np.sort(np.clip(errors[~np.isnan(errors)], 1e-3, None))
        if known.size:
            share = np.arange(1, known.size + 1) / known.size
            x, y = np.concatenate([[1e-3], known, [4]]), np.concatenate([[0], share, share[-1:]])
            style: dict[str, Any] = {"color": color_of(place), "linestyle": DASHES[place % len(DASHES)]}
            style |= {"linewidth": 2.4, "zorder": 3} if key in strong else {"linewidth": 1.4, "zorder": 2}
            axes.step(x, y, where="post", label=key, **style)
    axes.set_xscale("log")
    axes.set_xlim(4e-3, 3)
    axes.set_ylim(0, 1)
    _ticks(axes, "x", [(0.01, "1 %"), (0.03, "3 %"), (0.1, "10 %"), (0.3, "30 %"), (1.0, "100 %"), (3.0, "300 %")])
    _ticks(axes, "y", [(k / 4, f"{25 * k} %") for k in range(5)])
    axes.set_xlabel(f"{label}, logarithmic")
    axes.set_ylabel("pictures with less")
    axes.grid(visible=True, color=FAINT, linewidth=0.5)
    axes.legend(loc="upper left", frameon=False, fontsize=8, labelcolor=INK)
    return svg(figure, f"distributions {label}")


def parts(classes: dict[str, Any], keys: Sequence[str], places: Sequence[int], label: str) -> str:
    """Median and interval of each contestant in each class, side by side."""
    spread, names = 0.72, list(classes)
    figure, axes = _figure(7.2, 0.5 + 0.1 * len(names) * max(len(keys), 3) + 0.12 * len(names))
    top = 0.0
    for row, (key, place) in enumerate(zip(keys, places, strict=True)):
        offset = spread * ((row + 0.5) / len(keys) - 0.5)
        for line, name in enumerate(names):
            found = classes[name]["rows"][key]
            if found["median"] is None:
                continue
            low, high = found["median_95"]
            axes.plot([low, high], [line + offset] * 2, color=color_of(place), linewidth=1.3, alpha=0.65)
            axes.plot([found["median"]], [line + offset], MARKERS[place % len(MARKERS)], color=color_of(place),
                      markersize=4.2)  # fmt: skip
            top = max(top, found["median"], min(high, 1.5))
    for line in range(1, len(names)):
        axes.axhline(line - 0.5, color=FAINT, linewidth=0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, min(max(1.05 * top, 0.2), 1.6))
    _ticks(axes, "y", [(line, f"{name}  ({classes[name]['pictures']})") for line, name in enumerate(names)])
    _ticks(axes, "x", [(k / 4, f"{25 * k} %") for k in range(7) if k / 4 <= axes.get_xlim()[1]])
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.5)
    axes.set_xlabel(f"median E_rel by {label}, with 95 % interval (number of pictures)")
    return svg(figure, f"parts {label}")


def _ticks(axes: Axes, side: str, marks: Sequence[tuple[float, str]]) -> None:
    places, names = [place for place, _ in marks], [name for _, name in marks]
    if side == "x":
        axes.set_xticks(places, names)
        axes.set_xticks([], minor=True)
    else:
        axes.set_yticks(places, names)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    for name in ("top", "right"):
        axes.spines[name].set_visible(False)
    for name in ("left", "bottom"):
        axes.spines[name].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=8.5)
    axes.tick_params(color=FAINT, length=3)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set(color=INK, fontsize=9)
    return figure, axes


def svg(figure: Figure, title: str) -> str:
    """The figure as an <svg> element: text stays text, ink is the page's, the same bytes every time."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": title, "font.family": "sans-serif"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    for side in ("width", "height"):  # the page decides
        text = re.sub(rf'(<svg[^>]*?) {side}="[^"]*"', r"\1", text, count=1)
    return text.replace(INK, "currentColor").replace(FAINT, "var(--line)").strip()
