"""Real spherical harmonics, for any number of bands.

Convention: spec/CONVENTIONS.md#spherical-harmonics. Orthonormal, order (l, m) = 00, 1-1, 10, 11, 2-2, …; the
polar axis is z and m counts around it, so band 1 is (y, z, x); no Condon-Shortley sign.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np

from lightprobe._shapes import Float, Int

MAX_BANDS = 32


def index(l: int, m: int) -> int:
    """Position of the coefficient (l, m) in a list of coefficients."""
    return l * (l + 1) + m


def band_count(coefficients: int) -> int:
    """Number of bands that this number of coefficients fills.

    Raises: ValueError if the count is not 1, 4, 9, 16, …
    """
    bands = math.isqrt(coefficients)
    if bands < 1 or bands * bands != coefficients:
        raise ValueError(f"expected 1, 4, 9, 16 … coefficients, got {coefficients}; give whole bands")
    return bands


def check_bands(bands: int) -> int:
    """Return `bands` if it is a supported number of bands.

    Raises: ValueError outside 1…32.
    """
    if not 1 <= bands <= MAX_BANDS:
        raise ValueError(f"expected 1 to {MAX_BANDS} bands, got {bands}; 3 are enough for diffuse light")
    return bands


_ROOT_PI = math.sqrt(math.pi)
POLYNOMIAL = ("1", "y", "z", "x", "xy", "yz", "3z²−1", "xz", "x²−y²")
"""The first three bands as polynomials of the unit direction (x, y, z)."""
POLYNOMIAL_CONSTANTS = np.array(
    [math.sqrt(k) / _ROOT_PI for k in (1 / 4, 3 / 4, 3 / 4, 3 / 4, 15 / 4, 15 / 4, 5 / 16, 15 / 4, 15 / 16)]
)
"""Factor K of each polynomial: 0.282095, 0.488603 (×3), 1.092548 (×2), 0.315392, 1.092548, 0.546274."""


@lru_cache(maxsize=32)
def orders(bands: int) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """Band l and order m of each coefficient, in storage order."""
    pairs = [(l, m) for l in range(bands) for m in range(-l, l + 1)]
    l, m = np.array(pairs).T
    return l, m


@cache
def normalization(l: int, m: int) -> float:
    """Factor of P_l|m|(z) cos mφ (or sin) that makes Y_lm orthonormal, with √2 for m ≠ 0.

    Source: Sloan, "Stupid Spherical Harmonics (SH) Tricks", 2008, appendix A1.
    """
    m = abs(m)
    ratio = math.factorial(l - m) / math.factorial(l + m)
    return math.sqrt((2 - (m == 0)) * (2 * l + 1) / (4 * math.pi) * ratio)


def basis(directions: Float[np.ndarray, "*shape 3"], bands: int = 3) -> Float[np.ndarray, "*shape n"]:
    """Values of the bands² basis functions at unit directions.

    The associated Legendre functions come from the usual three-term recurrence in l, with the factor
    sin^|m| moved into the azimuthal part so that nothing is singular at the poles.

    Raises: ValueError for more than 32 bands.
    Source: Sloan, "Efficient Spherical Harmonic Evaluation", JCGT 2(2), 2013.
    """
    check_bands(bands)
    x, y, z = np.moveaxis(np.asarray(directions, np.float64), -1, 0)
    out = np.empty((*x.shape, bands * bands))
    cosine, sine = np.ones_like(x), np.zeros_like(x)  # sin^m θ · cos mφ, sin^m θ · sin mφ
    legendre_mm = 1.0  # P_mm / sin^m θ = (2m − 1)!!
    for m in range(bands):
        previous, current = np.zeros_like(x), np.full_like(x, legendre_mm)
        for l in range(m, bands):
            scaled = normalization(l, m) * current
            out[..., index(l, m)] = scaled * cosine
            if m:
                out[..., index(l, -m)] = scaled * sine
            previous, current = current, ((2 * l + 1) * z * current - (l + m) * previous) / (l - m + 1)
        cosine, sine = x * cosine - y * sine, x * sine + y * cosine
        legendre_mm *= 2 * m + 1
    return out


@lru_cache(maxsize=32)
def quadrature(bands: int) -> tuple[Float[np.ndarray, "k 3"], Float[np.ndarray, " k"]]:
    """Directions and weights [sr] that integrate the product of two functions with this many bands exactly.

    Gauss-Legendre in z, equal steps in azimuth.
    """
    z, weight = np.polynomial.legendre.leggauss(bands)
    steps = 2 * bands
    azimuth = 2 * np.pi * (np.arange(steps) + 0.5) / steps
    radius = np.sqrt(1 - z * z)[:, None]
    directions = np.stack(np.broadcast_arrays(radius * np.cos(azimuth), radius * np.sin(azimuth), z[:, None]), axis=-1)
    weights = np.repeat(weight * 2 * np.pi / steps, steps)
    return directions.reshape(-1, 3), weights
