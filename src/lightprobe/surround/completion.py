"""Completion: the light of a surround, what was never seen or always clipped estimated by a network.

Convention: spec/SURROUND.md#completion.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS, PLANES
from lightprobe.runtime import Estimate, Estimator
from lightprobe.sphere import LUMINANCE, SH, dominant_light, project
from lightprobe.sphere.panorama import equirect
from lightprobe.surround.gains import weighted_median

GRAY, EXPOSURE = 0.18, -0.5
"""A network sees the median luminance of what is seen at this share of display white, with this compensation [EV], as
the pictures have it on which networks are trained."""


class Completed(NamedTuple):
    """The whole light of a surround."""

    radiance: Float[np.ndarray, "h w 3"]
    coeffs: Float[np.ndarray, "9 3"]
    clipped: float
    """Part of the sphere [0…1] that is known only as clipped."""
    seen: float
    """Part of the sphere [0…1] that was seen."""


def complete(
    estimator: Estimator,
    radiance: Float[np.ndarray, "h w 3"],
    clipped: Float[np.ndarray, "h w 3"],
    seen: Float[np.ndarray, "h w"],
) -> Completed:
    """The light of cells of which this share is seen, and of that this share is clipped.

    The network sees them as a camera would show them that clips at display white. What is measured stays; where light
    is lost, the larger of the measured and the estimated counts; the rest is estimated.

    Raises: ModelError if the network fails.
    """
    factor = len(seen) // CELLS[0]
    share = seen[..., None]
    known = _reduced(np.concatenate([radiance * share, clipped * share, share], axis=-1), factor)
    parts = np.broadcast_to(equirect.solid_angles(*CELLS) / (4 * np.pi), CELLS)
    scale = _scale(radiance, seen)
    shown = np.concatenate([np.minimum(radiance * scale, 1), np.where(radiance * scale >= 1, 1, clipped)], axis=-1)
    cells = _reduced(shown * share, factor)
    both = np.concatenate([cells[..., :3], known[..., :3]], axis=-1)
    both += (1 - known[..., 6:]) * fill_unseen(both, known[..., 6])
    cells[..., :3], filled = both[..., :3], both[..., 3:]
    guess = filled if estimator.network is None else _guess(estimator, cells) / scale
    lost = np.where(known[..., 3:6] > 0, np.maximum(guess - filled, 0), 0) * known[..., 6:]
    lost /= np.maximum(known[..., 3:6], 1e-9)  # of what is clipped, so that it goes where that is
    guess, lost = (np.repeat(np.repeat(part, factor, axis=0), factor, axis=1) for part in (guess, lost))
    whole = share * (radiance + lost * clipped) + (1 - share) * guess
    return Completed(
        whole,
        project(whole, 3),
        float((parts * known[..., 3:6].max(axis=-1)).sum()),
        min(float((parts * known[..., 6]).sum()), 1.0),
    )


def as_estimate(found: Completed, estimator: Estimator) -> Estimate:
    """The completed light as an Estimate, of which environments have the resolution of the surround."""
    panorama = _reduced(found.radiance, len(found.radiance) // CELLS[0]).astype(np.float32)
    return Estimate(
        sh=SH(found.coeffs),
        light=dominant_light(found.coeffs, panorama),
        panorama=panorama,
        clipped=found.clipped,
        seen=found.seen,
        response=estimator.response,
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


def _guess(estimator: Estimator, cells: Float[np.ndarray, "32 64 6"]) -> Float[np.ndarray, "32 64 3"]:
    """The network's panorama for cells in units of display white."""
    assert estimator.network is not None
    planes = np.ascontiguousarray(np.moveaxis(cells, -1, 0), np.float32).reshape(PLANES, *CELLS)
    return np.maximum(estimator.network(planes, "srgb")["panorama"], 0).astype(np.float64)


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
