"""How steady an estimator is: under turns of the picture, and frame after frame of a panned video.

Differences are relative, in irradiance on 1024 normals. The video is one picture of a suite turning at 42° a second,
30 frames a second, with fresh noise of two 8-bit steps in every frame, as from a small sensor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.evaluation.entrants.entrant import Contestant, Prediction
from lightprobe.evaluation.scoring.metrics import shading
from lightprobe.evaluation.suites.item import SuiteItem
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.runtime import Estimate, Smoother
from lightprobe.sphere import LUMINANCE, SH, rotate
from lightprobe.sphere.rotation import about_y

TURNS = (1 / 4, 0.1, 1 / 3, 0.77)
"""Turns of the picture [turns]; all but the first fall between cells of 32 × 64 panoramas."""
FRAMES, RATE = 64, 30.0
STEP = 1 / 256
"""Turn from frame to frame [turns]."""
NOISE = 2.0
"""Deviation of the noise [8-bit steps]."""
SMOOTHING = 0.3
"""Time constant of the smoother whose lag is measured [s]."""
SCENES = 6
"""Scenes that are looked at, one picture of each; the first SCENES/2 are also panned."""


@dataclass(frozen=True, kw_only=True)
class Steadiness:
    """Medians over scenes."""

    yaw_consistency: float
    """‖f(R·I) − R·f(I)‖ / ‖f(I)‖"""
    jitter: float
    """Change from frame to frame that turning does not explain, relative."""
    jitter_smoothed: float
    """The same after the smoother."""
    lag_ms: float
    """How far the smoothed light is behind the pan [ms]."""


def steadiness(contestant: Contestant, suite: Suite, ids: Sequence[str], seed: int) -> Steadiness:
    """Measure one estimator on pictures of a suite."""
    turned: list[float] = []
    panned: list[tuple[float, float, float]] = []
    for place, item in enumerate(suite.items(ids)):
        turned += [yaw_consistency(contestant, item, turn) for turn in TURNS]
        if place < max(SCENES // 2, 1):
            panned.append(_pan(contestant, item, np.random.default_rng([seed, place])))
    jitter, smoothed, lag = (_median(values) for values in zip(*panned, strict=True))
    return Steadiness(yaw_consistency=_median(turned), jitter=jitter, jitter_smoothed=smoothed, lag_ms=lag)


def choose(suite: Suite, ids: Sequence[str]) -> list[str]:
    """Pictures to be turned and panned: a camera's, of different scenes, kinds of light in turn."""
    shots = [suite.by_id[id] for id in ids if suite.by_id[id].curve == "srgb"] or [suite.by_id[id] for id in ids]
    shots = [shot for shot in shots if shot.exposure == "ev-0.5"] or shots
    first = {shot.scene: shot for shot in reversed(shots)}
    by_kind: dict[str, list[str]] = {}
    for shot in sorted(first.values(), key=lambda shot: shot.id):
        by_kind.setdefault(shot.stratum, []).append(shot.id)
    longest = max(map(len, by_kind.values()))
    mixed = [found[place] for place in range(longest) for found in by_kind.values() if place < len(found)]
    return mixed[:SCENES]


def yaw_consistency(contestant: Contestant, item: SuiteItem, turn: float) -> float:
    """‖f(R·I) − R·f(I)‖ / ‖f(I)‖ for a turn of about this much [turns], by whole columns; NaN without any light."""
    width = item.image_srgb.shape[1]
    columns = round(turn * width)
    still = rotate(_answer(contestant, item, item.image_srgb).coeffs, about_y(2 * math.pi * columns / width))
    moved = _answer(contestant, item, np.roll(item.image_srgb, columns, axis=1)).coeffs
    return change(still, moved)


def change(before: Float[np.ndarray, "9 3"], after: Float[np.ndarray, "9 3"]) -> float:
    """Relative change of irradiance; NaN without any light before."""
    length = float(np.linalg.norm(shading() @ before))
    return float(np.linalg.norm(shading() @ (after - before))) / length if length > 0 else math.nan


def jitter(lights: Sequence[Float[np.ndarray, "9 3"]], step: float) -> float:
    """Mean change from frame to frame that a turn by `step` [rad] does not explain, relative."""
    turn = about_y(step)
    return float(np.mean([change(rotate(a, turn), b) for a, b in pairwise(lights)]))


def lag(
    smoothed: Sequence[Float[np.ndarray, "9 3"]], lights: Sequence[Float[np.ndarray, "9 3"]], speed: float
) -> float:
    """How far [s] the azimuth of smoothed light is behind, at a speed [rad/s]; over the second half of the frames.

    NaN where the light comes from all around evenly.
    """
    half = len(lights) // 2
    behind = [
        (azimuth(new) - azimuth(old) + math.pi) % (2 * math.pi) - math.pi
        for old, new in zip(smoothed[half:], lights[half:], strict=True)
    ]
    return float(np.mean(behind)) / speed


def azimuth(coeffs: Float[np.ndarray, "9 3"]) -> float:
    """Where band 1 of the luminance points [rad], from the center to the right; NaN if straight up or nowhere."""
    _, z, x = coeffs[1:4] @ LUMINANCE
    return math.atan2(z, x) if math.hypot(x, z) > 1e-6 * abs(float(coeffs[0] @ LUMINANCE)) else math.nan


def pan(image: UInt8[np.ndarray, "h w 3"], rng: np.random.Generator) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    """Frames of a video in which the world turns to the right."""
    width = image.shape[1]
    for frame in range(FRAMES):
        noise = np.rint(np.float32(NOISE) * rng.standard_normal(image.shape, np.float32)).astype(np.int16)
        turned = np.roll(image, round(frame * STEP * width), axis=1)
        yield np.clip(turned.astype(np.int16) + np.where(turned == 255, 0, noise), 0, 255).astype(np.uint8)


def _pan(contestant: Contestant, item: SuiteItem, rng: np.random.Generator) -> tuple[float, float, float]:
    guesses = [_answer(contestant, item, frame) for frame in pan(item.image_srgb, rng)]
    width = item.image_srgb.shape[1]
    step = 2 * math.pi * round(STEP * width) / width
    if step == 0 or not guesses[0].coeffs.any():
        return math.nan, math.nan, math.nan
    lights = [guess.coeffs for guess in guesses]
    smoother = Smoother(SMOOTHING)
    steady = [smoother(_estimate(guess), frame / RATE).sh.coeffs for frame, guess in enumerate(guesses)]
    half = len(steady) // 2
    return jitter(lights, step), jitter(steady[half:], step), 1e3 * lag(steady, lights, step * RATE)


def _answer(contestant: Contestant, item: SuiteItem, image: UInt8[np.ndarray, "h w 3"]) -> Prediction:
    return contestant.estimate(item.shot, np.ascontiguousarray(image), "auto")


def _estimate(guess: Prediction) -> Estimate:
    """What the smoother takes; it is asked for coefficients alone, so there is no panorama to be smoothed."""
    sh, panorama = SH(guess.coeffs), np.zeros((32, 64, 3), np.float32)
    return Estimate(sh=sh, light=sh.light, panorama=panorama, is_drawn=True, clipped=0.0, seen=1.0, response="auto")


def _median(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.median(known)) if known else math.nan
