"""Small networks, one for each way that a layer can be used, and what they answer, cell by cell in float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from projection import integrate

EVEN, ODD = (6, 8), (5, 7)


@dataclass
class Case:
    """A network whose output `result` is `expected`."""

    name: str
    expected: np.ndarray
    layers: list[dict[str, Any]]
    arrays: list[np.ndarray]
    inputs: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    response: int = 0
    result: str = "result"

    @property
    def network(self) -> dict[str, Any]:
        """The header without its arrays; the coefficients are zeros."""
        index = len(self.arrays)
        self.arrays.append(np.zeros((1, 9, 3), np.float16))
        zeros = {"kind": "constant", "from": [], "to": "zeros", "array": index}
        outputs = {"coeffs": "zeros", "result": self.result}
        return {"inputs": self.inputs, "layers": [zeros, *self.layers], "outputs": outputs}


def all_cases(radiance: np.ndarray, white: np.ndarray) -> Iterator[Case]:
    """All networks; two of them take inputs."""
    draw = Draw()
    yield from sources(draw)
    yield from convolutions(draw)
    yield from grids(draw)
    yield from channels(draw)
    yield from elements(draw)
    yield from choices(draw)
    yield from panoramas(radiance, white)


def planned_cases() -> Iterator[Case]:
    """Networks for what readers may plan in a way of their own: tensors of one channel, products that are added to."""
    draw = Draw()
    yield from single_channels(draw)
    yield from products_and_sums(draw)


class Draw:
    """Random numbers that float16 can hold."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(5)

    def __call__(self, *shape: int) -> np.ndarray:
        return (np.rint(self.rng.normal(0, 48, shape)) / 64).astype(np.float16)


def made(kind: str, *given: np.ndarray, **fields: Any) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """Constants, and one layer that takes them all."""
    arrays = list(given)
    names = [f"given {k}" for k in range(len(given))]
    layers = [{"kind": "constant", "from": [], "to": name, "array": k} for k, name in enumerate(names)]
    return [*layers, {"kind": kind, "from": names, "to": "result", **fields}], arrays


def case(name: str, expected: np.ndarray, kind: str, *given: np.ndarray, **fields: Any) -> Case:
    layers, arrays = made(kind, *given, **fields)
    return Case(name, expected, layers, arrays)


def sources(draw: Draw) -> Iterator[Case]:
    exact = draw.rng.normal(size=(3, 5, 2)).astype(np.float32)
    layers = [{"kind": "constant", "from": [], "to": "result", "array": 0}]
    yield Case("constant, float32", exact.astype(np.float64), layers, [exact])
    table = draw(6, 5)
    for response in (0, 4):
        layers = [{"kind": "response", "from": [], "to": "result", "array": 0}]
        expected = table[response].astype(np.float64)[None, None]
        yield Case(f"response {response}", expected, layers, [table], response=response)


