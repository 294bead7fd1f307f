"""Rendering worlds: worlds per hour and core, and the noise of their coefficients; needs Blender.

python benchmarks/world_rendering.py [--worlds 10] [--reference 3] [--size 512] [--save]

Of each kind, the first worlds of seed 1. Time is that of the processor, so other work on the machine does not count;
skies are baked before. Noise: relative irradiance error between two renderings of one world with other random rays,
without any scale. `--reference` compares the first so many with 200 rays per pixel that are not denoised. `--save`
writes results/worlds.json.
"""

import argparse
import json
import resource
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from measure import save

from lightprobe.sphere import project
from lightprobe.synth.process import render_worlds
from lightprobe.synth.run import KINDS, WorldRun, WorldTask

LOBE = np.array([np.pi] + 3 * [2 * np.pi / 3] + 5 * [np.pi / 4])[:, None]
"""Irradiance's factors of radiance coefficients (Ramamoorthi and Hanrahan 2001)."""
REFERENCE = 200


def rendered(task: WorldTask, noise: int, *, denoise: bool = True) -> tuple[list[np.ndarray], float]:
    """Coefficients of irradiance of each world, and seconds of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    coeffs: list[np.ndarray] = []
    for world in render_worlds(task, noise=noise, denoise=denoise):
        if world.radiance is None:
            raise SystemExit(f"world {world.index} failed: {world.failure}")
        coeffs.append(LOBE * project(world.radiance.astype(np.float64)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return coeffs, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def quartiles(ours: list[np.ndarray], theirs: list[np.ndarray]) -> dict[str, float]:
    """Quartiles and maximum of the relative errors."""
    pairs = zip(ours, theirs, strict=True)
    errors = [float(np.linalg.norm(one - other) / np.linalg.norm(other)) for one, other in pairs]
    low, middle, high = np.quantile(errors, (0.25, 0.5, 0.75))
    numbers = {"median": middle, "q1": low, "q3": high, "max": max(errors)}
    return {name: round(float(value), 4) for name, value in numbers.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--reference", type=int, default=0)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    results: dict[str, object] = {
        "worlds of each kind": options.worlds,
        f"of these against {REFERENCE} rays": options.reference,
        "size": f"{options.size}x{options.size // 2}",
    }
    hours: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, share in KINDS.items():
            run = WorldRun(out=Path(folder), kinds=(kind,), width=options.size, height=options.size // 2)
            task = WorldTask(run=run, indices=tuple(range(options.worlds)))
            rendered(replace(task, run=replace(run, width=64, height=32, samples=1)), 0)  # bakes the skies
            one, seconds = rendered(task, 0)
            hours.append((share, seconds / options.worlds))
            other, _ = rendered(task, 1)
            found: dict[str, object] = {
                "seconds": round(seconds / options.worlds, 2),
                "error between two seeds": quartiles(one, other),
            }
            if options.reference:
                few = replace(task, run=replace(run, samples=REFERENCE), indices=task.indices[: options.reference])
                exact, _ = rendered(few, 2, denoise=False)
                found[f"error against {REFERENCE} rays"] = quartiles(one[: len(exact)], exact)
            results[kind] = found
            print(kind, json.dumps(found), flush=True)
    results["worlds per hour and core"] = round(3600 / sum(share * seconds for share, seconds in hours))
    print("worlds per hour and core", results["worlds per hour and core"])
    if options.save:
        save("worlds", results)


if __name__ == "__main__":
    main()
