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
    dominant_direction,
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
    """Medians are taken over magnitudes, and the median with its sign stands beside; per picture the sign stays."""
    is_share: bool = False
    """0 or 1 for a picture; tables have the mean."""
    of_level: bool = False
    """It belongs to the table on levels and the dominant light."""


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
            name="mae_cmgen", label="MAE", unit="", about="mean |difference| of the 27 numbers that cmgen would print"
        ),
        Metric(name="negative", label="negative", unit="", about="share of normals with negative irradiance"),
        Metric(
            name="level_stops",
            label="level",
            unit="stops",
            about="luminance of the mean irradiance over the true one's, log2; below 0 where the estimate is too dark",
            magnitude=True,
            of_level=True,
        ),
        Metric(
            name="interval_holds",
            label="interval holds",
            unit="",
            about="share of pictures whose true level lies in the 80 % interval that the estimate gives",
            is_share=True,
            of_level=True,
        ),
        Metric(
            name="direction_deg",
            label="direction",
            unit="°",
            about="angle between both dominant lights, if there is one",
            of_level=True,
        ),
        Metric(
            name="band1_deg",
            label="direction of band 1",
            unit="°",
            about="angle between the luminance's band 1 of both, if the true surroundings have a dominant light",
            of_level=True,
        ),
        Metric(
            name="intensity_stops",
            label="intensity",
            unit="stops",
            about="luminance of the dominant light over the true one's, log2, at most 10",
            magnitude=True,
            of_level=True,
        ),
        Metric(
            name="light_color_deg",
            label="color of the light",
            unit="°",
            about="angle between the RGB of both dominant lights, if there is one",
            of_level=True,
        ),
        Metric(
            name="green_light",
            label="green lights",
            unit="",
            about="share of dominant lights that are greener than red and blue, where the true one is not",
            is_share=True,
            of_level=True,
        ),
        Metric(
            name="blue_light",
            label="blue lights",
            unit="",
            about="share of dominant lights with more than 1.1 times as much blue as red, where the true one has less "
            "blue than red",
            is_share=True,
            of_level=True,
        ),
    )
}
"""By name, in the order of tables; the first is the headline."""
HEADLINE = "e_rel"
LIGHT_METRICS = ("direction_deg", "band1_deg", "intensity_stops", "light_color_deg", "green_light", "blue_light")
MUCH_BLUE = 1.1
"""Blue over red from which a light counts as blue."""


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
    """From coefficients alone: for intensity and color of estimates that have no panorama."""

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

    @property
    def dominant(self) -> Float[np.ndarray, " 3"]:
        """Irradiance of the dominant light; NaN where there is none."""
        return self.light.irradiance if self.light.share >= DIRECTIONAL else np.full(3, math.nan)


def score(
    truth: TrueLight,
    coeffs: Float[np.ndarray, "9 3"],
    panorama: Float[np.ndarray, "32 64 3"] | None = None,
    *,
    light: Light | None = None,
    is_windowed: bool = False,
    uncertainty: float | None = None,
) -> dict[str, float]:
    """All metrics of one estimate, by name.

    The dominant light is the estimate's `light`, if it gives one; otherwise that of coefficients and panorama, or of
    coefficients alone where there is no panorama. `is_windowed` coefficients do not get cmgen's window again.
    `uncertainty` is half the width of the estimate's 80 % interval of the level [stops], if it gives one.
    """
    guess = shading() @ coeffs
    gain, scaled = best_gain(guess, truth.irradiance)
    is_fit = light is None and panorama is None
    if light is None:
        light = directional_fit(coeffs) if panorama is None else dominant_light(coeffs, panorama)
    lights: dict[str, float] = dict.fromkeys(LIGHT_METRICS, math.nan)
    if truth.light.share >= DIRECTIONAL:
        lights = light_scores(light, truth.fit if is_fit else truth.light)
        lights["direction_deg"] = light_angle(light, truth.light)
        lights["band1_deg"] = band1_angle(coeffs, truth.coeffs)
    return {
        "e_rel": relative_error(guess, truth.irradiance),
        "e_si": scaled,
        "gain_stops": math.log2(gain) if gain > 0 else math.nan,
        "rgb_angle_deg": rgb_angle(guess, truth.irradiance),
        "mae_cmgen": float(np.abs(SH(coeffs, is_windowed).to("cmgen") - truth.cmgen).mean()),
        "negative": negative_share(guess),
        "level_stops": (level := level_error(guess, truth.irradiance)),
        "interval_holds": math.nan if uncertainty is None else float(abs(level) <= uncertainty),
        **lights,
    }


