"""Write the tables between `<!-- table NAME -->` and `<!-- end -->` in README.md and others from benchmarks/results/.

python tools/docs/tables.py [--check]
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def result(name: str) -> dict:
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text())


def ms(entry: dict) -> str:
    """Median and quartiles."""
    digits = 2 if entry["median_ms"] < 10 else 1 if entry["median_ms"] < 100 else 0
    return f"{entry['median_ms']:.{digits}f} ms ({entry['q1_ms']:.{digits}f} … {entry['q3_ms']:.{digits}f})"


def speed() -> str:
    sphere, runtime = result("sphere"), result("runtime")
    s, r = sphere["results"], runtime["results"]
    large, processes, sizes = r["4096x2048 JPEG"], r["whole processes"], s["sizes"]
    start = processes["import lightprobe"]["median_ms"] - processes["python"]["median_ms"]
    rows = [
        (
            "project 1024×512 float32, one thread",
            ms(s["project"]),
            f"{s['times faster']['median']:.0f} × faster than evaluating the basis per call",
        ),
        (
            "the same per pixel, 1024×512 → 8192×4096",
            f"{sizes['1024x512']['ns_per_pixel']:.1f} → {sizes['8192x4096']['ns_per_pixel']:.1f} ns",
            f"{sizes['8192x4096']['extra_memory_MB']:.0f} MB beside the picture",
        ),
        (
            "estimate a 4096×2048 JPEG from disk",
            ms(large["ambient"]),
            f"{large['ambient to decode']['median']:.2f} × decoding it; plain {large['plain to decode']['median']:.2f} ×",
        ),
        (
            "estimate 1024×512 pixels in memory",
            ms(r["1024x512 pixels"]["ambient, auto"]),
            f"AgX told: {ms(r['1024x512 pixels']['ambient, agx'])}; plain: {ms(r['1024x512 pixels']['plain, auto'])}",
        ),
        (
            "estimate 256×128 pixels in memory",
            ms(r["256x128 pixels"]["ambient, auto"]),
            f"AgX told: {ms(r['256x128 pixels']['ambient, agx'])}; plain: {ms(r['256x128 pixels']['plain, auto'])}",
        ),
        (
            "estimate a 640×480 webcam picture",
            ms(r["640x480 webcam"]["ambient"]),
            f"placed and filled; plain: {ms(r['640x480 webcam']['plain'])}",
        ),
        (
            "`import lightprobe`",
            f"{start:.0f} ms",
            f"with all it needs to estimate: {processes['import everything public']['median_ms'] - processes['python']['median_ms']:.0f} ms",
        ),
        (
            "`lightprobe estimate` as a process",
            ms(processes["lightprobe estimate"]),
            "interpreter and imports included",
        ),
    ]
    lines = ["| what | median (quartiles) | |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    lines += [
        "",
        f"{runtime['machine']['processor']}, Python {runtime['machine']['python']}, numpy {runtime['versions']['numpy']}; commit {runtime['commit']}, {runtime['date']}; `make bench`.",
    ]
    return "\n".join(lines)


REPORT = ROOT / "benchmarks" / "results" / "accuracy" / "report.json"
"""What `lightprobe evaluate --out benchmarks/results/accuracy` wrote."""


def accuracy() -> str:
    """The table of the first suite of the committed report; of the two samples as long as there is none."""
    return judged(json.loads(REPORT.read_text())) if REPORT.exists() else samples()


ROWS = {"default": "`ambient`, curve not told", "default · told": "`ambient`, curve told where it has a name"}
"""What rows of the report are called here."""


def judged(report: dict) -> str:
    """Medians of a report's first suite."""
    from lightprobe.evaluation.report.write import best_text, number, span
    from lightprobe.evaluation.scoring.metrics import METRICS

    section = report["suites"][0]
    shown = ("e_rel", "e_si", "rgb_angle_deg", "direction_deg", "intensity_stops")
    heads = {
        "e_rel": "irradiance error E_rel (95 %)",
        "e_si": "after the best gain",
        "rgb_angle_deg": "color",
        "direction_deg": "direction of the light",
        "intensity_stops": "its intensity",
    }
    lines = [f"| | {' | '.join(heads[name] for name in shown)} |", f"|---|{'---|' * len(shown)}"]
    for row in section["rows"]:
        cells = []
        for name in shown:
            found, unit = row["metrics"][name], METRICS[name].unit
            text = number(found["median"], name)
            bold = text == best_text(section, name)
            text += "" if text == "–" or not unit else unit if unit == "°" else f" {unit}"
            interval = f" ({span(found['median_95'], name)})" if name == "e_rel" else ""
            cells.append((f"**{text}**" if bold else text) + interval)
        lines.append(f"| {ROWS.get(row['key'], row['key'])} | {' | '.join(cells)} |")
    counts, scenes = section["pictures"], section["scenes"]
    seen = sorted({scene for found in section["left_out"].values() for scene in found})
    left = f"; {len(seen)} scenes that a model was trained on are left out" if seen else ""
    about = f"Medians over {counts['in_table']} pictures of {scenes['scored']} scenes, suite {section['name']}: {section['about']}{left}."
    return "\n".join([*lines, "", f"{about} `lightprobe evaluate`, [docs/evaluation.md](docs/evaluation.md)."])


