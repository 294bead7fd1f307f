"""The network's estimate of a picture, as an Estimate (radiance SH, three.js frame)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone.curves import AUTO
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.network import Network
from lightprobe.runtime.network_input import brightest, to_network_input
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere import SH, dominant_light
from lightprobe.sphere.panorama import equirect


def network_estimate(network: Network, picture: Picture, response: str) -> Estimate:
    """The light of a picture, by a network; of HDR pictures, by exact projection, if they have lost nothing.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has a crop or a field of view, or for a
    response that the network does not take; ModelError if the network fails.
    """
    if picture.is_linear and picture.white is None:
        return plain_estimate(picture, response)
    response = "srgb" if picture.is_linear else response
    network.check_response(response)
    given = to_network_input(picture, response, network.manifest)
    found = network(given.values, response)
    scale = brightest(picture)
    sh = _sh(found["coeffs"], network.manifest.convention)
    sh = replace(sh, coeffs=sh.coeffs * scale)
    panorama, curve = found.get("panorama"), found.get("curve") if response == AUTO else None
    panorama = None if panorama is None else panorama * scale
    return Estimate(
        sh=sh,
        light=sh.light if panorama is None else dominant_light(sh.coeffs, panorama),
        panorama=drawn(sh) if panorama is None else np.maximum(panorama, 0).astype(np.float32),
        is_drawn=panorama is None,
        clipped=given.clipped,
        seen=given.seen,
        response="linear" if picture.is_linear else response,
        notes=picture.notes,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
    )


def _sh(coeffs: Float[np.ndarray, "9 3"], convention: str) -> SH:
    return SH(coeffs) if convention == "radiance" else SH.from_convention(coeffs.astype(np.float64), convention)


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
