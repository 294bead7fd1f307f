"""The whole environment: the picture's own light, and that which it has lost, where it belongs.

Convention: spec/CONVENTIONS.md#environments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.environment.balance import (
    GENTLE,
    HARD,
    USUAL,
    Adjustable,
    Effort,
    Part,
    Weights,
    balanced,
    low_order,
)
from lightprobe.runtime.environment.decoding import OwnLight
from lightprobe.runtime.environment.disc import add_disc
from lightprobe.runtime.environment.dome import domes, on_work_grid
from lightprobe.runtime.environment.lost_light import PLACINGS, Placing, lost_light, unseen_light
from lightprobe.runtime.environment.spread import spread_rows
from lightprobe.runtime.environment.sun import Sun, sun_cells
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

ENOUGH, ACCEPTED, CLOSER = 4.5e-3, 4.7e-3, 0.98
"""Differences from the answer's coefficients, relative to them: at which the search ends, and at which no hard way is
tried, since more of what such a way changes is too fine for the work grid to see; and the ratio of two that tells them
apart."""

BLOCK = 1 << 16
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What an environment is composed from, beside the picture: fields of the Estimate."""

    coeffs: Float[np.ndarray, "9 3"]
    panorama: Float[np.ndarray, "32 64 3"]
    light: Light
    sun: Sun
    response: str
    curve: Float[np.ndarray, " k"] | None


def compose_environment(picture: Picture, width: int | None, answer: Answer) -> Float[np.ndarray, "h w 3"]:
    """The environment of a picture that is laid out, from the answer about it (float32).

    Raises: ValueError for a wrong width, or if the picture is neither a panorama nor has a crop or a field of view.
    """
    size = environment_size(picture, width)
    own = OwnLight(picture, answer.response, answer.curve, size)
    environment = np.empty((*size, 3), np.float32)
    lost, seen = np.empty(size, np.uint8), np.empty(size, np.uint8)
    shown, coeffs = _sums(own, environment, lost, seen)
    weight = domes(lost, environment, own.white) if lost.any() else None
    scale = float(np.linalg.norm(answer.coeffs))
    unseen = 1 - on_work_grid(seen[..., None]) / 255 if (seen < 255).any() else None
    is_free = own.table is not None
    gain = _correction(answer.panorama, shown, lost, seen) if is_free else np.ones((*CELLS, 3))
    rest = answer.panorama - gain * shown
    missing = answer.coeffs[:9] - coeffs
    sun, is_clipped, excess, coarse = np.zeros((*CELLS, 3)), np.zeros(CELLS, bool), np.zeros((*CELLS, 3)), None
    if weight is not None:
        coarse = Weights.of(on_work_grid(weight))
        is_clipped = np.asarray(coarse.room.any(axis=-1))
        excess = np.where(is_clipped[..., None], np.maximum(rest, 0), 0)
        if answer.sun.is_bare:
            sun = np.minimum(sun_cells(answer.panorama, answer.light), excess)
    fills = [] if unseen is None else [Part(Weights.of(unseen, is_round=True), unseen_light(rest, unseen, is_clipped))]
    free = (shown, gain) if is_free else None
    point = basis(answer.sun.direction, 3)[:, None]
    domed, factors, disc, best = [], np.ones((*CELLS, 3)), np.zeros(3), math.inf
    for placing, share, effort in _ways(coarse is not None, bool(sun.any())):
        if effort is HARD and best < ACCEPTED * scale:
            break
        tried = [] if coarse is None else [lost_light(excess - share * sun, coarse, placing)]
        energy = share * (equirect.solid_angles(*CELLS)[..., None] * sun).sum(axis=(0, 1))
        found, left = balanced(Adjustable([*tried, *fills], free), missing - point * energy, scale, effort)
        if left < CLOSER * best:
            domed, factors, disc, best = tried, found, energy, left
        if left < ENOUGH * scale:
            break
    glow = domed[0].cells * factors if domed else None
    fill = fills[0].cells * factors if fills else None
    for first, last in _row_blocks(size):
        rows = environment[first:last]
        if is_free:
            rows *= spread_rows(gain * factors**GENTLE, size, first, last, is_round=True)
        if weight is not None and glow is not None and lost[first:last].any():
            rows += weight[first:last] * spread_rows(glow, size, first, last)
        if fill is not None and (seen[first:last] < 255).any():
            share = 1 - seen[first:last, :, None] * np.float32(1 / 255)
            rows += share * spread_rows(fill, size, first, last, is_round=True)
    if disc.any():
        add_disc(environment, answer.sun.direction, answer.sun.angular_diameter, disc)
    return environment


