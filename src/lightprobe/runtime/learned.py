"""The learned estimator: what a network makes of a picture, in the house's units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging import curves
from lightprobe.imaging.cells import CELLS, picture_cells
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.manifest import AUTO
from lightprobe.runtime.network import Network
from lightprobe.runtime.plain import estimate_plain
from lightprobe.runtime.shown import LARGEST, show
from lightprobe.sphere import SH, dominant_light, equirect


def estimate_learned(network: Network, picture: Picture, response: str, fov: float | None = None) -> Estimate:
    """The light of a picture, by a network; of HDR pictures, by exact projection: they have lost nothing.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has GPano data or a field of view, or for a
    response that the network cannot be told; ModelError if the network fails.
    """
    if picture.is_linear:
        return estimate_plain(picture, response, fov)
    prepared = prepare(network, picture, response, fov)
    found, known = prepared.run(), network.manifest
    sh = SH.from_convention(found["coeffs"].astype(np.float64), known.convention)
    panorama, curve = found.get("panorama"), found.get("curve") if response == AUTO else None
    return Estimate(
        sh=sh,
        light=sh.light if panorama is None else dominant_light(sh.coeffs, panorama),
        panorama=drawn(sh) if panorama is None else np.maximum(panorama, 0).astype(np.float32),
        is_drawn=panorama is None,
        clipped=prepared.clipped,
        seen=prepared.seen,
        response=response,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
    )


class Prepared(NamedTuple):
    """A picture made small enough for a network."""

    run: Callable[[], dict[str, np.ndarray]]
    """Asks the network."""
    clipped: float
    """Part of the sphere where the picture was at display white."""
    seen: float
    """Part of the sphere that the picture shows."""


def prepare(network: Network, picture: Picture, response: str, fov: float | None = None) -> Prepared:
    """Everything up to the graph: large pictures, and curves that mix channels, as cells; others as pixels.

    Raises: as `estimate_learned`.
    """
    network.check_response(response)
    # without a curve, sizes are reduced as if it were sRGB's: what is reduced is encoded again in the same way
    decoded_by = "srgb" if response == AUTO else response
    known, pixels = network.manifest, picture.pixels
    is_whole = fov is None and picture.crop is None and picture.seen is None
    if is_whole and network.takes_cells and (pixels.shape[1] > LARGEST or response in known.by_cells):
        cells = picture_cells(pixels, decoded_by)
        angles = equirect.solid_angles(*pixels.shape[:2])[:, 0]
        clipped = float(curves.count_clipped(pixels) @ angles / (4 * np.pi))
        return Prepared(partial(network.of_cells, cells, response), clipped, 1.0)
    size = None if known.height is None or known.width is None else (known.height, known.width)
    shown = show(picture, decoded_by, fov, size)
    return Prepared(partial(network, shown.image_srgb, response), shown.clipped, shown.seen)


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
