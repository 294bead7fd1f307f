"""The README's table: one row per claim, each with a link to the page that has the whole of it."""

from __future__ import annotations

from lightprobe.evaluation.report.format import interval_text, metric_text
from results import median_ms, per_second, result, suite, table

PAGE = "docs/benchmarks.md"


def claims() -> str:
    """What the package promises, and the number that was measured."""
    folds = result("cross_validation")["results"]
    ours, plain = folds["estimator"], folds["plain"]
    runtime, network = result("runtime")["results"], result("models")["results"]["graphs"]
    browser, pairs = result("browser")["results"]["times"], result("pairs")["results"]["pairs per second"]
    training = result("training")["results"]["samples per second"]
    section = suite()
    medians = {row["name"]: row["metrics"]["e_rel"] for row in section["rows"]}
    best = min(row["metrics"]["e_rel"]["median"] for row in section["rows"] if row["kind"] == "baseline")
    models = {row["mode"]: row["metrics"]["e_rel"] for row in section["rows"] if row["kind"] == "model"}
    unknown = models.pop("auto")
    (given,) = models.values()
    graph = next(entry for name, entry in network.items() if name.startswith("ambient"))

    def halves(entry: dict[str, float]) -> str:
        return f"{entry['median']:.0%} / {entry['mean']:.0%}"

    def error(found: dict) -> str:
        return metric_text(found["median"], "e_rel")

    exact, large = ours["srgb unclipped told"], runtime["4096x2048 JPEG"]
    rows = [
        [
            "An unclipped picture with its curve given is projected exactly",
            f"error {exact['median']:.1%}, at most {exact['max']:.1%}",
            "held-out-scenes",
        ],
        [
            "Light lost to clipping is restored in part: new scenes, sRGB, curve given",
            f"error {halves(ours['srgb told'])} (median / mean); without it {halves(plain['srgb told'])}",
            "held-out-scenes",
        ],
        [
            "The same, curve unknown: sRGB, Filmic, Reinhard or a camera's own",
            f"error {halves(ours['any curve auto'])}; without it {halves(plain['any curve auto'])}",
            "held-out-scenes",
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
            f"{median_ms(large['ambient'])}, {large['ambient to decode']['median']:.2f} × what decoding takes",
            "in-python",
        ],
        [
            "A 256×128 picture in memory",
            f"{median_ms(runtime['256x128 pixels']['ambient, auto'])}",
            "in-python",
        ],
        [
            "A 640×480 webcam picture with its field of view",
            median_ms(runtime["640x480 webcam"]["ambient"]),
            "in-python",
        ],
        [
            "The network is small",
            f"{graph['parameters']:,} weights, {graph['bytes'] / 1000:.0f} kB, {median_ms(graph['time'])}",
            "the-network",
        ],
        [
            "In the browser: a 256×128 canvas, in a worker",
            f"{median_ms(browser['ambient, 256×128 canvas']['frame to SH'])}; the page waits "
            f"{median_ms(browser['ambient, 256×128 canvas']['main'])}",
            "in-the-browser",
        ],
        ["Training pairs, one thread", per_second(pairs["not written"], "pairs"), "pairs"],
        ["Training, one thread", per_second(training["ambient, step"], "samples"), "steps"],
    ]
    return table(
        ["claim", "measured", ""],
        [[claim, measured, f"[more]({PAGE}#{anchor})"] for claim, measured, anchor in rows],
        "Errors are relative irradiance errors ‖Ê − E‖/‖E‖, medians unless stated otherwise. Every number comes from a "
        f"file in `benchmarks/results`; [{PAGE}]({PAGE}) has the whole tables, with quartiles, machine and commit.",
    )
