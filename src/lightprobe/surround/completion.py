"""Completion: the light of a surround, what was never seen or always clipped estimated by a network.

Convention: spec/SURROUND.md#completion.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS, SEEN_PLANES
from lightprobe.runtime import Estimate, Estimator
from lightprobe.runtime.manifest import LEVELS
from lightprobe.sphere import LUMINANCE, SH, dominant_light, project
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.sphere.panorama import equirect
from lightprobe.surround.gains import weighted_median

GRAY, EXPOSURE = 0.18, -0.5
"""A network sees the median luminance of what is seen at this share of display white, with this compensation [EV], as
the pictures have it on which networks are trained."""
SMEARED = 0.25
"""Power of a cell's clipped share with which counts what is estimated beyond the known: trembling looks smear a clipped
spot over cells most of whose light is measured."""


class Completed(NamedTuple):
    """The whole light of a surround."""

    radiance: Float[np.ndarray, "h w 3"]
    coeffs: Float[np.ndarray, "9 3"]
    clipped: float
    """Part of the sphere [0…1] that is known only as clipped."""
    seen: float
    """Part of the sphere [0…1] that was seen."""
    uncertainty: float | None
    """As of `Estimate`."""


def complete(
    estimator: Estimator,
    radiance: Float[np.ndarray, "h w 3"],
    clipped: Float[np.ndarray, "h w 3"],
    seen: Float[np.ndarray, "h w"],
) -> Completed:
    """The light of cells of which this share is seen, and of that this share is clipped.

    The network sees them as a camera would show them that clips at display white. What is measured stays; where light
    is lost, what is estimated beyond the measured is added; the rest is estimated.

    Raises: ModelError if the network fails.
    """
    factor = len(seen) // CELLS[0]
    share = seen[..., None]
    known = _reduced(np.concatenate([radiance * share, clipped * share, share], axis=-1), factor)
    if estimator.network is None:
        guesses, lost = [fill_unseen(known[..., :3], known[..., 6])], np.zeros_like(clipped)
    else:
        scale = _scale(radiance, seen)
        shown = np.concatenate([np.minimum(radiance * scale, 1), np.where(radiance * scale >= 1, 1, clipped)], axis=-1)
        cells = _reduced(np.concatenate([shown * share, share], axis=-1), factor)
        guesses, lost = [guess / scale for guess in _guesses(estimator, cells)], clipped
    wholes = [_whole(radiance, lost, share, guess, known) for guess in guesses]
    coeffs = [project(whole, 3) for whole in wholes]
    parts = np.broadcast_to(equirect.solid_angles(*CELLS) / (4 * np.pi), CELLS)
    return Completed(
        wholes[0],
        coeffs[0],
        float((parts * known[..., 3:6].max(axis=-1)).sum()),
        min(float((parts * known[..., 6]).sum()), 1.0),
        _half_width(*coeffs[1:]) if coeffs[1:] else None,
    )


def _whole(
    radiance: Float[np.ndarray, "h w 3"],
    clipped: Float[np.ndarray, "h w 3"],
    share: Float[np.ndarray, "h w 1"],
    guess: Float[np.ndarray, "32 64 3"],
    known: Float[np.ndarray, "32 64 7"],
) -> Float[np.ndarray, "h w 3"]:
    """All light: what is measured, what the guess has beyond that where light is lost, the guess where it is unseen."""
    lost, seen = known[..., 3:6], known[..., 6:]
    more = np.maximum(guess * seen - known[..., :3], 0) * (lost / np.maximum(seen, 1e-9)) ** SMEARED
    lost = np.where(lost > 0, more / np.maximum(lost, 1e-9), 0)  # of what is clipped: it goes there
    factor = len(radiance) // CELLS[0]
    guess, lost = (np.repeat(np.repeat(part, factor, axis=0), factor, axis=1) for part in (guess, lost))
    return share * (radiance + lost * clipped) + (1 - share) * guess


def as_estimate(found: Completed, estimator: Estimator) -> Estimate:
    """The completed light as an Estimate, of which environments have the resolution of the surround."""
    panorama = _reduced(found.radiance, len(found.radiance) // CELLS[0]).astype(np.float32)
    return Estimate(
        sh=SH(found.coeffs),
        light=dominant_light(found.coeffs, panorama, seen=1.0 if estimator.network is None else found.seen),
        panorama=panorama,
        clipped=found.clipped,
        seen=found.seen,
        response=estimator.response,
        answer=estimator.answer,
        uncertainty=found.uncertainty,
        source=found.radiance.astype(np.float32),
    )


def _reduced(cells: Float[np.ndarray, "h w c"], factor: int) -> Float[np.ndarray, "32 64 c"]:
    """Means over factor × factor cells by solid angle."""
    rows = -np.diff(equirect.row_edges(len(cells))).reshape(CELLS[0], factor)
    shares = rows / rows.sum(axis=1, keepdims=True)
    return np.einsum("rf,rfckd->rcd", shares, cells.reshape(CELLS[0], factor, CELLS[1], factor, -1)) / factor


def _scale(radiance: Float[np.ndarray, "h w 3"], seen: Float[np.ndarray, "h w"]) -> float:
    """The factor to the scale in which the network sees what is seen."""
    flux, weight = (radiance @ LUMINANCE).ravel(), (equirect.solid_angles(*seen.shape) * seen).ravel()
    counts = (weight > 0) & (flux > 0)
    if not counts.any():
        return 1.0
    return GRAY * 2**EXPOSURE / weighted_median(flux[counts], weight[counts])


def _guesses(estimator: Estimator, cells: Float[np.ndarray, "32 64 7"]) -> list[Float[np.ndarray, "32 64 3"]]:
    """Panoramas for cells in units of display white: that of the estimator, and, if the network has them, those at
    the ends of its interval."""
    network = estimator.network
    assert network is not None
    if network.manifest.planes < SEEN_PLANES:
        cells[..., :3] += (1 - cells[..., 6:]) * fill_unseen(cells[..., :3], cells[..., 6])
    planes = np.ascontiguousarray(np.moveaxis(cells[..., : network.manifest.planes], -1, 0), np.float32)
    found = network(planes, "srgb")
    panorama = found["panorama"].astype(np.float64)
    if "levels" not in found:
        return [np.maximum(panorama, 0)]
    levels = [float(level) for level in found["levels"]]
    stops = (levels[LEVELS.index(estimator.answer)] if estimator.answer in LEVELS else 0.0, *levels[2:])
    return [np.maximum(panorama + (2.0**stop - 1) * found["lost"], 0) for stop in stops]


def _half_width(low: Float[np.ndarray, "9 3"], high: Float[np.ndarray, "9 3"]) -> float:
    """Half of the interval of irradiance [stops] between coefficients."""
    small, large = (float(np.linalg.norm(cosine_lobe(3)[:, None] * coeffs)) for coeffs in (low, high))
    return 0.5 * math.log2(large / small) if small > 0 else 0.0


def fill_unseen(sums: Float[np.ndarray, "32 64 c"], share: Float[np.ndarray, "32 64"]) -> Float[np.ndarray, "32 64 c"]:
    """The light that is expected where nothing is seen, from sums over the seen parts (mean times seen share).

    Convention: spec/CONVENTIONS.md#partial-pictures, for shares that change from call to call.
    """
    kernel = _kernel()
    weighted = np.concatenate([sums, share[..., None]], axis=-1).reshape(len(kernel), -1).astype(np.float32)
    found = kernel @ weighted
    return (found[:, :-1] / np.maximum(found[:, -1:], 1e-30)).reshape(sums.shape).astype(np.float64)


@lru_cache(maxsize=1)
def _kernel() -> Float[np.ndarray, "2048 2048"]:
    """Solid angles over squared distances between all cells (float32)."""
    toward = equirect.directions(*CELLS).reshape(-1, 3)
    distance = 1 - np.minimum(toward @ toward.T, 1) + 1 - math.cos(math.pi / CELLS[0])
    return (equirect.solid_angles(*CELLS).ravel() / distance**2).astype(np.float32)
