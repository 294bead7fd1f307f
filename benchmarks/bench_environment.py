"""Cost of an environment: 4096×2048 JPEG → OpenEXR, against decoding the JPEG and writing the file.

    python benchmarks/bench_environment.py

Writes results/environment.json. The bounds are 3 × the time, and 6 × the picture in float32 in memory.
"""

import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
from measure import RESULTS, in_turn, ratio, save, spread
from PIL import Image

import lightprobe
from lightprobe.imaging import read_picture
from lightprobe.imaging.envmap import write_environment

SIZE = (4096, 2048)


def main() -> None:
    """Time both in turn, and trace memory."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "pano.jpg", Path(folder) / "env.exr"
        with Image.open(RESULTS.parents[1] / "samples" / "venice_sunset.jpg") as image:
            image.resize(SIZE, Image.Resampling.BICUBIC).save(source, quality=95)
        estimator = lightprobe.load()

        def whole(response: str) -> np.ndarray:
            picture = read_picture(source)
            environment = estimator(picture, response=response).environment(picture=picture)
            write_environment(target, environment, is_large=True)
            return environment

        environment = whole("srgb")

        def ends() -> None:
            read_picture(source)
            write_environment(target, environment, is_large=True)

        actions = {"ends": ends, "srgb": lambda: whole("srgb"), "auto": lambda: whole("auto")}
        times = in_turn(actions, rounds=5)
        picture = read_picture(source)
        found = estimator(picture, response="srgb")
        tracemalloc.start()
        found.environment(picture=picture)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    save(
        "environment",
        {
            "times": {name: spread(values) for name, values in times.items()},
            "ratio to decoding and writing": {name: ratio(times[name], times["ends"]) for name in ("srgb", "auto")},
            "memory, in pictures of float32": round(peak / (12 * SIZE[0] * SIZE[1]), 2),
        },
    )


if __name__ == "__main__":
    main()
