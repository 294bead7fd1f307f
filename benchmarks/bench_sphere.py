"""Projection: time, time per pixel over sizes, memory, and the way it is usually done. One thread."""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import tracemalloc

import numpy as np
from measure import in_turn, ratio, save, spread

from lightprobe.sphere import basis, project
from lightprobe.sphere.panorama.equirect import directions, solid_angles


def naive(radiance: np.ndarray) -> np.ndarray:
    """What most tools do: evaluate nine functions at every pixel centre, weigh, sum."""
    height, width = radiance.shape[:2]
    weighted = basis(directions(height, width)) * solid_angles(height, width)[..., None]
    return np.einsum("hwn,hwc->nc", weighted, radiance)


def main() -> None:
    rng = np.random.default_rng(0)
    panorama = rng.random((512, 1024, 3), dtype=np.float32)
    # one after the other: the naive way goes through 200 MB, after which nothing is warm
    times = in_turn({"project": lambda: project(panorama)}, rounds=100)
    times |= in_turn({"naive": lambda: naive(panorama)}, rounds=100)
    results: dict[str, object] = {
        "threads": 1,
        "size": "1024x512 float32, 3 bands",
        "project": spread(times["project"]),
        "basis evaluated per call": spread(times["naive"]),
        "times faster": ratio(times["naive"], times["project"]),
    }
    sizes = {}
    for height in (128, 256, 512, 1024, 2048, 4096):
        panorama = rng.random((height, 2 * height, 3), dtype=np.float32)
        times = in_turn({"project": lambda panorama=panorama: project(panorama)}, rounds=25 if height < 2048 else 7)
        tracemalloc.start()
        project(panorama)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        sizes[f"{2 * height}x{height}"] = {
            "ns_per_pixel": round(spread(times["project"])["median_ms"] * 1e6 / (2 * height * height), 3),
            "extra_memory_MB": round(peak / 1e6, 2),
            "panorama_MB": round(panorama.nbytes / 1e6, 1),
        }
    results["sizes"] = sizes
    save("sphere", results)


if __name__ == "__main__":
    main()
