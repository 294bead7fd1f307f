"""Write docs/research/estimator.svg: the lab's error over the network's size, the training, and the number of scenes.

python tools/docs/plot.py [--check]
"""

from __future__ import annotations

import math
import sys

from results import ROOT, result

PATH = ROOT / "docs" / "research" / "estimator.svg"
WIDTH, HEIGHT, LEFT, TOP, PLOT = 1000, 330, 60, 46, 210
"""Size of the picture, and where the first panel begins; height of a panel."""
PANEL, GAP = 270, 50
LOW, HIGH = 0.40, 0.64
INK, SOFT, LINE = "#1f2a37", "#5b6878", "#c3ccd8"
COLORS = ("#2f6fb3", "#c2691c")

PANELS = (
    (
        "thousand weights, 1,434 steps",
        (((39, "size-39k/usual"), (64, "data/usual"), (102, "size-102k/usual"), (158, "size-158k/usual")),),
    ),
    (
        "steps, 64 k weights",
        (
            ((1434, "data/usual"), (3585, "long/usual")),
            ((1434, "loss/decay-0.1"), (3585, "long/decay-0.1"), (10520, "last/decay-0.1 refit")),
        ),
    ),
    (
        "share of the real scenes, 1,434 steps",
        (
            ((0.25, "scenes/quarter"), (0.5, "scenes/half"), (1, "data/usual")),
            ((0.25, "scenes/quarter-real"), (0.5, "scenes/half-real"), (1, "data/real-only")),
        ),
    ),
)
"""Axis, and lines: places and settings."""
NAMES = (("",), ("", "five times the weight decay"), ("with synthetic worlds", "without"))


def text(x: float, y: float, words: str, anchor: str = "middle", color: str = SOFT, size: int = 13) -> str:
    """A line of text."""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{color}" font-size="{size}">{words}</text>'


def panel(number: int) -> list[str]:
    """Axes, lines and points of one panel: means of three seeds as a line, seeds as points."""
    axis, lines = PANELS[number]
    left = LEFT + number * (PANEL + GAP)
    places = sorted({place for line in lines for place, _ in line})
    first, last = math.log(places[0]), math.log(places[-1])

    def x(place: float) -> float:
        return left + 20 + (PANEL - 40) * (math.log(place) - first) / (last - first)

    def y(error: float) -> float:
        return TOP + PLOT * (HIGH - error) / (HIGH - LOW)

    parts = [text(left + PANEL / 2, TOP + PLOT + 44, axis, color=INK)]
    for k in range(6):
        error = LOW + 0.04 * k
        parts.append(f'<path d="M{left} {y(error):.1f}h{PANEL}" stroke="{LINE}" fill="none"/>')
        parts.append(text(left - 6, y(error) + 4, f"{error:.2f}", "end"))
    parts += [text(x(place), TOP + PLOT + 20, f"{place:,g}") for place in places]
    settings = result("estimator_lab")["settings"]
    for line, color, name in zip(lines, COLORS, NAMES[number], strict=False):
        means = [(x(place), y(settings[setting]["kinds"]["srgb given"]["best"][1])) for place, setting in line]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in means)
        parts.append(f'<path d="M{path}" stroke="{color}" stroke-width="2" fill="none"/>')
        for place, setting in line:
            for _, mean in settings[setting]["seeds"]:
                parts.append(
                    f'<circle cx="{x(place):.1f}" cy="{y(mean):.1f}" r="3" fill="{color}" fill-opacity="0.55"/>'
                )
        if name:
            row = TOP + 14 + 18 * COLORS.index(color)
            parts.append(text(left + PANEL - 4, row, name, "end", color))
    return parts


def drawing() -> str:
    """The whole picture."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" role="img" '
        'aria-label="Mean relative irradiance error over size, steps and scenes">'
    )
    title = text(LEFT, 22, "Mean relative irradiance error, whole sRGB pictures, answer best", "start", INK, 15)
    body = [part for number in range(len(PANELS)) for part in panel(number)]
    return "\n".join([head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>', title, *body, "</svg>"]) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PATH.write_text(drawing(), encoding="utf-8")
    elif PATH.read_text(encoding="utf-8") != drawing():
        sys.exit(f"{PATH.relative_to(ROOT)} differs from benchmarks/results; run make docs")
