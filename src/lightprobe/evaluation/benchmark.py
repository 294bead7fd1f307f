"""Benchmark: speed and size of estimators, model folders beside the baselines, in one run.

Times are warm: each action runs once unmeasured right before it is timed, and all actions take turns, so that a slow
moment of the machine hits all alike. Median and quartiles, in milliseconds. Memory is the peak of a separate process.
"""

from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import lightprobe
from lightprobe._shapes import UInt8
from lightprobe.evaluation.entrants import baselines
from lightprobe.evaluation.entrants.entrant import CURVE_UNKNOWN, DEFAULT, number_repeats
from lightprobe.evaluation.suites.registry import registry_suite
from lightprobe.imaging.arrays import from_array
from lightprobe.imaging.formats.pillow import decode_bytes
from lightprobe.imaging.picture import MAX_PIXELS, Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime import Estimator, load
from lightprobe.runtime.plain_estimate import plain_estimate, project_picture

Action = Callable[[], object]
PLAIN = "plain"


def benchmark_models(models: Sequence[str], *, width: int = 256, height: int = 128, rounds: int = 20) -> dict[str, Any]:
    """Measure model folders (or 'plain', 'default') and the baselines on a picture of this size.

    Raises: ModelError for a folder that is no model; ValueError for a size that is not 2:1, or no rounds.
    """
    if rounds < 1 or height < 2 or width != 2 * height:
        raise ValueError(
            f"expected at least 1 round and a 2:1 size, got {rounds} of {width}×{height}; try --size 256x128"
        )
    wanted = list(dict.fromkeys([*models, PLAIN]))
    names = number_repeats([Path(model).resolve().name if Path(model).is_dir() else model for model in wanted])
    pixels, data = _picture(width, height)
    estimators = {name: load(None if model == DEFAULT else model) for name, model in zip(names, wanted, strict=True)}
    stages = {name: _stages(estimator, pixels, data) for name, estimator in estimators.items()}
    for name in ("training mean", "highlight gain", "inverse Reinhard"):
        answer = getattr(baselines, name.lower().replace(" ", "_"))
        stages[name] = {"total": lambda answer=answer: answer(_decode(data), CURVE_UNKNOWN)}
    times = time_in_turn(
        {(name, stage): action for name, part in stages.items() for stage, action in part.items()}, rounds
    )
    return {
        "lightprobe": lightprobe.__version__,
        "machine": {"processor": processor_name(), "system": platform.system(), "python": platform.python_version()},
        "picture": {"width": width, "height": height, "bytes": len(data), "format": "JPEG"},
        "rounds": rounds,
        "results": {
            name: {
                "ms": {stage: quartiles_ms(times[name, stage]) for stage in part},
                "pictures_per_s": _rates(part["total"], rounds),
                **_weight(name, dict(zip(names, wanted, strict=True)), estimators, width, height),
            }
            for name, part in stages.items()
        },
    }


