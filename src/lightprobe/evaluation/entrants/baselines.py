"""What any estimator has to beat: answers that need no network. Each is a callable (image_srgb, response) → Prediction.

Constants were tuned on training scenes by tools/suites/tune_baselines.py, which left out all that is in `registry`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.camera.exposure import quantile, sphere_shares
from lightprobe.evaluation.entrants.entrant import Contestant, Estimate, Prediction, from_callable
from lightprobe.imaging import curves
from lightprobe.imaging.cells import CELLS
from lightprobe.sphere import LUMINANCE, equirect, project

Picture = UInt8[np.ndarray, "h w 3"]


@lru_cache(maxsize=1)
def constants() -> dict[str, Any]:
    """`mean`: coefficients over median luminance; `highlights`: gain, and the display value it starts at."""
    return json.loads((Path(__file__).parent / "fixtures" / "baselines.json").read_text(encoding="utf-8"))


def _decoded(image_srgb: Picture, response: str) -> Float[np.ndarray, "h w 3"]:
    return curves.decode(image_srgb, "srgb" if response == "auto" else response)


def _projected(radiance: Float[np.ndarray, "h w 3"]) -> Prediction:
    return Prediction(coeffs=project(radiance), panorama=equirect.resize(radiance, *CELLS).astype(np.float32))


def zeros(image_srgb: Picture, response: str) -> Prediction:
    """No light at all: E_rel is 1."""
    return Prediction(coeffs=np.zeros((9, 3)), panorama=np.zeros((*CELLS, 3), np.float32))


def training_mean(image_srgb: Picture, response: str) -> Prediction:
    """The typical light of training scenes, which knows up from down only, times the picture's median luminance.

    Typical is the median, coefficient by coefficient: a few suns would be all that a mean tells of.
    """
    luminance = (_decoded(image_srgb, response) @ LUMINANCE).astype(np.float64)
    return Prediction(
        coeffs=quantile(luminance, 0.5, sphere_shares(*luminance.shape)) * np.array(constants()["mean"]["coeffs"])
    )


def plain(image_srgb: Picture, response: str) -> Prediction:
    """What the picture shows, decoded as sRGB or as told, and projected exactly."""
    return _projected(_decoded(image_srgb, response))


def highlight_gain(image_srgb: Picture, response: str) -> Prediction:
    """The same with all that is at or near white brighter by one constant."""
    tuned = constants()["highlights"]
    return _projected(brightened(image_srgb, response, tuned["gain"], tuned["from_code"]))


def brightened(image_srgb: Picture, response: str, gain: float, from_code: int) -> Float[np.ndarray, "h w 3"]:
    """Radiance, times `gain` where a channel's 8 bits are at `from_code` or above."""
    factor = np.where((image_srgb >= from_code).any(axis=-1), np.float32(gain), np.float32(1))
    return _decoded(image_srgb, response) * factor[..., None]


def inverse_reinhard(image_srgb: Picture, response: str) -> Prediction:
    """The picture expanded as if Reinhard's global operator, with white at 4, had made it.

    Source: Banterle et al., "Inverse Tone Mapping", GRAPHITE 2006, section 3 (without their expand map).
    """
    return _projected(curves.decode(image_srgb, "reinhard"))


_ABOUT: dict[str, tuple[Estimate, str, str]] = {
    "zeros": (zeros, "auto", "no light at all"),
    "training mean": (training_mean, "auto", "typical light of training scenes × the picture's median luminance"),
    "plain projection": (plain, "auto", "decoded as sRGB, projected exactly"),
    "known curve inverted": (plain, "told", "decoded with the true curve where it is one of five, projected exactly"),
    "highlight gain": (highlight_gain, "auto", "the same as plain, what is white brighter by one tuned constant"),
    "inverse Reinhard": (inverse_reinhard, "auto", "expanded by the inverse of Reinhard's operator, white at 4"),
}


def baselines() -> list[Contestant]:
    """All of them, as rows of the table."""
    return [
        from_callable(name, estimate, kind="baseline", mode=mode, about=about)
        for name, (estimate, mode, about) in _ABOUT.items()
    ]
