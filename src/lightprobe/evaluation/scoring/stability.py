"""Stability of an estimator: under turns of the picture, and from frame to frame of a panned video.

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
from lightprobe.evaluation.entrants.entrant import Entrant, Prediction
from lightprobe.evaluation.scoring.metrics import shading
from lightprobe.evaluation.suites.item import SuiteItem
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.runtime import Estimate, Smoother
from lightprobe.sphere import LUMINANCE, SH, rotate
from lightprobe.sphere.harmonics.rotation import about_y

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
"""Scenes that are measured, one picture of each; the first SCENES/2 are also panned."""


@dataclass(frozen=True, kw_only=True)
class Stability:
    """How much answers change, medians over scenes; NaN where there is no light."""

    yaw_consistency: float
    """‖f(R·I) − R·f(I)‖ / ‖f(I)‖"""
    jitter: float
    """Relative change from frame to frame beyond the turn itself."""
    jitter_smoothed: float
    """The same after the smoother."""
    lag_ms: float
    """Delay of the smoothed light behind the pan [ms]."""


def measure_stability(entrant: Entrant, suite: Suite, ids: Sequence[str], seed: int) -> Stability:
    """Measure one entrant on pictures of a suite."""
    turned: list[float] = []
    panned: list[tuple[float, float, float]] = []
    for index, item in enumerate(suite.items(ids)):
        turned += [yaw_consistency(entrant, item, turn) for turn in TURNS]
        if index < max(SCENES // 2, 1):
            panned.append(_pan(entrant, item, np.random.default_rng([seed, index])))
    jitter, smoothed, lag = (_median(values) for values in zip(*panned, strict=True))
    return Stability(yaw_consistency=_median(turned), jitter=jitter, jitter_smoothed=smoothed, lag_ms=lag)


def choose_pictures(suite: Suite, ids: Sequence[str]) -> list[str]:
    """Ids of the pictures to turn and pan: sRGB, of different scenes, alternating between kinds of light."""
    shots = [suite.by_id[id] for id in ids if suite.by_id[id].curve == "srgb"] or [suite.by_id[id] for id in ids]
    shots = [shot for shot in shots if shot.exposure == "ev-0.5"] or shots
    first = {shot.scene: shot for shot in reversed(shots)}
    by_kind: dict[str, list[str]] = {}
    for shot in sorted(first.values(), key=lambda shot: shot.id):
        by_kind.setdefault(shot.stratum, []).append(shot.id)
    longest = max(map(len, by_kind.values()))
    mixed = [found[index] for index in range(longest) for found in by_kind.values() if index < len(found)]
    return mixed[:SCENES]


def yaw_consistency(entrant: Entrant, item: SuiteItem, turn: float) -> float:
    """‖f(R·I) − R·f(I)‖ / ‖f(I)‖ for a turn of about this much [turns], by whole columns; NaN without any light."""
    width = item.image_srgb.shape[1]
    columns = round(turn * width)
    still = rotate(_answer(entrant, item, item.image_srgb).coeffs, about_y(2 * math.pi * columns / width))
    moved = _answer(entrant, item, np.roll(item.image_srgb, columns, axis=1)).coeffs
    return relative_change(still, moved)


def relative_change(before: Float[np.ndarray, "9 3"], after: Float[np.ndarray, "9 3"]) -> float:
    """Relative change of irradiance; NaN without any light before."""
    length = float(np.linalg.norm(shading() @ before))
    return float(np.linalg.norm(shading() @ (after - before))) / length if length > 0 else math.nan


def frame_jitter(lights: Sequence[Float[np.ndarray, "9 3"]], step: float) -> float:
    """Mean relative change from frame to frame beyond a turn by `step` [rad]."""
    turn = about_y(step)
    return float(np.mean([relative_change(rotate(a, turn), b) for a, b in pairwise(lights)]))


def pan_lag(
    smoothed: Sequence[Float[np.ndarray, "9 3"]], lights: Sequence[Float[np.ndarray, "9 3"]], speed: float
) -> float:
    """Delay [s] of the smoothed light's azimuth, at a speed [rad/s], over the second half of the frames.

    NaN where the light comes from all around evenly.
    """
    half = len(lights) // 2
    behind = [
        (light_azimuth(new) - light_azimuth(old) + math.pi) % (2 * math.pi) - math.pi
        for old, new in zip(smoothed[half:], lights[half:], strict=True)
    ]
    return float(np.mean(behind)) / speed


def light_azimuth(coeffs: Float[np.ndarray, "9 3"]) -> float:
    """Azimuth of the luminance's band 1 [rad], from the center to the right; NaN if it points straight up or is 0."""
    _, z, x = coeffs[1:4] @ LUMINANCE
    return math.atan2(z, x) if math.hypot(x, z) > 1e-6 * abs(float(coeffs[0] @ LUMINANCE)) else math.nan


def pan_frames(image: UInt8[np.ndarray, "h w 3"], rng: np.random.Generator) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    """Frames of a video in which the world turns to the right."""
    width = image.shape[1]
    for frame in range(FRAMES):
        noise = np.rint(np.float32(NOISE) * rng.standard_normal(image.shape, np.float32)).astype(np.int16)
        turned = np.roll(image, round(frame * STEP * width), axis=1)
        yield np.clip(turned.astype(np.int16) + np.where(turned == 255, 0, noise), 0, 255).astype(np.uint8)


def _pan(entrant: Entrant, item: SuiteItem, rng: np.random.Generator) -> tuple[float, float, float]:
    guesses = [_answer(entrant, item, frame) for frame in pan_frames(item.image_srgb, rng)]
    width = item.image_srgb.shape[1]
    step = 2 * math.pi * round(STEP * width) / width
    if step == 0 or not guesses[0].coeffs.any():
        return math.nan, math.nan, math.nan
    lights = [guess.coeffs for guess in guesses]
    smoother = Smoother(SMOOTHING)
    steady = [smoother(_estimate(guess), frame / RATE).sh.coeffs for frame, guess in enumerate(guesses)]
    half = len(steady) // 2
    return frame_jitter(lights, step), frame_jitter(steady[half:], step), 1e3 * pan_lag(steady, lights, step * RATE)


def _answer(entrant: Entrant, item: SuiteItem, image: UInt8[np.ndarray, "h w 3"]) -> Prediction:
    return entrant.estimate(item.shot, np.ascontiguousarray(image), "auto")


def _estimate(guess: Prediction) -> Estimate:
    """The smoother's input; only coefficients are measured, so its panorama is black."""
    sh, panorama = SH(guess.coeffs), np.zeros((32, 64, 3), np.float32)
    return Estimate(sh=sh, light=sh.light, panorama=panorama, is_drawn=True, clipped=0.0, seen=1.0, response="auto")


def _median(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.median(known)) if known else math.nan
