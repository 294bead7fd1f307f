"""Tables of speed and size: library, network, browser, training pairs, training."""

from __future__ import annotations

from results import case, ms, origin, per_second, result, table, times

VERSIONS = {"0.1.0": "0.1.0", "this version": "now"}


def speed() -> str:
    """What a projection and an estimate take in Python."""
    sphere, runtime = result("sphere"), result("runtime")
    s, r = sphere["results"], runtime["results"]
    large, processes, sizes = r["4096x2048 JPEG"], r["whole processes"], s["sizes"]
    bare = processes["python"]["median_ms"]
    start, all_of_it = (
        processes[name]["median_ms"] - bare for name in ("import lightprobe", "import everything public")
    )

    def pixels(size: str) -> list[str]:
        entry = r[f"{size} pixels"]
        others = f"AgX given: {ms(entry['surroundings, agx'])}; plain: {ms(entry['plain, auto'])}"
        return [f"estimate {size.replace('x', '×')} pixels in memory", ms(entry["surroundings, auto"]), others]

    rows = [
        [
            "project 1024×512 float32, one thread",
            ms(s["project"]),
            f"{s['times faster']['median']:.0f} × faster than evaluating the basis per call",
        ],
        [
            "the same per pixel, 1024×512 → 8192×4096",
            f"{sizes['1024x512']['ns_per_pixel']:.1f} → {sizes['8192x4096']['ns_per_pixel']:.1f} ns",
            f"{sizes['8192x4096']['extra_memory_MB']:.0f} MB beside the picture",
        ],
        [
            "estimate a 4096×2048 JPEG from disk",
            ms(large["surroundings"]),
            f"{large['surroundings to decode']['median']:.2f} × decoding it; "
            f"plain {large['plain to decode']['median']:.2f} ×",
        ],
        pixels("1024x512"),
        pixels("256x128"),
        [
            "estimate a 640×480 webcam picture",
            ms(r["640x480 webcam"]["surroundings"]),
            f"placed and filled; plain: {ms(r['640x480 webcam']['plain'])}",
        ],
        ["`import lightprobe`", f"{start:.0f} ms", f"with all it needs to estimate: {all_of_it:.0f} ms"],
        [
            "`lightprobe estimate` as a process",
            ms(processes["lightprobe estimate"]),
            "interpreter and imports included",
        ],
    ]
    if camera := r.get("1920x1080 camera"):
        rows.append(
            ["estimate a 1920×1080 camera picture", ms(camera["surroundings"]), f"plain: {ms(camera['plain'])}"]
        )
    if drawn := processes.get("lightprobe estimate with a preview"):
        rows.append(["`lightprobe estimate` with a preview, as a process", ms(drawn), ""])
    versions = (f"Python {runtime['machine']['python']}", f"numpy {runtime['versions']['numpy']}")
    return table(["what", "median (quartiles)", ""], rows, origin(runtime, "make bench", *versions))


def models() -> str:
    """What the exported graphs cost."""
    document = result("models")
    r = document["results"]
    rows = [
        [
            case(name),
            ms(entry["time"]),
            f"{entry['parameters']:,}",
            f"{entry['macs'] / 1e6:.1f} M",
            f"{entry['bytes'] / 1000:.0f} kB",
        ]
        for name, entry in r["graphs"].items()
    ]
    return table(
        ["graph, 256×128 uint8, one thread", "median (quartiles)", "weights", "multiply-adds", "file"],
        rows,
        f"The estimator is {times(r['times faster than mobilenet_v2 0.5'])} faster than `mobilenet_v2` 0.5 in the same "
        f"run; {origin(document, 'benchmarks/bench_models.py', 'onnxruntime')}",
    )


def engines() -> str:
    """What runs the shipped model in Python."""
    document = result("engines")
    rows = [
        [
            name,
            ms(entry["numpy"]),
            ms(entry["onnxruntime"]),
            f"{entry['numpy to onnxruntime']['median']:.2f} ×",
        ]
        for name, entry in document["results"].items()
    ]
    names = ["median (quartiles)", "numpy, `model.bin`", "onnxruntime, `model.onnx`", "numpy to onnxruntime"]
    return table(names, rows, origin(document, "benchmarks/bench_engines.py"))


def browser() -> str:
    """What an estimate takes in the browser, stage by stage."""
    document = result("browser")
    r, machine = document["results"], document["machine"]
    rows = [
        [
            case(name),
            *(f"{entry[stage]['median_ms']:.2f}" for stage in ("read", "prepare", "network")),
            ms(entry["frame to SH"]),
            f"{entry['light']['median_ms']:.2f}",
            f"{entry['main']['median_ms']:.2f} ms",
        ]
        for name, entry in r["times"].items()
    ]
    faster = times(r["times faster than mobilenet_v2 0.5"]["canvas"])
    memory = r["bytes in use after 1,000 and 11,000 frames"]
    versions = (machine["browser"], f"onnxruntime-web {document['versions']['onnxruntime-web']}")
    return table(
        ["picture", "read back", "prepared", "network", "picture → coefficients", "dominant light", "blocks the page"],
        rows,
        f"Medians of {r['rounds']} in ms, taken in turn in one page, WebAssembly on one thread, in a worker. From "
        f"picture to coefficients the estimator is {faster} faster than `mobilenet_v2` 0.5. Page and worker held "
        f"{memory['before'] / 1e6:.1f} MB after 1,000 frames and {memory['after'] / 1e6:.1f} MB after 11,000. "
        f"{origin(document, 'npm run bench -w lightprobe-e2e', *versions)}",
    )


