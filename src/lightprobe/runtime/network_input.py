"""What a network is shown of a picture: a whole 2:1 panorama of 8-bit display values, small enough.

Convention: 255 says "clipped, perhaps much brighter" to a network, so every step here keeps two things: the mean
linear light of what was not clipped, and the share of what was. Sizes are reduced in linear light, each pixel of
the result is either clipped or not, and which of them are is decided so that the shares add up (error diffusion).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, Int, Num, UInt8
from lightprobe.imaging import curves, placement
from lightprobe.imaging.cells import CELLS, picture_cells
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.manifest import Manifest
from lightprobe.sphere import equirect
from lightprobe.sphere.projection import BLOCK_VALUES, integrate_rows

LARGEST = 1024
"""Columns above which a panorama is reduced first."""

PLACED = (128, 256)
"""Rows and columns on which a partial picture is placed."""

SLACK = 1e-6
"""How far from 1 a share is 1, after rounding."""

_LAYERS = 8
"""Radiance where not clipped, clipped or not, any channel clipped or not, opaque or not."""


class Layers(NamedTuple):
    """A panorama at some size, each pixel a mean over what it covers."""

    light: Float[np.ndarray, "h w 3"]
    """Mean radiance of what was not clipped, channel by channel."""
    clipped: Float[np.ndarray, "h w 3"]
    """Share of what was clipped, channel by channel."""


class NetworkInput(NamedTuple):
    """A picture as a network takes it, and how much of the sphere it really knows."""

    values: Float[np.ndarray, "6 32 64"] | UInt8[np.ndarray, "h w 3"]
    clipped: float
    seen: float


def to_network_input(picture: Picture, response: str, fov: float | None, manifest: Manifest) -> NetworkInput:
    """Cells or an image, whichever the network takes."""
    if manifest.input == "image":
        return image_input(picture, curves.decoding(response), fov, manifest.size)
    if fov is None and picture.crop is None and picture.seen is None:
        cells = picture_cells(picture.pixels, response)
        angles = equirect.solid_angles(*picture.pixels.shape[:2])[:, 0]
        return NetworkInput(cells, float(curves.count_clipped(picture.pixels) @ angles / (4 * np.pi)), 1.0)
    shown = image_input(picture, curves.decoding(response), fov, None)
    return shown._replace(values=picture_cells(shown.values, response))


def image_input(picture: Picture, response: str, fov: float | None, size: tuple[int, int] | None) -> NetworkInput:
    """The panorama for a network: of `size` (rows, columns), or of any where that is None.

    What a partial picture does not show is filled (imaging.placement.fill), as the plain estimator does.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has GPano data or a field of view.
    """
    if fov is not None or picture.crop is not None or picture.seen is not None:
        layers, clipped, seen = _place(picture, response, fov, size or PLACED)
        return NetworkInput(display(layers, response), clipped, seen)
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    equirect.check_panorama(height, width)
    if width > LARGEST:
        layers, counts = reduce(pixels, response, -(-width // LARGEST))
        pixels = display(layers, response)
    else:
        counts = curves.count_clipped(pixels)
    clipped = float(counts @ equirect.solid_angles(height, width)[:, 0] / (4 * np.pi))
    if size is not None and pixels.shape[:2] != size:
        whole = Picture(pixels=pixels, is_linear=False, name=picture.name)
        pixels = display(_place(whole, response, None, size)[0], response)
    return NetworkInput(eight_bits(pixels), clipped, 1.0)


def eight_bits(pixels: Num[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """uint16 display values as uint8, rounded; only what was clipped becomes 255."""
    if pixels.dtype == np.uint8:
        return pixels
    rounded = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return np.where(pixels == 65535, np.uint8(255), np.minimum(rounded, 254))


def reduce(pixels: Num[np.ndarray, "h w 3"], response: str, factor: int) -> tuple[Layers, Int[np.ndarray, " h"]]:
    """Means over blocks of factor × factor pixels, or of nearly as many where that does not divide the size; and how
    many pixels of each row of the picture are clipped.

    One block of rows is in memory as floats at a time.
    """
    height, width = pixels.shape[:2]
    rows = height // factor
    columns = 2 * rows
    tops, lefts = np.arange(rows + 1) * height // rows, np.arange(columns + 1) * width // columns
    light, clipped = np.empty((rows, columns, 3), np.float32), np.zeros((rows, columns, 3), np.float32)
    limit, counts = np.iinfo(pixels.dtype).max, np.zeros(height, np.intp)
    across = np.diff(lefts)[:, None]
    buffer = np.empty((int(np.diff(tops).max()), width, 3), np.float32)
    for row, (top, bottom) in enumerate(pairwise(tops)):
        codes = pixels[top:bottom]
        radiance = curves.decode(codes, response, out=buffer[: bottom - top])
        white = codes == limit
        unclipped = area = (bottom - top) * across
        if white.any():
            counts[top:bottom] = curves.count_clipped(codes)
            np.copyto(radiance, 0, where=white)
            each = white.view(np.uint8).sum(axis=0, dtype=np.uint16)  # at most 65535 rows: much faster than int64
            count = np.add.reduceat(each, lefts[:-1], axis=0, dtype=np.int32)
            clipped[row] = count / area
            unclipped = np.maximum(area - count, 1)
        light[row] = np.add.reduceat(radiance.sum(axis=0), lefts[:-1], axis=0) / unclipped
    return Layers(light, clipped), counts


def display(layers: Layers, response: str) -> UInt8[np.ndarray, "h w 3"]:
    """Display values: 255 where `scattered` says clipped, else those of the unclipped light, at most 254."""
    codes = np.rint(255 * curves.encode(layers.light, response))
    return np.where(scattered(layers.clipped), np.uint8(255), np.minimum(codes, 254).astype(np.uint8))


def scattered(share: Float[np.ndarray, "h w c"]) -> Bool[np.ndarray, "h w c"]:
    """Which pixels are clipped, if this share of each is.

    Never where the share is 0, always where it is 1; in between, what a pixel has too much or too little is carried
    to the next one, down the columns of a band of a 32nd of the height. So any part of a band has the right share to
    one pixel, however small the clipped spots are; a threshold at one half would lose lamps and stars.
    """
    flags = share >= 1
    partial = (share > 0) & ~flags
    for rows in np.array_split(np.arange(len(share)), CELLS[0]):
        if not partial[rows].any():
            continue
        path = share[rows].swapaxes(0, 1).reshape(-1, share.shape[2]).astype(np.float64)
        steps = np.diff(np.floor(np.cumsum(path, axis=0) + 0.5), axis=0, prepend=0) > 0
        flags[rows] |= steps.reshape(share.shape[1], len(rows), -1).swapaxes(0, 1) & partial[rows]
    return flags


def _place(picture: Picture, response: str, fov: float | None, size: tuple[int, int]) -> tuple[Layers, float, float]:
    """A picture as a whole panorama of this size, filled where it shows nothing, and its clipped and seen part."""
    height, width = picture.pixels.shape[:2]
    blocks, crop, rows, columns = _layers(picture, response), picture.crop, height, width
    if fov is not None:
        placed, seen, crop = placement.place_perspective(blocks, height, width, fov)
        placed *= (seen & (placed[..., -1] > 0.5))[..., None]
        placed /= np.maximum(placed[..., -1:], 0.5)
        rows, columns = seen.shape
        blocks = iter([(0, placed.reshape(rows, -1))])
    full, left, top = (rows, 0, 0) if crop is None else (crop.full_height, crop.left, crop.top)
    equirect.check_panorama(full, columns if crop is None else 2 * full)
    down = equirect.overlaps(equirect.row_edges(full), equirect.row_edges(size[0]))[:, top : top + rows]
    across = equirect.overlaps(equirect.column_edges(2 * full), equirect.column_edges(size[1]))
    across = across[:, left : left + columns]
    blocks = ((start, block[: max(0, down.shape[1] - start)]) for start, block in blocks)  # may be a row too large
    sums = integrate_rows(down, blocks).reshape(size[0], columns, _LAYERS)[:, : across.shape[1]]
    return _filled(across @ sums, response)


def _layers(picture: Picture, response: str) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows of `_LAYERS` layers, 0 where nothing is seen."""
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    limit = np.iinfo(pixels.dtype).max
    step = max(1, BLOCK_VALUES // (_LAYERS * width))
    for start in range(0, height, step):
        block = pixels[start : start + step]
        layers = np.ones((len(block), width, _LAYERS), np.float32)
        layers[..., 3:6] = white = block == limit
        layers[..., :3] = np.where(white, 0, curves.decode(block, response))
        layers[..., 6] = white.any(axis=-1)
        if picture.seen is not None:
            layers[~picture.seen[start : start + step]] = 0
        yield start, layers.reshape(len(block), -1)


def _filled(layers: Float[np.ndarray, "h w 8"], response: str) -> tuple[Layers, float, float]:
    """What is not seen, filled with what the cells of the small panorama around it show."""
    height, width = layers.shape[:2]
    light, clipped, share = layers[..., :3], layers[..., 3:6], np.clip(layers[..., 7:], 0, 1)
    parts = equirect.solid_angles(height, width)[:, 0] / (4 * np.pi)
    clipped_part, seen_part = (float(parts @ layer.sum(axis=1)) for layer in (layers[..., 6], share[..., 0]))
    if share.min() < 1 - SLACK:
        shown = light + clipped * curves.white(response)
        cells = equirect.resize(np.concatenate([shown, share], axis=-1), *CELLS)
        means = cells[..., :3] / np.maximum(cells[..., 3:], 1e-9)
        light = light + (1 - share) * equirect.resize(placement.fill(means, cells[..., 3]), height, width)
    clipped = np.where(clipped > 1 - SLACK, 1.0, clipped)
    return Layers(light / np.maximum(1 - clipped, SLACK), clipped), clipped_part, min(seen_part, 1.0)
