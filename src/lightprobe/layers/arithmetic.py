"""What each kind of layer computes, in numpy and float32.

Convention: spec/MODEL_BIN.md#layers. Tensors are [h, w, c]. Columns go around, rows beyond the poles are zero.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lightprobe._shapes import Float
from lightprobe.sphere.panorama.equirect import row_edges
from lightprobe.sphere.panorama.projection import projection_factors
from lightprobe.sphere.panorama.rows import multiply

Tensor = np.ndarray
Step = Callable[..., Tensor]
"""A layer that is ready to run: its tensors in, its result out. Results may be views of what it was given."""

SMALLEST_LOG, LARGEST_EXP = np.float32(1e-30), np.float32(87)


def filter_matrix(weights: Float[np.ndarray, "n c k k"]) -> Float[np.ndarray, "m n"]:
    """Filters as a matrix that windows [k·k·c] are multiplied with."""
    return np.ascontiguousarray(weights.transpose(2, 3, 1, 0).reshape(-1, len(weights)), np.float32)


def windows(x: Tensor, size: int, stride: int) -> Float[np.ndarray, "h w m"]:
    """The k×k neighborhood of every stride-th cell, as rows of k·k·c numbers."""
    if size == 1:
        return x[::stride, ::stride]
    height, width, channels = x.shape
    padded = np.empty((height + 2, width + 2, channels), np.float32)
    padded[0] = padded[-1] = 0
    padded[1:-1, 1:-1] = x
    padded[1:-1, 0], padded[1:-1, -1] = x[:, -1], x[:, 0]
    rows, columns = (height + 2 - size) // stride + 1, (width + 2 - size) // stride + 1
    down, across, each = padded.strides  # a window's columns and channels lie side by side
    shape, strides = (rows, columns, size, size * channels), (stride * down, stride * across, down, each)
    return as_strided(padded, shape, strides).reshape(rows, columns, -1)


def convolve(
    x: Tensor, plus: Tensor | None, matrix: Tensor, bias: Tensor, size: int, stride: int, is_rectified: bool
) -> Tensor:
    """A convolution with `filter_matrix` weights; `plus` is added before the activation."""
    seen = windows(x, size, stride)
    rows, columns, count = seen.shape
    found = multiply(seen.reshape(rows * columns, count), matrix).reshape(rows, columns, -1)
    found += bias
    if plus is not None:
        found += plus
    return np.maximum(found, 0, out=found) if is_rectified else found


@lru_cache(maxsize=16)
def row_shares(height: int) -> Float[np.ndarray, " h"]:
    """The share of the sphere that each row covers."""
    edges = row_edges(height)
    return ((edges[:-1] - edges[1:]) / 2).astype(np.float32)


def pool(x: Tensor, by: str) -> Tensor:
    """One vector for all cells."""
    height, width = x.shape[:2]
    if by == "maximum":
        return x.max(axis=0).max(axis=0)[None, None]  # one axis at a time: many times faster than both at once
    if by == "mean":
        return (x.sum(axis=0).sum(axis=0) / np.float32(height * width))[None, None]
    columns = np.einsum("h,hwc->wc", row_shares(height), x)  # not by BLAS, which wakes other threads for this
    return (columns.sum(axis=0) / np.float32(width))[None, None]


def project_cells(panorama: Float[np.ndarray, "32 64 3"]) -> Float[np.ndarray, "1 9 3"]:
    """Radiance coefficients, in float32 and without the checks of `sphere.project`."""
    around, down = _factors(*panorama.shape[:2])
    waves = np.matmul(around, panorama)  # [32, 5, 3]
    return (down @ waves.transpose(1, 0, 2).reshape(-1, panorama.shape[2]))[None]


@lru_cache(maxsize=1)
def _factors(height: int, width: int) -> tuple[Tensor, Tensor]:
    around, down = projection_factors(height, width, 3)
    return around.astype(np.float32), down.reshape(len(down), -1).astype(np.float32)


def halve(x: Tensor) -> Tensor:
    """Means of 2×2 cells."""
    return (x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]) * np.float32(0.25)


def enlarge(x: Tensor, by: str) -> Tensor:
    """Twice the rows and columns."""
    height, width, channels = x.shape
    if by == "nearest":
        return np.broadcast_to(x[:, None, :, None], (height, 2, width, 2, channels)).reshape(2 * height, -1, channels)
    above, below = np.concatenate([x[:1], x[:-1]]), np.concatenate([x[1:], x[-1:]])
    tall = np.stack([_near(x, above), _near(x, below)], axis=1).reshape(2 * height, width, channels)
    left, right = np.roll(tall, 1, axis=1), np.roll(tall, -1, axis=1)
    return np.stack([_near(tall, left), _near(tall, right)], axis=2).reshape(2 * height, 2 * width, channels)


def _near(x: Tensor, other: Tensor) -> Tensor:
    """A quarter of the way from one to the other."""
    return np.float32(0.75) * x + np.float32(0.25) * other


def shuffle(x: Tensor) -> Tensor:
    """Four channels become 2×2 cells."""
    height, width, channels = x.shape
    blocks = x.reshape(height, width, channels // 4, 2, 2).transpose(0, 3, 1, 4, 2)
    return blocks.reshape(2 * height, 2 * width, channels // 4)


def join(*given: Tensor) -> Tensor:
    """The channels of all, one after the other."""
    size = max(x.shape[:2] for x in given)
    fitting = [x if x.shape[:2] == size else np.broadcast_to(x, (*size, x.shape[2])) for x in given]
    return np.concatenate(fitting, axis=2)


def softmax(x: Tensor) -> Tensor:
    """Over the channels."""
    powers = np.exp(x - x.max(axis=2, keepdims=True))
    return powers / powers.sum(axis=2, keepdims=True)


def exp(x: Tensor) -> Tensor:
    """e^x, of at most 87."""
    return np.exp(np.minimum(x, LARGEST_EXP))


FUNCTION_STEPS: dict[str, Step] = {
    "exp": exp,
    "log": lambda x: np.log(np.maximum(x, SMALLEST_LOG)),
    "sqrt": lambda x: np.sqrt(np.maximum(x, 0)),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0),
    "relu": lambda x: np.maximum(x, 0),
    "absolute": np.abs,
}
PAIR_STEPS: dict[str, Step] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "minimum": np.minimum,
    "maximum": np.maximum,
}
SINGLE_STEPS: dict[str, Step] = {
    "shrink": halve,
    "shuffle": shuffle,
    "join": join,
    "softmax": softmax,
    "sum": lambda x: x.sum(axis=2, keepdims=True),
    "project": project_cells,
}


def layer_step(layer: dict[str, Any], arrays: tuple[np.ndarray, ...]) -> Step:
    """A layer that has passed `layer_shapes`, ready to run; `runner` does `response` and `choose`."""
    kind = layer["kind"]
    if kind in PAIR_STEPS:
        return PAIR_STEPS[kind]
    if kind in SINGLE_STEPS:
        return SINGLE_STEPS[kind]
    if kind == "apply":
        return FUNCTION_STEPS[layer["function"]]
    if kind == "constant":
        value = arrays[layer["array"]].astype(np.float32)
        return lambda: value
    if kind == "convolution":
        weights, bias = arrays[layer["weights"]], arrays[layer["bias"]].astype(np.float32)
        matrix, size, stride = filter_matrix(weights), weights.shape[2], layer["stride"]
        is_rectified = layer["activation"] == "relu"
        return lambda x, plus=None: convolve(x, plus, matrix, bias, size, stride, is_rectified)
    if kind == "scale":
        factor, offset = np.float32(layer["factor"]), np.float32(layer["offset"])
        return lambda x: factor * x + offset
    if kind == "clamp":
        low = -np.inf if layer["low"] is None else layer["low"]
        high = np.inf if layer["high"] is None else layer["high"]
        low, high = np.float32(low), np.float32(high)
        return lambda x: np.minimum(np.maximum(x, low), high)
    if kind == "slice":
        first, last = layer["first"], layer["first"] + layer["count"]
        return lambda x: x[:, :, first:last]
    if kind == "reshape":
        return lambda x: x.reshape(layer["shape"])
    by = layer["by"]
    return (lambda x: pool(x, by)) if kind == "pool" else (lambda x: enlarge(x, by))
