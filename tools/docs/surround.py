"""Tables of docs/surround.md: pans, rows of cells, and brackets by width."""

from __future__ import annotations

from results import origin, result, table

VARIED = 3
"""Stops over which a camera's exposure ranges in a pan whose exposure "varied"."""


def quartiles(entry: dict[str, float], digits: int = 2) -> str:
    """Median and quartiles."""
    return f"{entry['median']:z.{digits}f} ({entry['q1']:z.{digits}f} … {entry['q3']:z.{digits}f})"


def pans() -> str:
    """What a turn of the camera gives, and how steady it is."""
    document = result("surround")
    found, speed = document["results"]["summary"], document["results"]["speed"]
    rows = list(document["results"]["scenes"].values())
    varied = [row for row in rows if row["exposure_stops"] >= VARIED]
    web = result("surround_web")["results"]["640×480, 64 rows of cells"]["surround"]

    def better(part: list[dict]) -> str:
        return f"{sum(row['last'] < row['whole'] for row in part)} of {len(part)}"

    def largest(name: str) -> float:
        return max(abs(row[name]) for row in rows)

    python = speed["add"]["median_ms"] + speed["estimate"]["median_ms"]
    lines = [
        ["error of the first frame", quartiles(found["first"])],
        ["after both turns", quartiles(found["last"])],
        ["the same, with the truth where nothing was seen or all frames clip", quartiles(found["measured"], 3)],
        ["the whole panorama in one picture", quartiles(found["whole"])],
        ["after both turns, as a multiple of that, scene by scene", quartiles(found["last_over_whole"])],
        ["scenes in which it is below that", better(rows)],
        [f"of those over which the exposure ranged by {VARIED} stops or more", better(varied)],
        [
            "drift of the exposure after two turns",
            f"{quartiles(found['gain_drift_stops'])} stops, at most {largest('gain_drift_stops'):.2f}",
        ],
        [
            "largest jump from one answer to the next",
            f"{quartiles(found['jump'], 3)}, at most {found['largest_jump']:.3f}",
        ],
        [
            "the same with `Smoother(3)`",
            f"{quartiles(found['smooth_jump'], 3)}, at most {found['largest_smooth_jump']:.4f}",
        ],
        [
            "a frame of 640×480, added, and the light after it, one core",
            f"{speed['add']['median_ms']:.1f} + {speed['estimate']['median_ms']:.1f} ms: {1000 / python:.0f} frames/s",
        ],
        [
            "the same in Chromium, and of that on the page's thread",
            f"{web['total']['median_ms']:.1f} ms, {web['main']['median_ms']:.2f} ms",
        ],
    ]
    return table(["", "median (quartiles)"], lines, origin(document, "benchmarks/pans.py"))


def cellrows() -> str:
    """What finer cells cost and give."""
    document = result("cell_rows")
    lines = [
        [
            rows,
            f"{case['speed']['add']['median_ms']:.1f} ms",
            f"{case['speed']['estimate']['median_ms']:.1f} ms",
            *(
                " / ".join(f"{abs(scene[kind]):.{digits}f}" for scene in case["scenes"].values())
                for kind, digits in (("gain_drift_stops", 2), ("measured", 3), ("last", 2))
            ),
        ]
        for rows, case in document["results"]["rows"].items()
    ]
    heads = ["rows", "a frame", "an estimate", "drift of the exposure [stops]", "error of what is measured", "error"]
    return table(heads, lines, origin(document, "benchmarks/cell_rows.py"))


def brackets() -> str:
    """Errors of brackets by their exposures."""
    document = result("merge")
    cases = document["results"]["summary"]
    lines = [
        [
            name.replace("-", "−").replace(", unknown", " curve, unknown"),
            quartiles(case["lacking"]),
            f"{case['alone']['median']:.2f}",
            quartiles(case["merged"]),
            f"{case['ratio_of_medians']:.2f} ×",
            f"{case['right_level']['median']:.2f}",
            f"{case['held']['scenes']}: {case['held']['alone']['median']:.2f} → {case['held']['merged']['median']:.2f}",
            f"{case['not_held']['alone']['median']:.2f} → {case['not_held']['merged']['median']:.2f}",
        ]
        for name, case in cases.items()
    ]
    right, alone = (cases["-2 0 +2"][kind]["median"] for kind in ("right_level", "alone"))
    note = (
        "The right level is the one factor for all estimated light that suits the truth of a scene best. At −2 0 +2, "
        f"it leaves {right / alone:.2f} × the error of the picture at 0 EV alone. "
    )
    heads = [
        *("exposures [EV]", "lacking without an estimate", "picture at 0 EV alone", "merged", "ratio of the medians"),
        *("with the right level", "scenes whose light is held: alone → merged", "other scenes"),
    ]
    return table(heads, lines, note + origin(document, "benchmarks/brackets.py"))
