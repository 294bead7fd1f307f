"""Placing a perspective picture on the sphere, and filling the part that it does not show.

Convention: spec/CONVENTIONS.md#partial-pictures. A perspective picture looks along the panorama's center (+X), right
side up; its right is towards +Z. Placing works on any quantity that averages (linear radiance, shares), never on
display values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, Int
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.rows import multiply

ACROSS = 256
"""Columns of the fine panorama that a perspective picture covers, where its rows stay below the next line."""
MAX_HEIGHT = 8192
"""Rows of the fine panorama, at most."""
MAX_REDUCED = 1 << 22
"""Pixels to which a picture is averaged before it is placed, at most."""
PIECE = 3072
"""Pixels of RGB up to which OpenBLAS adds up in the calling thread. Source: OpenBLAS, interface/gemv.c."""
BAND_PIXELS = 1 << 16
"""Pixels of a band of rows: as RGB floats they fit into the processor's cache."""


def check_fov(fov: float) -> float:
    """Raises: ValueError if the horizontal field of view [°] is not that of a perspective picture."""
    if not 1 <= fov <= 170:
        raise ValueError(
            f"expected a horizontal field of view of 1 to 170 degrees, got {fov:g}; a phone has about 65, "
            "a webcam 60 to 78; leave it out for a 2:1 panorama"
        )
    return float(fov)


class Piece(NamedTuple):
    """Pixels of one cell in one band of rows, and their weights."""

    rows: slice
    """Rows, counted from the first of the band."""
    columns: slice
    weights: Float[np.ndarray, " n"]


class Band(NamedTuple):
    """Rows of a picture, and the pieces in them."""

    rows: slice
    pieces: tuple[Piece, ...]


class Placement(NamedTuple):
    """Where a perspective picture lies on a panorama: for each cell, pixels and their weights, band by band."""

    bands: tuple[Band, ...]
    cells: Int[np.ndarray, " n"]
    """The cell of each piece, counted row by row."""
    share: Float[np.ndarray, "h w"]
    """How much of each cell is seen [0…1]; the weights of a cell add up to it."""

    def sums(self, layers: Float[np.ndarray, "H W c"]) -> Float[np.ndarray, "h w c"]:
        """Quantities of the picture, summed by weight over each cell of the panorama: their mean times the share."""
        return self.band_sums(lambda rows: layers[rows])

    def band_sums(self, read: Callable[[slice], Float[np.ndarray, "k W c"]]) -> Float[np.ndarray, "h w c"]:
        """The same of layers that are read band by band, so that they need not be in memory as a whole."""
        parts = [_weighted(read(band.rows), band.pieces) for band in self.bands]
        return self._gathered(np.concatenate(parts))

    def flag_sums(self, read: Callable[[slice], Bool[np.ndarray, "k W 3"]]) -> Float[np.ndarray, "h w 4"]:
        """The same of three flags, and of whether any of them is set. Fast where few are."""
        return self._gathered(np.concatenate([_flagged(read(band.rows), band.pieces) for band in self.bands]))

    def _gathered(self, parts: Float[np.ndarray, "n c"]) -> Float[np.ndarray, "h w c"]:
        found = np.stack([np.bincount(self.cells, part, minlength=self.share.size) for part in parts.T], axis=-1)
        return found.reshape(*self.share.shape, -1)


def _weighted(layers: Float[np.ndarray, "k W c"], pieces: Sequence[Piece]) -> Float[np.ndarray, "n c"]:
    """The weighted sum of each piece."""
    parts = np.empty((len(pieces), layers.shape[2]), layers.dtype)
    for part, (rows, columns, weights) in zip(parts, pieces, strict=True):
        np.dot(weights, layers[rows, columns].reshape(-1, layers.shape[2]), out=part)
    return parts


def _flagged(flags: Bool[np.ndarray, "k W 3"], pieces: Sequence[Piece]) -> Float[np.ndarray, "n 4"]:
    """The weight of the flags of each piece, and of the pixels with any of them."""
    parts = np.zeros((len(pieces), 4), np.float32)
    if not flags.any():
        return parts
    for part, (rows, columns, weights) in zip(parts, pieces, strict=True):
        values = flags[rows, columns].reshape(-1, 3)
        if values.any():
            np.dot(weights, values.astype(np.float32), out=part[:3])
            part[3] = weights @ (values[:, 0] | values[:, 1] | values[:, 2]).astype(np.float32)
    return parts