def light_scores(light: Light, truth: Light) -> dict[str, float]:
    """The metrics of a dominant light, by name; of its color NaN where it has no intensity."""
    red, green, blue = (float(value) for value in light.irradiance)
    true_red, true_green, true_blue = (float(value) for value in truth.irradiance)
    is_lit = light.intensity > 0
    return {
        "direction_deg": light_angle(light, truth),
        "intensity_stops": intensity_error(light, truth),
        "light_color_deg": rgb_angle(light.irradiance[None], truth.irradiance[None]) if is_lit else math.nan,
        "green_light": float(green > max(red, blue)) if is_lit and true_green <= max(true_red, true_blue) else math.nan,
        "blue_light": float(blue > MUCH_BLUE * red) if is_lit and true_blue < true_red else math.nan,
    }


def relative_error(guess: Float[np.ndarray, "n 3"], truth: Float[np.ndarray, "n 3"]) -> float:
    """‖Ê − E‖ / ‖E‖."""
    return float(np.linalg.norm(guess - truth) / np.linalg.norm(truth))


def best_gain(guess: Float[np.ndarray, "n 3"], truth: Float[np.ndarray, "n 3"]) -> tuple[float, float]:
    """The g ≥ 0 that minimizes ‖gÊ − E‖ / ‖E‖, and that minimum; g is 0 for an estimate that no gain improves."""
    power = float((guess * guess).sum())
    gain = max(float((guess * truth).sum()) / power, 0.0) if power > 0 else 0.0
    return gain, relative_error(gain * guess, truth)


def level_error(guess: Float[np.ndarray, "n 3"], truth: Float[np.ndarray, "n 3"]) -> float:
    """log2 of the luminance of the mean irradiance over the true one's [stops], −10 … 10."""
    seen, expected = (float(values.mean(axis=0) @ LUMINANCE) for values in (guess, truth))
    return _stops(seen, expected)


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
    return _degrees_between(light.direction, truth.direction) if light.intensity > 0 else math.nan


def band1_angle(coeffs: Float[np.ndarray, "9 3"], truth: Float[np.ndarray, "9 3"]) -> float:
    """Angle [°] between the directions of the luminance's band 1; NaN where the first has none."""
    if not (coeffs[1:4] @ LUMINANCE).any():
        return math.nan
    return _degrees_between(dominant_direction(coeffs), dominant_direction(truth))


def _degrees_between(one: Float[np.ndarray, " 3"], other: Float[np.ndarray, " 3"]) -> float:
    return float(np.degrees(np.arccos(np.clip(one @ other, -1, 1))))


def intensity_error(light: Light, truth: Light) -> float:
    """log2 of the first light's luminous irradiance over the second's [stops], −10 … 10."""
    return _stops(float(light.irradiance @ LUMINANCE), float(truth.irradiance @ LUMINANCE))


def _stops(seen: float, expected: float) -> float:
    return float(np.clip(math.log2(seen / expected), -STOPS, STOPS)) if seen > 0 else -STOPS


def negative_share(guess: Float[np.ndarray, "n 3"]) -> float:
    """Share of normals with a channel of irradiance below zero by more than rounding."""
    return float((guess < -1e-9 * np.abs(guess).max(initial=1e-300)).any(axis=1).mean())
