"""Making pairs: 1024×512 HDRIs to 256×128 pictures with coefficients, one thread.

Not written and written; stage by stage; memory; 1 and 2 workers; the same jobs in Blender, where it is installed.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import itertools
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
from measure import in_turn, save, spread

from lightprobe.blender.environment import blender_version, find_python
from lightprobe.camera.capture import form
from lightprobe.camera.hdri import Cache, load_hdri
from lightprobe.camera.shot import CURVES, Job, Recipe, plan
from lightprobe.data.catalog.hdri_files import read_sources
from lightprobe.data.pairs.blender import limit, render
from lightprobe.data.pairs.generate import make_pairs, stream
from lightprobe.data.pairs.run import Run
from lightprobe.data.pairs.write import sh_text, write_pair, write_panorama
from lightprobe.errors import LightprobeError
from lightprobe.imaging.exr import write_exr
from lightprobe.imaging.files import read_picture
from lightprobe.sphere.equirect import resize

SAMPLES = Path(__file__).parents[1] / "samples"
SCENES, BATCH, ROUNDS, SEED = 8, 48, 15, 0


def make_hdris(folder: Path) -> None:
    """The two HDR samples at 1024×512, turned, so that there are more."""
    for number, name in zip(range(SCENES), itertools.cycle(("venice_sunset.exr", "rooitou_park.hdr"))):
        radiance = resize(np.maximum(read_picture(SAMPLES / name).pixels, 0), 512, 1024)
        write_exr(folder / f"{'abcdefgh'[number] * 3}.exr", np.roll(radiance, 97 * number, axis=1))


def rate(times: list[float], pairs: int) -> dict[str, float]:
    """Median and quartiles [pairs/s] of batches."""
    low, middle, high = (pairs / float(q) for q in np.quantile(times, (0.75, 0.5, 0.25)))
    return {"median": round(middle, 1), "q1": round(low, 1), "q3": round(high, 1), "best": round(pairs / min(times), 1)}


def main() -> None:
    results: dict[str, object] = {"threads": 1, "source": "1024x512", "picture": "256x128", "seed": SEED}
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "hdris", Path(name) / "pairs"
        folder.mkdir()
        make_hdris(folder)
        sources = {source.slug: source for source in read_sources(folder)}
        hdris = Cache(lambda slug: load_hdri(sources[slug], 128))
        jobs = plan(Recipe(seed=SEED), list(sources.values()), 60)
        results["loading one HDRI"] = spread(in_turn({"": lambda: load_hdri(sources["aaa"], 128)})[""])

        def make(job: Job):
            return form(job, hdris(job.scene), hdris(job.partner) if job.partner else None)

        for job in jobs:  # warm: HDRIs, index maps, tables
            make(job)
        batches = itertools.cycle([jobs[start::10] for start in range(10)])
        times = in_turn(
            {
                "not written": lambda: [make(job) for job in next(batches)],
                "written": lambda: [write_pair(make(job), out) for job in next(batches)],
            },
            rounds=ROUNDS,
        )
        results["pairs per second"] = {key: rate(values, BATCH) for key, values in times.items()}
        results["by kind, not written"] = {
            f"{curve}, {shape}": spread(in_turn({"": lambda job=job: make(job)}, rounds=ROUNDS)[""])
            for curve in CURVES
            for shape, job in (("upright", kind(jobs, curve, False)), ("tilted", kind(jobs, curve, True)))
        }
        pair = make(jobs[0])
        stages = {
            "coefficients as cmgen's text": lambda: sh_text(pair.coeffs),
            "panorama as EXR": lambda: write_panorama(Path(name) / "x.exr", pair.panorama),
        }
        results["stages of writing"] = {key: spread(values) for key, values in in_turn(stages).items()}
        results["resident megabytes"] = memory(list(sources.values()))
        results["with workers, written"] = {
            f"{workers} workers": scaling(folder, Path(name) / f"pairs{workers}", workers) for workers in (1, 2)
        }
        results["Blender"] = blender(jobs, hdris, sources)
    save("pairs", results)


def kind(jobs: list[Job], curve: str, tilted: bool) -> Job:
    """The first job of this curve that is not mixed."""
    return next(job for job in jobs if job.curve == curve and bool(job.tilt) == tilted and not job.partner)


def memory(sources: list) -> dict[str, float]:
    """Of this process after so many pairs of a stream."""
    seen = {}
    for count, _ in zip(range(1, 1201), stream(sources, Recipe(seed=1)), strict=False):
        if count in (200, 400, 800, 1200):
            seen[f"after {count} pairs"] = round(psutil.Process().memory_info().rss / 1e6, 1)
    return seen


def scaling(folder: Path, out: Path, workers: int) -> float:
    """Pairs per second of a run, from when its workers are warm."""
    marks: list[tuple[float, int]] = []
    run = Run(folder=folder, out=out, variants=100, recipe=Recipe(seed=SEED))
    make_pairs(run, workers=workers, step=lambda done, total: marks.append((time.perf_counter(), done)))
    (start, before), (end, after) = marks[len(marks) // 4], marks[-1]
    return round((after - before) / (end - start), 1)


def blender(jobs: list[Job], hdris: Cache, sources: dict) -> dict[str, object] | str:
    """The same jobs by both engines in one run: seconds per pair, Blender's start left out."""
    try:
        version = blender_version(find_python())
    except LightprobeError as error:
        return f"not measured: {error}"
    simple = limit(Recipe(seed=SEED, tilted=0, curves=("srgb", "filmic", "agx")))
    chosen = plan(simple, list(sources.values()), 3)[:21]
    marks = []
    for _ in render(chosen, hdris, {slug: source.path for slug, source in sources.items()}):
        marks.append(time.perf_counter())  # noqa: PERF401
    theirs = np.diff(marks[3:])
    ours = []
    for job in [replace(job) for job in chosen]:
        start = time.perf_counter()
        form(job, hdris(job.scene))
        ours.append(time.perf_counter() - start)
    return {
        "version": version,
        "Blender": spread(list(theirs)),
        "native": spread(ours[3:]),
        "times faster": round(float(np.median(theirs) / np.median(ours[3:])), 1),
    }


if __name__ == "__main__":
    main()