def reduced_size(height: int, width: int, fov: float, rows: int) -> tuple[int, int]:
    """Rows and columns to which a picture is averaged before it is placed on a panorama of so many rows.

    More would not be seen: it is the resolution of the fine panorama, at its center. Beyond `MAX_REDUCED` pixels, which
    only slivers reach, there are fewer rows.
    """
    columns = min(width, math.ceil(2 * math.tan(math.radians(fov) / 2) * _fine_rows(fov, rows) / math.pi))
    return min(height, max(1, math.floor(height * columns / width + 0.5)), max(1, MAX_REDUCED // columns)), columns


def _fine_rows(fov: float, rows: int) -> int:
    return min(max(1, MAX_HEIGHT // rows), math.ceil(ACROSS * 180 / fov / rows)) * rows


@lru_cache(maxsize=4)
def place_perspective(
    height: int, width: int, fov: float, grid: tuple[int, int], is_reduced: bool = False
) -> Placement:
    """Where a picture of this size and horizontal field of view [°] lies on a panorama of `grid` rows and columns.

    The picture is averaged to `reduced_size`, then looked up bilinearly from the centers of the pixels of a fine
    panorama. Weights are of the pixels before averaging, or after it where the picture `is_reduced` already.

    Raises: ValueError if `fov` is not between 1 and 170 degrees, or if the picture covers nothing.
    """
    half = math.tan(math.radians(check_fov(fov)) / 2)
    fine, per = _fine_rows(fov, grid[0]), _fine_rows(fov, grid[0]) // grid[0]
    size = reduced_size(height, width, fov, grid[0])
    azimuth = np.pi * ((np.arange(2 * fine) + 0.5) / fine - 1)
    column = np.flatnonzero(np.abs(azimuth) <= math.radians(fov) / 2 + np.pi / fine)
    across = np.tan(azimuth[column]) / half
    latitude = np.pi * (0.5 - (np.arange(fine) + 0.5) / fine)
    down = -np.tan(latitude)[:, None] / np.cos(azimuth[column]) / half * (width / height)
    row, at = np.nonzero((np.abs(down) <= 1) & (np.abs(across) <= 1))
    if not row.size:
        raise ValueError(
            f"expected a picture that covers some of the sphere, got {width}×{height} with a field of view of "
            f"{fov:g}°; check both"
        )
    weight = (_heights(fine) / np.repeat(_heights(grid[0]) * per, per))[row]
    cell = row // per * grid[1] + column[at] // per
    taps = np.stack([(down[row, at] + 1) / 2 * size[0] - 0.5, (across[at] + 1) / 2 * size[1] - 0.5])
    taps = np.clip(taps, 0, np.array(size)[:, None] - 1)
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    step = max(1, BAND_PIXELS // (size[1] if is_reduced else width))
    bands: dict[int, list[tuple[Piece, int]]] = {}
    for members in np.split(order, starts[1:]):
        top, left, weights = _patch(taps[0, members], taps[1, members], weight[members], size)
        if not is_reduced:
            top, left, weights = _spread(top, left, weights, size, (height, width))
        for band, piece in _pieces(top, left, weights, step):
            bands.setdefault(band, []).append((piece, int(cell[members[0]])))
    share = np.minimum(np.bincount(cell, weight, minlength=grid[0] * grid[1]), 1).reshape(grid)
    ordered = sorted(bands.items())
    found = [Band(slice(n * step, (n + 1) * step), tuple(piece for piece, _ in pieces)) for n, pieces in ordered]
    cells = np.array([cell for _, pieces in ordered for _, cell in pieces])
    return Placement(tuple(found), cells, share)


def _heights(rows: int) -> Float[np.ndarray, " {rows}"]:
    """Share of the sphere of each row of a panorama, times 2."""
    return -np.diff(equirect.row_edges(rows))


def _patch(
    row: Float[np.ndarray, " n"],
    column: Float[np.ndarray, " n"],
    weight: Float[np.ndarray, " n"],
    size: tuple[int, int],
) -> tuple[int, int, Float[np.ndarray, "h w"]]:
    """Bilinear look-ups added up by pixel: upper left corner of the pixels that they touch, and their weights."""
    top, left = row.astype(int), column.astype(int)
    below, right = np.minimum(top + 1, size[0] - 1), np.minimum(left + 1, size[1] - 1)
    v, u = row - top, column - left
    first, start = int(top.min()), int(left.min())
    height, width = int(below.max()) + 1 - first, int(right.max()) + 1 - start
    total = np.zeros(height * width)
    for y, x, share in (
        (top, left, (1 - v) * (1 - u)),
        (top, right, (1 - v) * u),
        (below, left, v * (1 - u)),
        (below, right, v * u),
    ):
        total += np.bincount((y - first) * width + x - start, weight * share, minlength=height * width)
    return first, start, total.reshape(height, width)


def _spread(
    top: int, left: int, weights: Float[np.ndarray, "h w"], size: tuple[int, int], full: tuple[int, int]
) -> tuple[int, int, Float[np.ndarray, "H W"]]:
    """Weights of averaged pixels as weights of those that were averaged."""
    first, down = _spread_rows(top, weights, size[0], full[0])
    start, across = _spread_rows(left, down.T, size[1], full[1])
    return first, start, across.T


def _spread_rows(
    first: int, weights: Float[np.ndarray, "n k"], target: int, source: int
) -> tuple[int, Float[np.ndarray, "m k"]]:
    """Weights of rows `first` … of `target` as weights of those of `source` rows that were averaged to them.

    Never as a matrix from one to the other, which would be huge for a tall picture.
    """
    if target == source:
        return first, weights
    rows, shares = _bands(source, target)
    rows, shares = rows[first : first + len(weights)], shares[first : first + len(weights)]
    start = int(rows[0, 0])
    out = np.zeros((int(rows[-1, -1]) + 1 - start, weights.shape[1]))
    for row, share in zip(rows.T, shares.T, strict=True):
        np.add.at(out, row - start, share[:, None] * weights)
    return start, out


def _pieces(top: int, left: int, weights: Float[np.ndarray, "h w"], band: int) -> Iterator[tuple[int, Piece]]:
    """A patch in pieces of at most `PIECE` pixels, without the empty rows and columns around it, each with the number
    of its band of so many rows."""
    rows, columns = np.flatnonzero(weights.any(axis=1)), np.flatnonzero(weights.any(axis=0))
    weights = weights[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    top, left = top + int(rows[0]), left + int(columns[0])
    across, most, start = slice(left, left + weights.shape[1]), max(1, PIECE // weights.shape[1]), 0
    while start < len(weights):
        number, row = divmod(top + start, band)
        part = weights[start : start + min(most, band - row)]
        yield number, Piece(slice(row, row + len(part)), across, np.ascontiguousarray(part).reshape(-1))
        start += len(part)


def area_average(
    read: Callable[[int, int], Float[np.ndarray, "k w c"]], size: tuple[int, int], target: tuple[int, int]
) -> Float[np.ndarray, "h w c"]:
    """Plain area average of a flat picture of `size` (rows, columns) to `target`; `read` returns rows from … to."""
    rows, row_weights = _bands(size[0], target[0])
    columns, column_weights = _bands(size[1], target[1])
    lines: list[np.ndarray] = []
    for index, weights in zip(rows, row_weights, strict=True):
        block = read(int(index[0]), int(index[-1]) + 1)
        line = np.einsum("k,kwc->wc", weights.astype(block.dtype), block)
        lines.append(np.einsum("ct,ctv->cv", column_weights.astype(block.dtype), line[columns]))
    return np.stack(lines)


def _bands(source: int, target: int) -> tuple[Int[np.ndarray, "{target} t"], Float[np.ndarray, "{target} t"]]:
    """Which of `source` equal intervals each of `target` intervals covers, and the weights of their mean."""
    number = np.arange(target)
    first, last = number * source // target, -((number + 1) * -source // target)
    most = int((last - first).max())
    index = np.minimum(first, source - most)[:, None] + np.arange(most)
    upper = np.minimum((index + 1) * target, (number[:, None] + 1) * source)
    lower = np.maximum(index * target, number[:, None] * source)
    return index, np.maximum(upper - lower, 0) / source


class Filling(NamedTuple):
    """Weights by which the unseen part of a panorama is extrapolated from the seen."""

    seen: Int[np.ndarray, " m"]
    """Cells that are seen, at least in part."""
    gaps: Int[np.ndarray, " n"]
    """Cells that are not seen, at least in part."""
    weights: Float[np.ndarray, "n m"]


def filling(share: Float[np.ndarray, "h w"]) -> Filling:
    """The extrapolation for cells of which this share is seen [0…1].

    The unseen part of a cell gets the mean of all seen cells, weighted by their seen solid angle and by
    1 / (1 − cos γ + ε)² of the angle γ between them, ε that of one cell: inverse-distance weighting on the sphere.
    Nothing brighter or darker than the seen appears, the border is continuous, and far away the answer is close to the
    mean of the seen. Of the exponents tried on 50 HDRIs (0, ½, 1, 2), 2 came closest to the whole sphere at every field
    of view. With nothing seen the answer is black.

    Source: Shepard, "A two-dimensional interpolation function for irregularly-spaced data", 1968.
    """
    height, width = share.shape
    flat = share.ravel()
    seen, gaps = np.flatnonzero(flat > 0), np.flatnonzero(flat < 1 - 1e-6)
    toward = equirect.directions(height, width).reshape(-1, 3)
    cosine = multiply(toward[gaps], np.ascontiguousarray(toward[seen].T))
    near = equirect.solid_angles(height, width).ravel()[seen]
    near = near * (1 - np.minimum(cosine, 1) + 1 - math.cos(math.pi / height)) ** -2.0
    near *= ((1 - flat[gaps]) / np.maximum((near * flat[seen]).sum(axis=1), 1e-300))[:, None]
    return Filling(seen, gaps, near)


def fill(sums: Float[np.ndarray, "h w c"], rest: Filling) -> Float[np.ndarray, "h w c"]:
    """The light that the unseen parts add to the cells, from sums over the seen parts (mean times seen share)."""
    height, width, channels = sums.shape
    flat = sums.reshape(-1, channels)
    out = np.zeros_like(flat)
    out[rest.gaps] = multiply(rest.weights, flat[rest.seen].astype(rest.weights.dtype))
    return out.reshape(height, width, channels)
