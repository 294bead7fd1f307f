"""The README's table: one row per claim, each with a link to the page that has the whole of it."""

from __future__ import annotations

from lightprobe.evaluation.report.format import interval_text, metric_text
from results import median_ms, per_second, result, suite, table

PAGE = "docs/benchmarks.md"
LAB = "docs/research/accuracy.md#the-second-estimator-what-the-lab-says"


def claims() -> str:
    """What the package promises, and the number that was measured."""
    folds = result("estimator_distilled")["folds"]["one, balanced"]
    plain = result("estimator_lab")["plain"]
    runtime, network = result("runtime")["results"], result("models")["results"]["graphs"]
    browser, pairs = result("browser")["results"]["times"], result("pairs")["results"]["pairs per second"]
    training = result("training")["results"]["samples per second"]
    surround, bracket = result("surround")["results"], result("merge")["results"]["summary"]["-2 0 +2"]
    frame = surround["speed"]["add"]["median_ms"] + surround["speed"]["estimate"]["median_ms"]
    section = suite()
    medians = {row["name"]: row["metrics"]["e_rel"] for row in section["rows"]}
    best = min(row["metrics"]["e_rel"]["median"] for row in section["rows"] if row["kind"] == "baseline")
    models = {row["mode"]: row["metrics"]["e_rel"] for row in section["rows"] if row["kind"] == "model"}
    unknown = models.pop("auto")
    (given,) = models.values()
    graph = next(entry for name, entry in network.items() if name.startswith("surroundings"))

    def halves(pair: list[float]) -> str:
        median, mean = pair
        return f"{median:.0%} / {mean:.0%}"

    def error(found: dict) -> str:
        return metric_text(found["median"], "e_rel")

    large = runtime["4096x2048 JPEG"]
    exact = section["parts"]["exposure"]["unclipped"]["rows"]
    views = {row["name"]: row["metrics"]["e_rel"] for row in suite("views")["rows"]}
    ours = next(row["name"] for row in section["rows"] if row["kind"] == "model" and row["mode"] == "given")
    rows = [
        [
            "An unclipped picture with its curve given is projected exactly",
            f"error {metric_text(exact[ours]['median'], 'e_rel')}",
            "public-suite",
        ],
        [
            "Light lost to clipping is restored in part: new scenes, sRGB, curve given",
            f"error {halves(folds['srgb given']['error'])} (median / mean); without it {halves(plain['srgb given'])}",
            LAB,
        ],
        [
            "The same, curve unknown: sRGB, cameras, Filmic",
            "error "
            + ", ".join(halves(folds[f"{curve} unknown"]["error"]) for curve in ("srgb", "camera", "filmic"))
            + "; without it "
            + ", ".join(halves(plain[f"{curve} unknown"]) for curve in ("srgb", "camera", "filmic")),
            LAB,
        ],
        [
            "Perspective pictures of the public suite, which show a tenth of the sphere",
            f"error {error(views[ours])} ({interval_text(views[ours]['median_95'], 'e_rel')}); nine typical numbers × "
            f"the mean of the picture {error(views['prior of the view'])}",
            "public-suite",
        ],
        [
            f"On the public suite of {section['scenes']['scored']} scenes, curve given when it is a standard one",
            f"error {error(given)} ({interval_text(given['median_95'], 'e_rel')}); best baseline "
            f"{metric_text(best, 'e_rel')}",
            "public-suite",
        ],
        [
            "On the public suite, curve unknown",
            f"error {error(unknown)} ({interval_text(unknown['median_95'], 'e_rel')}); decoded as sRGB "
            f"{error(medians['plain projection'])}",
            "public-suite",
        ],
        [
            "A 4096×2048 JPEG from disk",
            f"{median_ms(large['surroundings'])}, {large['surroundings to decode']['median']:.2f} × what decoding "
            "takes",
            "in-python",
        ],
        [
            "A 256×128 picture in memory",
            f"{median_ms(runtime['256x128 pixels']['surroundings, auto'])}",
            "in-python",
        ],
        [
            "A 640×480 webcam picture with its field of view",
            median_ms(runtime["640x480 webcam"]["surroundings"]),
            "in-python",
        ],
        [
            "A frame of a turning camera, 640×480, and the light after it",
            f"{frame:.1f} ms: {1000 / frame:.0f} frames/s",
            "docs/surround.md#how-good-it-is",
        ],
        [
            "Brackets of a panorama at −2, 0 and +2 EV, merged",
            f"error {metric_text(bracket['merged']['median'], 'e_rel')}; the picture at 0 EV alone "
            f"{metric_text(bracket['alone']['median'], 'e_rel')}",
            "docs/surround.md#brackets",
        ],
        [
            "The network is small",
            f"{graph['parameters']:,} weights, {graph['bytes'] / 1000:.0f} kB, {median_ms(graph['time'])}",
            "the-network",
        ],
        [
            "In the browser: a 256×128 canvas, in a worker",
            f"{median_ms(browser['surroundings, 256×128 canvas']['frame to SH'])}; the page waits "
            f"{median_ms(browser['surroundings, 256×128 canvas']['main'])}",
            "in-the-browser",
        ],
        ["Training pairs, one thread", per_second(pairs["not written"], "pairs"), "pairs"],
        ["Training, one thread", per_second(training["ambient, step"], "samples"), "steps"],
    ]
    return table(
        ["claim", "measured", ""],
        [
            [claim, measured, f"[more]({anchor if '/' in anchor else f'{PAGE}#{anchor}'})"]
            for claim, measured, anchor in rows
        ],
        "Errors are relative irradiance errors ‖Ê − E‖/‖E‖, medians unless stated otherwise. Every number comes from a "
        f"file in `benchmarks/results`; [{PAGE}]({PAGE}) has the whole tables, with quartiles, machine and commit.",
    )
