"""The plain estimator: what the picture shows, decoded and projected exactly; nothing is guessed.

A panorama is read in blocks of rows, so that memory does not grow with the picture: decode, weight, sum. Of a
partial picture the seen part is projected in the same way, and the unseen is filled on the cells of the small
panorama (imaging.placement.fill).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.imaging import curves, placement
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Picture, seen_where
from lightprobe.runtime.estimate import Estimate
from lightprobe.sphere import SH, dominant_light, equirect, project
from lightprobe.sphere.projection import BLOCK_VALUES, array_blocks, azimuth_step, integrate_rows, row_integrals

BANDS = 3


def plain_estimate(picture: Picture, response: str = "srgb", fov: float | None = None) -> Estimate:
    """The light that a picture shows, its tone curve undone.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has GPano data or a field of view, or for an
    unknown response.
    """
    response = "linear" if picture.is_linear else "srgb" if response == "auto" else response
    if fov is not None:
        placed, clipped = _place(picture, response, fov)
        return replace(_project(placed, "linear"), response=response, clipped=clipped)
    return _project(picture, response)


def project_picture(
    picture: Picture, bands: int = BANDS, adjust: Callable[[np.ndarray], np.ndarray] | None = None
) -> SH:
    """Exact coefficients of a whole panorama, sRGB decoded; `adjust` sees the radiance first, block by block.

    Raises: ValueError if the picture is not a whole 2:1 panorama.
    """
    height, width = picture.pixels.shape[:2]
    if picture.seen is not None or picture.crop is not None:
        raise ValueError(f"{picture.name}: expected a whole, opaque panorama, got a part; `estimate` fills the rest")
    equirect.check_panorama(height, width)
    blocks = _linear_blocks(picture.pixels, "linear" if picture.is_linear else "srgb")
    if adjust is not None:
        blocks = ((start, adjust(block.reshape(-1, 3)).reshape(block.shape)) for start, block in blocks)
    return SH(azimuth_step(integrate_rows(row_integrals(height, bands), blocks), width, bands))


def _place(picture: Picture, response: str, fov: float) -> tuple[Picture, float]:
    """A perspective picture as part of a linear panorama, and which part of the sphere it shows at display white."""
    height, width = picture.pixels.shape[:2]
    placed, seen, crop = placement.place_perspective(_layers(picture, response), height, width, fov)
    seen = seen & (placed[..., 4] > 0.5)
    radiance = np.where(seen[..., None], placed[..., :3] / np.maximum(placed[..., 4:], 0.5), 0)
    angles = _row_angles(crop.full_height)[crop.top : crop.top + len(seen)]
    clipped = float((placed[..., 3] * seen).sum(axis=1) @ angles / (4 * np.pi))
    mask = seen_where(seen, picture.name)
    return Picture(pixels=radiance, is_linear=True, name=picture.name, seen=mask, crop=crop), clipped


def _layers(picture: Picture, response: str) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows of five layers: radiance where the picture is opaque, clipped or not, opaque or not."""
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    step = max(1, BLOCK_VALUES // (5 * width))
    for start in range(0, height, step):
        block = pixels[start : start + step]
        layers = np.ones((len(block), width, 5), np.float32)
        layers[..., :3] = block if response == "linear" else curves.decode(block, response)
        layers[..., 3] = 0 if response == "linear" else curves.clipped(block)
        if picture.seen is not None:
            layers[~picture.seen[start : start + step]] = 0
        yield start, layers.reshape(len(block), -1)


def _project(picture: Picture, response: str) -> Estimate:
    """Coefficients, small panorama and clipped part of a panorama or of a part of one."""
    if picture.crop is None:
        height, width = picture.pixels.shape[:2]
        left = top = 0
    else:
        height, left, top = picture.crop.full_height, picture.crop.left, picture.crop.top
        width = 2 * height
    equirect.check_panorama(height, width)
    pixels = picture.pixels[: height - top, : width - left]  # a crop that was scaled may be a pixel too large
    seen = None if picture.seen is None else picture.seen[: len(pixels), : pixels.shape[1]]
    rows, columns = slice(top, top + len(pixels)), slice(left, left + pixels.shape[1])
    weights = _weights(height)[:, rows]
    clipped_pixels = np.zeros(len(pixels))
    sums = integrate_rows(weights, _decode(pixels, seen, response, clipped_pixels))
    sums = sums.reshape(len(weights), -1, 3)
    down, across = weights[: CELLS[0]], _columns(width)[:, columns]
    panorama = across @ sums[: CELLS[0]]
    moments = np.zeros((len(sums) - CELLS[0], width, 3))
    moments[:, columns] = sums[CELLS[0] :]
    coeffs = azimuth_step(moments.reshape(len(moments), -1), width, BANDS)
    seen_part = 1.0
    if picture.crop is not None or seen is not None:
        share = _share(down, across, seen)
        means = panorama / np.maximum(share, 1e-9)[..., None]
        unseen = (1 - share)[..., None] * placement.fill(means, share)
        panorama, coeffs = panorama + unseen, coeffs + project(unseen, BANDS)
        seen_part = float((share * equirect.solid_angles(*CELLS)).sum() / (4 * np.pi))
    return Estimate(
        sh=SH(coeffs),
        light=dominant_light(coeffs, panorama),
        panorama=panorama.astype(np.float32),
        clipped=float(clipped_pixels @ _row_angles(height)[rows] / (4 * np.pi)),
        seen=seen_part,
        response=response,
    )


def _share(
    down: Float[np.ndarray, "v h"], across: Float[np.ndarray, "u w"], seen: Bool[np.ndarray, "h w"] | None
) -> Float[np.ndarray, "v u"]:
    """How much of each cell is seen."""
    if seen is None:
        return np.outer(down.sum(axis=1), across.sum(axis=1))
    return np.clip(integrate_rows(down, array_blocks(seen[..., None].view(np.uint8))) @ across.T, 0, 1)


def _row_angles(height: int) -> Float[np.ndarray, " {height}"]:
    """Solid angle [sr] of one pixel of each row of a panorama."""
    return -np.diff(equirect.row_edges(height)) * np.pi / height


@lru_cache(maxsize=8)
def _weights(height: int) -> Float[np.ndarray, "k {height}"]:
    """Row weights of the small panorama and, below them, of the basis."""
    cells = equirect.overlaps(equirect.row_edges(height), equirect.row_edges(CELLS[0]))
    return np.concatenate([cells, row_integrals(height, BANDS)])


@lru_cache(maxsize=8)
def _columns(width: int) -> Float[np.ndarray, "v {width}"]:
    return equirect.overlaps(equirect.column_edges(width), equirect.column_edges(CELLS[1]))


def _decode(
    pixels: Num[np.ndarray, "h w 3"],
    seen: Bool[np.ndarray, "h w"] | None,
    response: str,
    clipped_pixels: Float[np.ndarray, " h"],
) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows as linear radiance, black where nothing is seen.

    Counts clipped pixels that are seen into `clipped_pixels` on the way.
    """
    for start, block in _linear_blocks(pixels, response):
        rows = slice(start, start + len(block))
        if response != "linear":
            clipped_pixels[rows] = curves.count_clipped(pixels[rows], None if seen is None else seen[rows])
        if seen is not None:
            block.reshape(len(block), -1, 3)[~seen[rows]] = 0
        yield start, block


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