def byclipping() -> str:
    """The same report by how much of the picture is clipped: where the network helps, and where it does not."""
    from lightprobe.evaluation.report.write import number

    section = json.loads(REPORT.read_text())["suites"][0]
    shown = ("plain projection", "known curve inverted", "highlight gain", "default", "default · told")
    lines = [
        f"| clipped | pictures | {' | '.join(ROWS.get(name, name) for name in shown)} |",
        f"|---|---|{'---|' * len(shown)}",
    ]
    for name in ("none", "below 1 %", "1 to 5 %", "5 to 20 %", "above 20 %"):
        part = section["parts"]["clipped"][name]
        medians = {row: part["rows"][row]["median"] for row in shown}
        least = min(medians.values())
        cells = [number(value, "e_rel") for value in medians.values()]
        cells = [f"**{text}**" if value == least else text for text, value in zip(cells, medians.values(), strict=True)]
        lines.append(f"| {name} | {part['pictures']} | {' | '.join(cells)} |")
    return "\n".join(
        [*lines, "", "Median E_rel, the same report; every exposure and tone curve, nearly black pictures included."]
    )


def samples() -> str:
    """What the plain estimator loses on two samples."""
    r = result("accuracy")["results"]
    lines = [
        "| sample | clipped | irradiance error, sRGB picture | direction of the light | Filmic told | AgX told |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in r.items():
        told = row["told curve, irradiance error"]
        lines.append(
            f"| {name} | {row['clipped']:.1%} | {row['srgb, clipped: irradiance error']:.0%} "
            f"| {row['srgb, clipped: light direction error_deg']:.0f}° off | {told['filmic']:.0%} | {told['agx']:.0%} |"
        )
    return "\n".join(
        [
            *lines,
            "",
            "Relative irradiance error ‖Ê − E‖/‖E‖ against the HDR beside the picture; `benchmarks/bench_accuracy.py`.",
        ]
    )


def pairs() -> str:
    """Training pairs: rates, and Blender beside them."""
    document = result("pairs")
    r = document["results"]
    rate, blender = r["pairs per second"], r["Blender"]

    def row(name: str, entry: dict) -> str:
        return f"| {name} | {entry['median']:.0f} pairs/s ({entry['q1']:.0f} … {entry['q3']:.0f}) |"

    memory = list(r["resident megabytes"].items())
    lines = [
        "| 1024×512 HDRIs to 256×128 pictures with coefficients, one thread | median (quartiles) |",
        "|---|---|",
        row("in memory", rate["not written"]),
        row("written: PNG or JPEG, EXR, sh.txt, manifest", rate["written"]),
        f"| resident memory {memory[0][0]}, {memory[-1][0]} | {memory[0][1]:.0f} MB, {memory[-1][1]:.0f} MB |",
    ]
    if "times faster" in blender:
        lines.append(f"| Blender {blender['version']} on the same jobs | {blender['times faster']:.0f} × slower |")
    return "\n".join(
        [*lines, "", f"{document['machine']['processor']}; commit {document['commit']}; `benchmarks/bench_pairs.py`."]
    )


MODES = {
    "srgb told": "sRGB, told",
    "srgb auto": "sRGB, not told",
    "camera auto": "a camera's own curve, not told",
    "filmic told": "Filmic, told",
    "filmic auto": "Filmic, not told",
    "agx told": "AgX, told",
    "reinhard auto": "Reinhard, not told",
    "any curve auto": "any of these, not told",
    "srgb unclipped told": "sRGB, told, nothing clipped",
}


def crossvalidation() -> str:
    """Five folds: each scene judged by a model that has not seen it."""
    document = result("cross_validation")
    r = document["results"]

    def pair(entry: dict) -> str:
        return (
            f"{entry['median']:.1%} / {entry['mean']:.1%}"
            if entry["max"] < 0.02
            else f"{entry['median']:.0%} / {entry['mean']:.0%}"
        )

    lines = [
        "| picture | decoded and projected, median / mean | estimator, median / mean | largest | better by |",
        "|---|---|---|---|---|",
    ]
    for mode, text in MODES.items():
        ours, plain = r["estimator"][mode], r["plain"][mode]
        gain = "" if ours["max"] < 0.02 else f"{1 - ours['mean'] / plain['mean']:.0%} (mean)"
        lines.append(f"| {text} | {pair(plain)} | {pair(ours)} | {ours['max']:.1%} | {gain} |")
    count = r["estimator"]["srgb told"]["pictures"]
    return "\n".join(
        [
            *lines,
            "",
            f"Relative irradiance error ‖Ê − E‖/‖E‖; five folds over scene groups, {count // 3} scenes at −1.5, −0.5 and "
            "+0.5 EV, each judged by a model that has not seen its group. `benchmarks/cross_validation.py`.",
        ]
    )


def training() -> str:
    """Samples per second of both recipes."""
    document = result("training")
    r = document["results"]
    rate = r["samples per second"]
    lines = ["| recipe | a step, records at hand | records formed | weights |", "|---|---|---|---|"]
    for name in ("ambient", "mobilenet_v2 0.5"):
        step, about = rate[f"{name}, step"], r[name]
        lines.append(
            f"| {name} | {step['median']:.0f} samples/s ({step['q1']:.0f} … {step['q3']:.0f}) "
            f"| {about['records formed per second']:.0f}/s | {about['parameters']:,} |"
        )
    times = r["times as many samples, ambient against mobilenet_v2 0.5"]
    return "\n".join(
        [
            *lines,
            "",
            f"In one thread; the estimator learns from {times['median']:.1f} × ({times['q1']:.1f} … {times['q3']:.1f}) as many samples "
            f"a second. {document['machine']['processor']}; commit {document['commit']}; `benchmarks/bench_training.py`.",
        ]
    )


def models() -> str:
    """The exported graphs: what they cost."""
    document = result("models")
    r = document["results"]
    lines = [
        "| graph, 256×128 uint8, one thread | median (quartiles) | weights | multiply-adds | file |",
        "|---|---|---|---|---|",
    ]
    for name, entry in r["graphs"].items():
        lines.append(
            f"| {name} | {ms(entry['time'])} | {entry['parameters']:,} | {entry['macs'] / 1e6:.1f} M | {entry['bytes'] / 1000:.0f} kB |"
        )
    times = r["times faster than mobilenet_v2 0.5"]
    return "\n".join(
        [
            *lines,
            "",
            f"The estimator is {times['median']:.1f} × ({times['q1']:.1f} … {times['q3']:.1f}) faster than `mobilenet_v2` 0.5 in the same run; "
            f"{document['machine']['processor']}, onnxruntime; commit {document['commit']}; `benchmarks/bench_models.py`.",
        ]
    )


def browser() -> str:
    """What an estimate takes in the browser, stage by stage."""
    document = result("browser")
    r, machine = document["results"], document["machine"]
    lines = [
        "| picture | read back | prepared | network | picture → coefficients | dominant light | blocks the page |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, entry in r["times"].items():
        stages = " | ".join(f"{entry[stage]['median_ms']:.2f}" for stage in ("read", "prepare", "network"))
        found = f"{ms(entry['frame to SH'])} | {entry['light']['median_ms']:.2f}"
        lines.append(f"| {name} | {stages} | {found} | {entry['main']['median_ms']:.2f} ms |")
    times = r["times faster than mobilenet_v2 0.5"]["canvas"]
    memory = r["bytes in use after 1,000 and 11,000 frames"]
    return "\n".join(
        [
            *lines,
            "",
            f"Medians of {r['rounds']} in ms, taken in turn in one page, WebAssembly on one thread, in a worker. From picture to coefficients the "
            f"estimator is {times['median']:.1f} × ({times['q1']:.1f} … {times['q3']:.1f}) faster than `mobilenet_v2` 0.5. Page and worker held "
            f"{memory['before'] / 1e6:.1f} MB after 1,000 frames and {memory['after'] / 1e6:.1f} MB after 11,000. {machine['processor']}, {machine['browser']}, "
            f"onnxruntime-web {document['versions']['onnxruntime-web']}; commit {document['commit']}; `npm run bench -w lightprobe-e2e` in `web`.",
        ]
    )


TABLES = {
    "browser": browser,
    "pairs": pairs,
    "speed": speed,
    "accuracy": accuracy,
    "byclipping": byclipping,
    "crossvalidation": crossvalidation,
    "training": training,
    "models": models,
}

PAGES = ("README.md", "docs/training.md", "docs/research/accuracy.md", "src/lightprobe/pretrained/MODEL_CARD.md")


def filled(text: str) -> str:
    """The text with every table made anew."""

    def table(match: re.Match[str]) -> str:
        return f"<!-- table {match[1]} -->\n{TABLES[match[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


if __name__ == "__main__":
    for page in PAGES:
        path = ROOT / page
        text = path.read_text()
        if "--check" not in sys.argv:
            path.write_text(filled(text))
        elif text != filled(text):
            sys.exit(f"{page} differs from benchmarks/results; run make docs")
