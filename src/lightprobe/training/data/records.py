"""Records: what a model learns from. Formed once from an example, kept in a cache, read ever after."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

import lightprobe
from lightprobe.imaging.cells import CELLS
from lightprobe.models import KNOTS, RESPONSES, Model
from lightprobe.training.data.record_store import Store
from lightprobe.training.data.samples import Example, Supply


class Records:
    """The records of a supply for one model, by number."""

    def __init__(self, supply: Supply, model: Model, folder: Path, *, half: bool = True) -> None:
        """`model` prepares the pictures; it is asked on the CPU, and what it learns does not matter.

        Raises: OutputError if the cache cannot be written.
        """
        self.supply, self.model = supply, model
        shapes = [tuple(part.shape) for part in prepare(model, np.zeros((*supply.size, 3), np.uint8), 0)]
        self.prepared = tuple(f"prepared{place}" for place in range(len(shapes)))
        kind = np.float16 if half else np.float32
        dtype = np.dtype(
            [
                *((name, kind, shape) for name, shape in zip(self.prepared, shapes, strict=True)),
                ("coeffs", np.float32, (9, 3)),
                ("panorama", np.float32, (*CELLS, 3)),
                ("curve", np.float32, (KNOTS,)),
                ("clipped", np.float32),
                ("response", np.int8),
            ]
        )
        about = {
            "lightprobe": lightprobe.__version__,
            "model": model.name,
            "prepare": fingerprint(model, supply.size),
            "supply": supply.identity(),
        }
        self._dtype = dtype
        self.store = Store(folder, about, dtype, supply.count)
        self.formed, self.seconds = 0, 0.0

    def __len__(self) -> int:
        return self.supply.count

    def __getitem__(self, number: int) -> np.void:
        """One record, formed if need be; read-only.

        Raises: ImageError for an HDRI that cannot be used; OutputError if the cache cannot be written; ValueError for
        a model that prepares what half floats cannot hold.
        """
        row = self.store.get(number)
        if row is None:
            start = time.perf_counter()
            row = self._row(self.supply(number))
            self.store.put(number, row)
            self.formed, self.seconds = self.formed + 1, self.seconds + time.perf_counter() - start
        return row

    def _row(self, example: Example) -> np.void:
        row: np.void = np.zeros(1, self._dtype)[0]
        parts = prepare(self.model, example.picture_srgb, example.response)
        for name, part in zip(self.prepared, parts, strict=True):
            with np.errstate(over="ignore"):
                row[name] = part
            if np.isfinite(part).all() and not np.isfinite(row[name]).all():
                raise ValueError(
                    f"expected {self.model.name} to prepare values up to 65504, got {np.abs(part).max():g}; "
                    "keep them as floats with --set data.half=false"
                )
        row["coeffs"], row["panorama"], row["curve"] = example.coeffs, example.panorama, example.curve
        row["clipped"], row["response"] = example.clipped, example.response
        return row


def prepare(model: Model, picture_srgb: np.ndarray, response: int) -> list[np.ndarray]:
    """What a model sees of one picture, without the batch axis."""
    with torch.inference_mode():
        image = torch.from_numpy(np.array(picture_srgb)[None])  # a copy: torch wants it writable
        return [part[0].numpy() for part in model.prepare(image, torch.tensor([response]))]


def fingerprint(model: Model, size: tuple[int, int]) -> str:
    """SHA-256 of what a model prepares of one picture of noise, black and white, for every response.

    So a change of `prepare` makes records of its own. One thread, as several may add up in another order.
    """
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    noise[: size[0] // 8], noise[-size[0] // 8 :] = 255, 0
    threads, total = torch.get_num_threads(), hashlib.sha256()
    torch.set_num_threads(1)
    try:
        for response in range(len(RESPONSES)):
            for part in prepare(model, noise, response):
                total.update(np.ascontiguousarray(part).tobytes())
    finally:
        torch.set_num_threads(threads)
    return total.hexdigest()


def stack(rows: Sequence[np.void], name: str) -> np.ndarray[Any, Any]:
    """One field of several records, as float32."""
    return np.stack([np.asarray(row[name], np.float32) for row in rows])
