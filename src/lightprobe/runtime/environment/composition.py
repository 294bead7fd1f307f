"""The whole environment: the picture's own light, and that which it has lost, where it belongs.

Convention: spec/CONVENTIONS.md#environments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lightprobe._shapes import Bool, Float, UInt8
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.environment.balance import Part, balance_parts, on_work_grid
from lightprobe.runtime.environment.decoding import OwnLight
from lightprobe.runtime.environment.dome import domes
from lightprobe.runtime.environment.spread import gather, shifted, spread_beyond, spread_rows, unfold
from lightprobe.runtime.environment.sun import Sun, add_disc, sun_cells
from lightprobe.sphere.harmonics.basis import basis
from lightprobe.sphere.light import Light
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import azimuth_step, row_integrals
from lightprobe.sphere.panorama.rows import integrate_rows

MAX_WIDTH = 32768
"""Columns of an environment, at most."""

OWN_WIDTH = 8192
"""Columns of the environment of a part of a panorama or of a perspective picture, at most, unless the caller says."""

LARGEST_CORRECTION = 0.7
"""Largest correction of an estimated tone curve in a cell [ln], as in the network."""

BLOCK = 1 << 18
"""Pixels that are worked on at a time."""


def environment_size(picture: Picture, width: int | None) -> tuple[int, int]:
    """Rows and columns of the environment of a picture; without a width, those of its own resolution.

    Raises: ValueError for a width that is odd or not between 64 and `MAX_WIDTH`.
    """
    if width is None:
        rows, columns = picture.pixels.shape[:2]
        if picture.fov is not None:
            own = math.pi * columns / 2 / math.tan(math.radians(picture.fov) / 2)
            height = min(round(own), OWN_WIDTH // 2)
        elif picture.crop is not None:
            height = min(round(picture.crop.full_height), OWN_WIDTH // 2)
        else:
            height = rows
        return max(height, 1), 2 * max(height, 1)
    return check_width(width)


def check_width(width: int) -> tuple[int, int]:
    """Rows and columns of an environment. Raises: ValueError if the width is odd or not between 64 and `MAX_WIDTH`."""
    if not (CELLS[1] <= width <= MAX_WIDTH and width % 2 == 0):
        raise ValueError(
            f"expected an even width of {CELLS[1]} to {MAX_WIDTH} pixels, got {width}; an environment is 2:1"
        )
    return width // 2, width


def compose_environment(
    picture: Picture,
    width: int | None,
    *,
    coeffs: Float[np.ndarray, "9 3"],
    panorama: Float[np.ndarray, "32 64 3"],
    light: Light,
    sun: Sun,
    response: str,
    curve: Float[np.ndarray, " k"] | None,
) -> Float[np.ndarray, "h w 3"]:
    """The environment of a picture that is laid out, from the answer about it (float32).

    Raises: ValueError for a wrong width, or if the picture is neither a panorama nor has a crop or a field of view.
    """
    size = environment_size(picture, width)
    own = OwnLight(picture, response, curve, size)
    environment = np.empty((*size, 3), np.float32)
    white, seen = np.zeros((*size, 3), np.uint8), np.full(size, 255, np.uint8)
    weights = np.concatenate(
        [equirect.overlaps(equirect.row_edges(size[0]), equirect.row_edges(CELLS[0])), row_integrals(size[0], 3)]
    )
    across = equirect.overlaps(equirect.column_edges(size[1]), equirect.column_edges(CELLS[1]))
    sums = integrate_rows(weights, _own_blocks(own, environment, white, seen))
    shown = across @ sums[: CELLS[0]].reshape(CELLS[0], size[1], 3)
    if own.table is not None:
        correction = _correction(panorama, shown, white, seen)
        sums = integrate_rows(weights, _corrected_blocks(environment, correction))
        shown = across @ sums[: CELLS[0]].reshape(CELLS[0], size[1], 3)
    missing = coeffs[:9] - azimuth_step(sums[CELLS[0] :], size[1], 3)
    weight = domes(white) if white.any() else None
    unseen = 1 - on_work_grid(seen[..., None]) / 255 if (seen < 255).any() else None
    del white
    parts: dict[str, Part] = {}
    disc: np.ndarray | None = None
    clipped: np.ndarray = np.zeros(CELLS, bool)
    if weight is not None:
        coarse = on_work_grid(weight)
        near = gather(coarse)
        clipped = np.asarray(near.any(axis=(0, 1, 4)))
        lost = np.where(near.sum(axis=(0, 1)) > 0, np.maximum(panorama - shown, 0), 0)
        if sun.is_bare:
            bare = np.minimum(sun_cells(panorama, light), lost)
            disc = (equirect.solid_angles(*CELLS)[..., None] * bare).sum(axis=(0, 1))
            lost = lost - bare
        parts["dome"] = Part(coarse, unfold(lost, near))
    if unseen is not None:
        parts["fill"] = Part(unseen, _filling(panorama - shown, unseen, clipped), is_round=True)
    point = None if disc is None else basis(sun.direction, 3)[:, None] * disc
    gain = balance_parts(parts, point, missing, float(np.linalg.norm(coeffs)))
    for first, last in _row_blocks(size):
        rows = environment[first:last]
        if weight is not None and weight[first:last].any():
            rows += weight[first:last] * spread_rows(parts["dome"].cells, size, first, last)
        if unseen is not None and (seen[first:last] < 255).any():
            share = 1 - seen[first:last, :, None] * np.float32(1 / 255)
            rows += share * spread_rows(parts["fill"].cells, size, first, last, is_round=True)
    if disc is not None and disc.any():
        add_disc(environment, sun.direction, sun.angular_diameter, disc * gain)
    return environment


def spread_environment(panorama: Float[np.ndarray, "32 64 3"], width: int | None = None) -> Float[np.ndarray, "h w 3"]:
    """The panorama at another width, spread smoothly; at its own, the panorama itself (float32).

    Raises: ValueError for a width that is odd or not between 64 and `MAX_WIDTH`.
    """
    size = check_width(CELLS[1] if width is None else width)
    if size == CELLS:
        return panorama.astype(np.float32)
    return spread_rows(panorama, size, 0, size[0], is_round=True)


def _row_blocks(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    step = max(1, BLOCK // size[1])
    for first in range(0, size[0], step):
        yield first, min(first + step, size[0])


def _own_blocks(
    own: OwnLight,
    environment: Float[np.ndarray, "h w 3"],
    white: UInt8[np.ndarray, "h w 3"],
    seen: UInt8[np.ndarray, "h w"],
) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows of radiance, which go into `environment` too; the shares at white and seen are kept in 255ths."""
    for first, last in _row_blocks(own.size):
        layers = own.rows(first, last)
        environment[first:last] = layers[..., :3]
        white[first:last] = np.ceil(np.minimum(layers[..., 3:6], 1) * 255)
        seen[first:last] = np.rint(np.minimum(layers[..., 6], 1) * 255)
        yield first, environment[first:last].reshape(last - first, -1)