def start() -> str:
    """How long a fresh page waits for its first light."""
    document = result("start")
    r, machine = document["results"], document["machine"]
    faster = r["times faster than 0.1.0"]
    rows = [
        [
            name,
            ms(entry["to an estimator"]),
            ms(entry["first estimate"]),
            ms(entry["together"]),
            times(faster[name]) if name in faster else "",
        ]
        for name, entry in r["times"].items()
    ]
    return table(
        ["page", "to an estimator", "first estimate, 256×128 canvas", "together", "faster than 0.1.0"],
        rows,
        f"Medians of {r['rounds']} fresh pages each, in turn, bundled by Vite, from a server on the same machine, "
        "nothing cached. "
        f"{origin(document, 'npm run start -w lightprobe-e2e', machine['browser'])}",
    )


def firstlight() -> str:
    """How long a visitor of the demo page waits until it is lit."""
    document = result("first_light")
    r, machine = document["results"], document["machine"]
    rows = [[name, *(ms(r[key][light]) for light in ("plain", "network"))] for name, key in VERSIONS.items()]
    rows.append(["three.js and a white ball alone, for comparison", ms(r["three.js and a ball alone"]), ""])
    rows.append(["times faster", *(times(r["times faster than 0.1.0"][light]) for light in ("plain", "network"))])
    return table(
        ["demo page", "lit by the picture alone", "lit by the network"],
        rows,
        f"Medians of {r['rounds']} fresh pages each, in turn, drawn by the processor (no GPU), until the drawing is "
        f"finished. {origin(document, 'npm run first-light -w lightprobe-e2e', machine['browser'])}",
    )


def pairs() -> str:
    """How fast training pairs are made, and Blender beside it."""
    document = result("pairs")
    r = document["results"]
    rate, blender = r["pairs per second"], r["Blender"]
    (first, few), *_, (last, many) = r["resident megabytes"].items()
    rows = [
        ["in memory", per_second(rate["not written"], "pairs")],
        ["written: PNG or JPEG, EXR, sh.txt, manifest", per_second(rate["written"], "pairs")],
        [f"resident memory {first}, {last}", f"{few:.0f} MB, {many:.0f} MB"],
    ]
    if "times faster" in blender:
        rows.append([f"Blender {blender['version']} on the same jobs", f"{blender['times faster']:.0f} × slower"])
    return table(
        ["1024×512 HDRIs to 256×128 pictures with coefficients, one thread", "median (quartiles)"],
        rows,
        origin(document, "benchmarks/bench_pairs.py"),
    )


def slack() -> str:
    """Frames, curves, pairs and processes against an older commit, in processor time."""
    document = result("slack")
    rows = [
        [name, f"{row['before_ms']} ms", f"{row['now_ms']} ms", f"{row['before to now'][0]:.2f} ×"]
        for name, row in document["results"]["processor time, one thread"].items()
    ]
    against = f"commit {document['results']['against']}"
    return table(
        ["processor time, one thread", against, "now", "faster"], rows, origin(document, "benchmarks/slack.py")
    )


def memory() -> str:
    """The most memory that estimating a large picture takes."""
    document = result("memory")
    width, height = document["results"]["size"]
    rows = [
        [kind, f"{peak['bytes per pixel']:.1f}", f"{peak['times float32']:.2f} ×"]
        for kind, peak in document["results"]["peak"].items()
    ]
    return table(
        [f"estimate a picture of {width}×{height} from disk", "MB per megapixel, at most", "of the picture in float32"],
        rows,
        "Pictures of more than 179 megapixels are refused before they are decoded. "
        f"{origin(document, 'benchmarks/bench_memory.py')}",
    )


def training() -> str:
    """Samples per second of both recipes."""
    document = result("training")
    r = document["results"]
    rows = []
    for name in ("ambient", "mobilenet_v2 0.5"):
        step, about = r["samples per second"][f"{name}, step"], r[name]
        formed = f"{about['records formed per second']:.0f}/s"
        rows.append([name, per_second(step, "samples"), formed, f"{about['parameters']:,}"])
    return table(
        ["recipe", "a step, samples in the cache", "samples formed", "weights"],
        rows,
        "In one thread; the estimator learns from "
        f"{times(r['times as many samples, ambient against mobilenet_v2 0.5'])} as many samples a second. "
        f"{origin(document, 'benchmarks/bench_training.py')}",
    )