def _ways(is_clipped: bool, has_sun: bool) -> list[tuple[Placing, float, Effort]]:
    """Ways to place lost light, the best first: how near its cells, the share of a bare sun in its disc, and how far
    balancing goes.

    An answer may have the sun beside the place where the picture shows it; then a part of it stays in the domes.
    """
    shares = (0.7, 0.4, 0.0) if has_sun else ()
    placings = PLACINGS if is_clipped else PLACINGS[:1]
    return [
        *((placing, 1.0, USUAL) for placing in placings),
        *((PLACINGS[-1], share, USUAL) for share in shares),
        *((placing, 1.0, HARD) for placing in reversed(placings)),
    ]


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


def _sums(
    own: OwnLight,
    environment: Float[np.ndarray, "h w 3"],
    lost: UInt8[np.ndarray, "h w"],
    seen: UInt8[np.ndarray, "h w"],
) -> tuple[Float[np.ndarray, "32 64 3"], Float[np.ndarray, "9 3"]]:
    """Fill these arrays with the picture's own light; returns its cells and its coefficients."""
    size = own.size
    weights = np.concatenate(
        [equirect.overlaps(equirect.row_edges(size[0]), equirect.row_edges(CELLS[0])), row_integrals(size[0], 3)]
    )

    def blocks() -> Iterator[tuple[int, np.ndarray]]:
        for first, last in _row_blocks(size):
            own.read(first, environment[first:last], lost[first:last], seen[first:last])
            yield first, environment[first:last].reshape(last - first, -1)

    sums = integrate_rows(weights, blocks())
    across = equirect.overlaps(equirect.column_edges(size[1]), equirect.column_edges(CELLS[1]))
    return across @ sums[: CELLS[0]].reshape(CELLS[0], size[1], 3), azimuth_step(sums[CELLS[0] :], size[1], 3)


def _correction(
    panorama: Float[np.ndarray, "32 64 3"],
    shown: Float[np.ndarray, "32 64 3"],
    lost: UInt8[np.ndarray, "h w"],
    seen: UInt8[np.ndarray, "h w"],
) -> Float[np.ndarray, "32 64 3"]:
    """The smooth factor, as in `balanced`, by which the answer corrects the radiance of the estimated curve.

    It is known in cells that are seen whole and have lost no light.
    """
    known = equirect.solid_angles(*CELLS)[..., None] * np.ones((*CELLS, 1))
    for share, target in ((lost, 0.0), (seen, 255.0)):
        if (share != target).any():
            known = known * (np.abs(equirect.resize(on_work_grid(share[..., None]), *CELLS) - target) < 0.1)
    ratio = np.log(np.maximum(panorama, 1e-6) / np.maximum(shown, 1e-6))
    ratio = np.clip(ratio, -LARGEST_CORRECTION, LARGEST_CORRECTION)
    shape = basis(equirect.directions(*CELLS), 3).reshape(-1, 9)
    columns = shape.T * known.reshape(-1)
    ridge = 1e-2 * np.eye(9) * 4 * np.pi  # cells that are not known follow their neighbors gently
    return low_order(np.linalg.solve(columns @ shape + ridge / (4 * np.pi) ** 2, columns @ ratio.reshape(-1, 3)))