def _correction(
    panorama: Float[np.ndarray, "32 64 3"],
    shown: Float[np.ndarray, "32 64 3"],
    white: UInt8[np.ndarray, "h w 3"],
    seen: UInt8[np.ndarray, "h w"],
) -> Float[np.ndarray, "32 64 3"]:
    """What the answer has corrected in the radiance of cells, beyond the estimated curve [ln].

    It is known in cells that are seen whole and hold no clipped pixel; the others follow their neighbors.
    """
    known = np.ones((*CELLS, 1), bool)
    if white.any():
        known &= ~equirect.resize(on_work_grid(white), *CELLS).any(axis=-1, keepdims=True)
    if (seen < 255).any():
        known &= equirect.resize(on_work_grid(seen[..., None]), *CELLS) > 254.9
    ratio = np.log(np.maximum(panorama, 1e-6) / np.maximum(shown, 1e-6))
    return spread_beyond(np.clip(ratio, -LARGEST_CORRECTION, LARGEST_CORRECTION), known.astype(float))


def _corrected_blocks(
    environment: Float[np.ndarray, "h w 3"], correction: Float[np.ndarray, "32 64 3"]
) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows, corrected in place by the exponential of cells that are spread smoothly."""
    size = environment.shape[:2]
    for first, last in _row_blocks(size):
        environment[first:last] *= np.exp(spread_rows(correction, size, first, last, is_round=True))
        yield first, environment[first:last].reshape(last - first, -1)


def _filling(
    rest: Float[np.ndarray, "32 64 3"], unseen: Float[np.ndarray, "256 512 1"], clipped: Bool[np.ndarray, "32 64"]
) -> Float[np.ndarray, "32 64 3"]:
    """Radiance of the unseen part of each cell, from the light that the answer has and the picture does not.

    Cells that are seen in part follow their neighbors; those that also have clipped pixels do nothing else, for nobody
    knows whose light theirs is.
    """
    share = equirect.resize(unseen, *CELLS)
    share = np.where(share > 1e-6, share, 0)
    known = share * np.where(clipped[..., None] & (share < 1 - 1e-6), 0, share)
    mean = spread_beyond(np.maximum(rest, 0) / np.maximum(share, 1e-6), known)
    near = sum(shifted((known + 1e-6) * mean, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))
    near = near / sum(shifted(known + 1e-6, y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))
    return np.where(known > 0.999, mean, known * mean + (1 - known) * near)
