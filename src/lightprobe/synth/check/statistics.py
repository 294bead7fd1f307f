"""Numbers of one panorama, which tell rendered from photographed light.

Convention: everything is measured at 256×128 and relative to the picture's median luminance, so no unit matters;
display white lies at the median / 0.18.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama.equirect import directions, resize, solid_angles

HEIGHT = 128
MIDDLE_GRAY = 0.18
BRIGHTEST = 1e-3
"""Part of the sphere that counts as its brightest."""
RINGS = ((1.6, 3.0), (3.0, 6.0), (6.0, 12.0), (12.0, 25.0), (25.0, 60.0))
"""Distances from the sun [°]."""
HORIZON = 0.2
"""Sine of the latitude from which on pixels count as ground or sky."""

MEASURES = {
    "contrast": "log2 of maximum / median luminance",
    "brightest share": "log2 of the share of light from the brightest 0.1 % of the sphere",
    "lower share": "log2 of the share of light from below the horizon",
    "warmth": "log2 R/B of the brightest 0.1 %",
    "over white": "mean of the light above white [stops over white]",
    "clipped area": "log2 of the share of the sphere above white",
}
"""Measures of every panorama; all in stops."""
SUN_MEASURES = {
    **{f"ring {low:g}–{high:g}°": "luminance around the sun [stops over the median]" for low, high in RINGS},
    "ground to sky": "log2 of median luminance below / above the horizon",
    "elevation": "of the sun [°]",
}
"""Measures of panoramas with a sun, besides."""


def measures_of(radiance: Float[np.ndarray, "h w 3"], *, sun: bool) -> dict[str, float]:
    """The measures by name, those of the sun if it is the brightest thing. NaN where a panorama has none, for example
    nothing above white."""
    small = resize(radiance, HEIGHT, 2 * HEIGHT).astype(np.float64)
    luminance = np.maximum(small @ LUMINANCE, 0)
    median = float(np.median(luminance)) or 1e-9
    weight = solid_angles(HEIGHT, 2 * HEIGHT) / (4 * np.pi)
    light = luminance * weight
    order = np.argsort(-luminance, axis=None, kind="stable")
    top = order[: max(1, int(np.searchsorted(np.cumsum(weight.ravel()[order]), BRIGHTEST)))]
    color = (small.reshape(-1, 3)[top] * weight.ravel()[top, None]).sum(axis=0)
    above = luminance * (MIDDLE_GRAY / median) > 1
    found = {
        "contrast": _log2(luminance.max() / median),
        "brightest share": _log2(light.ravel()[top].sum() / light.sum()),
        "lower share": _log2(light[HEIGHT // 2 :].sum() / light.sum()),
        "warmth": _log2(color[0] / max(float(color[2]), 1e-12)),
        "over white": _log2(light[above].sum() * MIDDLE_GRAY / median / max(weight[above].sum(), 1e-12)),
        "clipped area": _log2(float(weight[above].sum())),
    }
    return found | (_around_sun(luminance, median) if sun else {})


def _around_sun(luminance: Float[np.ndarray, "h w"], median: float) -> dict[str, float]:
    toward = directions(*luminance.shape)
    row, column = np.unravel_index(int(luminance.argmax()), luminance.shape)
    away = np.degrees(np.arccos(np.clip(toward @ toward[row, column], -1, 1)))
    up = toward[..., 1]
    found: dict[str, float] = {}
    for low, high in RINGS:
        ring = luminance[(away > low) & (away < high) & (up > 0)]
        found[f"ring {low:g}–{high:g}°"] = _log2(float(np.median(ring)) / median) if ring.size else float("nan")
    ground, sky = np.median(luminance[up < -HORIZON]), np.median(luminance[up > HORIZON])
    found["ground to sky"] = _log2(float(ground / max(sky, 1e-12)))
    found["elevation"] = float(np.degrees(np.arcsin(up[row, column])))
    return found


def _log2(value: float) -> float:
    return float(np.log2(value)) if value > 0 else float("nan")