def convolved(x: np.ndarray, weights: np.ndarray, bias: np.ndarray, stride: int) -> np.ndarray:
    """Sum by sum. Columns go around; rows beyond the poles are zero."""
    height, width, channels = x.shape
    count, _, size, _ = weights.shape
    margin = 0 if size == 1 else 1
    out = np.zeros(((height + 2 * margin - size) // stride + 1, (width + 2 * margin - size) // stride + 1, count))
    for row, column, n in np.ndindex(out.shape):
        total = float(bias[n])
        for down, across, c in np.ndindex(size, size, channels):
            y, z = row * stride + down - margin, (column * stride + across - margin) % width
            if 0 <= y < height:
                total += float(weights[n, c, down, across]) * float(x[y, z, c])
        out[row, column, n] = total
    return out


def convolutions(draw: Draw) -> Iterator[Case]:
    for number, (size, stride, (height, width)) in enumerate(product((1, 3, 4), (1, 2), (ODD, EVEN))):
        taken, count = ((3, 5), (8, 8), (4, 16), (6, 3))[number % 4]
        x, weights, bias = draw(height, width, taken), draw(count, taken, size, size), draw(count)
        plain = convolved(x, weights, bias, stride)
        plus = (None, draw(*plain.shape), draw(plain.shape[0], 1, count), draw(1, 1, count))[(number + number // 4) % 4]
        activation = ("none", "relu")[number % 2]
        expected = plain if plus is None else plain + plus.astype(np.float64)
        expected = np.maximum(expected, 0) if activation == "relu" else expected
        given = [x] if plus is None else [x, plus]
        settings = {"weights": len(given), "bias": len(given) + 1, "stride": stride, "activation": activation}
        layers, arrays = made("convolution", *given, **settings)
        added = "" if plus is None else f" plus {'×'.join(map(str, plus.shape))}"
        name = f"convolution {size}×{size}, stride {stride}, {taken} to {count}, {height}×{width}{added}, {activation}"
        yield Case(name, expected, layers, [*arrays, weights, bias])
    for height, width in ((1, 1), (2, 1), (2, 2)):
        x, weights, bias = draw(height, width, 3), draw(2, 3, 3, 3), draw(2)
        layers, arrays = made("convolution", x, weights=1, bias=2, stride=1, activation="none")
        yield Case(
            f"convolution 3×3, {height}×{width}", convolved(x, weights, bias, 1), layers, [*arrays, weights, bias]
        )


def grids(draw: Draw) -> Iterator[Case]:
    for height, width in (ODD, (4, 8)):
        x = draw(height, width, 5)
        exact = x.astype(np.float64)
        edges = np.cos(np.pi * np.arange(height + 1) / height)
        share = (edges[:-1] - edges[1:]) / 2
        pools = {
            "mean": exact.mean(axis=(0, 1)),
            "maximum": exact.max(axis=(0, 1)),
            "solid angle": (share[:, None] * exact.mean(axis=1)).sum(axis=0),
        }
        for by, expected in pools.items():
            yield case(f"pool by {by}, {height}×{width}", expected[None, None], "pool", x, by=by)
    x = draw(4, 6, 3)
    blocks = x.astype(np.float64).reshape(2, 2, 3, 2, 3)
    yield case("shrink", blocks.mean(axis=(1, 3)), "shrink", x)
    for height, width, count in ((3, 5, 3), (2, 4, 8), (1, 1, 2)):
        x = draw(height, width, count)
        for by in ("nearest", "linear"):
            expected = np.zeros((2 * height, 2 * width, count))
            for row, column in np.ndindex(2 * height, 2 * width):
                expected[row, column] = between(x.astype(np.float64), row, column, by)
            yield case(f"enlarge {by}, {height}×{width}×{count}", expected, "enlarge", x, by=by)
    for height, width in ((3, 5), (2, 4)):
        x = draw(height, width, 8)
        expected = np.zeros((2 * height, 2 * width, 2))
        for row, column, k in np.ndindex(expected.shape):
            expected[row, column, k] = x[row // 2, column // 2, 4 * k + 2 * (row % 2) + column % 2]
        yield case(f"shuffle, {height}×{width}", expected, "shuffle", x)


def between(x: np.ndarray, row: int, column: int, by: str) -> np.ndarray:
    """A cell of the enlarged grid."""
    height, width = x.shape[:2]
    if by == "nearest":
        return x[row // 2, column // 2]
    above, left = math.floor(row / 2 - 0.25), math.floor(column / 2 - 0.25)
    down, across = row / 2 - 0.25 - above, column / 2 - 0.25 - left
    total = np.zeros(x.shape[2])
    for i, j in np.ndindex(2, 2):
        weight = (down if i else 1 - down) * (across if j else 1 - across)
        total += weight * x[min(max(above + i, 0), height - 1), (left + j) % width]
    return total


def channels(draw: Draw) -> Iterator[Case]:
    x, y, vector = draw(3, 5, 4), draw(3, 5, 1), draw(1, 1, 3)
    yield case("reshape", x.astype(np.float64).reshape(5, 2, 6), "reshape", x, shape=[5, 2, 6])
    joined = np.concatenate([x, y, np.tile(vector, (3, 5, 1))], axis=2).astype(np.float64)
    yield case("join, with a vector", joined, "join", x, y, vector)
    yield case("slice", x[:, :, 1:3].astype(np.float64), "slice", x, first=1, count=2)
    yield case("sum", x.astype(np.float64).sum(axis=2, keepdims=True), "sum", x)
    wide = 20 * draw(2, 3, 5).astype(np.float64)
    powers = np.exp(wide - wide.max(axis=2, keepdims=True))
    yield case("softmax", powers / powers.sum(axis=2, keepdims=True), "softmax", wide.astype(np.float16))


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": lambda x: math.exp(min(x, 87)),
    "log": lambda x: math.log(max(x, 1e-30)),
    "sqrt": lambda x: math.sqrt(max(x, 0)),
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "softplus": lambda x: max(x, 0) + math.log1p(math.exp(-abs(x))),
    "relu": lambda x: max(x, 0),
    "absolute": abs,
}


def elements(draw: Draw) -> Iterator[Case]:
    for name, function in FUNCTIONS.items():
        x = np.concatenate([draw(3, 5, 2).reshape(-1), [0, -20, 20, 100 if name == "tanh" else 5, -87]])
        x = x.astype(np.float16).reshape(5, 7, 1)
        expected = np.vectorize(function, otypes=[np.float64])(x.astype(np.float64))
        yield case(f"apply {name}", expected, "apply", x, function=name)
    for function, edge in (("exp", 88.0), ("log", 0.0), ("log", -1.0), ("sqrt", -2.0)):
        x = np.full((1, 1, 1), edge, np.float16)
        expected = np.full((1, 1, 1), FUNCTIONS[function](edge))
        yield case(f"apply {function} of {edge:g}", expected, "apply", x, function=function)
    x = draw(3, 5, 3)
    exact = x.astype(np.float64)
    yield case("scale", exact * -0.75 + 1.25, "scale", x, factor=-0.75, offset=1.25)
    for low, high in ((-0.5, 0.25), (None, 0.5), (0.125, None), (None, None)):
        yield case(f"clamp {low} … {high}", np.clip(exact, low, high) if low or high else exact, "clamp", x,
                   low=low, high=high)  # fmt: skip
    shapes = ((3, 5, 3), (1, 1, 3), (3, 5, 1), (3, 1, 3), (1, 5, 1), (1, 1, 1))
    functions = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide,
                 "minimum": np.minimum, "maximum": np.maximum}  # fmt: skip
    for k, (kind, function) in enumerate(functions.items()):
        for shape in (shapes[0], shapes[1 + k % 5]):
            other = draw(*shape)
            other[other == 0] = 0.5
            name = f"{kind}, {'×'.join(map(str, shape))}"
            yield case(name, function(exact, other.astype(np.float64)), kind, x, other)
    column, row = draw(3, 1, 4), draw(1, 5, 4)
    yield case("add, 3×1×4 and 1×5×4", column.astype(np.float64) + row.astype(np.float64), "add", column, row)


def choices(draw: Draw) -> Iterator[Case]:
    x = draw(3, 5, 2)
    for switch in (0.0, -0.5):
        inner = [
            {"kind": "scale", "from": ["x"], "to": "twice", "factor": 2.0, "offset": 0.0},
            {"kind": "add", "from": ["twice", "s"], "to": "inner"},
        ]
        layers = [
            {"kind": "constant", "from": [], "to": "s", "array": 0},
            {"kind": "constant", "from": [], "to": "x", "array": 1},
            {"kind": "choose", "from": ["s", "x"], "to": "chosen", "layers": inner, "then": "inner"},
            {"kind": "scale", "from": ["chosen"], "to": "result", "factor": 1.0, "offset": 1.0},
        ]
        exact = x.astype(np.float64)
        expected = (2 * exact + switch if switch else exact) + 1
        yield Case(f"choose by {switch:g}", expected, layers, [np.full((1, 1, 1), switch, np.float16), x])


def panoramas(radiance: np.ndarray, white: np.ndarray) -> Iterator[Case]:
    shape = [32, 64, 3]
    projected = integrate(radiance.astype(np.float64), 3)[None]
    layers = [{"kind": "project", "from": ["radiance"], "to": "result"}]
    yield Case("project", projected, layers, [], {"radiance": shape})
    layers = [
        {"kind": "subtract", "from": ["radiance", "white"], "to": "rest"},
        {"kind": "pool", "from": ["rest"], "to": "result", "by": "mean"},
    ]
    rest = (radiance.astype(np.float64) - white).mean(axis=(0, 1))[None, None]
    yield Case("two inputs", rest, layers, [], {"radiance": shape, "white": shape})


def single_channels(draw: Draw) -> Iterator[Case]:
    for size, stride, taken, count in ((1, 1, 3, 1), (1, 1, 1, 3), (3, 1, 1, 1), (3, 1, 4, 1), (4, 2, 1, 2)):
        x, weights, bias = draw(*EVEN, taken), draw(count, taken, size, size), draw(count)
        expected = convolved(x, weights, bias, stride)
        layers, arrays = made("convolution", x, weights=1, bias=2, stride=stride, activation="none")
        yield Case(f"convolution {size}×{size}, {taken} to {count}", expected, layers, [*arrays, weights, bias])
    x = draw(*EVEN, 1)
    exact = x.astype(np.float64)
    yield case("shrink, one channel", exact.reshape(3, 2, 4, 2, 1).mean(axis=(1, 3)), "shrink", x)
    expected = np.array([[between(exact, row, column, "linear") for column in range(16)] for row in range(12)])
    yield case("enlarge, one channel", expected, "enlarge", x, by="linear")
    yield case("pool, one channel", exact.max(axis=(0, 1))[None, None], "pool", x, by="maximum")
    wide = draw(3, 5, 4)
    expected = np.zeros((6, 10, 1))
    for row, column in np.ndindex(6, 10):
        expected[row, column] = wide[row // 2, column // 2, 2 * (row % 2) + column % 2]
    yield case("shuffle to one channel", expected, "shuffle", wide)
    yield case("slice of one channel", wide[..., 2:3].astype(np.float64), "slice", wide, first=2, count=1)
    lone = draw(3, 5, 1)
    yield case("join of single channels", lone.repeat(3, axis=2).astype(np.float64), "join", lone, lone, lone)
    yield case("reshape to one channel", wide.astype(np.float64).reshape(6, 10, 1), "reshape", wide, shape=[6, 10, 1])
    for shape in ((3, 5, 1), (3, 1, 1), (1, 5, 1), (1, 1, 1)):
        expected = lone.astype(np.float64) - (other := draw(*shape))
        yield case(f"subtract, 3×5×1 and {'×'.join(map(str, shape))}", expected, "subtract", lone, other)


def products_and_sums(draw: Draw) -> Iterator[Case]:
    for first, second, third in (
        ((3, 5, 3), (3, 5, 3), (1, 1, 3)),
        ((3, 5, 3), (3, 5, 1), (3, 5, 3)),
        ((3, 5, 1),) * 3,
    ):
        x, y, z = draw(*first), draw(*second), draw(*third)
        for order in (["product", "z"], ["z", "product"], ["product", "product"]):
            layers = [{"kind": "constant", "from": [], "to": name, "array": k} for k, name in enumerate("xyz")]
            layers.append({"kind": "multiply", "from": ["x", "y"], "to": "product"})
            layers.append({"kind": "add", "from": order, "to": "result"})
            exact = x.astype(np.float64) * y
            expected = exact + (z if "z" in order else exact)
            yield Case(f"{order[0]} plus {order[1]}, {'×'.join(map(str, third))}", expected, layers, [x, y, z])
