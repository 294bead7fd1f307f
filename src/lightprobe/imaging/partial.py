"""Partial pictures: perspective, cropped (GPano) or partly transparent ones, placed on the sphere, the rest filled.

Convention: spec/CONVENTIONS.md#partial-pictures. Light and shares go from the picture straight onto the cells.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Crop, Picture
from lightprobe.imaging.placement import (
    BAND_PIXELS,
    Filling,
    Placement,
    area_average,
    check_fov,
    fill,
    filling,
    place_perspective,
    reduced_size,
)
from lightprobe.imaging.tone import curves
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.rows import BLOCK_VALUES, array_blocks, integrate_rows

MAX_PLACED_PIXELS = 1 << 21
"""Pixels up to which a perspective picture is placed pixel by pixel, 1920×1080 among them; a larger one is averaged to
the resolution of the placement first, in blocks of rows, for its weights would take as much memory as itself."""

_LAYERS = 7
"""Radiance, each channel at display white or not, any channel at display white or not."""


class Sums(NamedTuple):
    """Light and shares of a picture on the cells of a panorama: means over whole cells, with nothing where it is not
    seen."""

    light: Float[np.ndarray, "h w 3"]
    """Radiance; display white where the picture is clipped."""
    white: Float[np.ndarray, "h w 3"]
    """Share at display white, channel by channel."""
    clipped: Float[np.ndarray, "h w"]
    """Share where any channel is at display white."""
    share: Float[np.ndarray, "h w"]
    """Seen share [0…1]."""


class Placed(NamedTuple):
    """A partial picture as a whole panorama of 32 × 64 cells."""

    radiance: Float[np.ndarray, "32 64 3"]
    """Mean radiance, the unseen part extrapolated."""
    white: Float[np.ndarray, "32 64 3"]
    """Share of each cell at display white, channel by channel."""
    clipped: float
    """Part of the sphere [0…1] at display white."""
    seen: float
    """Part of the sphere [0…1] that the picture shows."""
    unseen: Float[np.ndarray, "32 64 3"]
    """Radiance of the part of each cell that is not seen; 0 where all is."""


def place_on_cells(picture: Picture, response: str) -> Placed:
    """The light of a picture on cells, in linear Rec.709; `response` is its tone curve, unused where it is linear.

    Raises: ValueError for an unknown response, for a field of view that is not between 1 and 170 degrees, or for a
    picture that is neither a 2:1 panorama nor has a crop or a field of view.
    """
    sums = placed_sums(picture, response, CELLS)
    if picture.fov is None or picture.seen is not None:
        rest = filling(sums.share)
    else:
        rest = _view_filling(*picture.pixels.shape[:2], check_fov(picture.fov))
    added = fill(sums.light, rest)
    unseen = added / np.maximum(1 - sums.share, 1e-9)[..., None]
    return Placed(sums.light + added, sums.white, *clipped_and_seen(sums), unseen)


def clipped_and_seen(sums: Sums) -> tuple[float, float]:
    """Parts of the sphere [0…1] at display white and seen, from sums on cells."""
    parts = equirect.solid_angles(*CELLS)[:, 0] / (4 * np.pi)
    clipped, seen = (float(parts @ layer.sum(axis=1)) for layer in (sums.clipped, sums.share))
    return clipped, min(seen, 1.0)


def placed_sums(picture: Picture, response: str, grid: tuple[int, int]) -> Sums:
    """A picture on a panorama of any size (rows, columns), in linear Rec.709, not filled.

    Raises: as `place_on_cells`.
    """
    sums = _own_sums(picture, response, grid)
    return sums if picture.matrix is None else sums._replace(light=sums.light @ picture.matrix.T)


def _own_sums(picture: Picture, response: str, grid: tuple[int, int]) -> Sums:
    """The same in the picture's own primaries."""
    if picture.fov is None:
        return _part(picture, response, grid)
    height, width = picture.pixels.shape[:2]
    fov = check_fov(picture.fov)
    if height * width > MAX_PLACED_PIXELS:
        return _large_view(picture, response, fov, grid)
    return _view(picture, response, place_perspective(height, width, fov, grid))


def shown_white(picture: Picture, rows: slice = slice(None)) -> Bool[np.ndarray, "h w 3"] | None:
    """Which channels are at white in some rows; None if none can be."""
    if picture.is_linear:
        return None if picture.white is None else picture.white[rows]
    return picture.pixels[rows] == np.iinfo(picture.pixels.dtype).max


@lru_cache(maxsize=4)
def _view_filling(height: int, width: int, fov: float) -> Filling:
    found = filling(place_perspective(height, width, fov, CELLS, height * width > MAX_PLACED_PIXELS).share)
    return found._replace(weights=found.weights.astype(np.float32))


