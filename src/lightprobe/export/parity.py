"""Whether onnxruntime and torch agree on a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import onnxruntime
import torch

from lightprobe.errors import ModelError
from lightprobe.export.graph import feeds, output_names
from lightprobe.models import Model

LIMITS = {"fp32": 1e-4, "fp16": 1e-2}
"""Largest relative difference with which a model may leave; int8 is reported."""

DARK = 1e-3
"""Outputs that are nowhere larger than this are compared with it: a thousandth of display white is black."""


@dataclass(kw_only=True)
class Parity:
    """Largest difference between torch and onnxruntime, per output, relative to its largest value in that picture."""

    largest: dict[str, float] = field(default_factory=dict[str, float])
    where: dict[str, str] = field(default_factory=dict[str, str])
    """Picture and response of each."""
    compared: int = 0
    """Pictures times responses."""

    @property
    def worst(self) -> float:
        """Largest of all outputs."""
        return max(self.largest.values())


def session(graph: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """The graph, ready to run on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def compare(model: Model, graph: bytes, pictures: Iterable[tuple[str, np.ndarray]], responses: Iterable[str]) -> Parity:
    """Every output on every picture under every response."""
    runner, names, found = session(graph), output_names(model), Parity()
    responses = list(responses)
    for label, image in pictures:
        for response in responses:
            given = feeds(model.input, image, response)
            with torch.no_grad():
                output = model(torch.from_numpy(given[model.input]), torch.from_numpy(given["response"]))
            expected = [value.numpy() for value in output.present().values()]
            got = [np.asarray(value) for value in runner.run(names, given)]
            found.compared += 1
            for name, ours, theirs in zip(names, expected, got, strict=True):
                error = difference(ours, theirs)
                if error >= found.largest.get(name, -1.0):
                    found.largest[name], found.where[name] = error, f"{label}, {response}"
    return found


def difference(expected: np.ndarray, got: np.ndarray) -> float:
    """Largest difference relative to the largest expected value, picture by picture; infinite where it is NaN."""
    axes = tuple(range(1, expected.ndim))
    scale = np.maximum(np.abs(expected).max(axis=axes), DARK)
    error = float((np.abs(got.astype(np.float64) - expected).max(axis=axes) / scale).max())
    return error if np.isfinite(error) else float("inf")


def check_parity(parity: Parity, precision: str) -> None:
    """Raises: ModelError if torch and onnxruntime differ by more than this precision may."""
    limit = LIMITS.get(precision)
    if limit is None:
        return
    name = max(parity.largest, key=lambda key: parity.largest[key])
    if not parity.worst <= limit:
        raise ModelError(
            f"expected torch and onnxruntime to agree within {limit:g} at {precision}, got {parity.worst:.2g} in "
            f"{name} ({parity.where[name]}); nothing was written, see lightprobe.export.parity"
        )
