"""LayersBuilder: layers, one after the other."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lightprobe.layers.kinds import INPUTS
from lightprobe.layers.layers import Layer, Layers, Shape
from lightprobe.layers.shapes import layer_shapes


class LayersBuilder:
    """Writes a network down, layer by layer. Every method gives the name of the tensor that it adds."""

    def __init__(self) -> None:
        self._inputs: dict[str, Shape] = {}
        self._arrays: list[np.ndarray] = []
        self._lists: list[list[Layer]] = [[]]
        self._names: set[str] = set()

    def input(self, name: str) -> str:
        """An input that the network takes: radiance, white or seen."""
        self._inputs[name] = INPUTS[name]
        self._names.add(name)
        return name

    def array(self, values: ArrayLike) -> int:
        """The index of an array: float16 if that loses nothing, else float32."""
        exact = np.asarray(values, np.float32)
        with np.errstate(over="ignore"):
            half = exact.astype(np.float16)
        self._arrays.append(half if np.array_equal(half, exact) else exact)
        return len(self._arrays) - 1

    def add(self, kind: str, *sources: str, to: str | None = None, **fields: Any) -> str:
        """A layer of a kind, from tensors. `to` is its name; without one, it is called after its kind."""
        name = self._new_name(to or kind)
        self._lists[-1].append({"kind": kind, "from": list(sources), "to": name, **fields})
        return name

    def constant(self, values: ArrayLike, to: str | None = None) -> str:
        """A tensor from values of shape [h, w, c]."""
        return self.add("constant", to=to, array=self.array(values))

    def convolution(
        self,
        source: str,
        weights: ArrayLike,
        bias: ArrayLike,
        *,
        plus: str | None = None,
        stride: int = 1,
        activation: str = "none",
        to: str | None = None,
    ) -> str:
        """A convolution with weights [n, c, k, k], or [n, c] for k = 1. `plus` is added before the activation."""
        filters = np.asarray(weights, np.float32)
        filters = filters[:, :, None, None] if filters.ndim == 2 else filters
        sources = (source,) if plus is None else (source, plus)
        settings = {"weights": self.array(filters), "bias": self.array(bias)}
        return self.add("convolution", *sources, to=to, **settings, stride=stride, activation=activation)

    def apply(self, function: str, source: str, to: str | None = None) -> str:
        """A function, element by element."""
        return self.add("apply", source, to=to, function=function)

    @contextmanager
    def choose(self, switch: str, otherwise: str, to: str | None = None) -> Generator[ChoiceBuilder]:
        """Layers that are run only if `switch` is not 0; set `then` to the name of their result, and read `to`."""
        choice = ChoiceBuilder(self._new_name(to or "choose"))
        self._lists.append([])
        yield choice
        layers = self._lists.pop()
        fields = {"layers": layers, "then": choice.then}
        self._lists[-1].append({"kind": "choose", "from": [switch, otherwise], "to": choice.to, **fields})

    def build(self, **outputs: str) -> Layers:
        """The network. Raises: ValueError in one line if it breaks a rule of spec/MODEL_BIN.md."""
        made = Layers(
            inputs=self._inputs, arrays=tuple(self._arrays), layers=tuple(self._lists[0]), outputs=dict(outputs)
        )
        layer_shapes(made)
        return made

    def _new_name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted} {number}"
        self._names.add(name)
        return name


class ChoiceBuilder:
    """What `LayersBuilder.choose` asks of its caller, and its answer."""

    def __init__(self, to: str) -> None:
        self.to = to
        """The tensor that is chosen."""
        self.then = ""
        """The tensor of the inner layers that is the result if they are run."""
