"""The plain estimate: the picture decoded and projected exactly; the light that it has lost stays lost.

A whole panorama is read in blocks of rows, so that memory does not grow with the picture: decode, weight, sum. A
partial picture is placed on cells (imaging.partial), and those are projected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging import partial
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import MAX_RADIANCE, Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime.estimate import Estimate
from lightprobe.sphere import SH, dominant_light, project
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import azimuth_step, row_integrals
from lightprobe.sphere.panorama.rows import BLOCK_VALUES, array_blocks, integrate_rows

BANDS = 3


def plain_estimate(picture: Picture, response: str = "srgb") -> Estimate:
    """The light of a picture, its tone curve undone; 'auto' counts as sRGB.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has a crop or a field of view, or for an unknown
    response.
    """
    response = "linear" if picture.is_linear else curves.decoding(response)
    if picture.is_partial:
        placed = partial.place_on_cells(picture, response)
        coeffs, panorama, clipped, seen = project(placed.radiance, BANDS), placed.radiance, placed.clipped, placed.seen
    else:
        (coeffs, panorama), seen = _project(picture, response), 1.0
        clipped = clipped_share(picture)
    return Estimate(
        sh=SH(coeffs),
        light=dominant_light(coeffs, panorama),
        panorama=np.clip(panorama, -MAX_RADIANCE, MAX_RADIANCE).astype(np.float32),
        clipped=clipped,
        seen=seen,
        response=response,
        notes=picture.notes,
    )


def project_picture(
    picture: Picture, bands: int = BANDS, adjust: Callable[[np.ndarray], np.ndarray] | None = None
) -> SH:
    """Exact coefficients of a whole panorama, sRGB decoded; `adjust` changes the radiance first, block by block.

    Raises: ValueError if the picture is not a whole 2:1 panorama.
    """
    height, width = picture.pixels.shape[:2]
    if picture.is_partial:
        raise ValueError(f"{picture.name}: expected a whole, opaque panorama, got a part; `estimate` fills the rest")
    equirect.check_panorama(height, width, rounded=True)
    blocks = _linear_blocks(picture.pixels, "linear" if picture.is_linear else "srgb")
    if adjust is not None:
        blocks = ((start, adjust(block.reshape(-1, 3)).reshape(block.shape)) for start, block in blocks)
    coeffs = azimuth_step(integrate_rows(row_integrals(height, bands), blocks), width, bands)
    return SH(coeffs if picture.matrix is None else coeffs @ picture.matrix.T)


def _project(picture: Picture, response: str) -> tuple[Float[np.ndarray, "9 3"], Float[np.ndarray, "32 64 3"]]:
    """Coefficients and small panorama of a whole panorama."""
    height, width = picture.pixels.shape[:2]
    equirect.check_panorama(height, width, rounded=True)
    weights = _weights(height)
    sums = integrate_rows(weights, _linear_blocks(picture.pixels, response))
    panorama = _columns(width) @ sums[: CELLS[0]].reshape(CELLS[0], width, 3)
    coeffs = azimuth_step(sums[CELLS[0] :], width, BANDS)
    if (matrix := picture.matrix) is not None:
        return coeffs @ matrix.T, panorama @ matrix.T
    return coeffs, panorama


def clipped_share(picture: Picture) -> float:
    """Part of the sphere [0…1] of a whole panorama where a channel is at white."""
    if picture.is_linear:
        count = None if picture.white is None else picture.white.any(axis=-1).sum(axis=1)
    else:
        count = curves.count_clipped(picture.pixels)
    height, width = picture.pixels.shape[:2]
    angles = -np.diff(equirect.row_edges(height)) * 2 * np.pi / width  # of one pixel of each row [sr]
    return 0.0 if count is None else float(count @ angles / (4 * np.pi))


@lru_cache(maxsize=8)
def _weights(height: int) -> Float[np.ndarray, "k {height}"]:
    """Row weights of the small panorama and, below them, of the basis."""
    cells = equirect.overlaps(equirect.row_edges(height), equirect.row_edges(CELLS[0]))
    return np.concatenate([cells, row_integrals(height, BANDS)])


@lru_cache(maxsize=8)
def _columns(width: int) -> Float[np.ndarray, "v {width}"]:
    return equirect.overlaps(equirect.column_edges(width), equirect.column_edges(CELLS[1]))


def _linear_blocks(pixels: Num[np.ndarray, "h w 3"], response: str) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows as linear radiance, in one reused buffer."""
    if response == "linear":
        yield from array_blocks(pixels)
        return
    height, width = pixels.shape[:2]
    step = max(1, 2 * BLOCK_VALUES // (3 * width))  # float32: twice the values in the same bytes
    buffer = np.empty((min(step, height), width, 3), np.float32)
    for start in range(0, height, step):
        block = pixels[start : start + step]
        yield start, curves.decode(block, response, out=buffer[: len(block)]).reshape(len(block), -1)
