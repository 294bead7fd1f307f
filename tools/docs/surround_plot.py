"""Write docs/surround.svg: the error of surrounds over the time of a pan.

python tools/docs/surround_plot.py [--check]
"""

from __future__ import annotations

import sys

import numpy as np

from plot import COLORS, INK, LINE, SOFT, text
from results import ROOT, result

PATH = ROOT / "docs" / "surround.svg"
WIDTH, HEIGHT, LEFT, TOP, PLOT = 790, 330, 60, 40, 220
SECONDS, HIGHEST = 14, 1.0


def drawing() -> str:
    """Errors of each scene in gray, their median, and the median of what was seen."""
    scenes = result("surround")["results"]["scenes"].values()
    errors, seen = (np.array([row[name] for row in scenes]) for name in ("errors", "seen"))
    across = WIDTH - LEFT - 180

    def path(values: np.ndarray) -> str:
        places = np.linspace(0, across, len(values))
        points = (
            f"{LEFT + x:.1f} {TOP + PLOT * (1 - min(v, HIGHEST)):.1f}" for x, v in zip(places, values, strict=True)
        )
        return "M" + "L".join(points)

    parts = [text(LEFT, TOP - 18, "irradiance error, and share of the sphere that was seen", "start", INK)]
    for k in range(6):
        y = TOP + PLOT * k / 5
        parts.append(f'<path d="M{LEFT} {y:.1f}h{across}" stroke="{LINE}" fill="none"/>')
        parts.append(text(LEFT - 8, y + 4, f"{1 - k / 5:.1f}", "end"))
    seconds = range(0, SECONDS + 1, 2)
    parts += [text(LEFT + across * second / SECONDS, TOP + PLOT + 20, f"{second} s") for second in seconds]
    parts += [f'<path d="{path(row)}" stroke="{SOFT}" stroke-opacity="0.35" fill="none"/>' for row in errors]
    whole = float(np.median([row["whole"] for row in scenes]))
    for name, values, color in (
        ("error, median", np.median(errors, axis=0), COLORS[1]),
        ("seen, median", np.median(seen, axis=0), COLORS[0]),
        ("one whole panorama", np.full(2, whole), INK),
    ):
        dash = ' stroke-dasharray="6 4"' if len(values) == 2 else ""
        parts.append(f'<path d="{path(values)}" stroke="{color}" stroke-width="2.5" fill="none"{dash}/>')
        below = -7 if len(values) == 2 else 14
        parts.append(text(LEFT + across + 8, TOP + PLOT * (1 - values[-1]) + below, name, "start", color))
    parts.append(
        text(LEFT + across / 2, TOP + PLOT + 46, "rise by 30°, turn once, sink to −30°, turn again", color=INK)
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def main() -> None:
    if "--check" in sys.argv:
        if PATH.read_text(encoding="utf-8") != drawing():
            sys.exit(f"{PATH.name} is not up to date; run tools/docs/surround_plot.py")
        return
    PATH.write_text(drawing(), encoding="utf-8")


if __name__ == "__main__":
    main()
