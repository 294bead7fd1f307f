"""The learned estimator: what a network makes of a picture, in the house's units."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging import curves
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.estimate import CELLS, Estimate
from lightprobe.runtime.manifest import AUTO
from lightprobe.runtime.network import Network
from lightprobe.runtime.plain import estimate_plain
from lightprobe.runtime.shown import LARGEST, cells, show
from lightprobe.sphere import SH, dominant_light, equirect


def estimate_learned(network: Network, picture: Picture, response: str, fov: float | None = None) -> Estimate:
    """The light of a picture, by a network; of HDR pictures, by exact projection: they have lost nothing.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has GPano data or a field of view, or for a
    response that the network cannot be told; ModelError if the network fails.
    """
    if picture.is_linear:
        return estimate_plain(picture, response, fov)
    network.check_response(response)
    # without a curve, sizes are reduced as if it were sRGB's: what is reduced is encoded again in the same way
    decoded_by = "srgb" if response == AUTO else response
    known = network.manifest
    if (
        network.takes_cells
        and _is_whole(picture, fov)
        and (picture.pixels.shape[1] > LARGEST or response in known.by_cells)
    ):
        height, width = picture.pixels.shape[:2]
        equirect.check_panorama(height, width)
        angles = equirect.solid_angles(height, width)[:, 0]
        clipped, seen = float(curves.count_clipped(picture.pixels) @ angles / (4 * np.pi)), 1.0
        found = network.of_cells(cells(picture.pixels, decoded_by), response)
    else:
        size = None if known.height is None or known.width is None else (known.height, known.width)
        image_srgb, clipped, seen = show(picture, decoded_by, fov, size)
        found = network(image_srgb, response)
    sh = SH.from_convention(found["coeffs"].astype(np.float64), known.convention)
    panorama, curve = found.get("panorama"), found.get("curve") if response == AUTO else None
    return Estimate(
        sh=sh,
        light=sh.light if panorama is None else dominant_light(sh.coeffs, panorama),
        panorama=drawn(sh) if panorama is None else np.maximum(panorama, 0).astype(np.float32),
        is_drawn=panorama is None,
        clipped=clipped,
        seen=seen,
        response=response,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
    )


def _is_whole(picture: Picture, fov: float | None) -> bool:
    return fov is None and picture.crop is None and picture.seen is None


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
