"""Small networks for the tests of this folder."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lightprobe.layers import Layers, LayersBuilder
from lightprobe.layers.shapes import layer_shapes

ZEROS = {"kind": "constant", "from": [], "to": "coeffs", "array": 0}


def small() -> Layers:
    """A network with a convolution, a choice and all outputs."""
    rng = np.random.default_rng(0)
    net = LayersBuilder()
    radiance, white = net.input("radiance"), net.input("white")
    fine = net.convolution(radiance, np.rint(8 * rng.normal(size=(4, 3, 3, 3))) / 64, np.zeros(4), stride=2)
    switch = net.add("response", array=net.array([[0.0], [1], [1], [1], [1], [1]]))
    with net.choose(switch, radiance, to="panorama") as choice:
        added = net.add("slice", net.add("join", fine, net.constant(rng.random((1, 1, 2)))), first=0, count=3)
        choice.then = net.add("add", net.add("enlarge", added, by="linear"), white)
    curve = net.convolution(net.add("pool", white, by="mean"), rng.random((16, 3)), rng.random(16))
    return net.build(coeffs=net.add("project", choice.to), panorama=choice.to, curve=curve)


def network(*layers: dict[str, Any], arrays: tuple[np.ndarray, ...] = (), **changes: Any) -> Layers:
    """Layers after coefficients of zeros, array 0; `arrays` are the ones from 1 on."""
    parts: dict[str, Any] = {"inputs": {}, "layers": (ZEROS, *layers), "outputs": {"coeffs": "coeffs"}} | changes
    return Layers(arrays=(np.zeros((1, 9, 3), np.float16), *arrays), **parts)


def packed(header: Any, data: bytes = b"") -> bytes:
    """A model.bin with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    start = b"LPMODEL2" + len(text).to_bytes(4, "little") + text
    return start + bytes(-len(start) % 4) + data


HALF = np.float16


def layer(kind: str, *sources: str, to: str = "y", **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "from": list(sources), "to": to, **fields}


def convolution(source: str = "radiance", **changes: Any) -> dict[str, Any]:
    return layer("convolution", source, **({"weights": 1, "bias": 2, "stride": 1, "activation": "relu"} | changes))


FILTERS = (np.zeros((5, 3, 3, 3), HALF), np.zeros(5, HALF))
CELLS = {"inputs": {"radiance": (32, 64, 3)}}

GIVEN = (
    {"kind": "constant", "from": [], "to": "point", "array": 9},
    {"kind": "constant", "from": [], "to": "one", "array": 10},
    {"kind": "slice", "from": ["radiance"], "to": "white", "first": 0, "count": 2},
)
"""Layers before the coefficients and those that are wrong, the first of which is number 5."""
ARRAYS = (
    *FILTERS, np.zeros((5, 2), HALF), np.zeros(4, HALF), np.zeros((5, 3, 2, 2), HALF), np.zeros((5, 3, 4, 4), HALF),
    np.zeros((16, 300, 1, 1), HALF), np.zeros(16, HALF), np.zeros((1, 1, 3), HALF), np.zeros((1, 1, 1), HALF),
)  # fmt: skip


def refuse(layers: list[dict[str, Any]], message: str) -> None:
    """Layers that break a rule are refused in one line."""
    made = network(arrays=ARRAYS, layers=(*GIVEN, ZEROS, *layers), **CELLS)
    with pytest.raises(ValueError, match=message) as caught:
        layer_shapes(made)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(("layer ", "expected "))
