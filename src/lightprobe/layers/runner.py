"""LayerRunner: a network as data, ready to run."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.layers.arithmetic import Step, Tensor, layer_step
from lightprobe.layers.layers import Layers
from lightprobe.layers.shapes import layer_shapes


class _Response(NamedTuple):
    """A table with a row for each tone curve."""

    table: Float[np.ndarray, "6 c"]


class _Choice(NamedTuple):
    """Steps that are run only where a switch is not 0."""

    steps: list[_Planned]
    then: str


class _Planned(NamedTuple):
    """A step, the tensors that it takes, and the one that it makes."""

    step: Step | _Response | _Choice
    sources: tuple[str, ...]
    to: str


class LayerRunner:
    """A network, its weights prepared. May be run by several threads at once, and runs in the calling one."""

    def __init__(self, layers: Layers) -> None:
        """Raises: ValueError in one line if the network breaks a rule of spec/MODEL_BIN.md."""
        layer_shapes(layers)
        self.inputs = tuple(layers.inputs)
        self._outputs = layers.outputs
        self._steps = _planned(layers.layers, layers.arrays)

    def __call__(self, inputs: dict[str, Float[np.ndarray, "h w c"]], response: int) -> dict[str, Tensor]:
        """The outputs [h, w, c] by name. `response` is the number of the tone curve; inputs are float32."""
        tensors = {name: inputs[name] for name in self.inputs}
        with np.errstate(all="ignore"):  # a network that divides by zero answers with infinity, and is refused for that
            _run(self._steps, tensors, response)
        return {name: tensors[tensor] for name, tensor in self._outputs.items()}


def cell_inputs(cells: Float[np.ndarray, "p 32 64"]) -> dict[str, Float[np.ndarray, "32 64 c"]]:
    """Planes of cells as the tensors that networks take: radiance, white and, where there is a seventh plane, seen."""
    last = np.ascontiguousarray(cells.transpose(1, 2, 0))
    found = {"radiance": last[..., :3], "white": last[..., 3:6], "seen": last[..., 6:7]}
    return {name: np.ascontiguousarray(tensor) for name, tensor in found.items() if tensor.shape[2]}


def _planned(layers: Any, arrays: tuple[np.ndarray, ...]) -> list[_Planned]:
    steps: list[_Planned] = []
    for layer in layers:
        if layer["kind"] == "response":
            step = _Response(arrays[layer["array"]].astype(np.float32))
        elif layer["kind"] == "choose":
            step = _Choice(_planned(layer["layers"], arrays), layer["then"])
        else:
            step = layer_step(layer, arrays)
        steps.append(_Planned(step, tuple(layer["from"]), layer["to"]))
    return steps


def _run(steps: list[_Planned], tensors: dict[str, Tensor], response: int) -> None:
    """Add the result of each step to the tensors."""
    for step, sources, to in steps:
        if isinstance(step, _Response):
            tensors[to] = step.table[response][None, None]
        elif isinstance(step, _Choice):
            switch, otherwise = sources
            is_on = tensors[switch].item() != 0
            if is_on:
                _run(step.steps, tensors, response)
            tensors[to] = tensors[step.then] if is_on else tensors[otherwise]
        else:
            tensors[to] = step(*(tensors[source] for source in sources))
