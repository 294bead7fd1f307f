"""Blender's Filmic and AgX views and their inverses, from the tables of Blender's OpenColorIO configuration.

An inverse has two steps: `*_per_channel` works on single display values, so that callers can tabulate it;
`*_across_channels` then works on whole pixels, in place.

Convention: tables are planar, (channel, blue, green, red), red varying fastest as in a `.cube` file. Their
source and license: tables/README.md.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np

from lightprobe._shapes import Float, Int, Num

LOG_STOPS = 25.0
"""Range of the logarithm in both views [EV]."""
FILMIC_LOWEST, AGX_LOWEST = -12.473931188, -12.47393
"""Where that range begins [EV re 1.0]."""
FILMIC_WHITE = 2.0 ** (0.66 * LOG_STOPS + FILMIC_LOWEST)
"""Radiance at which gray reaches display white: 16.29. The curve covers 66 % of the logarithm."""
AGX_WHITE = 2.0 ** (37 / 56 * LOG_STOPS + AGX_LOWEST)
"""Radiance at which gray reaches display white: 16.50, the first node of the table with the value 1."""
KNEE = 20
"""Node, of 32, up to which Filmic does not reduce saturation."""
_TINY = 1e-30


@lru_cache(maxsize=2)
def read_tables(view: str) -> dict[str, Num[np.ndarray, "*shape"]]:
    """The arrays of tables/<view>.npz; arrays called `*_steps` are summed up and lose that suffix."""
    with (
        resources.as_file(resources.files("lightprobe.imaging.tone") / "tables" / f"{view}.npz") as path,
        np.load(path) as file,
    ):
        tables = {name: file[name] for name in file.files}
    for name in [name for name in tables if name.endswith("_steps")]:
        values = tables.pop(name)  # differences along each axis deflate to a quarter
        for axis in (1, 2, 3):
            values = np.cumsum(values, axis=axis, dtype=np.uint16)
        tables[name.removesuffix("_steps")] = values
    return tables


def tetrahedral(
    table: Float[np.ndarray, "nodes 4"], size: int, position: Float[np.ndarray, "3 n"]
) -> Float[np.ndarray, "3 n"]:
    """Values of a size³ table at positions [nodes, 0 … size − 1], as OpenColorIO interpolates.

    The value runs from a cell's lowest corner to its highest along the channels, largest remainder first. A node of the
    table is red, green, blue and a filler: 16 bytes are looked up as fast as 4.

    Source: OpenColorIO, src/OpenColorIO/ops/lut3d/Lut3DOpCPU.cpp; Kasson, Plouffe & Nin, "A tetrahedral
    interpolation technique for color space conversion", Proc. SPIE 1909, 1993.
    """
    corner = np.floor(position)  # of the last node: what lies beyond has no weight
    red, green, blue = rest = position - corner
    high, low = np.maximum(red, green), np.minimum(red, green)
    middle = np.maximum(low, np.minimum(high, blue))
    np.maximum(high, blue, out=high)
    np.minimum(low, blue, out=low)
    index = (np.array([1, size, size * size], np.float32) @ corner).astype(np.intp)  # exact in float32 up to 256³
    opposite = index + (1 + size + size * size)
    order = (red >= green) + (green >= blue) * np.uint8(2) + (red >= blue) * np.uint8(4)
    largest, smallest = _rows(_steps(size)).take(order.astype(np.intp), mode="clip").view(np.intp).reshape(-1, 2).T
    weights = (1 - high, high - middle, middle - low, low)
    nodes = _rows(table)
    taken = np.empty(len(index), nodes.dtype)
    channels = taken.view(np.float32).reshape(-1, 4).T[:3]
    values, share = np.empty((3, len(index)), np.float32), rest[0]  # which is used up
    for vertex, weight in zip((index, index + largest, opposite - smallest, opposite), weights, strict=True):
        nodes.take(vertex, mode="clip", out=taken)
        for channel, value in zip(channels, values, strict=True):
            if vertex is index:
                np.multiply(channel, weight, out=value)
            else:
                value += np.multiply(channel, weight, out=share)
    return values


def _rows(table: Num[np.ndarray, "rows columns"]) -> np.ndarray:
    """Each row as one number, so that it is looked up at once."""
    return table.view(f"V{table.strides[0]}").reshape(-1)


@lru_cache(maxsize=2)
def _steps(size: int) -> Int[np.ndarray, "8 2"]:
    """How far the nodes along the largest and along the smallest remainder are, by what is at least as large: bit 0 for
    red as green, bit 1 for green as blue, bit 2 for red as blue."""
    red, green, blue = 1, size, size * size
    largest = [blue, blue, green, red, blue, red, green, red]
    smallest = [red, green, red, green, green, green, blue, blue]
    return np.array([largest, smallest], np.intp).T.copy()


def filmic_encode(radiance: Num[np.ndarray, "n 3"]) -> Num[np.ndarray, "n 3"]:
    """Display values of Blender's view "Filmic" (look "None") of linear radiance."""
    tables = read_tables("filmic")
    curve, mixed = tables["curve"], tables["desaturation"]
    log = np.log2(np.maximum(radiance, _TINY)) * (1 / LOG_STOPS) - FILMIC_LOWEST / LOG_STOPS
    np.clip(log, 0, 1, out=log)
    bright = np.flatnonzero(log.max(axis=1) > KNEE / 32)
    own = log[bright] * 32
    np.maximum(log, mixed[0, 0] + log * (1 - 32 * mixed[0, 0]), out=log)  # the cube's black is not quite 0
    if len(bright):
        most = np.broadcast_to(own.max(axis=1, keepdims=True), own.shape)
        row, column = (np.minimum(value.astype(np.intp), 31) for value in (most, own))
        along, across = most - row, own - column
        later = np.where(along >= across, mixed[row + 1, column], mixed[row, column + 1])
        high, low = np.maximum(along, across), np.minimum(along, across)
        log[bright] = mixed[row, column] * (1 - high) + later * (high - low) + mixed[row + 1, column + 1] * low
    position = np.minimum(log * ((len(curve) - 1) / 0.66), len(curve) - 1)
    node = np.minimum(position.astype(np.intp), len(curve) - 2)
    start = curve.take(node)
    return start + (position - node) * (curve.take(node + 1) - start)


