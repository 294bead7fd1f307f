"""Exact projection: closed forms, symmetry, and independence of how the work is cut up."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, relative
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import legendre

from lightprobe.sphere import basis, project, rotate
from lightprobe.sphere.harmonics.basis import orders
from lightprobe.sphere.harmonics.rotation import MIRROR, about_y
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import projection_factors


@pytest.mark.parametrize("height", [1, 2, 3, 7, 64, 512])
@pytest.mark.parametrize("bands", [1, 3, 9])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
def test_constant_panorama(height: int, bands: int, dtype: type) -> None:
    coeffs = project(np.ones((height, 2 * height, 3), dtype), bands)
    assert coeffs.shape == (bands**2, 3)
    np.testing.assert_allclose(coeffs[0], np.sqrt(4 * np.pi), rtol=1e-12)
    np.testing.assert_allclose(coeffs[1:], 0, atol=1e-12)


def funk_hecke(axis: np.ndarray, cosine: float, bands: int) -> np.ndarray:
    """Coefficients of a disc of radiance 1: 2π ∫ P_l(t) dt from its edge to 1, times Y_lm of its center."""
    weight = []
    for l in range(bands):
        antiderivative = legendre.legint(np.eye(l + 1)[l])
        weight.append(2 * np.pi * (legendre.legval(1.0, antiderivative) - legendre.legval(cosine, antiderivative)))
    return np.array(weight)[orders(bands)[0]] * basis(axis, bands)


@pytest.mark.parametrize("bands", [3, 9])
@pytest.mark.parametrize(("height", "rows"), [(8, 1), (9, 4), (64, 13), (512, 200)])
@pytest.mark.parametrize("up", [1.0, -1.0])
def test_disc_about_a_pole(bands: int, height: int, rows: int, up: float) -> None:
    panorama = np.zeros((height, 2 * height, 1))
    panorama[:rows] = 1
    panorama = panorama if up > 0 else panorama[::-1]
    expected = funk_hecke(np.array([0.0, up, 0.0]), np.cos(np.pi * rows / height), bands)
    np.testing.assert_allclose(project(panorama, bands)[:, 0], expected, atol=1e-12)


@pytest.mark.parametrize("bands", [3, 9])
@pytest.mark.parametrize("height", [2, 6, 64])
@pytest.mark.parametrize(
    ("axis", "first"), [((1.0, 0, 0), 0.25), ((0.0, 0, 1), 0.5), ((0.0, 0, -1), 0.0), ((-1.0, 0, 0), -0.25)]
)
def test_half_sphere_to_a_side(bands: int, height: int, axis: tuple[float, ...], first: float) -> None:
    panorama = np.zeros((height, 2 * height, 1))
    panorama[:, :height] = 1
    panorama = equirect.turn(panorama, round(first * 2 * height))
    expected = funk_hecke(np.array(axis), 0.0, bands)
    np.testing.assert_allclose(project(panorama, bands)[:, 0], expected, atol=1e-12)


def test_a_pixel_is_a_patch_not_a_point() -> None:
    panorama = np.zeros((16, 32, 1))
    panorama[3, 5] = 1
    fine = 64  # centers of 64 × 64 parts of it
    parts = equirect.directions(16 * fine, 32 * fine)[3 * fine : 4 * fine, 5 * fine : 6 * fine]
    angle = equirect.solid_angles(16 * fine, 32 * fine)[3 * fine : 4 * fine, 5 * fine : 6 * fine]
    summed = np.einsum("hw,hwn->n", angle, basis(parts, 4))
    np.testing.assert_allclose(project(panorama, 4)[:, 0], summed, rtol=0, atol=1e-5 * np.abs(summed).max())
    center = basis(equirect.directions(16, 32)[3, 5], 4) * equirect.solid_angles(16, 32)[3, 5]
    assert relative(center, summed) > 1e-3


@FEW
@given(SEEDS, st.integers(1, 9), st.integers(1, 7), st.integers(-20, 20))
def test_turning_by_whole_columns_turns_the_coefficients(seed: int, height: int, bands: int, columns: int) -> None:
    panorama = np.random.default_rng(seed).uniform(0, 5, (height, 2 * height, 3))
    angle = np.pi * columns / height
    turned = project(equirect.turn(panorama, columns), bands)
    np.testing.assert_allclose(turned, rotate(project(panorama, bands), about_y(angle)), atol=1e-10)


@FEW
@given(SEEDS, st.integers(1, 9), st.integers(1, 7))
def test_mirroring_mirrors_the_coefficients(seed: int, height: int, bands: int) -> None:
    panorama = np.random.default_rng(seed).uniform(0, 5, (height, 2 * height, 3))
    mirrored = project(equirect.mirror(panorama), bands)
    np.testing.assert_allclose(mirrored, rotate(project(panorama, bands), MIRROR), atol=1e-10)


@FEW
@given(SEEDS)
def test_linear(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 5, 10, 2))
    np.testing.assert_allclose(project(2 * a - b), 2 * project(a) - project(b), atol=1e-12)


@pytest.mark.parametrize("bands", [3, 5])
def test_enlarging_changes_nothing(bands: int) -> None:
    panorama = np.random.default_rng(0).uniform(size=(6, 12, 3))
    finer = panorama.repeat(4, axis=0).repeat(4, axis=1)
    np.testing.assert_allclose(project(finer, bands), project(panorama, bands), atol=1e-12)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float16, np.float32])
def test_any_type_of_number_is_summed_in_double_precision(dtype: type) -> None:
    panorama = (np.random.default_rng(1).uniform(size=(64, 128, 3)) * 200).astype(dtype)
    np.testing.assert_allclose(project(panorama), project(panorama.astype(np.float64)), rtol=1e-14, atol=1e-10)


def test_channels_do_not_mix() -> None:
    panorama = np.random.default_rng(3).uniform(size=(4, 8, 5))
    separate = np.concatenate([project(panorama[..., i : i + 1]) for i in range(5)], axis=1)
    np.testing.assert_allclose(project(panorama), separate, atol=1e-14)


def test_highest_bands_stay_exact() -> None:
    panorama = np.zeros((40, 80, 1))
    panorama[:7] = 1
    expected = funk_hecke(np.array([0.0, 1.0, 0.0]), np.cos(np.pi * 7 / 40), 32)
    np.testing.assert_allclose(project(panorama, 32)[:, 0], expected, atol=1e-8)  # factorials of 31 + 31


def test_wrong_input_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"^expected a 2:1 panorama \(width = 2 × height\), got 640×480; give the"):
        project(np.zeros((480, 640, 3)))
    with pytest.raises(ValueError, match=r"^expected 1 to 32 bands, got 0; 3 are enough for diffuse light$"):
        project(np.zeros((2, 4, 3)), 0)
    assert project(np.zeros((2, 4, 3))).any() == np.False_


@pytest.mark.parametrize(("height", "bands"), [(1, 1), (7, 3), (32, 3), (10, 5)])
def test_two_steps_are_the_projection(height: int, bands: int) -> None:
    panorama = np.random.default_rng(height).random((height, 2 * height, 3))
    around, down = projection_factors(height, 2 * height, bands)
    waves = np.einsum("kw,hwc->khc", around, panorama)
    np.testing.assert_allclose(np.einsum("nkh,khc->nc", down, waves), project(panorama, bands), atol=1e-12)
