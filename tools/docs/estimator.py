"""Tables of the lab of the second estimator (tools/estimator): where it stands, what helps, what scenes are worth."""

from __future__ import annotations

from typing import Any

from results import result, table

CANDIDATE = "last/decay-0.1 refit"
"""The setting of the candidates to ship."""
CAPTION = "144 HDRIs in four folds over scene groups (130 scored) and 300 synthetic worlds, three seeds"

VARIANTS = {
    "data/real-only": "no synthetic worlds (instead of 35 %)",
    "data/worlds-0.2": "20 % synthetic worlds",
    "data/worlds-0.5": "50 %",
    "data/worlds-0.7": "70 %",
    "loss/point-only": "no term at the true level",
    "loss/no-place": "no term for the place of the light",
    "loss/place-1": "three times that term",
    "loss/direction-0.1": "a term for the direction",
    "loss/bias-0.2": "a term for the ratio of irradiances",
    "loss/unseen-0.1": "three times the term for the unseen",
    "loss/log-0.5": "2.5 times the term for log radiance",
    "loss/jitter-0.5": "light beyond white × exp(N(0, 0.5))",
    "loss/decay-0.1": "five times the weight decay",
    "loss/rate-1e-3": "half the learning rate",
    "loss/rate-4e-3": "twice the learning rate",
    "size-39k/usual": "39 k weights (instead of 64 k)",
    "size-102k/usual": "102 k weights",
    "size-158k/usual": "158 k weights",
    "long/usual": "3,585 steps (instead of 1,434)",
    "long/real-only": "no synthetic worlds, 3,585 steps",
    "long/decay-0.1": "five times the weight decay, 3,585 steps",
    "long/worlds-0.5+rate-4e-3": "50 % worlds, twice the rate, 3,585 steps",
    "last/decay-0.1": "10,520 steps, and the changes of the second run",
    "last/decay-0.3": "the same with three times the weight decay",
    CANDIDATE: "the head of the curve fitted again",
}
"""Settings, and what is different in them."""


def pair(values: list[float]) -> str:
    """Median and mean."""
    return f"{values[0]:.3f} / {values[1]:.3f}"


def change(values: list[float]) -> str:
    """A difference and its interval, bold if it excludes zero."""
    middle, low, high = (f"{value:+.3f}".replace("-", "−") for value in values)
    text = f"{middle} ({low} … {high})"
    return f"**{text}**" if values[1] * values[2] > 0 else text


def labmusts() -> str:
    """The scores that were set as musts, and those of the candidates."""
    r = result("estimator_lab")
    row, plain = r["settings"][CANDIDATE], r["plain"]
    kinds, balanced = row["kinds"], result("estimator_distilled")["folds"]["one, balanced"]

    def judged(value: bool) -> str:
        return "reached" if value else "**not reached**"

    def errors(kind: str, median: float, mean: float) -> list[str]:
        found = balanced[kind]["error"]
        reached = found[0] <= median and found[1] <= mean
        return [pair(plain[kind]), f"{median:.2f} / {mean:.2f}", pair(found), judged(reached)]

    sun, light = row["strata"]["sun"][0], row["light"]
    unknown = [[balanced[f"{name} unknown"]["error"][k] for name in ("srgb", "camera", "filmic")] for k in (0, 1)]
    together = [sum(values) / 3 for values in unknown]
    bias, stops = balanced["srgb given"]["stops"], light["median"]["stops"]
    worse, color, green = balanced["srgb given"]["worse"], light["best"]["color"][0], light["best"]["green"]
    blue, toward = light["best"]["blue suns"], kinds["fov65"]["toward"]
    unclipped, ring = balanced["srgb unknown unclipped"]["error"], balanced["ring9"]["error"]
    held = [kinds[kind]["inside"] for kind in ("srgb given", "white16 given", "fov65")]
    held_text = " / ".join(f"{value:.0%}" for value in held)
    held_row = ["80 % interval of irradiance holds: sRGB / white 16.3 / fov 65", "", "75–87 %", held_text]
    rows = [
        ["whole, sRGB given", *errors("srgb given", 0.41, 0.45)],
        ["stratum sun, answer `best`, median", "", "0.50", f"{sun:.3f}", judged(sun <= 0.5)],
        ["irradiance, signed stops", "", "±0.25", f"{bias:+.2f}", judged(abs(bias) <= 0.25)],
        ["dominant light, level, answer `median`", "", "−0.8 … +0.3", f"{stops:+.2f}", judged(-0.8 <= stops <= 0.3)],
        ["dominant light, color, median", "", "7°", f"{color:.1f}°", judged(color <= 7)],
        ["dominant light greener than red and blue", "", "2 %", f"{green:.1%}", judged(green <= 0.02)],
        ["suns with B > 1.1 R", "", "15 %", f"{blue:.0%}", judged(blue <= 0.15)],
        [*held_row, judged(all(0.75 <= value <= 0.87 for value in held))],
        ["white 16.3 given, as of Filmic and AgX", *errors("white16 given", 0.19, 0.31)],
        ["curve unknown", "", "0.44 / 0.47", pair(together), judged(together[0] <= 0.44 and together[1] <= 0.47)],
        ["unclipped, curve unknown, median", "", "0.020", f"{unclipped[0]:.3f}", judged(unclipped[0] <= 0.02)],
        ["fov 65", *errors("fov65", 0.66, 0.69)],
        ["fov 65, direction, median", "", "46°", f"{toward:.0f}°", judged(toward <= 46)],
        ["ring of six + three up, median", "", "0.50", f"{ring[0]:.3f}", judged(ring[0] <= 0.5)],
        ["worse than plain by 0.1", "", "8 %", f"{worse:.0%}", judged(worse <= 0.08)],
    ]
    return table(
        ["", "decoded and projected", "must", "candidates", ""],
        [[text.replace("-", "−") if text.startswith("-") else text for text in cells] for cells in rows],
        "Median / mean relative irradiance error of the answer `balanced`; "
        f"{CAPTION}. {r['runs'][CANDIDATE.split('/')[0]]}; `tools/estimator`.",
    )


