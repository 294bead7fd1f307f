"""The two engines of a network, numpy and onnxruntime: a first estimate as a process, and one picture after the other.

    python benchmarks/bench_engines.py

Writes results/engines.json. Both engines are measured in turn, so that a busy machine slows both.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure import in_turn, ratio, save, spread
from PIL import Image

import lightprobe
from lightprobe.imaging import read_picture
from lightprobe.imaging.cells import picture_cells

SAMPLE = Path(__file__).parents[1] / "samples" / "venice_sunset.jpg"
ENGINES = ("numpy", "onnxruntime")
FIRST = "import lightprobe; lightprobe.load(engine={!r})({!r})"


def compared(actions: dict[str, Callable[[], object]], rounds: int) -> dict[str, object]:
    """Both engines, and the ratio of each pair."""
    times = in_turn(actions, rounds)
    return {
        **{engine: spread(values) for engine, values in times.items()},
        "numpy to onnxruntime": ratio(times["numpy"], times["onnxruntime"]),
    }


def main() -> None:
    pixels = np.asarray(Image.fromarray(read_picture(SAMPLE).pixels).resize((256, 128)))
    cells = picture_cells(pixels, "auto")
    estimators = {engine: lightprobe.load(engine=engine) for engine in ENGINES}
    networks = {engine: estimator.network for engine, estimator in estimators.items()}

    def first(engine: str) -> None:
        subprocess.run([sys.executable, "-c", FIRST.format(engine, str(SAMPLE))], check=True)

    def run(engine: str) -> object:
        network = networks[engine]
        assert network is not None
        return network(cells, "auto")

    results: dict[str, object] = {
        "process: import, load, first estimate": compared({e: lambda e=e: first(e) for e in ENGINES}, 15),
        "256×128 pixels": compared({e: lambda e=e: estimators[e](pixels) for e in ENGINES}, 200),
        "network alone": compared({e: lambda e=e: run(e) for e in ENGINES}, 200),
    }
    save("engines", results)


if __name__ == "__main__":
    main()
