"""Records: a model's input for each sample, with the targets. Made once, kept in a cache, then read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

import lightprobe
from lightprobe._shapes import Bool, Float, UInt8
from lightprobe.imaging.cells import CELLS, PLANES, picture_cells
from lightprobe.imaging.partial import placed_sums
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone import curves
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
        self.samples, self.input, self._planes = samples, model.input, model.planes
        cells = "cells", np.float16 if half else np.float32, (model.planes, *CELLS)
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
        response = RESPONSE_CODES[sample.response]
        if self.input == "image":
            row["image"] = sample.picture_srgb
        else:
            row["cells"] = model_cells(self._planes, sample.picture_srgb, response, sample.seen)
        row["coeffs"], row["panorama"], row["curve"] = sample.coeffs, sample.panorama, sample.curve
        row["clipped"], row["response"] = sample.clipped, sample.response
        return row


def model_cells(
    planes: int, picture_srgb: UInt8[np.ndarray, "h w 3"], response: str, seen: Bool[np.ndarray, "h w"] | None = None
) -> Float[np.ndarray, "p 32 64"]:
    """A picture as a network takes it: six planes, or seven, the last of which is the seen share.

    Raises: ValueError if only a part is `seen` and the network does not take its share.
    """
    if seen is None:
        cells = picture_cells(picture_srgb, response)
        return cells if planes == PLANES else np.concatenate([cells, np.ones((1, *CELLS), np.float32)])
    if planes == PLANES:
        raise ValueError(
            "expected a model that takes the seen share of cells, got one of whole pictures; set data.partial=0"
        )
    curve = curves.decoding(response)
    sums = placed_sums(Picture(pixels=picture_srgb, is_linear=False, name="", seen=seen), curve, CELLS)
    light = sums.light / curves.white(curve)
    return np.moveaxis(np.concatenate([light, sums.white, sums.share[..., None]], axis=-1), -1, 0).astype(np.float32)


def fingerprint(model: Model, size: tuple[int, int]) -> str:
    """SHA-256 of a model's input for one picture of noise, black and white, with every response; and for a part, if the
    model takes that.

    It keeps records of different ways of forming cells apart.
    """
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    noise[: size[0] // 8], noise[-size[0] // 8 :] = 255, 0
    total = hashlib.sha256(model.input.encode())
    parts = [None] if model.planes == PLANES else [None, noise[..., 0] < 128]
    for response in RESPONSE_CODES:
        for seen in parts:
            taken = noise if model.input == "image" else model_cells(model.planes, noise, response, seen)
            total.update(np.ascontiguousarray(taken).tobytes())
    return total.hexdigest()
