"""Photometric units, and the colors of lamps."""

from __future__ import annotations

import math

import numpy as np

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Relative luminance of linear Rec. 709. Source: ITU-R BT.709-6."""
KCD_PER_UNIT = 0.83
"""Luminance of Blender's radiance (1, 1, 1) [kcd/m²], by which its physical sky has the sun's illuminance at the ground
(95 … 104 klx on a plane that faces a high sun)."""
_TO_REC709 = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
_LINES = {
    0: ((1.056, 599.8, 37.9, 31.0), (0.362, 442.0, 16.0, 26.7), (-0.065, 501.1, 20.4, 26.2)),
    1: ((0.821, 568.8, 46.9, 40.5), (0.286, 530.9, 16.3, 31.1)),
    2: ((1.217, 437.0, 11.8, 36.0), (0.681, 459.0, 26.0, 13.8)),
}
"""CIE 1931 color matching as sums of skewed bells: factor, peak [nm], widths below and above [nm]. Source: Wyman, Sloan
and Shirley, Simple Analytic Approximations to the CIE XYZ Color Matching Functions, JCGT 2 (2), 2013."""


def blackbody(kelvin: float) -> np.ndarray:
    """Linear Rec. 709 color of a glowing body, luminance 1; colors outside the gamut are cut off. Source: Planck."""
    wave = np.linspace(380.0, 780.0, 81)
    power = 1 / (wave * 1e-9) ** 5 / (np.exp(1.4388e-2 / (wave * 1e-9 * kelvin)) - 1)
    xyz = np.zeros(3)
    for axis, lines in _LINES.items():
        for factor, peak, below, above in lines:
            width = np.where(wave < peak, below, above)
            xyz[axis] += factor * (power * np.exp(-0.5 * ((wave - peak) / width) ** 2)).sum()
    rgb = _TO_REC709 @ xyz
    rgb = np.maximum(rgb, 0.004 * rgb.max())
    return rgb / (rgb @ LUMINANCE)


def tinted(rng: np.random.Generator, spread: float) -> np.ndarray:
    """A random color of luminance 1, each channel log-normal with this standard deviation."""
    rgb = np.exp(rng.normal(0.0, spread, 3))
    return rgb / (rgb @ LUMINANCE)


def from_luminance(cd: float) -> float:
    """Blender's radiance for a luminance [cd/m²]."""
    return cd / (1000 * KCD_PER_UNIT)


def panel_radiance(lumen: float, area: float) -> float:
    """Blender's radiance of a flat, diffuse lamp of this flux [lm] and area [m²], which shines to one side."""
    return from_luminance(lumen / (math.pi * area))


def globe_radiance(lumen: float, radius: float) -> float:
    """Blender's radiance of a diffuse sphere of this flux [lm] and radius [m]."""
    return from_luminance(lumen / (4 * math.pi**2 * radius**2))
