"""Metrics: how far an estimated light is from the true one. One picture gives one number per metric.

Convention: radiance coefficients, three frame, in the picture's scale. Irradiance E(n) = Σ A_l L_lm Y_lm(n) is taken
in RGB on 1024 Fibonacci normals; norms run over normals and channels. A metric that is undefined for a picture or an
estimate (a direction where there is no dominant light) is NaN and does not count in medians.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere import (
    LUMINANCE,
    SH,
    Light,
    basis,
    cosine_lobe,
    directional_fit,
    dominant_light,
    fibonacci,
)

NORMALS = 1024
DIRECTIONAL = 0.1
"""Least share of the light on a surface that faces a light, for that light to be dominant."""
STOPS = 10.0
"""Largest error of the light's intensity that is counted [stops]; also that of a light that was not found at all."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric's name and meaning, for tables."""

    name: str
    label: str
    unit: str
    about: str
    magnitude: bool = False
    """Medians are taken over magnitudes; per picture the sign stays."""


METRICS = {
    metric.name: metric
    for metric in (
        Metric(name="e_rel", label="E_rel", unit="", about="relative irradiance error ‖Ê − E‖ / ‖E‖"),
        Metric(name="e_si", label="E_si", unit="", about="the same after the one best gain"),
        Metric(
            name="gain_stops",
            label="gain",
            unit="stops",
            about="that gain, log2; above 0 where the estimate is too dark",
            magnitude=True,
        ),
        Metric(
            name="rgb_angle_deg", label="RGB angle", unit="°", about="mean angle between the RGB of both irradiances"
        ),
        Metric(
            name="direction_deg",
            label="direction",
            unit="°",
            about="angle between both dominant lights, if there is one",
        ),
        Metric(
            name="intensity_stops",
            label="intensity",
            unit="stops",
            about="luminance of the dominant light over the true one's, log2, at most 10",
            magnitude=True,
        ),
        Metric(
            name="mae_cmgen", label="MAE", unit="", about="mean |difference| of the 27 numbers that cmgen would print"
        ),
        Metric(name="negative", label="negative", unit="", about="share of normals with negative irradiance"),
    )
}
"""By name, in the order of tables; the first is the headline."""
HEADLINE = "e_rel"


@lru_cache(maxsize=1)
def shading() -> Float[np.ndarray, "1024 9"]:
    """Matrix from radiance coefficients to irradiance on the normals."""
    return basis(fibonacci(NORMALS), 3) * cosine_lobe(3)


@dataclass(frozen=True, kw_only=True, eq=False)
class TrueLight:
    """The true light of one picture, with everything that metrics need, computed once for all entrants."""

    coeffs: Float[np.ndarray, "9 3"]
    irradiance: Float[np.ndarray, "1024 3"]
    cmgen: Float[np.ndarray, "9 3"]
    light: Light
    """From coefficients and panorama."""
    fit: Light
    """From coefficients alone, for estimates that have no panorama."""

    @classmethod
    def of(cls, coeffs: Float[np.ndarray, "9 3"], panorama: Float[np.ndarray, "32 64 3"]) -> TrueLight:
        """From the true coefficients and the true panorama."""
        return cls(
            coeffs=coeffs,
            irradiance=shading() @ coeffs,
            cmgen=SH(coeffs).to("cmgen"),
            light=dominant_light(coeffs, panorama),
            fit=directional_fit(coeffs),
        )


def score(
    truth: TrueLight,
    coeffs: Float[np.ndarray, "9 3"],
    panorama: Float[np.ndarray, "32 64 3"] | None = None,
    *,
    is_windowed: bool = False,
) -> dict[str, float]:
    """All metrics of one estimate, by name; `is_windowed` coefficients do not get cmgen's window again."""
    guess = shading() @ coeffs
    gain, scaled = best_gain(guess, truth.irradiance)
    light, expected = (
        (directional_fit(coeffs), truth.fit) if panorama is None else (dominant_light(coeffs, panorama), truth.light)
    )
    has_light = truth.light.share >= DIRECTIONAL
    return {
        "e_rel": relative_error(guess, truth.irradiance),
        "e_si": scaled,
        "gain_stops": math.log2(gain) if gain > 0 else math.nan,
        "rgb_angle_deg": rgb_angle(guess, truth.irradiance),
        "direction_deg": light_angle(light, expected) if has_light else math.nan,
        "intensity_stops": intensity_error(light, expected) if has_light else math.nan,
        "mae_cmgen": float(np.abs(SH(coeffs, is_windowed).to("cmgen") - truth.cmgen).mean()),
        "negative": negative_share(guess),
    }


def relative_error(guess: Float[np.ndarray, "n 3"], truth: Float[np.ndarray, "n 3"]) -> float:
    """‖Ê − E‖ / ‖E‖."""
    return float(np.linalg.norm(guess - truth) / np.linalg.norm(truth))


def best_gain(guess: Float[np.ndarray, "n 3"], truth: Float[np.ndarray, "n 3"]) -> tuple[float, float]:
    """The g ≥ 0 that minimizes ‖gÊ − E‖ / ‖E‖, and that minimum; g is 0 for an estimate that no gain improves."""
    power = float((guess * guess).sum())
    gain = max(float((guess * truth).sum()) / power, 0.0) if power > 0 else 0.0
    return gain, relative_error(gain * guess, truth)


def rgb_angle(guess: Float[np.ndarray, "n 3"], truth: Float[np.ndarray, "n 3"]) -> float:
    """Mean angle [°] between RGB vectors, over normals where both are lit; NaN where none are.

    Source: the recovery angular error of color constancy; Hordley & Finlayson, "Re-evaluating Colour Constancy
    Algorithms", ICPR 2004, equation 1.
    """
    lengths = np.linalg.norm(guess, axis=1) * np.linalg.norm(truth, axis=1)
    lit = lengths > 1e-12
    if not lit.any():
        return math.nan
    cosine = (guess[lit] * truth[lit]).sum(axis=1) / lengths[lit]
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean())


def light_angle(light: Light, truth: Light) -> float:
    """Angle [°] between the directions of two lights; NaN where the first has no intensity."""
    if not light.intensity > 0:
        return math.nan
    return float(np.degrees(np.arccos(np.clip(light.direction @ truth.direction, -1, 1))))


def intensity_error(light: Light, truth: Light) -> float:
    """log2 of the first light's luminous irradiance over the second's [stops], −10 … 10."""
    seen, expected = float(light.irradiance @ LUMINANCE), float(truth.irradiance @ LUMINANCE)
    if not seen > 0:
        return -STOPS
    return float(np.clip(math.log2(seen / expected), -STOPS, STOPS))


def negative_share(guess: Float[np.ndarray, "n 3"]) -> float:
    """Share of normals with a channel of irradiance below zero by more than rounding."""
    return float((guess < -1e-9 * np.abs(guess).max(initial=1e-300)).any(axis=1).mean())
