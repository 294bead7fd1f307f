"""Radiance and irradiance from radiance coefficients.

Convention: coefficients are radiance L_lm. Irradiance E(n) = ∫ L(ω) max(n·ω, 0) dω, so the radiance
of a white Lambertian surface is E/π, and constant radiance 1 gives E = π.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import band_count, basis, orders


@lru_cache(maxsize=32)
def cosine_lobe(bands: int = 3) -> Float[np.ndarray, " n"]:
    """Factor A_l of each coefficient from radiance to irradiance: π, 2π/3 (×3), π/4 (×5), 0 (×7), …

    Source: Ramamoorthi & Hanrahan, "An Efficient Representation for Irradiance Environment Maps", 2001,
    equation 8.
    """

    def factor(l: int) -> float:
        if l == 1:
            return 2 * math.pi / 3
        if l % 2:
            return 0.0
        half = l // 2
        binomial = math.factorial(l) / (2**l * math.factorial(half) ** 2)
        return 2 * math.pi * (-1) ** (half + 1) * binomial / ((l + 2) * (l - 1))

    values = np.array([factor(int(l)) for l in orders(bands)[0]])
    values.flags.writeable = False
    return values


def radiance(
    coeffs: Float[np.ndarray, "n c"], directions: Float[np.ndarray, "*shape 3"]
) -> Float[np.ndarray, "*shape c"]:
    """Radiance in unit directions. May be negative (ringing)."""
    return basis(directions, band_count(len(coeffs))) @ coeffs


def irradiance(
    coeffs: Float[np.ndarray, "n c"], normals: Float[np.ndarray, "*shape 3"]
) -> Float[np.ndarray, "*shape c"]:
    """Irradiance of surfaces with these unit normals [radiance · sr]; divide by π for the radiance of a white one."""
    bands = band_count(len(coeffs))
    return basis(normals, bands) @ (cosine_lobe(bands)[:, None] * coeffs)


def fibonacci(count: int) -> Float[np.ndarray, "{count} 3"]:
    """Unit directions that cover the sphere nearly evenly; the same for the same count.

    Source: González, "Measurement of Areas on a Sphere Using Fibonacci and Latitude-Longitude Lattices", 2010.
    """
    k = np.arange(count)
    y = 1 - (2 * k + 1) / count
    azimuth = np.pi * (3 - np.sqrt(5)) * k
    radius = np.sqrt(1 - y * y)
    return np.stack([radius * np.cos(azimuth), y, radius * np.sin(azimuth)], axis=-1)
