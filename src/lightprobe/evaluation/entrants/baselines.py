"""Baselines: methods without a network, which any estimator has to beat. Each is a callable (image_srgb, response) →
Prediction.

Their constants were tuned on training scenes by tools/suites/tune_baselines.py, which leaves out the scenes of
`registry`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.camera.exposure import quantile, sphere_shares
from lightprobe.evaluation.entrants.entrant import (
    CURVE_GIVEN,
    CURVE_UNKNOWN,
    Entrant,
    EnvironmentFn,
    EstimateFn,
    Prediction,
    from_callable,
)
from lightprobe.evaluation.suites.registry import FIXTURES
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.tone import curves
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.panorama import equirect

_Pixels = UInt8[np.ndarray, "h w 3"]


@lru_cache(maxsize=1)
def baseline_constants() -> dict[str, Any]:
    """`mean`: coefficients over median luminance; `highlights`: gain, and the 8-bit value from which it applies."""
    return json.loads((FIXTURES / "baselines.json").read_text(encoding="utf-8"))


def _decoded(image_srgb: _Pixels, response: str) -> Float[np.ndarray, "h w 3"]:
    return curves.decode(image_srgb, "srgb" if response == "auto" else response)


def _projected(radiance: Float[np.ndarray, "h w 3"]) -> Prediction:
    return Prediction(coeffs=project(radiance), panorama=equirect.resize(radiance, *CELLS).astype(np.float32))


def zeros(image_srgb: _Pixels, response: str) -> Prediction:
    """No light at all: E_rel is 1."""
    return Prediction(coeffs=np.zeros((9, 3)), panorama=np.zeros((*CELLS, 3), np.float32))


def training_mean(image_srgb: _Pixels, response: str) -> Prediction:
    """Typical light of training scenes, averaged over turns about the up axis, times the picture's median luminance.

    Typical is the median, coefficient by coefficient, because a few suns would dominate a mean.
    """
    luminance = (_decoded(image_srgb, response) @ LUMINANCE).astype(np.float64)
    median = quantile(luminance, 0.5, sphere_shares(*luminance.shape))
    return Prediction(coeffs=median * np.array(baseline_constants()["mean"]["coeffs"]))


def plain_projection(image_srgb: _Pixels, response: str) -> Prediction:
    """The picture, decoded as sRGB or with the given curve, and projected exactly."""
    return _projected(_decoded(image_srgb, response))


def highlight_gain(image_srgb: _Pixels, response: str) -> Prediction:
    """The same with everything at or near white brighter by one constant."""
    return _projected(_with_bright_highlights(image_srgb, response))


def _with_bright_highlights(image_srgb: _Pixels, response: str) -> Float[np.ndarray, "h w 3"]:
    tuned = baseline_constants()["highlights"]
    return brighten_highlights(image_srgb, response, tuned["gain"], tuned["from_code"])


def brighten_highlights(image_srgb: _Pixels, response: str, gain: float, from_code: int) -> Float[np.ndarray, "h w 3"]:
    """Radiance, times `gain` where a channel's 8 bits are at `from_code` or above."""
    factor = np.where((image_srgb >= from_code).any(axis=-1), np.float32(gain), np.float32(1))
    return _decoded(image_srgb, response) * factor[..., None]


def inverse_reinhard(image_srgb: _Pixels, response: str) -> Prediction:
    """The picture expanded as if Reinhard's global operator, with white at 4, had made it.

    Source: Banterle et al., "Inverse Tone Mapping", GRAPHITE 2006, section 3 (without their expand map).
    """
    return _projected(_expanded(image_srgb, response))


def _expanded(image_srgb: _Pixels, response: str) -> Float[np.ndarray, "h w 3"]:
    return curves.decode(image_srgb, "reinhard")


_ENVIRONMENTS: dict[str, EnvironmentFn] = {
    "plain projection": _decoded,
    "highlight gain": _with_bright_highlights,
    "inverse Reinhard": _expanded,
}


_ABOUT: dict[str, tuple[EstimateFn, str, str]] = {
    "zeros": (zeros, CURVE_UNKNOWN, "no light at all"),
    "training mean": (
        training_mean,
        CURVE_UNKNOWN,
        "typical light of training scenes × the picture's median luminance",
    ),
    "plain projection": (plain_projection, CURVE_UNKNOWN, "decoded as sRGB, projected exactly"),
    "known curve inverted": (
        plain_projection,
        CURVE_GIVEN,
        "decoded with the true curve where it has a name, projected exactly",
    ),
    "highlight gain": (
        highlight_gain,
        CURVE_UNKNOWN,
        "as plain projection, but everything white is brighter by one tuned constant",
    ),
    "inverse Reinhard": (
        inverse_reinhard,
        CURVE_UNKNOWN,
        "expanded by the inverse of Reinhard's operator, white at 4",
    ),
}


def baselines() -> list[Entrant]:
    """All baselines, as rows of the table."""
    return [
        replace(
            from_callable(name, estimate, kind="baseline", mode=mode, about=about), environment=_ENVIRONMENTS.get(name)
        )
        for name, (estimate, mode, about) in _ABOUT.items()
    ]
