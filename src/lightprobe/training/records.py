"""Records: what a model learns from. Formed once from an example, kept in a cache, read ever after."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import lightprobe
from lightprobe.imaging.cells import CELLS, PLANES, picture_cells
from lightprobe.imaging.curves import KNOTS, RESPONSE_CODES
from lightprobe.models import Model
from lightprobe.training.cache import Store
from lightprobe.training.examples import Example, Supply


class Records:
    """The records of a supply for one model, by number."""

    def __init__(self, supply: Supply, model: Model, folder: Path, *, half: bool = True) -> None:
        """Records hold the input that `model` takes; `half` stores cells as half floats.

        Raises: OutputError if the cache cannot be written.
        """
        self.supply, self.input = supply, model.input
        kind = np.float16 if half else np.float32
        dtype = np.dtype(
            [
                ("cells", kind, (PLANES, *CELLS)) if model.input == "cells" else ("image", np.uint8, (*supply.size, 3)),
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
            "input": fingerprint(model, supply.size),
            "supply": supply.identity(),
        }
        self._dtype = dtype
        self.store = Store(folder, about, dtype, supply.count)
        self.formed, self.seconds = 0, 0.0

    def __len__(self) -> int:
        return self.supply.count

    def __getitem__(self, number: int) -> np.void:
        """One record, formed if need be; read-only.

        Raises: ImageError for an HDRI that cannot be used; OutputError if the cache cannot be written.
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
        row[self.input] = form(self.input, example.picture_srgb, example.response)
        row["coeffs"], row["panorama"], row["curve"] = example.coeffs, example.panorama, example.curve
        row["clipped"], row["response"] = example.clipped, example.response
        return row


def form(kind: str, picture_srgb: np.ndarray, response: int) -> np.ndarray:
    """The input of a model for one picture: its cells, or itself."""
    return picture_cells(picture_srgb, RESPONSE_CODES[response]) if kind == "cells" else picture_srgb


def fingerprint(model: Model, size: tuple[int, int]) -> str:
    """SHA-256 of a model's input for one picture of noise, black and white, under every response.

    So a change of the cells' law makes records of its own.
    """
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    noise[: size[0] // 8], noise[-size[0] // 8 :] = 255, 0
    total = hashlib.sha256(model.input.encode())
    for response in range(len(RESPONSE_CODES)):
        total.update(np.ascontiguousarray(form(model.input, noise, response)).tobytes())
    return total.hexdigest()


def stack(rows: Sequence[np.void], name: str) -> np.ndarray[Any, Any]:
    """One field of several records, as float32."""
    return np.stack([np.asarray(row[name], np.float32) for row in rows])
