"""Whether torch, onnxruntime and, where a model has them, its layers agree."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import onnxruntime
import torch

from lightprobe.errors import ModelError
from lightprobe.export.graph import feeds, output_names, seen_in_part
from lightprobe.imaging.cells import SEEN_PLANES
from lightprobe.layers import LayerRunner, Layers, cell_inputs
from lightprobe.models import Model

LIMITS = {"fp32": 1e-4, "fp16": 1e-2}
"""Largest relative difference with which a graph may leave; int8 is reported."""

LAYERS_LIMIT = 1e-5
"""The same for a model with layers: its weights are rounded before graph and layers are written, so that the three of
them compute with the same numbers."""
LOST_LIMIT = 5e-5
"""The same for lost light, the exponential of a sum of some ten stops, of which float32 lacks the last bits."""

DARK = 1e-3
"""Outputs that are nowhere larger than this are compared with it: a thousandth of display white is black."""
WIDE = 4.0
"""The same for levels [stops]: an interval's usual width."""


@dataclass(kw_only=True)
class Parity:
    """Largest differences, per output, relative to its largest value in that picture."""

    largest: dict[str, float] = field(default_factory=dict[str, float])
    """Between torch and onnxruntime."""
    compact: dict[str, float] = field(default_factory=dict[str, float])
    """Between the layers of model.bin and torch or onnxruntime, whichever is larger; empty if there are none."""
    where: dict[str, str] = field(default_factory=dict[str, str])
    """Picture and response of the larger of both."""
    compared: int = 0
    """Pictures times responses."""

    @property
    def worst(self) -> float:
        """Largest of all."""
        return max([*self.largest.values(), *self.compact.values()])

    def add(self, name: str, error: float, where: str, *, is_compact: bool = False) -> None:
        """Take note of a difference in an output."""
        kept = self.compact if is_compact else self.largest
        if error >= max(self.largest.get(name, -1.0), self.compact.get(name, -1.0)):
            self.where[name] = where
        kept[name] = max(error, kept.get(name, -1.0))


def session(graph: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """The graph, ready to run on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def compare(
    model: Model,
    graph: bytes,
    pictures: Iterable[tuple[str, np.ndarray]],
    responses: Iterable[str],
    layers: Layers | None = None,
) -> Parity:
    """Every output on every picture under every response; a model that takes the seen share gets each of them twice,
    the second time seen in part."""
    runner, names, found = session(graph), output_names(model), Parity()
    compact = None if layers is None else LayerRunner(layers)
    responses = list(responses)
    for label, image in pictures:
        for response in responses:
            given = feeds(model.input, image, response, model.planes)
            cases = {f"{label}, {response}": given}
            if model.planes == SEEN_PLANES:
                cases[f"{label} in part, {response}"] = seen_in_part(given)
            for where, inputs in cases.items():
                with torch.no_grad():
                    output = model(torch.from_numpy(inputs[model.input]), torch.from_numpy(inputs["response"]))
                expected = {name: value.numpy() for name, value in output.present().items()}
                got = dict(zip(names, map(np.asarray, runner.run(names, inputs)), strict=True))
                found.compared += 1
                for name, value in expected.items():
                    found.add(name, difference(value, got[name], _least(name)), where)
                if compact is None:
                    continue
                for name, value in _of_layers(compact, inputs, expected).items():
                    for other in (expected, got):
                        found.add(name, difference(other[name], value, _least(name)), where, is_compact=True)
    return found


def _of_layers(
    runner: LayerRunner, given: dict[str, np.ndarray], expected: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What the layers answer, picture by picture, in the shapes that are expected."""
    answers = [runner(cell_inputs(cells), int(given["response"][0])) for cells in given["cells"]]
    return {name: np.stack([one[name] for one in answers]).reshape(value.shape) for name, value in expected.items()}


def _least(name: str) -> float:
    return WIDE if name == "levels" else DARK


def difference(expected: np.ndarray, got: np.ndarray, least: float = DARK) -> float:
    """Largest difference relative to the largest expected value, or to `least` where that is more, picture by picture;
    infinite where it is NaN."""
    axes = tuple(range(1, expected.ndim))
    scale = np.maximum(np.abs(expected).max(axis=axes), least)
    error = float((np.abs(got.astype(np.float64) - expected).max(axis=axes) / scale).max())
    return error if np.isfinite(error) else float("inf")


def check_parity(parity: Parity, precision: str) -> None:
    """Raises: ModelError if torch, onnxruntime and the layers differ by more than this precision may."""
    common = LAYERS_LIMIT if parity.compact else LIMITS.get(precision)
    if common is None:
        return
    limits = {name: max(common, LOST_LIMIT) if name == "lost" else common for name in parity.where}
    errors = {name: max(parity.largest[name], parity.compact.get(name, -1.0)) for name in parity.where}
    name = max(errors, key=lambda name: errors[name] / limits[name] if errors[name] == errors[name] else math.inf)
    limit, error = limits[name], errors[name]
    if not error <= limit:
        others = "torch, onnxruntime and the layers of model.bin" if parity.compact else "torch and onnxruntime"
        raise ModelError(
            f"expected {others} to agree within {limit:g} at {precision}, got {error:.2g} in "
            f"{name} ({parity.where[name]}); nothing was written, see lightprobe.export.parity"
        )
