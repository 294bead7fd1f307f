"""Whether onnxruntime says what torch says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import onnxruntime
import torch

from lightprobe.errors import ModelError
from lightprobe.export.graph import feeds, outputs, told, wants_cells
from lightprobe.models import RESPONSES, Model

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
    without_cells: dict[str, float] = field(default_factory=dict[str, float])
    """The same, per response, of pictures whose cells should have been formed outside, and were not: reported."""

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
    runner, names, found = session(graph), outputs(model), Parity()
    takes = {value.name for value in runner.get_inputs()}
    responses = list(responses)
    for label, image in pictures:
        for response in responses:
            index = np.array([RESPONSES.index(response)])
            with torch.no_grad():
                prepared = model.prepare(torch.from_numpy(image), torch.from_numpy(index))
                expected = [value.numpy() for value in told(model.light(*prepared))]
            got = _run(runner, names, feeds(takes, image, response))
            if wants_cells(model, response):
                rough = max(map(difference, expected, got))
                found.without_cells[response] = max(rough, found.without_cells.get(response, 0.0))
                got = _run(runner, names, feeds(takes, image, response, prepared[0].numpy()))
            found.compared += 1
            for name, ours, theirs in zip(names, expected, got, strict=True):
                error = difference(ours, theirs)
                if error >= found.largest.get(name, -1.0):
                    found.largest[name], found.where[name] = error, f"{label}, {response}"
    return found


def _run(runner: onnxruntime.InferenceSession, names: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
    return [np.asarray(value) for value in runner.run(names, given)]


def difference(expected: np.ndarray, got: np.ndarray) -> float:
    """Largest difference relative to the largest expected value, picture by picture; infinite where not a number."""
    axes = tuple(range(1, expected.ndim))
    scale = np.maximum(np.abs(expected).max(axis=axes), DARK)
    error = float((np.abs(got.astype(np.float64) - expected).max(axis=axes) / scale).max())
    return error if np.isfinite(error) else float("inf")


def check(parity: Parity, precision: str) -> None:
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
