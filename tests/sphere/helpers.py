"""Directions, panoramas and matrices to test with."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lightprobe.sphere.panorama import equirect

FEW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
"""Enough examples to find what is wrong, few enough to wait for; the same on each run."""

SEEDS = st.integers(0, 2**32 - 1)


def unit_vectors(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random directions, even over the sphere."""
    vectors = rng.normal(size=(count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def orthogonal(rng: np.random.Generator, *, reflects: bool = False) -> np.ndarray:
    """A random rotation, or a rotation after a reflection."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q if (np.linalg.det(q) < 0) == reflects else -q


def toward(elevation: float, azimuth: float) -> np.ndarray:
    """Unit direction [degrees]: elevation from the horizon, azimuth to the right of the panorama's center."""
    e, a = np.radians([elevation, azimuth])
    return np.array([np.cos(e) * np.cos(a), np.sin(e), np.cos(e) * np.sin(a)])


def sun_panorama(height: int, center: np.ndarray, radius: float, rgb: list[float], sky: list[float]) -> np.ndarray:
    """A disc of some angular radius [degrees] over even light."""
    panorama = np.ones((height, 2 * height, 1)) * sky
    panorama[equirect.directions(height, 2 * height) @ center > np.cos(np.radians(radius))] += rgb
    return panorama


def energy(panorama: np.ndarray) -> np.ndarray:
    """∫ L dω of each channel."""
    return np.einsum("hw,hwc->c", equirect.solid_angles(*panorama.shape[:2]), panorama.astype(float))


def relative(actual: np.ndarray, expected: np.ndarray) -> float:
    """|actual − expected| / |expected|."""
    return float(np.linalg.norm(actual - expected) / np.linalg.norm(expected))
