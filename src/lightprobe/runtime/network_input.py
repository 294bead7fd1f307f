"""Network input: a picture as the cells, or as the image, that a network takes.

A network that takes cells gets them exactly, whatever the size and the tone curve of the picture. One that takes an
image gets a whole 2:1 panorama of 8-bit display values, small enough, in which 255 says "clipped, perhaps much
brighter": so every step on the way to it keeps the mean light of the unclipped, and the share of the clipped. Sizes are
reduced in linear light, each pixel of the result is either clipped or not, and which of them are is decided so that the
shares add up (error diffusion).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, Num, UInt8
from lightprobe.imaging import partial
from lightprobe.imaging.cells import CELLS, PLANES, SEEN_PLANES, picture_cells
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime.manifest import Manifest
from lightprobe.runtime.plain_estimate import clipped_share
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.rows import BLOCK_VALUES

IMAGE_COLUMNS = 1024
"""Columns above which a panorama is reduced before it becomes an image."""

IMAGE_SIZE = (128, 256)
"""Rows and columns of the image of a partial picture, where the network takes any size."""

SLACK = 1e-6
"""How far from 1 a share is 1, after rounding."""


class ImageLayers(NamedTuple):
    """A panorama at some size, each pixel a mean over what it covers."""

    light: Float[np.ndarray, "h w 3"]
    """Mean radiance of the unclipped, channel by channel."""
    clipped: Float[np.ndarray, "h w 3"]
    """Share of the clipped, channel by channel."""


class NetworkInput(NamedTuple):
    """A picture as a network takes it, and how much of the sphere it really knows."""

    values: Float[np.ndarray, "p 32 64"] | UInt8[np.ndarray, "h w 3"]
    clipped: float
    """Part of the sphere [0…1] at display white."""
    seen: float
    """Part of the sphere [0…1] that the picture shows."""


def to_network_input(picture: Picture, response: str, manifest: Manifest) -> NetworkInput:
    """The picture as cells if the network takes cells, else as an image.

    `response` is its tone curve; of a linear picture that has lost light, networks see the `sdr_rendition`.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has a crop or a field of view.
    """
    if manifest.input == "image":
        return image_input(picture, response, manifest.size)
    return cells_input(picture, response, manifest.planes)


def cells_input(picture: Picture, response: str, planes: int = PLANES) -> NetworkInput:
    """Cells of six planes, the unseen part of a partial picture extrapolated; or of seven, nothing where it is unseen.

    Raises: as `to_network_input`.
    """
    cells = np.ones((planes, *CELLS), np.float32)
    if not picture.is_linear and not picture.is_partial:
        cells[:PLANES] = picture_cells(picture.pixels, response)
        if picture.matrix is not None:
            cells[:3] = np.maximum(np.einsum("ij,jhw->ihw", picture.matrix, cells[:3]), 0)
        return NetworkInput(cells, clipped_share(picture), 1.0)
    curve = curves.decoding(response)
    if planes == SEEN_PLANES:
        sums = partial.placed_sums(picture, curve, CELLS)
        radiance, cells[PLANES] = sums.light, sums.share
        white, (clipped, seen) = sums.white, partial.clipped_and_seen(sums)
    else:
        placed = partial.place_on_cells(picture, curve)
        radiance, white, clipped, seen = placed.radiance, placed.white, placed.clipped, placed.seen
    cells[:3] = np.maximum(np.moveaxis(radiance, -1, 0) / curves.white(curve), 0)
    cells[3:PLANES] = np.moveaxis(white, -1, 0)
    return NetworkInput(cells, clipped, seen)


def image_input(picture: Picture, response: str, size: tuple[int, int] | None) -> NetworkInput:
    """An image of `size` (rows, columns), or of any where that is None. Raises: as `to_network_input`."""
    curve = curves.decoding(response)
    height, width = picture.pixels.shape[:2]
    if picture.is_partial or picture.matrix is not None or width != 2 * height:
        placed = partial.place_on_cells(picture, curve)
        sums = partial.placed_sums(picture, curve, size or IMAGE_SIZE)
        rest = (1 - sums.share)[..., None] * equirect.resize(placed.unseen, *sums.share.shape)
        return NetworkInput(display(_unclipped(sums, rest, curve), curve), placed.clipped, placed.seen)
    pixels = picture.pixels
    clipped = clipped_share(picture)
    if width > IMAGE_COLUMNS:
        pixels = display(reduce(pixels, curve, -(-width // IMAGE_COLUMNS)), curve)
    if size is not None and pixels.shape[:2] != size:
        whole = Picture(pixels=pixels, is_linear=False, name=picture.name)
        pixels = display(_unclipped(partial.placed_sums(whole, curve, size), 0, curve), curve)
    return NetworkInput(eight_bits(pixels), clipped, 1.0)


def sdr_rendition(picture: Picture) -> tuple[Picture, float]:
    """A linear picture as a camera shows it that clips at display white, and the radiance of that white.

    Its code is 255 where radiance is at white or above, and only there. White is 1, or the brightest value of a picture
    that is darker everywhere. The tone curve is that of sRGB, in the picture's own primaries.
    """
    white = min(max(float(picture.pixels.max()), 1e-12), 1.0)
    codes = np.minimum(np.rint(255 * curves.srgb_encode(np.arange(65536) / 65535)), 254).astype(np.uint8)
    codes[-1] = 255
    shown = np.empty(picture.pixels.shape, np.uint8)
    step = max(1, BLOCK_VALUES // (3 * picture.pixels.shape[1]))
    for start in range(0, len(shown), step):
        levels = np.clip(picture.pixels[start : start + step] * (65535 / white), 0, 65535)
        codes.take(levels.astype(np.uint16), out=shown[start : start + step], mode="clip")
    return replace(picture, pixels=shown, is_linear=False, white=None), white


def _unclipped(sums: partial.Sums, rest: Float[np.ndarray, "h w 3"] | int, curve: str) -> ImageLayers:
    """The light of a placed picture without its clipped part, plus the `rest` that it does not show.

    Nearly so for curves that mix channels: a clipped channel counts as their white.
    """
    share = np.where(sums.white > 1 - SLACK, 1.0, sums.white)
    light = np.maximum(sums.light - share * curves.white(curve), 0) + rest
    return ImageLayers(light / np.maximum(1 - share, SLACK), share)


def eight_bits(pixels: Num[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """uint16 display values as uint8, rounded; only the clipped become 255."""
    if pixels.dtype == np.uint8:
        return pixels
    rounded = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return np.where(pixels == 65535, np.uint8(255), np.minimum(rounded, 254))


def reduce(pixels: Num[np.ndarray, "h w 3"], response: str, factor: int) -> ImageLayers:
    """Means over blocks of factor × factor pixels, or of nearly as many where that does not divide the size.

    One block of rows is in memory as floats at a time.
    """
    height, width = pixels.shape[:2]
    rows = height // factor
    columns = 2 * rows
    tops, lefts = np.arange(rows + 1) * height // rows, np.arange(columns + 1) * width // columns
    light, clipped = np.empty((rows, columns, 3), np.float32), np.zeros((rows, columns, 3), np.float32)
    limit = np.iinfo(pixels.dtype).max
    across = np.diff(lefts)[:, None]
    buffer = np.empty((int(np.diff(tops).max()), width, 3), np.float32)
    for row, (top, bottom) in enumerate(pairwise(tops)):
        codes = pixels[top:bottom]
        radiance = curves.decode(codes, response, out=buffer[: bottom - top])
        white = codes == limit
        unclipped = area = (bottom - top) * across
        if white.any():
            np.copyto(radiance, 0, where=white)
            each = white.view(np.uint8).sum(axis=0, dtype=np.uint16)  # at most 65535 rows: much faster than int64
            count = np.add.reduceat(each, lefts[:-1], axis=0, dtype=np.int32)
            clipped[row] = count / area
            unclipped = np.maximum(area - count, 1)
        light[row] = np.add.reduceat(radiance.sum(axis=0), lefts[:-1], axis=0) / unclipped
    return ImageLayers(light, clipped)


def display(layers: ImageLayers, response: str) -> UInt8[np.ndarray, "h w 3"]:
    """Display values: 255 where `scattered` says clipped, else those of the unclipped light, at most 254."""
    codes = np.rint(255 * curves.encode(layers.light, response))
    return np.where(scattered(layers.clipped), np.uint8(255), np.minimum(codes, 254).astype(np.uint8))


def scattered(share: Float[np.ndarray, "h w c"]) -> Bool[np.ndarray, "h w c"]:
    """Which pixels are clipped, if this share of each is.

    Never where the share is 0, always where it is 1; in between, the excess or deficit of a pixel is carried to the
    next one, down the columns of a band of a 32nd of the height. So any part of a band has the right share to one
    pixel, however small the clipped spots are; a threshold at one half would lose lamps and stars.
    """
    flags = share >= 1
    partial_share = (share > 0) & ~flags
    for rows in np.array_split(np.arange(len(share)), CELLS[0]):
        if not partial_share[rows].any():
            continue
        path = share[rows].swapaxes(0, 1).reshape(-1, share.shape[2]).astype(np.float64)
        steps = np.diff(np.floor(np.cumsum(path, axis=0) + 0.5), axis=0, prepend=0) > 0
        flags[rows] |= steps.reshape(share.shape[1], len(rows), -1).swapaxes(0, 1) & partial_share[rows]
    return flags
