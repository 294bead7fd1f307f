"""The network's estimate of a picture, as an Estimate (radiance SH, three.js frame)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.partial import placed_sums
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone.curves import AUTO
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.network import Network
from lightprobe.runtime.network_input import sdr_rendition, to_network_input
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere import SH, dominant_light, project
from lightprobe.sphere.panorama import equirect


def network_estimate(network: Network, picture: Picture, response: str) -> Estimate:
    """The light of a picture, by a network; of HDR pictures, by exact projection, completed where they have lost light.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has a crop or a field of view, or for a
    response that the network does not take; ModelError if the network fails.
    """
    if picture.is_linear:
        known = plain_estimate(picture, response)
        return known if picture.white is None else _completed(network, picture, known)
    network.check_response(response)
    given = to_network_input(picture, response, network.manifest)
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
        notes=picture.notes,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
    )


def _completed(network: Network, picture: Picture, known: Estimate) -> Estimate:
    """The exact estimate of a linear picture that has lost light, with what a network adds.

    The network sees the picture clipped at display white, like the pictures on which it was trained, and estimates all
    light beyond. Where the picture has lost light, the larger of the estimated and the known light counts. Divided by
    its brightest value instead, the picture looks underexposed: where that is three stops above display white or more,
    a network then answers worse than no network.
    """
    shown, white = sdr_rendition(picture)
    response = "srgb" if "srgb" in network.manifest.responses else AUTO
    guess = network_estimate(network, shown, response)
    note = f"In {100 * known.clipped:.2g} % of the sphere, the file has lost light, which was estimated"
    completed = replace(known, notes=(*known.notes, note))
    if guess.is_drawn:
        return replace(completed, sh=(sh := _blurred(guess, plain_estimate(shown), known, white)), light=sh.light)
    lost = _lost_cells(picture)
    added = np.where(lost, np.maximum(guess.panorama * white - known.panorama, 0), 0)
    coeffs, panorama = known.sh.coeffs + project(added, 3), known.panorama + added
    return replace(
        completed,
        sh=SH(coeffs),
        light=dominant_light(coeffs, panorama),
        panorama=panorama.astype(np.float32),
    )


def _lost_cells(picture: Picture) -> Bool[np.ndarray, "32 64 3"]:
    """Cells in which a pixel has lost light, channel by channel."""
    assert picture.white is not None
    if picture.is_partial:
        return placed_sums(picture, "linear", CELLS).white > 0
    height, width = picture.white.shape[:2]
    tops, lefts = np.arange(CELLS[0]) * height // CELLS[0], np.arange(CELLS[1]) * width // CELLS[1]
    bands = [picture.white[top : top + -(-height // CELLS[0])].any(axis=0) for top in tops]
    return np.logical_or.reduceat(np.stack(bands), lefts, axis=1)


def _blurred(guess: Estimate, shown: Estimate, known: Estimate, white: float) -> SH:
    """Completed coefficients where a network gives no panorama: its light beyond display white, in each channel so much
    of it as is more than the light beyond display white that is known."""
    beyond, held = guess.sh.coeffs * white - shown.sh.coeffs * white, known.sh.coeffs - shown.sh.coeffs * white
    share = np.clip(1 - held[0] / np.maximum(beyond[0], 1e-12), 0, 1)
    return SH(known.sh.coeffs + share * beyond)


def _sh(coeffs: Float[np.ndarray, "9 3"], convention: str) -> SH:
    return SH(coeffs) if convention == "radiance" else SH.from_convention(coeffs.astype(np.float64), convention)


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
