"""Tilted panoramas: index maps, one per whole degree, shared by all shots with that tilt.

Convention: a tilt turns about the axis to the viewer's right (+Z), so that the center (+X) goes up.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Int, Num
from lightprobe.camera.geometry.rotations import tilt_matrix
from lightprobe.sphere.panorama import equirect

TILE_PIXELS = 16384
"""Number of pixels processed at a time, so that temporary arrays stay in the processor's cache."""


@lru_cache(maxsize=16)
def nearest(height: int, degrees: int) -> Int[np.ndarray, " pixels"]:
    """For each pixel of the tilted panorama, the nearest pixel of the original one."""
    row, column = equirect.positions(equirect.directions(height, 2 * height) @ tilt_matrix(degrees), height, 2 * height)
    i = np.clip(np.rint(row), 0, height - 1).astype(np.intp)
    j = np.rint(column).astype(np.intp) % (2 * height)
    index = (i * (2 * height) + j).ravel()
    index.flags.writeable = False
    return index


Corners = tuple[tuple[Int[np.ndarray, " n"], Float[np.ndarray, " n"]], ...]
"""Four pairs: flat indices of one of the four pixels around each new pixel, and their bilinear weights."""


@lru_cache(maxsize=16)
def tilt_corners(height: int, degrees: int) -> Corners:
    """The corners for a panorama of this height, tilted by whole degrees."""
    return bilinear_corners(height, tilt_matrix(degrees))


def bilinear_corners(height: int, matrix: Float[np.ndarray, "3 3"]) -> Corners:
    """The corners for a panorama whose content is moved by `matrix`, from old to new directions."""
    width = 2 * height
    row, column = equirect.positions(equirect.directions(height, width) @ matrix, height, width)
    top, left = np.floor(row).astype(np.intp).ravel(), np.floor(column).astype(np.intp).ravel()
    v, u = row.ravel() - top, column.ravel() - left
    corners = []
    for down, below in ((0, 1 - v), (1, v)):
        for across, right in ((0, 1 - u), (1, u)):
            i, j = top + down, left + across
            beyond = (i < 0) | (i >= height)  # over a pole: same row, half a turn away
            j = np.where(beyond, j + height, j) % width
            index = np.clip(i, 0, height - 1) * width + j
            corners.append((index, (below * right).astype(np.float32)))
    return tuple(corners)


def move_bilinear(planes: Float[np.ndarray, "c h w"], corners: Corners) -> Float[np.ndarray, "c h w"]:
    """The moved panorama, by bilinear interpolation; a plane per channel."""
    channels, height, width = planes.shape
    flat = planes.reshape(channels, -1)
    total = np.zeros_like(flat)
    scratch = np.empty(TILE_PIXELS, flat.dtype)
    for start in range(0, height * width, TILE_PIXELS):
        stop = min(start + TILE_PIXELS, height * width)
        taken = scratch[: stop - start]
        for index, weight in corners:
            for plane, out in zip(flat, total[:, start:stop], strict=True):
                plane.take(index[start:stop], out=taken, mode="clip")
                taken *= weight[start:stop]
                out += taken
    return total.reshape(planes.shape)


def splat(
    energy: Float[np.ndarray, "n 3"], directions: Float[np.ndarray, "n 3"], height: int
) -> Num[np.ndarray, "3 {height} w"]:
    """Radiance of a panorama with only these lights, from their energies [radiance · sr]; no energy is lost."""
    row, column = equirect.positions(directions, height, 2 * height)
    i = np.clip(np.rint(row), 0, height - 1).astype(np.intp)
    j = np.rint(column).astype(np.intp) % (2 * height)
    size = 2 * height * height
    planes = [np.bincount(i * (2 * height) + j, weights=channel, minlength=size) for channel in energy.T]
    return np.stack(planes).reshape(3, height, 2 * height) / equirect.solid_angles(height, 2 * height)
