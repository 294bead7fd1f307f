"""Training: samples per second of the estimator's recipe against the predecessor's, in the same run, one thread.

A step is all that `lightprobe train` does between two batches: reading records from the cache, turning them, loss,
gradient, optimizer, moving average. Records are made from the two HDR samples at 1024×512, turned, so that there are
more; the rate of making them is measured separately.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from bench_pairs import make_hdris
from measure import in_turn, ratio, save

from lightprobe.models import build
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.loader import Batch, Batches
from lightprobe.training.data.records import Records
from lightprobe.training.recipes import Recipe, ambient, mobilenet_v2
from lightprobe.training.run.devices import open_fabric
from lightprobe.training.run.state import initial_state
from lightprobe.training.run.step import train_step

BATCH, VARIANTS, ROUNDS = 32, 16, 15


def rate(times: list[float]) -> dict[str, float]:
    """Median and quartiles [samples/s]."""
    low, middle, high = (BATCH / float(q) for q in np.quantile(times, (0.75, 0.5, 0.25)))
    return {"median": round(middle, 2), "q1": round(low, 2), "q3": round(high, 2)}


def prepared(recipe: Recipe, folder: Path, cache: Path) -> tuple[dict[str, Callable[[], object]], dict[str, object]]:
    """The actions of a recipe to be timed, and facts about it."""
    fabric = open_fabric("cpu", 1, "32")
    records = Records(open_dataset(folder, recipe).train, build(recipe.model, **recipe.settings).eval(), cache)
    start = time.perf_counter()
    for number in range(len(records)):
        _ = records[number]
    made = len(records) / (time.perf_counter() - start)
    state = initial_state(recipe, fabric)
    batches = Batches(records, batch=BATCH, seed=0)
    held = batches[0]
    assert isinstance(held, Batch)

    def step() -> object:
        batch = batches[state.step]
        assert isinstance(batch, Batch)
        return train_step(state, fabric, batch)

    actions = {
        "step": step,
        "of that, computing": lambda: train_step(state, fabric, held),
        "of that, reading": lambda: batches[state.step],
    }
    about = {
        "parameters": sum(p.numel() for p in state.model.parameters()),
        "records formed per second": round(made, 1),
        "bytes of a record": records.store.itemsize,
    }
    return actions, about


def main() -> None:
    torch.set_num_threads(1)
    results: dict[str, object] = {"threads": 1, "batch": BATCH, "precision": "32", "torch": torch.__version__}
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "hdris", Path(name) / "cache"
        folder.mkdir()
        make_hdris(folder)
        actions: dict[str, Callable[[], object]] = {}
        for label, make in (("ambient", ambient), ("mobilenet_v2 0.5", mobilenet_v2)):
            recipe = make()
            recipe = replace(recipe, fold=-1, batch=BATCH, data=replace(recipe.data, variants=VARIANTS))
            own, results[label] = prepared(recipe, folder, cache)
            actions |= {f"{label}, {part}": action for part, action in own.items()}
        times = in_turn(actions, rounds=ROUNDS)
    results["samples per second"] = {key: rate(values) for key, values in times.items()}
    results["times as many samples, ambient against mobilenet_v2 0.5"] = ratio(
        times["mobilenet_v2 0.5, step"], times["ambient, step"]
    )
    save("training", results)


if __name__ == "__main__":
    main()