def filmic_per_channel(display: Num[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Radiance of each display value, as if no channel were bright enough to lose saturation."""
    tables = read_tables("filmic")
    curve, floor = tables["curve"], tables["desaturation"][0, 0]
    log = np.interp(display, curve, np.linspace(0, 0.66, len(curve)))
    log = np.interp(log, [floor, 1 / 32, 1], [0, 1 / 32, 1])
    return 2.0 ** (LOG_STOPS * log + FILMIC_LOWEST)


def filmic_across_channels(radiance: Float[np.ndarray, "n 3"]) -> None:
    """Restore, in place, the saturation of pixels brighter than the knee, which the view reduced."""
    most = np.maximum(np.maximum(radiance[:, 0], radiance[:, 1]), radiance[:, 2])
    bright = np.flatnonzero(most > 2.0 ** (KNEE / 32 * LOG_STOPS + FILMIC_LOWEST))
    if not len(bright):
        return
    undo = _filmic_undo()
    log = np.clip((np.log2(radiance[bright]) - FILMIC_LOWEST) / LOG_STOPS, 0, 0.66)
    peak = log.max(axis=1, keepdims=True)
    row = np.minimum((peak * 32 - KNEE), 1) * (len(undo) - 1)
    column = log * ((undo.shape[1] - 1) / 0.66)
    i, j = (np.minimum(value.astype(np.intp), end - 2) for value, end in zip((row, column), undo.shape, strict=True))
    s, t = row - i, column - j
    upper = undo[i, j] * (1 - t) + undo[i, j + 1] * t
    lower = undo[i + 1, j] * (1 - t) + undo[i + 1, j + 1] * t
    own = np.where(log < peak, np.minimum(upper * (1 - s) + lower * s, peak), peak)
    radiance[bright] = 2.0 ** (LOG_STOPS * own + FILMIC_LOWEST)


@lru_cache(maxsize=1)
def _filmic_undo() -> Float[np.ndarray, "rows columns"]:
    """Logarithm before desaturation, by the peak's position between the knee and the next node, and by the logarithm
    after desaturation."""
    mixed = read_tables("filmic")["desaturation"].astype(np.float64)
    before, after = mixed[KNEE, : KNEE + 1], mixed[KNEE + 1, : KNEE + 2]
    nodes = np.arange(KNEE + 1) / 32
    rows: list[Float[np.ndarray, " columns"]] = []
    for part in np.linspace(0, 1, 33):  # the forward table is piecewise linear, two pieces per cell: see `tetrahedral`
        turns = np.stack([nodes, nodes + part / 32], axis=1).ravel()
        values = np.stack([before * (1 - part) + after[:-1] * part, before * (1 - part) + after[1:] * part], axis=1)
        rows.append(np.interp(np.linspace(0, 0.66, 513), values.ravel(), turns))
    return np.stack(rows)


@lru_cache(maxsize=1)
def _agx_tables() -> tuple[Float[np.ndarray, "forward 4"], Float[np.ndarray, "inverse 4"]]:
    """The view's own table, and ln of E-Gamut radiance on a grid of the gray axis' logarithms."""
    tables = read_tables("agx")
    size = tables["inverse"].shape[1]
    forward = tables["forward"].reshape(3, -1) * np.float32(1 / 65535)
    gray = np.linspace(0, (len(tables["gray"]) - 1) / (tables["forward"].shape[1] - 1), size)
    grid = np.stack(np.broadcast_arrays(gray, gray[:, None], gray[:, None, None]))
    log = grid + tables["inverse"].view(np.int16) / 65536
    return _by_node(forward), _by_node((np.log(2.0) * (LOG_STOPS * log + AGX_LOWEST)).reshape(3, -1))


def _by_node(planes: Float[np.ndarray, "3 nodes"]) -> Float[np.ndarray, "nodes 4"]:
    """A plane per channel as `tetrahedral` reads them."""
    return np.concatenate([planes, planes[:1]]).astype(np.float32).T.copy()


@lru_cache(maxsize=1)
def _from_agx_gamut() -> Float[np.ndarray, "3 3"]:
    """From E-Gamut to Rec.709."""
    return np.linalg.inv(read_tables("agx")["matrix"]).astype(np.float32)


def agx_encode(radiance: Num[np.ndarray, "n 3"]) -> Num[np.ndarray, "n 3"]:
    """Display values of Blender's view "AgX" (look "None") of linear radiance."""
    tables = read_tables("agx")
    size = tables["forward"].shape[1]
    gamut = np.maximum(tables["matrix"].astype(radiance.dtype) @ radiance.T, _TINY)
    position = (np.log2(gamut) - AGX_LOWEST) * ((size - 1) / LOG_STOPS)
    np.clip(position, 0, size - 1, out=position)
    power = np.maximum(tetrahedral(_agx_tables()[0], size, position.astype(np.float32)).T, 0)
    # x^2.4 to light and sRGB's 1/2.4 back cancel, but for a straight line above the toe
    return np.where(power > 0.0031308 ** (1 / 2.4), 1.055 * power - 0.055, 12.92 * power**2.4)


def agx_per_channel(display: Num[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Position of each display value in the inverse table [nodes]."""
    tables = read_tables("agx")
    power = np.where(display > 0.04045, (display + 0.055) / 1.055, (display / 12.92) ** (1 / 2.4))
    return np.interp(power, tables["gray"], np.linspace(0, tables["inverse"].shape[1] - 1, len(tables["gray"])))


def agx_across_channels(position: Float[np.ndarray, "n 3"]) -> None:
    """Convert positions in the inverse table to linear radiance, in place."""
    tables = read_tables("agx")
    planes = tetrahedral(_agx_tables()[1], tables["inverse"].shape[1], np.ascontiguousarray(position.T))
    np.exp(planes, out=planes)
    planes = _from_agx_gamut() @ planes
    for channel, values in enumerate(planes):  # half the time of writing the transposed array
        np.maximum(values, 0, out=position[:, channel])
