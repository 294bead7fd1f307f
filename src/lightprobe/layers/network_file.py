"""model.bin: a network as bytes. Read with care: anyone may have written it.

Convention: spec/MODEL_BIN.md.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from lightprobe.layers.kinds import check_fields
from lightprobe.layers.layers import Layers, Shape
from lightprobe.layers.limits import MOST_ARRAYS, MOST_AXES, MOST_FILE, MOST_HEADER
from lightprobe.layers.shapes import layer_shapes
from lightprobe.untrusted.json_text import parse_json
from lightprobe.untrusted.terminal import printable

MAGIC = b"LPMODEL2"
TYPES = {"float16": np.dtype("<f2"), "float32": np.dtype("<f4")}
ALIGNMENT = 4
"""Arrays begin at multiples of this [bytes]."""


def to_model_bin(layers: Layers) -> bytes:
    """The bytes of model.bin.

    Raises: ValueError in one line if the network breaks a rule or is too large.
    """
    layer_shapes(layers)
    header = json.dumps(
        {
            "inputs": {name: list(shape) for name, shape in layers.inputs.items()},
            "arrays": [{"type": array.dtype.name, "shape": list(array.shape)} for array in layers.arrays],
            "layers": list(layers.layers),
            "outputs": layers.outputs,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    if len(header) > MOST_HEADER:
        raise ValueError(f"expected a header of at most {MOST_HEADER:,} bytes, got {len(header):,}; use fewer layers")
    parts = [MAGIC + len(header).to_bytes(4, "little") + header]
    length = len(parts[0])
    for array in layers.arrays:
        stored = _stored(array)
        parts += [bytes(-length % ALIGNMENT), stored]
        length += -length % ALIGNMENT + len(stored)
    if length > MOST_FILE:
        raise ValueError(f"expected a network of at most {MOST_FILE:,} bytes, got {length:,}; use smaller layers")
    return b"".join(parts)


def from_model_bin(data: bytes) -> Layers:
    """The network in the bytes of a model.bin.

    Raises: ValueError in one line if they are damaged, or if the network breaks a rule or is too large.
    """
    if len(data) > MOST_FILE:
        raise ValueError(f"expected at most {MOST_FILE:,} bytes, got {len(data):,}")
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError(f"expected a network that begins with {MAGIC.decode()}, got {data[: len(MAGIC)]!r}")
    start = len(MAGIC) + 4
    length = int.from_bytes(data[len(MAGIC) : start], "little")
    if length > min(MOST_HEADER, len(data) - start):
        raise ValueError(f"expected a header of at most {min(MOST_HEADER, len(data)):,} bytes, got {length:,}")
    try:
        header = parse_json(data[start : start + length].decode())
    except UnicodeDecodeError:
        raise ValueError("expected a header in UTF-8, got other bytes") from None
    check_fields("header", header, {"inputs": dict, "arrays": list, "layers": list, "outputs": dict})
    check_fields("outputs", header["outputs"], dict.fromkeys(header["outputs"], str))
    arrays = _arrays(header["arrays"], data, start + length)
    for number, layer in enumerate(header["layers"], 1):
        if not isinstance(layer, dict):
            raise ValueError(f"layer {number}: expected an object, got {printable(str(layer)[:60])}")
    inputs = {name: _input_shape(name, shape) for name, shape in header["inputs"].items()}
    made = Layers(inputs=inputs, arrays=arrays, layers=tuple(header["layers"]), outputs=header["outputs"])
    layer_shapes(made)
    return made


def _stored(array: np.ndarray) -> bytes:
    """The numbers of an array; those of float16 with all high bytes first, because their low bytes do not compress."""
    numbers = np.ascontiguousarray(array, TYPES[array.dtype.name])
    if numbers.itemsize == 4:
        return numbers.tobytes()
    return numbers.reshape(-1, 1).view(np.uint8)[:, ::-1].T.tobytes()


def _loaded(stored: bytes, dtype: np.dtype) -> np.ndarray:
    """The numbers that `_stored` wrote."""
    if dtype.itemsize == 4:
        return np.frombuffer(stored, dtype)
    high, low = np.frombuffer(stored, np.uint8).reshape(2, -1)
    return np.stack([low, high], axis=1).view(dtype)


def _input_shape(name: str, shape: Any) -> Shape:
    if not (isinstance(shape, list) and len(shape) == 3 and all(type(size) is int for size in shape)):
        found = printable(str(shape)[:60])
        raise ValueError(f"expected a shape of 3 sizes of the input {printable(name[:40])}, got {found}")
    return shape[0], shape[1], shape[2]


def _arrays(entries: list[Any], data: bytes, start: int) -> tuple[np.ndarray, ...]:
    """The arrays of a header, which begin after byte `start`."""
    if len(entries) > MOST_ARRAYS:
        raise ValueError(f"expected at most {MOST_ARRAYS:,} arrays, got {len(entries):,}")
    found: list[np.ndarray] = []
    for number, entry in enumerate(entries):
        where = f"array {number}"
        check_fields(where, entry, {"type": str, "shape": list})
        kind, shape = entry["type"], entry["shape"]
        if kind not in TYPES:
            raise ValueError(f"{where}: expected a type of {', '.join(TYPES)}, got {printable(kind[:40])}")
        is_shape = 1 <= len(shape) <= MOST_AXES and all(type(size) is int and 1 <= size <= MOST_FILE for size in shape)
        if not is_shape:
            raise ValueError(f"{where}: expected a shape of 1 to {MOST_AXES} sizes, got {str(shape)[:60]}")
        count, begin = math.prod(shape), start + -start % ALIGNMENT
        start = begin + count * TYPES[kind].itemsize
        if start > len(data):
            raise ValueError(f"{where}: expected {count:,} numbers, got a file that ends before")
        values = _loaded(data[begin:start], TYPES[kind]).reshape(shape)
        if not np.isfinite(values).all():
            raise ValueError(f"{where}: expected finite numbers, got NaN or infinity")
        found.append(values)
    if start != len(data):
        raise ValueError(f"expected {start:,} bytes, got {len(data):,}")
    return tuple(found)
