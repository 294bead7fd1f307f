"""Plots of the page, as SVG text that takes the page's text color, in its light and dark theme.

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
from lightprobe.untrusted.terminal import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT = "#010203", "#010204"
"""Stand-ins that become the page's colors in the SVG."""
COLORS = ("#e8590c", "#3b82f6", "#2f9e44", "#c04be0", "#d49a00", "#0c9fae", "#e64980", "#7d8793", "#8b6a4f", "#5f6ee6")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
MARKERS = "osD^vPX*hp"


def check_plots() -> None:
    """Raises: LightprobeError if matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise LightprobeError(
            "the report's page needs matplotlib, which is not installed; pip install 'lightprobe[judge]', or --no-page"
        )


def color_of(index: int) -> str:
    """Color of the entrant with this index."""
    return COLORS[index % len(COLORS)]


def distributions_svg(values: dict[str, np.ndarray], label: str, strong: Set[str] = frozenset()) -> str:
    """Share of pictures with an error below x, a line for each entrant; `strong` ones stand out."""
    figure, axes = _figure(7.2, 3.7)
    for index, (name, errors) in enumerate(values.items()):
        known = np.sort(np.clip(errors[~np.isnan(errors)], 1e-3, None))
        if known.size:
            share = np.arange(1, known.size + 1) / known.size
            x, y = np.concatenate([[1e-3], known, [4]]), np.concatenate([[0], share, share[-1:]])
            style: dict[str, Any] = {"color": color_of(index), "linestyle": DASHES[index % len(DASHES)]}
            style |= {"linewidth": 2.4, "zorder": 3} if name in strong else {"linewidth": 1.4, "zorder": 2}
            axes.step(x, y, where="post", label=_literal(name), **style)
    axes.set_xscale("log")
    axes.set_xlim(4e-3, 3)
    axes.set_ylim(0, 1)
    _ticks(axes, "x", [(0.01, "1 %"), (0.03, "3 %"), (0.1, "10 %"), (0.3, "30 %"), (1.0, "100 %"), (3.0, "300 %")])
    _ticks(axes, "y", [(k / 4, f"{25 * k} %") for k in range(5)])
    axes.set_xlabel(f"{label}, logarithmic")
    axes.set_ylabel("pictures below")
    axes.grid(visible=True, color=FAINT, linewidth=0.5)
    axes.legend(loc="upper left", frameon=False, fontsize=8, labelcolor=INK)
    return _svg(figure, f"distributions {label}")


def parts_svg(classes: dict[str, Any], entrants: Sequence[str], label: str) -> str:
    """Median and interval of each entrant in each class, side by side."""
    spread, names = 0.72, list(classes)
    figure, axes = _figure(7.2, 0.5 + 0.1 * len(names) * max(len(entrants), 3) + 0.12 * len(names))
    top = 0.0
    for index, entrant in enumerate(entrants):
        offset = spread * ((index + 0.5) / len(entrants) - 0.5)
        for line, name in enumerate(names):
            found = classes[name]["rows"][entrant]
            if found["median"] is None:
                continue
            low, high = found["median_95"]
            axes.plot([low, high], [line + offset] * 2, color=color_of(index), linewidth=1.3, alpha=0.65)
            axes.plot([found["median"]], [line + offset], MARKERS[index % len(MARKERS)], color=color_of(index),
                      markersize=4.2)  # fmt: skip
            top = max(top, found["median"], min(high, 1.5))
    for line in range(1, len(names)):
        axes.axhline(line - 0.5, color=FAINT, linewidth=0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, min(max(1.05 * top, 0.2), 1.6))
    _ticks(axes, "y", [(line, _literal(f"{name}  ({classes[name]['pictures']})")) for line, name in enumerate(names)])
    _ticks(axes, "x", [(k / 4, f"{25 * k} %") for k in range(7) if k / 4 <= axes.get_xlim()[1]])
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.5)
    axes.set_xlabel(f"median E_rel by {label}, with 95 % interval (number of pictures)")
    return _svg(figure, f"parts {label}")


def _literal(name: str) -> str:
    """A name that matplotlib neither sets as mathematics nor hides."""
    text = printable(name).replace("$", r"\$")
    return f"\N{HAIR SPACE}{text}" if text.startswith("_") else text


def _ticks(axes: Axes, side: str, marks: Sequence[tuple[float, str]]) -> None:
    values, names = [value for value, _ in marks], [name for _, name in marks]
    if side == "x":
        axes.set_xticks(values, names)
        axes.set_xticks([], minor=True)
    else:
        axes.set_yticks(values, names)


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


def _svg(figure: Figure, title: str) -> str:
    """The figure as an <svg> element: text stays text, colors are the page's, the same bytes every time."""
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
