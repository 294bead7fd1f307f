"""Making pairs: 1024×512 HDRIs to 256×128 pictures with coefficients, one thread.

Not written and written; stage by stage; memory; 1 and 2 workers; the same shots in Blender, where it is installed.
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
from lightprobe.camera import HdriCache, Shot, ShotRecipe, capture, draw_shot, draw_shots, load_hdri
from lightprobe.camera.sampling.recipe import CURVES
from lightprobe.data.catalog.hdri_files import Source, partners, read_sources
from lightprobe.data.pairs.blender import blender_recipe, capture_in_blender
from lightprobe.data.pairs.generate import make_pairs
from lightprobe.data.pairs.run import Run
from lightprobe.data.pairs.write import panorama_exr, sh_text, write_pair
from lightprobe.errors import LightprobeError
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.progress import Progress
from lightprobe.sphere.panorama.equirect import resize

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
        hdris = HdriCache(lambda slug: load_hdri(slug, sources[slug].path, 128))
        shots = draw_shots(ShotRecipe(seed=SEED), pools(sources), 60)
        results["loading one HDRI"] = spread(in_turn({"": lambda: load_hdri("aaa", sources["aaa"].path, 128)})[""])

        def make(shot: Shot):
            return capture(shot, hdris(shot.scene), hdris(shot.partner) if shot.partner else None)

        for shot in shots:  # warm: HDRIs, index maps, tables
            make(shot)
        batches = itertools.cycle([shots[start::10] for start in range(10)])
        times = in_turn(
            {
                "not written": lambda: [make(shot) for shot in next(batches)],
                "written": lambda: [write_pair(make(shot), out) for shot in next(batches)],
            },
            rounds=ROUNDS,
        )
        results["pairs per second"] = {key: rate(values, BATCH) for key, values in times.items()}
        results["by kind, not written"] = {
            f"{curve}, {shape}": spread(in_turn({"": lambda shot=shot: make(shot)}, rounds=ROUNDS)[""])
            for curve in CURVES
            for shape, shot in (("upright", kind(shots, curve, False)), ("tilted", kind(shots, curve, True)))
        }
        pair = make(shots[0])
        stages = {
            "coefficients as cmgen's text": lambda: sh_text(pair.coeffs),
            "panorama as EXR": lambda: panorama_exr(pair.panorama),
        }
        results["stages of writing"] = {key: spread(values) for key, values in in_turn(stages).items()}
        results["resident megabytes"] = memory(sources)
        results["with workers, written"] = {
            f"{workers} workers": scaling(folder, Path(name) / f"pairs{workers}", workers) for workers in (0, 1, 2)
        }
        results["Blender"] = blender(shots, hdris, sources)
    save("pairs", results)


def kind(shots: list[Shot], curve: str, tilted: bool) -> Shot:
    """The first shot of this curve that is not mixed."""
    return next(shot for shot in shots if shot.curve == curve and bool(shot.tilt) == tilted and not shot.partner)


def pools(sources: dict[str, Source]) -> dict[str, tuple[str, ...]]:
    """The scenes that each scene may be mixed with."""
    sides = partners(list(sources.values()))
    return {source.slug: sides[source.split] for source in sources.values()}


def memory(sources: dict[str, Source]) -> dict[str, float]:
    """Memory of this process after so many pairs."""
    seen, recipe, known = {}, ShotRecipe(seed=1), pools(sources)
    hdris = HdriCache(lambda slug: load_hdri(slug, sources[slug].path, recipe.height))
    names = ((slug, variant) for variant in range(150) for slug in known)
    for count, (slug, variant) in enumerate(names, 1):
        shot = draw_shot(recipe, slug, variant, known[slug])
        capture(shot, hdris(shot.scene), hdris(shot.partner) if shot.partner else None)
        if count in (200, 400, 800, 1200):
            seen[f"after {count} pairs"] = round(psutil.Process().memory_info().rss / 1e6, 1)
    return seen


class Marks(Progress):
    """When how many pairs were done."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int]] = []

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        done = self.seen[-1][1] if self.seen else 0
        self.seen.append((time.perf_counter(), done + pieces))


def scaling(folder: Path, out: Path, workers: int) -> float:
    """Pairs per second of a run, from when its workers are warm."""
    marks = Marks()
    run = Run(folder=folder, out=out, variants=100, recipe=ShotRecipe(seed=SEED))
    make_pairs(run, workers=workers, progress=marks)
    (start, before), (end, after) = marks.seen[len(marks.seen) // 4], marks.seen[-1]
    return round((after - before) / (end - start), 1)


def blender(shots: list[Shot], hdris: HdriCache, sources: dict[str, Source]) -> dict[str, object] | str:
    """The same shots by both engines in one run: seconds per pair, Blender's start left out."""
    try:
        version = blender_version(find_python())
    except LightprobeError as error:
        return f"not measured: {error}"
    simple = blender_recipe(ShotRecipe(seed=SEED, tilted=0, curves=("srgb", "filmic", "agx")))
    chosen = draw_shots(simple, pools(sources), 3)[:21]
    marks = []
    for _ in capture_in_blender(chosen, hdris, {slug: source.path for slug, source in sources.items()}):
        marks.append(time.perf_counter())  # noqa: PERF401
    theirs = np.diff(marks[3:])
    ours = []
    for shot in [replace(shot) for shot in chosen]:
        start = time.perf_counter()
        capture(shot, hdris(shot.scene))
        ours.append(time.perf_counter() - start)
    return {
        "version": version,
        "Blender": spread(list(theirs)),
        "native": spread(ours[3:]),
        "times faster": round(float(np.median(theirs) / np.median(ours[3:])), 1),
    }


if __name__ == "__main__":
    main()
