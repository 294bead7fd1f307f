"""The learned estimator: what a network makes of a picture, in the house's units."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.estimate import CELLS, Estimate
from lightprobe.runtime.manifest import AUTO
from lightprobe.runtime.network import Network
from lightprobe.runtime.plain import estimate_plain
from lightprobe.runtime.shown import show
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
    size = None if known.height is None or known.width is None else (known.height, known.width)
    shown = show(picture, decoded_by, fov, size)
    found = network(shown.image_srgb, response)
    sh = SH.from_convention(found["coeffs"].astype(np.float64), known.convention)
    panorama, curve = found.get("panorama"), found.get("curve") if response == AUTO else None
    return Estimate(
        sh=sh,
        light=sh.light if panorama is None else dominant_light(sh.coeffs, panorama),
        panorama=drawn(sh) if panorama is None else np.maximum(panorama, 0).astype(np.float32),
        is_drawn=panorama is None,
        clipped=shown.clipped,
        seen=shown.seen,
        response=response,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
    )


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
