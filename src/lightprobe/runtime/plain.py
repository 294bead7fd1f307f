"""The plain estimator: what the picture shows, decoded and projected exactly; nothing is guessed.

A panorama is read in blocks of rows, so that memory does not grow with the picture: decode, weight, sum. Of a
partial picture the seen part is projected in the same way, and the unseen is filled on the cells of the small
panorama (imaging.placement.fill).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.imaging import curves, placement
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.estimate import CELLS, Estimate
from lightprobe.sphere import SH, dominant_light, equirect, project
from lightprobe.sphere.projection import BLOCK_VALUES, array_blocks, azimuth_step, integrate_rows, row_integrals

BANDS = 3
LARGE = 1 << 20
"""Values from which on a picture is worth two threads."""


def estimate_plain(picture: Picture, response: str = "srgb", fov: float | None = None) -> Estimate:
    """The light that a picture shows, its tone curve undone.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has GPano data or a field of view, or for an
    unknown response.
    """
    response = "linear" if picture.is_linear else "srgb" if response == "auto" else response
    if fov is not None:
        placed, clipped_share = _place(picture, response, fov)
        estimate = _project(placed, "linear")
        clipped = float((clipped_share * equirect.solid_angles(*clipped_share.shape)).sum() / (4 * np.pi))
        return replace(estimate, response=response, clipped=clipped)
    return _project(picture, response)


def project_picture(
    picture: Picture, bands: int = BANDS, adjust: Callable[[np.ndarray], np.ndarray] | None = None
) -> SH:
    """Exact coefficients of a whole panorama, sRGB decoded; `adjust` sees the radiance first, block by block.

    Raises: ValueError if the picture is not a whole 2:1 panorama.
    """
    height, width = picture.pixels.shape[:2]
    equirect.check_panorama(height, width)
    if picture.seen is not None:
        raise ValueError(f"{picture.name}: expected an opaque panorama, got transparent parts; `estimate` fills them")
    blocks = _decode(picture.pixels, "linear" if picture.is_linear else "srgb", np.zeros(height), slice(0, height))
    if adjust is not None:
        blocks = ((start, adjust(block.reshape(-1, 3)).reshape(block.shape)) for start, block in blocks)
    return SH(azimuth_step(integrate_rows(row_integrals(height, bands), blocks), width, bands))


def _place(picture: Picture, response: str, fov: float) -> tuple[Picture, Float[np.ndarray, "h w"]]:
    """A perspective picture as linear panorama, and how much of each of its pixels is clipped."""
    pixels = picture.pixels
    radiance = pixels.astype(np.float32) if response == "linear" else curves.decode(pixels, response)
    clipped = curves.clipped(pixels) if response != "linear" else np.zeros(pixels.shape[:2], bool)
    opaque = np.ones(pixels.shape[:2], bool) if picture.seen is None else picture.seen
    values = np.concatenate(
        [radiance * opaque[..., None], np.stack([clipped & opaque, opaque], axis=-1).astype(np.float32)], axis=-1
    )
    placed, seen = placement.place_perspective(values, fov)
    seen &= placed[..., 4] > 0.5
    radiance = np.where(seen[..., None], placed[..., :3] / np.maximum(placed[..., 4:], 0.5), np.float32(0))
    return Picture(pixels=radiance, is_linear=True, name=picture.name, seen=seen), placed[..., 3] * seen


def _project(picture: Picture, response: str) -> Estimate:
    """Coefficients, small panorama and clipped part of a panorama or of a part of one."""
    height, width = picture.pixels.shape[:2]
    left = top = 0
    seen = picture.seen
    if picture.crop is not None:
        left, top, canvas_height = picture.crop.left, picture.crop.top, picture.crop.full_height
        canvas = np.zeros((canvas_height, 2 * canvas_height), bool)
        part = canvas[top : top + height, left : left + width]
        part[...] = True if seen is None else seen[: part.shape[0], : part.shape[1]]
        height, width, seen = *canvas.shape, canvas
    equirect.check_panorama(height, width)

    clipped_pixels = np.zeros(height)

    def sum_rows(part: slice) -> np.ndarray:
        blocks = _decode(picture.pixels, response, clipped_pixels[top:], part)
        return integrate_rows(_weights(height), blocks if seen is None else _on_canvas(blocks, seen, left, top))

    if picture.pixels.size < LARGE:
        sums = sum_rows(slice(0, len(picture.pixels)))
    else:  # numpy lets go of the interpreter in all that takes time; always two halves, so that machines agree
        middle = len(picture.pixels) // 2
        with ThreadPoolExecutor(2) as pool:
            upper, lower = pool.map(sum_rows, (slice(0, middle), slice(middle, len(picture.pixels))))
        sums = upper + lower
    coeffs = azimuth_step(sums[CELLS[0] :], width, BANDS)
    panorama = _columns(width) @ sums[: CELLS[0]].reshape(CELLS[0], width, 3)
    seen_part = 1.0
    if seen is not None:
        share = equirect.coverage(seen, *CELLS)
        means = panorama / np.maximum(share, 1e-9)[..., None]
        unseen = (1 - share)[..., None] * placement.fill(means, share)
        panorama, coeffs = panorama + unseen, coeffs + project(unseen, BANDS)
        seen_part = float((share * equirect.solid_angles(*CELLS)).sum() / (4 * np.pi))
    return Estimate(
        sh=SH(coeffs),
        light=dominant_light(coeffs, panorama),
        panorama=panorama.astype(np.float32),
        clipped=float(clipped_pixels @ equirect.solid_angles(height, width)[:, 0] / (4 * np.pi)),
        seen=seen_part,
        response=response,
    )


@lru_cache(maxsize=8)
def _weights(height: int) -> Float[np.ndarray, "k {height}"]:
    """Row weights of the small panorama and, below them, of the basis."""
    cells = equirect.overlaps(equirect.row_edges(height), equirect.row_edges(CELLS[0]))
    return np.concatenate([cells, row_integrals(height, BANDS)])


@lru_cache(maxsize=8)
def _columns(width: int) -> Float[np.ndarray, "v {width}"]:
    return equirect.overlaps(equirect.column_edges(width), equirect.column_edges(CELLS[1]))


def _decode(
    pixels: Num[np.ndarray, "h w 3"], response: str, clipped_pixels: Float[np.ndarray, " h"], part: slice
) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of a part of the rows as linear radiance; counts clipped pixels into `clipped_pixels` on the way."""
    if response == "linear":
        yield from ((part.start + start, block) for start, block in array_blocks(pixels[part]))
        return
    width = pixels.shape[1]
    step = max(1, 2 * BLOCK_VALUES // (3 * width))  # float32: twice the values in the same bytes
    buffer = np.empty((min(step, part.stop - part.start), width, 3), np.float32)
    for start in range(part.start, part.stop, step):
        block = pixels[start : min(start + step, part.stop)]
        clipped_pixels[start : start + len(block)] = np.count_nonzero(curves.clipped(block), axis=1)
        radiance = curves.decode(block, response, out=buffer[: len(block)])
        yield start, radiance.reshape(len(block), -1)


def _on_canvas(
    blocks: Iterator[tuple[int, np.ndarray]], seen: Bool[np.ndarray, "h w"], left: int, top: int
) -> Iterator[tuple[int, np.ndarray]]:
    """The same blocks at their place on a panorama, black where nothing is seen."""
    height, width = seen.shape
    for start, block in blocks:
        rows = block.reshape(len(block), -1, 3)[: max(0, height - top - start)]
        canvas = np.zeros((len(rows), width, 3), block.dtype)
        part = canvas[:, left : left + rows.shape[1]]
        part[...] = rows[:, : part.shape[1]]
        canvas *= seen[top + start : top + start + len(rows), :, None]
        yield top + start, canvas.reshape(len(rows), -1)
