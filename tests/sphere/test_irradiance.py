"""The cosine lobe and what it makes of radiance."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import unit_vectors
from numpy.polynomial import legendre

from lightprobe.sphere import basis, cosine_lobe, fibonacci, irradiance, radiance
from lightprobe.sphere.harmonics.basis import orders, quadrature


def test_cosine_lobe_is_the_integral_of_the_clamped_cosine() -> None:
    nodes, weights = legendre.leggauss(24)
    t = (nodes + 1) / 2
    expected = [np.pi * weights @ (t * legendre.legval(t, np.eye(l + 1)[l])) for l in range(12)]
    np.testing.assert_allclose(cosine_lobe(12), np.array(expected)[orders(12)[0]], atol=1e-14)


def test_cosine_lobe_in_three_bands() -> None:
    np.testing.assert_allclose(cosine_lobe(), np.pi * np.array([1, *3 * [2 / 3], *5 * [1 / 4]]), rtol=1e-15)
    assert not cosine_lobe().flags.writeable


def test_radiance_is_the_sum_of_the_basis() -> None:
    rng = np.random.default_rng(0)
    coeffs, toward = rng.normal(size=(16, 2)), unit_vectors(rng, 5)
    np.testing.assert_allclose(radiance(coeffs, toward), basis(toward, 4) @ coeffs, rtol=1e-14)


def test_irradiance_is_radiance_times_the_clamped_cosine_summed() -> None:
    rng = np.random.default_rng(1)
    coeffs, normals = rng.normal(size=(25, 3)), unit_vectors(rng, 4)
    # about each normal: polar angle by Gauss-Legendre over the upper half, azimuth by even steps
    nodes, weights = legendre.leggauss(12)
    t, azimuth = (nodes + 1) / 2, 2 * np.pi * np.arange(16) / 16
    for normal in normals:
        x = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
        x /= np.linalg.norm(x)
        y = np.cross(normal, x)
        s = np.sqrt(1 - t * t)[:, None, None]
        toward = t[:, None, None] * normal + s * (np.cos(azimuth)[:, None] * x + np.sin(azimuth)[:, None] * y)
        summed = np.einsum("p,pac->c", weights / 2 * t * 2 * np.pi / 16, radiance(coeffs, toward))
        np.testing.assert_allclose(irradiance(coeffs, normal), summed, atol=1e-13)


def test_mean_irradiance_is_pi_times_mean_radiance() -> None:
    coeffs = np.random.default_rng(2).normal(size=(9, 3))
    normals, weights = quadrature(3)
    expected = np.pi * coeffs[0] / np.sqrt(4 * np.pi)
    np.testing.assert_allclose(weights @ irradiance(coeffs, normals) / (4 * np.pi), expected, atol=1e-14)


@pytest.mark.parametrize("count", [1, 2, 100, 1000])
def test_fibonacci_directions_are_unit_and_the_same_each_time(count: int) -> None:
    directions = fibonacci(count)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, atol=1e-14)
    np.testing.assert_array_equal(directions, fibonacci(count))


def test_fibonacci_directions_are_even() -> None:
    gram = basis(fibonacci(1000), 4).T @ basis(fibonacci(1000), 4) * 4 * np.pi / 1000
    np.testing.assert_allclose(gram, np.eye(16), atol=5e-3)
    cosine = fibonacci(1000) @ fibonacci(1000).T
    np.fill_diagonal(cosine, -1)
    nearest = np.arccos(cosine.max(axis=1))
    assert nearest.min() > 0.8 * np.sqrt(4 * np.pi / 1000)


def test_wrong_counts_are_refused() -> None:
    for function in (radiance, irradiance):
        with pytest.raises(ValueError, match=r"^expected 1, 4, 9, 16 … coefficients, got 8; give whole bands$"):
            function(np.zeros((8, 3)), np.array([0.0, 0, 1]))
