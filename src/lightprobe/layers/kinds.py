"""Kinds of layers: the fields and tensors that each needs, and the shape of its result.

Convention: spec/MODEL_BIN.md#layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from lightprobe.layers.layers import Shape
from lightprobe.layers.limits import MOST_LAYERS, MOST_NUMBERS
from lightprobe.untrusted.terminal import printable

CELL_SHAPE: Shape = (32, 64, 3)
INPUTS: dict[str, Shape] = {"radiance": CELL_SHAPE, "white": CELL_SHAPE, "seen": (32, 64, 1)}
"""Tensors that a network may take."""
OUTPUTS: dict[str, Shape] = {
    "coeffs": (1, 9, 3),
    "panorama": CELL_SHAPE,
    "curve": (1, 1, 16),
    "lost": CELL_SHAPE,
    "levels": (1, 1, 4),
}
"""Tensors that a reader knows; a network always has the first."""
RESPONSE_ROWS = 6
"""Tone curves, `auto` included."""

ACTIVATIONS = ("none", "relu")
FUNCTIONS = ("exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "relu", "absolute")
POOLS = ("mean", "maximum", "solid angle")
ENLARGEMENTS = ("nearest", "linear")
FILTER_SIZES = (1, 3, 4)
PAIRS = ("add", "subtract", "multiply", "divide", "minimum", "maximum")

Arrays = list[tuple[int, ...]]
Rule = Callable[[dict[str, Any], list[Shape], Arrays], Shape]


class KindRule(NamedTuple):
    """What a kind of layer needs, and what it gives."""

    sources: tuple[int, int]
    """Fewest and most tensors that it takes."""
    fields: dict[str, Any]
    """Type of each field, or the values that it may have."""
    shape: Rule
    """The shape of its result. Raises: ValueError if the shapes do not fit."""


def check_fields(where: str, value: Any, fields: dict[str, Any]) -> None:
    """Raises: ValueError in one line unless `value` is an object of exactly these fields.

    A field is given by its type, `float` for any finite number, `object` for anything, or by the values that it may
    have.
    """
    require(isinstance(value, dict), f"{where}: an object", value)
    unknown = next((name for name in value if name not in fields), None)
    require(unknown is None, f"{where}: fields of {', '.join(fields)}", unknown)
    for name, wanted in fields.items():
        require(name in value, f"{where}: a field {name!r}", "none")
        found = value[name]
        if isinstance(wanted, tuple):
            is_right, words = type(found) in (int, str) and found in wanted, f"of {', '.join(map(str, wanted))}"
        elif wanted is float:
            is_right, words = type(found) in (int, float) and abs(found) <= LARGEST_NUMBER, "that is a finite number"
        elif wanted is object:
            continue
        else:
            is_right, words = type(found) is wanted, f"of type {WORDS[wanted]}"
        require(is_right, f"{where}: {name} {words}", found)


WORDS: dict[type, str] = {int: "integer", str: "string", dict: "object", list: "array"}
LARGEST_NUMBER = 3.4e38
"""Numbers of a header must fit in float32."""


def _array(layer: dict[str, Any], field: str, arrays: Arrays, axes: int) -> tuple[int, ...]:
    """The shape of the array that a field names."""
    index = layer[field]
    require(0 <= index < len(arrays), f"{field} to be one of {len(arrays)} arrays", index)
    require(len(arrays[index]) == axes, f"{field} of {axes} axes", f"shape {list(arrays[index])}")
    return arrays[index]


def _constant(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    height, width, channels = _array(layer, "array", arrays, 3)
    return height, width, channels


def _response(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    rows, channels = _array(layer, "array", arrays, 2)
    require(rows == RESPONSE_ROWS, f"an array of {RESPONSE_ROWS} rows", rows)
    return 1, 1, channels


def _convolution(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    count, channels, size, across = _array(layer, "weights", arrays, 4)
    height, width, taken = given[0]
    require(size == across and size in FILTER_SIZES, "filters of 1×1, 3×3 or 4×4", f"{size}×{across}")
    require(channels == taken, f"weights for {taken} channels", channels)
    bias = _array(layer, "bias", arrays, 1)
    require(bias == (count,), f"a bias of {count} numbers", bias[0])
    margin, stride = (0 if size == 1 else 1), layer["stride"]
    shape = (height + 2 * margin - size) // stride + 1, (width + 2 * margin - size) // stride + 1, count
    if len(given) > 1:
        fits = all(n in (1, m) for n, m in zip(given[1][:2], shape[:2], strict=True)) and given[1][2] == count
        require(fits, f"a second tensor that fits {list(shape)}", list(given[1]))
    return shape


def _vector(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    return 1, 1, given[0][2]


def _shrink(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    height, width, channels = given[0]
    require(height % 2 == 0 and width % 2 == 0, "even rows and columns", list(given[0]))
    return height // 2, width // 2, channels


def _enlarge(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    height, width, channels = given[0]
    return 2 * height, 2 * width, channels


def _shuffle(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    height, width, channels = given[0]
    require(channels % 4 == 0, "channels that 4 divides", channels)
    return 2 * height, 2 * width, channels // 4


def _reshape(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    shape = layer["shape"]
    is_shape = len(shape) == 3 and all(type(size) is int and 1 <= size <= MOST_NUMBERS for size in shape)
    require(is_shape, "a shape of 3 sizes", shape)
    require(math.prod(shape) == math.prod(given[0]), f"a shape of {math.prod(given[0])} numbers", shape)
    return shape[0], shape[1], shape[2]


def _join(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    size = max(shape[:2] for shape in given)
    for shape in given:
        require(shape[:2] in (size, (1, 1)), f"tensors of {size[0]}×{size[1]} or 1×1 cells", list(shape))
    return *size, sum(shape[2] for shape in given)


def _slice(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    first, count, channels = layer["first"], layer["count"], given[0][2]
    is_part = 0 <= first < channels and 1 <= count <= channels - first
    require(is_part, f"a part of {channels} channels", f"{count} from {first}")
    return *given[0][:2], count


def _sum(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    return *given[0][:2], 1


def _same(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    return given[0]


def _clamp(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    bounds = {name: layer[name] for name in ("low", "high") if layer[name] is not None}
    check_fields("clamp", bounds, dict.fromkeys(bounds, float))
    require(len(bounds) < 2 or bounds["low"] <= bounds["high"], "low ≤ high", f"{layer['low']} > {layer['high']}")
    return given[0]


def _pair(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    first, second = given
    for n, m in zip(first, second, strict=True):
        require(n == m or 1 in (n, m), f"tensors that fit {list(first)}", list(second))
    return max(first[0], second[0]), max(first[1], second[1]), max(first[2], second[2])


def _project(layer: dict[str, Any], given: list[Shape], arrays: Arrays) -> Shape:
    require(given[0] == CELL_SHAPE, f"a panorama of shape {list(CELL_SHAPE)}", list(given[0]))
    return OUTPUTS["coeffs"]


def require(is_met: bool, expected: str, got: object) -> None:
    """Raises: ValueError in one line unless a rule is met."""
    if not is_met:
        raise ValueError(f"expected {expected}, got {printable(str(got)[:60])}")


KINDS: dict[str, KindRule] = {
    "constant": KindRule((0, 0), {"array": int}, _constant),
    "response": KindRule((0, 0), {"array": int}, _response),
    "convolution": KindRule(
        (1, 2), {"weights": int, "bias": int, "stride": (1, 2), "activation": ACTIVATIONS}, _convolution
    ),
    "pool": KindRule((1, 1), {"by": POOLS}, _vector),
    "shrink": KindRule((1, 1), {}, _shrink),
    "enlarge": KindRule((1, 1), {"by": ENLARGEMENTS}, _enlarge),
    "shuffle": KindRule((1, 1), {}, _shuffle),
    "reshape": KindRule((1, 1), {"shape": list}, _reshape),
    "join": KindRule((1, MOST_LAYERS), {}, _join),
    "slice": KindRule((1, 1), {"first": int, "count": int}, _slice),
    "sum": KindRule((1, 1), {}, _sum),
    "softmax": KindRule((1, 1), {}, _same),
    "apply": KindRule((1, 1), {"function": FUNCTIONS}, _same),
    "scale": KindRule((1, 1), {"factor": float, "offset": float}, _same),
    "clamp": KindRule((1, 1), {"low": object, "high": object}, _clamp),
    **{kind: KindRule((2, 2), {}, _pair) for kind in PAIRS},
    "choose": KindRule((2, 2), {"layers": list, "then": str}, _same),
    "project": KindRule((1, 1), {}, _project),
}
"""Kinds of layers by name."""
