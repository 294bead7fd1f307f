"""The basis against its definition, SciPy, and the addition theorem."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, unit_vectors
from hypothesis import given
from numpy.polynomial import legendre
from scipy.special import sph_harm_y

from lightprobe.sphere.harmonics.basis import (
    POLYNOMIAL,
    POLYNOMIAL_CONSTANTS,
    band_count,
    basis,
    check_bands,
    index,
    orders,
    quadrature,
)


def grid(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Another quadrature than the package's own: about the y axis, odd number of steps."""
    y, weight = legendre.leggauss(order)
    azimuth = 2 * np.pi * np.arange(2 * order + 1) / (2 * order + 1)
    r = np.sqrt(1 - y * y)[:, None]
    points = np.stack(np.broadcast_arrays(r * np.sin(azimuth), y[:, None], r * np.cos(azimuth)), axis=-1)
    return points.reshape(-1, 3), np.repeat(weight * 2 * np.pi / len(azimuth), len(azimuth))


@pytest.mark.parametrize("bands", range(1, 9))
@pytest.mark.parametrize("rule", [grid, quadrature])
def test_orthonormal(bands: int, rule) -> None:
    directions, weights = rule(bands)
    values = basis(directions, bands)
    np.testing.assert_allclose((values * weights[:, None]).T @ values, np.eye(bands**2), atol=1e-13)


@FEW
@given(SEEDS)
def test_addition_theorem(seed: int) -> None:
    a, b = unit_vectors(np.random.default_rng(seed), 2)
    products = basis(a, 9) * basis(b, 9)
    for l in range(9):
        expected = (2 * l + 1) / (4 * np.pi) * legendre.legval(a @ b, np.eye(9)[l])
        assert products[l * l : (l + 1) ** 2].sum() == pytest.approx(expected, abs=1e-13)


def test_scipy_agrees_up_to_the_last_band() -> None:
    points = unit_vectors(np.random.default_rng(0), 40)
    polar, azimuth = np.arccos(points[:, 2]), np.arctan2(points[:, 1], points[:, 0])
    l, m = orders(32)
    complex_values = sph_harm_y(l, abs(m), polar[:, None], azimuth[:, None])
    real = np.where(m >= 0, complex_values.real, complex_values.imag) * np.where(m, (-1.0) ** m * np.sqrt(2), 1)
    np.testing.assert_allclose(basis(points, 32), real, atol=1e-11)  # 31 steps of a recurrence


def test_first_three_bands_are_the_polynomials_they_are_called() -> None:
    x, y, z = unit_vectors(np.random.default_rng(1), 20).T
    scope = {"x": x, "y": y, "z": z}
    for i, (text, constant) in enumerate(zip(POLYNOMIAL, POLYNOMIAL_CONSTANTS, strict=True)):
        expression = text.replace("²", "**2").replace("−", "-").replace("3z", "3*z")
        expression = {"xy": "x*y", "yz": "y*z", "xz": "x*z"}.get(expression, expression)
        expected = constant * eval(expression, {}, scope) * np.ones_like(x)
        np.testing.assert_allclose(basis(np.stack([x, y, z], -1))[:, i], expected, atol=1e-14)
    expected = [0.282095, 0.488603, 0.488603, 0.488603, 1.092548, 1.092548, 0.315392, 1.092548, 0.546274]
    np.testing.assert_allclose(POLYNOMIAL_CONSTANTS, expected, atol=5e-7)


def test_nothing_is_singular_at_the_poles() -> None:
    values = basis(np.array([[0.0, 0, 1], [0, 0, -1]]), 32)
    l, m = orders(32)
    expected = np.where(m == 0, np.sqrt((2 * l + 1) / (4 * np.pi)), 0)
    np.testing.assert_allclose(values, [expected, expected * (-1.0) ** l], atol=1e-12)


def test_shapes_and_order() -> None:
    assert basis(np.ones((2, 5, 3)) / np.sqrt(3)).shape == (2, 5, 9)
    assert basis(np.array([0.0, 0, 1]), 1).shape == (1,)
    l, m = orders(4)
    assert [index(a, b) for a, b in zip(l.tolist(), m.tolist(), strict=True)] == list(range(16))
    assert [band_count(n) for n in (1, 4, 9, 16)] == [1, 2, 3, 4]


@pytest.mark.parametrize("count", [0, 2, 8, 27])
def test_band_count_wants_whole_bands(count: int) -> None:
    with pytest.raises(ValueError, match=rf"^expected 1, 4, 9, 16 … coefficients, got {count}; give whole bands$"):
        band_count(count)


@pytest.mark.parametrize("bands", [0, 33, -1])
def test_bands_out_of_range(bands: int) -> None:
    message = rf"^expected 1 to 32 bands, got {bands}; 3 are enough for diffuse light$"
    with pytest.raises(ValueError, match=message):
        check_bands(bands)
    with pytest.raises(ValueError, match=message):
        basis(np.array([0.0, 0, 1]), bands)