def labvariants() -> str:
    """Settings and their differences, with intervals."""
    r = result("estimator_lab")
    kinds = ("srgb given", "white16 given", "camera unknown", "srgb unknown unclipped", "fov65")
    rows = []
    for name, text in VARIANTS.items():
        against: dict[str, Any] = r["settings"][name]["against"]
        best = pair(r["settings"][name]["kinds"]["srgb given"]["best"])
        rows.append([text, f"`{against['setting']}`", best, *(change(against[kind]) for kind in kinds)])
    return table(
        [
            "change",
            "compared with",
            "sRGB given, `best`",
            "sRGB given",
            "white 16",
            "camera, unknown",
            "unclipped",
            "fov 65",
        ],
        rows,
        "Differences of mean error with bootstrap intervals of 95 % over scenes and seeds, paired by scene; bold where "
        f"they exclude zero. {CAPTION}.",
    )


def labscenes() -> str:
    """The learning curve over the number of scenes."""
    r = result("estimator_lab")["settings"]
    rows = []
    for text, mixed, real in (
        ("a quarter", "scenes/quarter", "scenes/quarter-real"),
        ("half", "scenes/half", "scenes/half-real"),
        ("all", "data/usual", "data/real-only"),
    ):
        cells = [pair(r[name]["kinds"][kind]["best"]) for name in (mixed, real) for kind in ("srgb given", "fov65")]
        rows.append([text, *cells])
    return table(
        ["real scenes", "with worlds: sRGB given", "fov 65", "without: sRGB given", "fov 65"],
        rows,
        f"Median / mean error of `best` after 1,434 steps; {CAPTION}.",
    )


TAUGHT = {
    "one, quarter": "one of three, a quarter of the way",
    "one, balanced": "one of three, `balanced`",
    "mean, balanced": "mean of the three",
    "student, balanced": "student",
}
"""Rows of the result file of `taught.py`, and what they are."""
TAUGHT_KINDS = {
    "srgb given": "sRGB given",
    "white16 given": "white 16.3",
    "camera unknown": "camera, unknown",
    "fov65": "fov 65",
    "ring9": "ring of nine",
}


def labtaught() -> str:
    """What the answer and a student of three seeds gain."""
    found = result("estimator_distilled")
    rows = []
    for group, where in (("folds", "four folds"), ("suite", "the suite's scenes")):
        for name, text in TAUGHT.items():
            kinds = found[group].get(name)
            if kinds is None or (group == "folds" and name == "student, balanced"):
                continue
            whole = kinds["srgb given"]
            judged = [f"{whole['worse']:.1%}", f"{whole['stops']:+.2f}".replace("-", "−")]
            rows.append([f"{text}, {where}", *(pair(kinds[kind]["error"]) for kind in TAUGHT_KINDS), *judged])
    for other in ("one, balanced", "mean, balanced"):
        for group, where in (("suite", "the suite's scenes"), ("folds", f"{len(found['taught']) - 1} folds")):
            kinds = found[group].get(f"student − {other}")
            if kinds is not None:
                text = f"student against {TAUGHT[other]}, {where}"
                rows.append([text, *(change(kinds[kind]) for kind in TAUGHT_KINDS), "", ""])
    return table(
        ["answer", *TAUGHT_KINDS.values(), "worse than plain by 0.1", "stops"],
        rows,
        "Median / mean error; the last two columns are of sRGB pictures. Differences of mean errors are paired by "
        "scene, with intervals of 95 %. `tools/estimator/taught.py`.",
    )
