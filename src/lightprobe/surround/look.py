"""Look: a perspective frame on the cells of a surround.

Convention: spec/SURROUND.md#a-look. The frame is averaged to blocks, about a quarter of a cell wide; each of the 16
points of a cell takes the block in which it lies.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Int, Num
from lightprobe.imaging.partial import shown_white
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.placement import check_fov
from lightprobe.imaging.tone import curves
from lightprobe.surround.grid import POINTS, Grid

BAND_VALUES = 1 << 17
"""Values of a band of rows that is decoded at a time."""


class Look(NamedTuple):
    """What one frame shows of the cells that it touches."""

    cells: Int[np.ndarray, " n"]
    """Their numbers."""
    radiance: Float[np.ndarray, "n 3"]
    """Mean radiance; display white where the frame is clipped."""
    clipped: Float[np.ndarray, "n 3"]
    """Share at display white, channel by channel."""
    coverage: Float[np.ndarray, " n"]
    """Share of the cell that the frame covers, above 0."""
    white: float
    """Radiance of gray at display white; of linear frames, infinite unless they say which light they have lost."""

    def around(self, grid: Grid) -> Int[np.ndarray, "n 9"]:
        """Places among these cells of the 3×3 cells around each; one beyond the last where a cell is not touched."""
        place = np.full(len(grid.angles), len(self.cells))
        place[self.cells] = np.arange(len(self.cells))
        return place[grid.neighbors[self.cells]]


class Blocks(NamedTuple):
    """A frame, averaged to blocks of size × size pixels."""

    light: Float[np.ndarray, "h w 3"]
    """Mean radiance; display white where the frame is clipped."""
    clipped: Float[np.ndarray, "h w 3"] | None
    """Share at display white, channel by channel; None if nothing is."""
    white: float
    """Radiance of gray at display white."""
    size: int
    half: tuple[float, float]
    """Tangents of half the angles of width and height of the frame."""
    middle: tuple[float, float]
    """Column and row of the frame's middle [pixels]."""


def average_frame(picture: Picture, response: str, fov: float, rows: int) -> Blocks:
    """A frame with this horizontal field of view [°] as blocks for so many rows of cells.

    Raises: ValueError for a field of view that is not between 1 and 170 degrees, or for an unknown response.
    """
    height, width = picture.pixels.shape[:2]
    half = math.tan(math.radians(check_fov(fov)) / 2)
    size = block_size(height, width, fov, rows)
    light, clipped = _blocks(picture, curves.decoding(response), size)
    if picture.matrix is not None:
        light = light @ picture.matrix.T.astype(light.dtype)
    white = _white_level(picture, response, clipped)
    return Blocks(light, clipped, white, size, (half, half * height / width), (width / 2, height / 2))


def take_look(frame: Blocks, axes: Float[np.ndarray, "3 3"], grid: Grid) -> Look:
    """The look that a frame takes; `axes` are those of its `Orientation`."""
    (half, tall), (middle, waist), size, light = frame.half, frame.middle, frame.size, frame.light
    reach = math.atan(math.hypot(half, tall)) + math.pi / math.isqrt(len(grid.centers) // 2)
    near = np.flatnonzero(grid.centers @ axes[0] > math.cos(min(reach, math.pi)))
    forward, up, right = np.moveaxis(grid.points[near] @ axes.T, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        column = middle + right / forward * middle / half
        row = waist - up / forward * middle / half
    lines, across = light.shape[0] * size, light.shape[1] * size
    inside = (forward > 0) & (column >= 0) & (column < across) & (row >= 0) & (row < lines)
    count = inside.sum(axis=1)
    touched = count > 0
    inside, count = inside[touched], count[touched]
    row, column = (at[touched][inside].astype(np.intp) // size for at in (row, column))
    block = row * light.shape[1] + column
    owner = np.repeat(np.arange(len(count)), count)

    def means(blocks: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "n 3"]:
        values = blocks.reshape(-1, 3)[block]
        sums = [np.bincount(owner, values[:, channel], minlength=len(count)) for channel in range(3)]
        return np.stack(sums, axis=-1) / count[:, None]

    radiance = np.maximum(means(light), 0)
    clipped = np.zeros(radiance.shape) if frame.clipped is None else means(frame.clipped)
    return Look(near[touched], radiance, clipped, count / POINTS**2, frame.white)


def block_size(height: int, width: int, fov: float, rows: int) -> int:
    """Pixels along the side of a block: as many as fit into a quarter of a cell at the middle of the frame."""
    pixels_per_cell = width / (2 * math.tan(math.radians(fov) / 2)) * math.pi / rows
    return max(1, min(math.floor(pixels_per_cell / POINTS), width, height))


def _white_level(picture: Picture, response: str, white: object) -> float:
    if not picture.is_linear:
        return curves.white(curves.decoding(response))
    return 1.0 if white is not None else math.inf


def _blocks(
    picture: Picture, response: str, size: int
) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"] | None]:
    """Means of radiance, and of what is at display white (None if nothing is), over blocks of size × size pixels. Rows
    and columns at the lower and right edge that fill no block are left out."""
    height, width = (length // size for length in picture.pixels.shape[:2])
    pixels = picture.pixels[:, : width * size]
    light, white = np.empty((height, width, 3), np.float32), np.zeros((height, width, 3), np.float32)
    step = max(1, BAND_VALUES // (3 * width * size * size))  # rows of blocks
    buffer = np.empty((step * size, width * size, 3), np.float32)
    for first in range(0, height, step):
        last = min(first + step, height)
        part = slice(first * size, last * size)
        band = pixels[part]
        if not picture.is_linear:
            band = curves.decode(band, response, out=buffer[: len(band)])
        light[first:last] = _sums(band, size)
        flags = shown_white(picture, part)
        if flags is not None and flags.any():
            white[first:last] = _sums(flags[:, : width * size].astype(np.uint16), size)
    light /= size * size
    return light, white / (size * size) if white.any() else None


def _sums(values: Num[np.ndarray, "h w 3"], size: int) -> Num[np.ndarray, "r c 3"]:
    """Sums over size × size pixels."""
    down = values[::size].copy()
    for row in range(1, size):
        down += values[row::size]
    across = down[:, ::size].copy()
    for column in range(1, size):
        across += down[:, column::size]
    return across
