"""The network's estimate of a picture, as an Estimate (radiance SH, three.js frame)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lightprobe._shapes import Bool, Float
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.partial import placed_sums
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone.curves import AUTO
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.manifest import LEVELS
from lightprobe.runtime.network import Network
from lightprobe.runtime.network_input import sdr_rendition, to_network_input
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere import SH, dominant_light, project
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.sphere.panorama import equirect


def network_estimate(network: Network, picture: Picture, response: str, answer: str | None = None) -> Estimate:
    """The light of a picture, by a network; of HDR pictures, by exact projection, completed where they have lost light.

    `answer` is one of the network's; without it, its own.

    Raises: ValueError if the picture is neither a 2:1 panorama nor has a crop or a field of view, or for a
    response or an answer that the network does not have; ModelError if the network fails.
    """
    answer = network.check_answer(answer)
    if picture.is_linear:
        known = plain_estimate(picture, response)
        return known if picture.white is None else _completed(network, picture, known, answer)
    network.check_response(response)
    given = to_network_input(picture, response, network.manifest)
    found = network(given.values, response)
    curve = found.get("curve") if response == AUTO else None
    stops = _stops(found, answer)
    coeffs, panorama = _answered(found, stops)
    guess = found["lost"] * np.float32(2.0**stops) if "lost" in found else None
    sh, seen = _sh(coeffs, network.manifest.convention), 1.0 if guess is None else given.seen
    return Estimate(
        sh=sh,
        light=sh.light if panorama is None else dominant_light(sh.coeffs, panorama, guess=guess, seen=seen),
        panorama=drawn(sh) if panorama is None else np.maximum(panorama, 0).astype(np.float32),
        is_drawn=panorama is None,
        clipped=given.clipped,
        seen=given.seen,
        response=response,
        notes=picture.notes,
        curve=None if curve is None else np.exp(curve.astype(np.float64)),
        answer=answer,
        uncertainty=_half_width(*(_answered(found, stops)[0] for stops in _interval(found))),
    )


def _answered(found: dict[str, np.ndarray], stops: float) -> tuple[np.ndarray, np.ndarray | None]:
    """Coefficients and panorama with the lost light so many stops brighter. Convention: spec/CONVENTIONS.md#answers."""
    coeffs, panorama = found["coeffs"], found.get("panorama")
    if panorama is None or stops == 0:
        return coeffs, panorama
    more = found["lost"] * np.float32(2.0**stops - 1)
    return coeffs + project(more, 3), panorama + more


def _stops(found: dict[str, np.ndarray], answer: str | None) -> float:
    """The level of an answer."""
    return float(found["levels"][LEVELS.index(answer)]) if answer in LEVELS else 0.0


def _interval(found: dict[str, np.ndarray]) -> tuple[float, ...]:
    """The ends of the interval of the level; none if the network has no such interval."""
    return tuple(map(float, found["levels"][2:])) if "levels" in found else ()


def _half_width(*ends: Float[np.ndarray, "9 3"]) -> float | None:
    """Half of the interval of irradiance [stops] between the coefficients at its ends; None without ends."""
    low, high = (float(np.linalg.norm(cosine_lobe()[:, None] * coeffs)) for coeffs in ends) if ends else (None, None)
    if low is None or high is None:
        return None
    return 0.5 * math.log2(high / low) if low > 0 else 0.0


def _completed(network: Network, picture: Picture, known: Estimate, answer: str | None) -> Estimate:
    """The exact estimate of a linear picture that has lost light, with what a network adds.

    The network sees the picture clipped at display white, like the pictures on which it was trained, and estimates all
    light beyond. Where the picture has lost light, the larger of the estimated and the known light counts. Divided by
    its brightest value instead, the picture looks underexposed: where that is three stops above display white or more,
    a network then answers worse than no network.
    """
    shown, white = sdr_rendition(picture)
    response = "srgb" if "srgb" in network.manifest.responses else AUTO
    found = network(to_network_input(shown, response, network.manifest).values, response)
    note = f"In {100 * known.clipped:.2g} % of the sphere, the file has lost light, which was estimated"
    completed = replace(known, notes=(*known.notes, note), answer=answer)
    if "panorama" not in found:
        guess = _sh(found["coeffs"], network.manifest.convention)
        return replace(completed, sh=(sh := _blurred(guess, plain_estimate(shown), known, white)), light=sh.light)
    lost = _lost_cells(picture)

    def added(stops: float) -> Float[np.ndarray, "32 64 3"]:
        _, panorama = _answered(found, stops)
        assert panorama is not None
        return np.where(lost, np.maximum(panorama * white - known.panorama, 0), 0)

    more = added(_stops(found, answer))
    coeffs, panorama = known.sh.coeffs + project(more, 3), known.panorama + more
    return replace(
        completed,
        sh=SH(coeffs),
        light=dominant_light(coeffs, panorama, guess=more),
        panorama=panorama.astype(np.float32),
        uncertainty=_half_width(*(known.sh.coeffs + project(added(stops), 3) for stops in _interval(found))),
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


def _blurred(guess: SH, shown: Estimate, known: Estimate, white: float) -> SH:
    """Completed coefficients where a network gives no panorama: its light beyond display white, in each channel so much
    of it as is more than the light beyond display white that is known."""
    beyond, held = guess.coeffs * white - shown.sh.coeffs * white, known.sh.coeffs - shown.sh.coeffs * white
    share = np.clip(1 - held[0] / np.maximum(beyond[0], 1e-12), 0, 1)
    return SH(known.sh.coeffs + share * beyond)


def _sh(coeffs: Float[np.ndarray, "9 3"], convention: str) -> SH:
    return SH(coeffs) if convention == "radiance" else SH.from_convention(coeffs.astype(np.float64), convention)


def drawn(sh: SH) -> Float[np.ndarray, "32 64 3"]:
    """A panorama drawn from coefficients alone: blurred, and 0 where they ring below."""
    return np.maximum(sh.radiance(equirect.directions(*CELLS)), 0).astype(np.float32)
