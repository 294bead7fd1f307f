"""The shapes of a network's tensors, layer by layer.

Convention: spec/MODEL_BIN.md. A network that passes has only fields and shapes that fit, and stays within the limits of
its memory.
"""

from __future__ import annotations

import math
from typing import Any

from lightprobe.layers.kinds import INPUTS, KINDS, OUTPUTS, Arrays, check_fields, require
from lightprobe.layers.layers import Layers, Shape
from lightprobe.layers.limits import (
    LONGEST_NAME,
    MOST_ARRAYS,
    MOST_CHANNELS,
    MOST_COLUMNS,
    MOST_LAYERS,
    MOST_NUMBERS,
    MOST_ROWS,
    MOST_TENSORS,
    MOST_WORK,
)


def layer_shapes(network: Layers) -> dict[str, Shape]:
    """The shape of every tensor of a network.

    Raises: ValueError in one line if the network breaks a rule of spec/MODEL_BIN.md or is too large.
    """
    walk = _Walk(network)
    for name, shape in network.inputs.items():
        require(name in INPUTS, f"inputs of {', '.join(INPUTS)}", name)
        require(shape == INPUTS[name], f"input {name} of shape {list(INPUTS[name])}", shape)
        walk.made(name, INPUTS[name])
    walk.layers(network.layers, dict(walk.shapes), inside=False)
    outputs = network.outputs
    require("coeffs" in outputs, "an output coeffs", "none")
    for name, tensor in outputs.items():
        require(tensor in walk.outer, f"output {name[:40]} to be a tensor", tensor)
        shape = walk.shapes[tensor]
        require(name not in OUTPUTS or shape == OUTPUTS[name], f"{name} of shape {OUTPUTS.get(name)}", shape)
    return walk.shapes


class _Walk:
    """Goes through the layers of a network, and adds up what they take."""

    def __init__(self, network: Layers) -> None:
        self.arrays: Arrays = [array.shape for array in network.arrays]
        require(len(self.arrays) <= MOST_ARRAYS, f"at most {MOST_ARRAYS:,} arrays", len(self.arrays))
        self.shapes: dict[str, Shape] = {}
        self.outer: dict[str, Shape] = {}
        """Tensors that are known after the walk: all but those inside of `choose`."""
        self.count = self.memory = self.work = 0

    def made(self, name: object, shape: Shape) -> str:
        """A new tensor. Raises: ValueError if it has a name that is taken, or is too large."""
        is_name = isinstance(name, str) and 0 < len(name) <= LONGEST_NAME
        require(is_name, f"names of 1 to {LONGEST_NAME} letters", name)
        name = str(name)
        require(name not in self.shapes, "each tensor once", f"{name!r} twice")
        height, width, channels = shape
        require(1 <= height <= MOST_ROWS, f"1 to {MOST_ROWS} rows", height)
        require(1 <= width <= MOST_COLUMNS, f"1 to {MOST_COLUMNS} columns", width)
        require(1 <= channels <= MOST_CHANNELS, f"1 to {MOST_CHANNELS:,} channels", channels)
        count = math.prod(shape)
        require(count <= MOST_NUMBERS, f"tensors of at most {MOST_NUMBERS:,} numbers", count)
        self.memory += 4 * count
        require(self.memory <= MOST_TENSORS, f"at most {MOST_TENSORS:,} bytes of tensors", "more")
        self.shapes[name] = shape
        return name

    def layers(self, layers: Any, known: dict[str, Shape], inside: bool) -> dict[str, Shape]:
        """The tensors that are known after these layers; `known` are those before."""
        for layer in layers:
            self.count += 1
            number = self.count
            require(self.count <= MOST_LAYERS, f"at most {MOST_LAYERS} layers", "more")
            try:
                shape = self.layer(layer, known, inside)
                name = self.made(layer["to"], shape)
            except ValueError as error:
                is_inner = str(error).startswith("layer ")
                raise ValueError(str(error) if is_inner else f"layer {number}: {error}") from None
            known[name] = shape
        if not inside:
            self.outer = known
        return known

    def layer(self, layer: Any, known: dict[str, Shape], inside: bool) -> Shape:
        """The shape of a layer's result."""
        kind = layer.get("kind") if isinstance(layer, dict) else None
        require(isinstance(kind, str) and kind in KINDS, f"a kind of {', '.join(KINDS)}", kind)
        rule = KINDS[str(kind)]
        check_fields(str(kind), layer, {"kind": str, "from": list, "to": str, **rule.fields})
        fewest, most = rule.sources
        sources = layer["from"]
        require(fewest <= len(sources) <= most, f"{kind} from {fewest} to {most} tensors", len(sources))
        for source in sources:
            require(isinstance(source, str) and source in known, "a tensor that was made before", source)
        given = [known[source] for source in sources]
        if kind == "choose":
            require(not inside, "no choose inside of another", "one")
            require(given[0] == (1, 1, 1), "choose by a tensor of one number", list(given[0]))
            found = self.layers(layer["layers"], dict(known), inside=True)
            require(layer["then"] in found, "then to be a tensor that was made before", layer["then"])
            require(found[layer["then"]] == given[1], f"then of shape {list(given[1])}", list(found[layer["then"]]))
            return given[1]
        shape = rule.shape(layer, given, self.arrays)
        if kind == "convolution":
            self.work += shape[0] * shape[1] * math.prod(self.arrays[layer["weights"]])
            require(self.work <= MOST_WORK, f"at most {MOST_WORK:,} multiply-adds", "more")
        return shape