def _view(picture: Picture, response: str, placement: Placement) -> Sums:
    """A perspective picture; a band of rows is in memory as floats at a time."""
    pixels, seen = picture.pixels, picture.seen
    buffer = np.empty((BAND_PIXELS // pixels.shape[1] + 1, *pixels.shape[1:]), np.float32)

    def light(rows: slice) -> Float[np.ndarray, "k w 3"]:
        band = pixels[rows] if picture.is_linear else _decoded(pixels[rows], response, buffer)
        return band if seen is None else np.where(seen[rows][..., None], band, band.dtype.type(0))

    def is_white(rows: slice) -> Bool[np.ndarray, "k w 3"]:
        white = shown_white(picture, rows)
        if white is None:
            return np.zeros(pixels[rows].shape, bool)
        return white if seen is None else white & seen[rows][..., None]

    share = placement.share
    if seen is not None:
        share = np.minimum(placement.sums(seen[..., None].astype(np.float32))[..., 0], 1)
    white = placement.flag_sums(is_white)
    return Sums(placement.band_sums(light), white[..., :3], white[..., 3], share)


def _decoded(
    pixels: Num[np.ndarray, "k w 3"], response: str, buffer: Float[np.ndarray, "n w 3"]
) -> Float[np.ndarray, "k w 3"]:
    """Radiance of display values, in a buffer: the page faults of a new array take longer than the decoding."""
    return curves.decode(pixels, response, out=buffer[: len(pixels)])


def _large_view(picture: Picture, response: str, fov: float, grid: tuple[int, int]) -> Sums:
    """A perspective picture that is averaged first, in blocks of rows."""
    height, width = picture.pixels.shape[:2]
    placement = place_perspective(height, width, fov, grid, is_reduced=True)
    share, size, reduced = placement.share, (height, width), reduced_size(height, width, fov, grid[0])
    sums = placement.sums(area_average(lambda first, last: _layers(picture, response, first, last), size, reduced))
    if (seen := picture.seen) is not None:
        opaque = area_average(lambda first, last: seen[first:last, :, None].astype(np.float32), size, reduced)
        share = np.minimum(placement.sums(opaque)[..., 0], 1)
    return Sums(sums[..., :3], sums[..., 3:6], sums[..., 6], share)


def crop_edges(picture: Picture) -> tuple[Float[np.ndarray, " r"], Float[np.ndarray, " c"]]:
    """Of a panorama or a part of one: sin(latitude) of its rows' edges, azimuth [rad] of its columns' edges.

    A crop that was scaled may be a pixel too large: what lies beyond the panorama has no area.
    """
    height, width = picture.pixels.shape[:2]
    crop = picture.crop or Crop(full_height=height, full_width=width, left=0, top=0)
    rows = np.clip(crop.top + np.arange(height + 1), 0, crop.full_height)
    columns = np.clip(crop.left + np.arange(width + 1), 0, crop.columns)
    return np.cos(np.pi * rows / crop.full_height), np.pi * (2 * columns / crop.columns - 1)


def _part(picture: Picture, response: str, grid: tuple[int, int]) -> Sums:
    """A panorama, or a part of one, that may have transparent parts."""
    height, width = picture.pixels.shape[:2]
    if picture.crop is None:
        equirect.check_panorama(height, width, rounded=True)
    row_edges, column_edges = crop_edges(picture)
    down = equirect.overlaps(row_edges, equirect.row_edges(grid[0]))
    across = equirect.overlaps(column_edges, equirect.column_edges(grid[1]))
    step = max(1, BLOCK_VALUES // (_LAYERS * width))
    starts = range(0, height, step)
    blocks = ((start, _layers(picture, response, start, min(start + step, height))) for start in starts)
    sums = integrate_rows(down, ((start, block.reshape(len(block), -1)) for start, block in blocks))
    means = across @ sums.reshape(grid[0], width, _LAYERS)
    if picture.seen is None:
        share = np.outer(down.sum(axis=1), across.sum(axis=1))
    else:
        opaque = np.ascontiguousarray(picture.seen)[..., None].view(np.uint8)
        share = integrate_rows(down, array_blocks(opaque)) @ across.T
    return Sums(means[..., :3], means[..., 3:6], means[..., 6], np.clip(share, 0, 1))


def _layers(picture: Picture, response: str, first: int, last: int) -> Float[np.ndarray, "k w 7"]:
    """Rows of `_LAYERS` layers, 0 where nothing is seen."""
    pixels = picture.pixels[first:last]
    layers = np.zeros((*pixels.shape[:2], _LAYERS), np.float64 if picture.is_linear else np.float32)
    if picture.is_linear:
        layers[..., :3] = pixels
    else:
        layers[..., :3] = curves.decode(pixels, response)
    white = shown_white(picture, slice(first, last))
    if white is not None:
        layers[..., 3:6] = white
        layers[..., 6] = white.any(axis=-1)
    if picture.seen is not None:
        layers[~picture.seen[first:last]] = 0
    return layers
