"""Baselines: methods without a network, which any estimator has to beat. Each is a callable (image_srgb, response,
view) → Prediction; view is None for whole panoramas.

Their constants were tuned on training scenes by tools/suites/tune_baselines.py, which leaves out the scenes of
`registry`.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.camera import View
from lightprobe.camera.exposure import quantile, sphere_shares
from lightprobe.camera.view import view_solid_angles
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
from lightprobe.imaging.geometry.layout import Layout, lay_out
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.panorama import equirect

_Pixels = UInt8[np.ndarray, "h w 3"]


@lru_cache(maxsize=1)
def baseline_constants() -> dict[str, Any]:
    """`mean`: coefficients over median luminance; `view`: nine numbers over the mean luminance of a view; `highlights`:
    gain, and the 8-bit value from which it applies."""
    return json.loads((FIXTURES / "baselines.json").read_text(encoding="utf-8"))


def _decoded(image_srgb: _Pixels, response: str) -> Float[np.ndarray, "h w 3"]:
    return curves.decode(image_srgb, "srgb" if response == "auto" else response)


def _projected(radiance: Float[np.ndarray, "h w 3"], view: View | None) -> Prediction:
    if view is not None:  # the rest of the sphere as the plain estimate fills it
        picture = Picture(pixels=radiance.astype(np.float32), is_linear=True, name="view")
        found = plain_estimate(lay_out(picture, Layout(fov=view.fov)))
        return Prediction(coeffs=np.array(found.sh.coeffs), panorama=found.panorama, light=found.light)
    return Prediction(coeffs=project(radiance), panorama=equirect.resize(radiance, *CELLS).astype(np.float32))


def zeros(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """No light at all: E_rel is 1."""
    return Prediction(coeffs=np.zeros((9, 3)), panorama=np.zeros((*CELLS, 3), np.float32))


def training_mean(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """Typical light of training scenes, averaged over turns about the up axis, times the picture's median luminance.

    Typical is the median, coefficient by coefficient, because a few suns would dominate a mean.
    """
    luminance = (_decoded(image_srgb, response) @ LUMINANCE).astype(np.float64)
    shares = sphere_shares(*luminance.shape) if view is None else view_solid_angles(view)
    median = quantile(luminance, 0.5, shares)
    return Prediction(coeffs=median * np.array(baseline_constants()["mean"]["coeffs"]))


def plain_projection(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """The picture, decoded as sRGB or with the given curve, and projected exactly."""
    return _projected(_decoded(image_srgb, response), view)


def constant_ambient(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """The same light from everywhere: the picture's mean radiance."""
    mean = mean_radiance(_decoded(image_srgb, response), view)
    coeffs = np.zeros((9, 3))
    coeffs[0] = math.sqrt(4 * math.pi) * mean
    return Prediction(coeffs=coeffs, panorama=np.broadcast_to(mean, (*CELLS, 3)).astype(np.float32))


def view_prior(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """Nine numbers, typical of the light around a view of training scenes, times the view's mean radiance."""
    mean = mean_radiance(_decoded(image_srgb, response), view)
    return Prediction(coeffs=np.outer(baseline_constants()["view"]["coeffs"], mean))


def mean_radiance(radiance: Float[np.ndarray, "h w 3"], view: View | None) -> Float[np.ndarray, " 3"]:
    """Mean over the solid angle of a whole panorama, or of a view."""
    shares = sphere_shares(*radiance.shape[:2]) if view is None else view_solid_angles(view)
    shares = np.broadcast_to(shares, radiance.shape[:2])
    return np.einsum("hwc,hw->c", radiance.astype(np.float64), shares / shares.sum())


def highlight_gain(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """The same with everything at or near white brighter by one constant."""
    return _projected(_with_bright_highlights(image_srgb, response), view)


def _with_bright_highlights(image_srgb: _Pixels, response: str) -> Float[np.ndarray, "h w 3"]:
    tuned = baseline_constants()["highlights"]
    return brighten_highlights(image_srgb, response, tuned["gain"], tuned["from_code"])


def brighten_highlights(image_srgb: _Pixels, response: str, gain: float, from_code: int) -> Float[np.ndarray, "h w 3"]:
    """Radiance, times `gain` where a channel's 8 bits are at `from_code` or above."""
    factor = np.where((image_srgb >= from_code).any(axis=-1), np.float32(gain), np.float32(1))
    return _decoded(image_srgb, response) * factor[..., None]


def inverse_reinhard(image_srgb: _Pixels, response: str, view: View | None = None) -> Prediction:
    """The picture expanded as if Reinhard's global operator, with white at 4, had made it.

    Source: Banterle et al., "Inverse Tone Mapping", GRAPHITE 2006, section 3 (without their expand map).
    """
    return _projected(_expanded(image_srgb, response), view)


def _expanded(image_srgb: _Pixels, response: str) -> Float[np.ndarray, "h w 3"]:
    return curves.decode(image_srgb, "reinhard")


_ENVIRONMENTS: dict[str, EnvironmentFn] = {
    "plain projection": _decoded,
    "highlight gain": _with_bright_highlights,
    "inverse Reinhard": _expanded,
}


PLAIN_ROW = "plain projection"
VIEW_PRIOR = "prior of the view"
_ABOUT: dict[str, tuple[EstimateFn, str, str]] = {
    "zeros": (zeros, CURVE_UNKNOWN, "no light at all"),
    "training mean": (
        training_mean,
        CURVE_UNKNOWN,
        "typical light of training scenes × the picture's median luminance",
    ),
    PLAIN_ROW: (plain_projection, CURVE_UNKNOWN, "decoded as sRGB, projected exactly"),
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
    "constant ambient": (constant_ambient, CURVE_UNKNOWN, "the picture's mean light from everywhere"),
    VIEW_PRIOR: (view_prior, CURVE_UNKNOWN, "nine numbers typical of training scenes × the view's mean light"),
}


def baselines() -> list[Entrant]:
    """All baselines, as rows of the table."""
    return [
        replace(
            from_callable(name, estimate, kind="baseline", mode=mode, about=about),
            needs_views=name == VIEW_PRIOR,
            environment=_ENVIRONMENTS.get(name),
        )
        for name, (estimate, mode, about) in _ABOUT.items()
    ]