def time_in_turn(actions: dict[tuple[str, str], Action], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Times [s] of each action, one of each a round, each run once before it is timed."""
    times: dict[tuple[str, str], list[float]] = {key: [] for key in actions}
    for _ in range(rounds):
        for key, action in actions.items():
            action()
            start = time.perf_counter()
            action()
            times[key].append(time.perf_counter() - start)
    return times


def quartiles_ms(times: Sequence[float]) -> dict[str, float]:
    """Median, quartiles and their distance [ms]."""
    low, middle, high = (round(1e3 * float(q), 4) for q in np.quantile(times, (0.25, 0.5, 0.75)))
    return {"median": middle, "q1": low, "q3": high, "iqr": round(high - low, 4)}


def _picture(width: int, height: int) -> tuple[UInt8[np.ndarray, "h w 3"], bytes]:
    """A camera's picture of the registry suite at this size, as pixels and as JPEG."""
    image = Image.fromarray(registry_suite(seed=1).item("forest_slope/srgb_ev-0.5").image_srgb)
    buffer = io.BytesIO()
    image.resize((width, height), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return _decode(buffer.getvalue()), buffer.getvalue()


def _decode(data: bytes) -> UInt8[np.ndarray, "h w 3"]:
    return decode_bytes(data, ("JPEG",), "picture", MAX_PIXELS)


def _stages(estimator: Estimator, pixels: UInt8[np.ndarray, "h w 3"], data: bytes) -> dict[str, Action]:
    """The work on a picture, part by part, and as a whole from the JPEG's bytes to the light."""
    decode: dict[str, Action] = {"decode": lambda: _decode(data)}
    total: dict[str, Action] = {"total": lambda: estimator(_decode(data))}
    picture = from_array(pixels)
    if estimator.network is None:
        radiance = curves.decode(pixels, "srgb")
        linear = Picture(pixels=radiance, is_linear=True, name="bench")
        return {
            **decode,
            "curve": lambda: curves.decode(pixels, "srgb"),
            "projection": lambda: project_picture(linear),
            "estimate": lambda: plain_estimate(picture),
            **total,
        }
    from lightprobe.runtime.network_input import to_network_input

    network = estimator.network
    given = to_network_input(picture, CURVE_UNKNOWN, network.manifest)
    return {
        **decode,
        "resize": lambda: to_network_input(picture, CURVE_UNKNOWN, network.manifest),
        "graph": lambda: network(given.values, CURVE_UNKNOWN),
        "estimate": lambda: estimator(picture),
        **total,
    }


def _rates(action: Action, rounds: int) -> dict[str, float]:
    """Pictures per second, from JPEG to light: one after the other, and by as many threads as processors."""
    count, threads = max(2 * rounds, 8), os.cpu_count() or 1
    start = time.perf_counter()
    for _ in range(count):
        action()
    alone = count / (time.perf_counter() - start)
    with ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        for future in [pool.submit(action) for _ in range(count)]:
            future.result()
        together = count / (time.perf_counter() - start)
    return {"one_thread": round(alone, 1), f"{threads}_threads": round(together, 1)}


def _weight(
    name: str, models: dict[str, str], estimators: dict[str, Estimator], width: int, height: int
) -> dict[str, Any]:
    """Size of the model's files, and memory of a process that runs it."""
    if name not in models:
        return {}
    network = estimators[name].network
    found: dict[str, Any] = {"peak_MB": peak_memory(models[name], width, height)}
    if network is not None:
        document = network.manifest.document
        found["files_MB"] = {
            kind: round(network.manifest.path(kind).stat().st_size / 1e6, 4)
            for kind in document["files"]
            if network.manifest.path(kind).is_file()
        }
        found |= {key: document[key] for key in ("parameters", "macs", "precision") if key in document}
    return found


_CHILD = """
import json, sys
import numpy as np
from lightprobe.runtime import load
def peak():
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
before = peak()
estimator = load(None if sys.argv[1] == "default" else sys.argv[1])
pixels = np.full((int(sys.argv[3]), int(sys.argv[2]), 3), 128, np.uint8)
for _ in range(5):
    estimator(pixels)
print(json.dumps([round(before, 1), round(peak(), 1)]))
"""


def peak_memory(model: str, width: int, height: int) -> dict[str, float] | None:
    """Peak resident memory [MB] of a fresh process, after its imports and after five pictures; None if it cannot be
    measured."""
    command = [sys.executable, "-c", _CHILD, model, str(width), str(height)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    before, after = json.loads(done.stdout)
    return {"imports": before, "five_pictures": after}


def processor_name() -> str:
    """Model name and count of processors."""
    path, name = Path("/proc/cpuinfo"), platform.processor() or platform.machine()
    if path.is_file():
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        name = lines[0].split(":")[1].strip() if lines else name
    return f"{name}, {os.cpu_count()} cores"
