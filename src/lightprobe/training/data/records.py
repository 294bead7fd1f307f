"""Records: a model's input for each sample, with the targets. Made once, kept in a cache, then read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

import lightprobe
from lightprobe.imaging.cells import CELLS, PLANES, picture_cells
from lightprobe.imaging.tone.curves import KNOTS, RESPONSE_CODES
from lightprobe.models import Model
from lightprobe.training.data.record_store import RecordStore
from lightprobe.training.data.samples import Sample, Samples


class Records:
    """The records of some samples for one model, by number."""

    def __init__(self, samples: Samples, model: Model, folder: Path, *, half: bool = True) -> None:
        """Records hold the input that `model` takes; `half` stores cells as half floats. `folder` is the cache.

        Raises: OutputError if the cache cannot be written.
        """
        self.samples, self.input = samples, model.input
        cells = "cells", np.float16 if half else np.float32, (PLANES, *CELLS)
        picture = cells if model.input == "cells" else ("image", np.uint8, (*samples.size, 3))
        dtype = np.dtype(
            [
                picture,
                ("coeffs", np.float32, (9, 3)),
                ("panorama", np.float32, (*CELLS, 3)),
                ("curve", np.float32, (KNOTS,)),
                ("clipped", np.float32),
                ("response", np.int8),
            ]
        )
        key = {
            "lightprobe": lightprobe.__version__,
            "model": model.name,
            "input": fingerprint(model, samples.size),
            "samples": samples.identity(),
        }
        self._dtype = dtype
        self.store = RecordStore(folder, key, dtype, samples.count)

    def __len__(self) -> int:
        return self.samples.count

    def __getitem__(self, number: int) -> np.void:
        """One record, read from the cache or made; read-only.

        Raises: ImageError for an HDRI that cannot be used; OutputError if the cache cannot be written.
        """
        row = self.store.get(number)
        if row is None:
            row = self._row(self.samples(number))
            self.store.put(number, row)
        return row

    def _row(self, sample: Sample) -> np.void:
        row: np.void = np.zeros(1, self._dtype)[0]
        row[self.input] = model_input(self.input, sample.picture_srgb, sample.response)
        row["coeffs"], row["panorama"], row["curve"] = sample.coeffs, sample.panorama, sample.curve
        row["clipped"], row["response"] = sample.clipped, sample.response
        return row


def model_input(kind: str, picture_srgb: np.ndarray, response: int) -> np.ndarray:
    """The input of a model for one picture: its cells, or the picture itself."""
    return picture_cells(picture_srgb, RESPONSE_CODES[response]) if kind == "cells" else picture_srgb


def fingerprint(model: Model, size: tuple[int, int]) -> str:
    """SHA-256 of a model's input for one picture of noise, black and white, with every response.

    It keeps records of different ways of forming cells apart.
    """
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    noise[: size[0] // 8], noise[-size[0] // 8 :] = 255, 0
    total = hashlib.sha256(model.input.encode())
    for response in range(len(RESPONSE_CODES)):
        total.update(np.ascontiguousarray(model_input(model.input, noise, response)).tobytes())
    return total.hexdigest()
