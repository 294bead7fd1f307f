"""The network's estimate of a picture, as an Estimate (radiance SH, three.js frame)."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone.curves import AUTO
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.network import Network
from lightprobe.runtime.network_input import to_network_input
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere import SH, dominant_light
from lightprobe.sphere.panorama import equirect


def network_estimate(network: Network, picture: Picture, response: str, fov: float | None = None) -> Estimate:
    """The light of a picture, by a network; of HDR pictures, by exact projection: they have lost nothing.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has GPano data or a field of view, or for a
    response that the network does not take; ModelError if the network fails.
    """
    if picture.is_linear:
        return plain_estimate(picture, response, fov)
    network.check_response(response)
    given = to_network_input(picture, response, fov, network.manifest)
    found = network(given.values, response)
    sh = _sh(found["coeffs"], network.manifest.convention)
    panorama, curve = found.get("panorama"), found.get("curve") if response == AUTO else None
    return Estimate(
        sh=sh,
        light=sh.light if panorama is None else dominant_light(sh.coeffs, panorama),
        panorama=drawn(sh) if panorama is None else np.maximum(panorama, 0).astype(np.float32),
        is_drawn=panorama is None,
        clipped=given.clipped,
        seen=given.seen,
        response=response,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
    )


def _sh(coeffs: Float[np.ndarray, "9 3"], convention: str) -> SH:
    return SH(coeffs) if convention == "radiance" else SH.from_convention(coeffs.astype(np.float64), convention)


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
