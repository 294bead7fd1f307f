"""The dominant light: a sun we put there is found again, and where there is none, none is."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, orthogonal, sun_panorama, toward, unit_vectors
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.sphere import (
    LUMINANCE,
    Light,
    basis,
    directional_fit,
    dominant_direction,
    dominant_light,
    irradiance,
    project,
    rotate,
)
from lightprobe.sphere.light import changed_light, without_light
from lightprobe.sphere.panorama import equirect

SKY = [0.4, 0.5, 0.7]
AMBIENT = np.outer(np.eye(9)[0], [2.0, 2.0, 2.0])


def degrees_apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def found(panorama: np.ndarray) -> Light:
    """From full coefficients and 32 × 64 cells, as estimators do it."""
    return dominant_light(project(panorama), equirect.resize(panorama, 32, 64))


@pytest.mark.parametrize("azimuth", [-179.5, -90.0, -33.3, 0.0, 2.8, 77.7, 180.0])
@pytest.mark.parametrize("elevation", [-50.0, 3.0, 28.0, 61.7, 88.0])
def test_a_sun_over_a_sky(elevation: float, azimuth: float) -> None:
    center = toward(elevation, azimuth)
    rgb = [900.0, 800.0, 600.0]
    panorama = sun_panorama(256, center, 1.5, rgb, SKY)
    shines = (equirect.directions(256, 512) @ center > np.cos(np.radians(1.5))) * equirect.solid_angles(256, 512)
    light = found(panorama)
    mean = np.einsum("hw,hwk->k", shines, equirect.directions(256, 512))
    assert degrees_apart(light.direction, mean / np.linalg.norm(mean)) < 0.2
    np.testing.assert_allclose(light.irradiance, shines.sum() * np.array(rgb), rtol=0.02)
    np.testing.assert_allclose(light.color, np.array(rgb) / 900, rtol=0.02)


@FEW
@given(SEEDS)
def test_a_sun_smaller_than_a_cell_anywhere(seed: int) -> None:
    rng = np.random.default_rng(seed)
    row, column = rng.integers(0, [128, 256])
    rgb = rng.uniform(0.3, 1, 3) * 2e4
    panorama = np.ones((128, 256, 3)) * SKY
    panorama[row, column] += rgb
    light = found(panorama)
    assert degrees_apart(light.direction, equirect.directions(128, 256)[row, column]) < 0.2
    np.testing.assert_allclose(light.irradiance, rgb * equirect.solid_angles(128, 256)[row, column], rtol=0.02)


def test_a_sky_with_a_gradient_changes_little() -> None:
    center = toward(40, 100)
    up = equirect.directions(256, 512)[..., 1:2]
    panorama = sun_panorama(256, center, 1.0, [3000.0] * 3, [0.0] * 3) + 0.3 + 0.3 * np.maximum(up, -0.5)
    shines = (
        3000 * equirect.solid_angles(256, 512)[equirect.directions(256, 512) @ center > np.cos(np.radians(1))].sum()
    )
    light = found(panorama)
    assert degrees_apart(light.direction, center) < 0.2
    assert light.intensity == pytest.approx(shines, rel=0.02)


def test_the_brighter_of_two_suns() -> None:
    # where the other one is within its cell nobody knows: up to 2° off, times 500/900
    one, two = toward(50, 20), toward(20, -120)
    panorama = sun_panorama(256, one, 1.5, [500.0] * 3, SKY) + sun_panorama(256, two, 1.5, [900.0] * 3, [0.0] * 3)
    assert degrees_apart(found(panorama).direction, two) < 1.2


@pytest.mark.parametrize("value", [1e-3, 1.0, 1e4])
def test_even_light_has_no_direction_and_no_light(value: float) -> None:
    panorama = np.full((32, 64, 3), value)
    light = dominant_light(project(panorama), panorama)
    assert light.intensity == pytest.approx(0, abs=1e-9 * value)
    assert light.share == pytest.approx(0, abs=1e-9)
    assert np.linalg.norm(light.direction) == pytest.approx(1)


def test_black_is_up() -> None:
    for light in (dominant_light(np.zeros((9, 3)), np.zeros((32, 64, 3))), directional_fit(np.zeros((9, 3)))):
        np.testing.assert_array_equal(light.direction, [0, 1, 0])
        np.testing.assert_array_equal(light.color, [1, 1, 1])
        assert light.intensity == light.share == 0
    np.testing.assert_array_equal(dominant_direction(np.zeros((9, 3))), [0, 1, 0])


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_brightness_does_not_matter(scale: float) -> None:
    panorama = sun_panorama(64, toward(30, 60), 5, [50.0, 40.0, 30.0], SKY)
    light, scaled = found(panorama), found(panorama * scale)
    np.testing.assert_allclose(scaled.direction, light.direction, atol=1e-9)
    np.testing.assert_allclose(scaled.irradiance, light.irradiance * scale, rtol=1e-9)
    assert scaled.share == pytest.approx(light.share)


def test_coefficients_of_another_picture_do_not_lead_astray() -> None:
    panorama = sun_panorama(64, toward(30, 60), 5, [50.0] * 3, SKY)
    other = project(sun_panorama(64, toward(-20, -100), 5, [5000.0] * 3, SKY))
    light = dominant_light(other, equirect.resize(panorama, 32, 64))
    assert degrees_apart(light.direction, toward(30, 60)) < 20


def test_share_is_the_part_of_what_a_facing_surface_gets() -> None:
    center = toward(35, 10)
    panorama = sun_panorama(256, center, 1.5, [600.0] * 3, [0.5] * 3)
    light, coeffs = found(panorama), project(panorama)
    facing = irradiance(coeffs, light.direction) @ LUMINANCE
    assert light.share == pytest.approx(light.irradiance @ LUMINANCE / facing, rel=1e-12)
    assert 0 < light.share < 1


@FEW
@given(SEEDS, st.floats(0.1, 100), st.booleans())
def test_fit_finds_a_light_over_even_ambient_exactly(seed: int, strength: float, reflects: bool) -> None:
    rng = np.random.default_rng(seed)
    direction, rgb = unit_vectors(rng, 1)[0], rng.uniform(0.2, 1, 3) * strength
    coeffs = np.outer(basis(direction), rgb) + AMBIENT
    light = directional_fit(coeffs)
    np.testing.assert_allclose(light.direction, direction, atol=1e-9)
    np.testing.assert_allclose(light.irradiance, rgb, rtol=1e-9)
    np.testing.assert_allclose(light.coefficients() + AMBIENT, coeffs, atol=1e-9 * strength)
    matrix = orthogonal(rng, reflects=reflects)
    np.testing.assert_allclose(directional_fit(rotate(coeffs, matrix)).direction, matrix @ direction, atol=1e-9)


def test_fit_is_the_least_squares_one() -> None:
    coeffs = np.random.default_rng(0).normal(size=(9, 3)) + 3 * np.outer(basis(toward(20, 30)), np.ones(3))
    light = directional_fit(coeffs)
    normals = np.stack([*unit_vectors(np.random.default_rng(1), 20000)])

    def misfit(rgb: np.ndarray) -> float:
        rest = irradiance(coeffs - np.outer(basis(light.direction), rgb), normals)
        return float(((rest - rest.mean(axis=0)) ** 2).mean())

    least = misfit(light.irradiance)
    assert all(misfit(light.irradiance * factor) > least for factor in (0.9, 1.1))


@FEW
@given(SEEDS)
def test_direction_follows_luminance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = unit_vectors(rng, 2)
    coeffs = np.outer(basis(a), [1.0, 0, 0]) + np.outer(basis(b), [0, 1.0, 0])
    expected = LUMINANCE[0] * a + LUMINANCE[1] * b
    np.testing.assert_allclose(dominant_direction(coeffs), expected / np.linalg.norm(expected), atol=1e-12)


def test_negative_fits_are_no_light() -> None:
    coeffs = AMBIENT + np.outer(basis(toward(0, 0)), [1.0, 1.0, -0.5])
    light = directional_fit(coeffs)
    assert light.irradiance[2] == 0
    assert light.color.max() == 1


def lamp(rgb: list[float], even: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Radiance of cells of even light with one bright cell, and the lamp alone."""
    alone = np.zeros((32, 64, 3))
    alone[9, 20] = rgb
    return alone + even, alone


@pytest.mark.parametrize(("guessed", "green"), [(1.0, 60.0), (0.8, 60.0), (0.2, 80.0), (0.0, 100.0)])
def test_guessed_light_makes_no_light_green(guessed: float, green: float) -> None:
    """Red 60, green 100, blue 50: green stays as far as it is measured, down to red."""
    panorama, alone = lamp([60.0, 100.0, 50.0], [0.1, 0.1, 0.1])
    light = dominant_light(project(panorama), panorama, guess=guessed * alone)
    np.testing.assert_allclose(light.color, np.array([60.0, green, 50.0]) / max(60.0, green), rtol=1e-9)


def test_light_of_other_colors_may_be_guessed() -> None:
    panorama, alone = lamp([50.0, 70.0, 90.0], [0.1, 0.1, 0.1])
    whole, known = dominant_light(project(panorama), panorama), found(panorama)
    assert vars(dominant_light(project(panorama), panorama, guess=alone))["intensity"] == whole.intensity
    np.testing.assert_array_equal(whole.color, known.color)


@pytest.mark.parametrize("seen", [1.0, 0.7, 0.3, 0.0])
def test_a_light_stays_while_it_outweighs_the_unseen(seen: float) -> None:
    """A lamp whose share is 0.2 stays as long as less than half of the sphere is unseen."""
    sky = equirect.directions(32, 64)[..., 1:2] > 0.3
    panorama, alone = lamp([1.0, 1.0, 0.9], [0.1, 0.1, 0.1])
    panorama = panorama - alone + np.where(sky, [0.2, 0.5, 0.3], 0.0)
    lit = project(panorama)
    cell = equirect.directions(32, 64)[9, 20]
    around = float(irradiance(lit, cell) @ LUMINANCE)
    alone *= 0.25 * around / (float(LUMINANCE @ [1, 1, 0.9]) * equirect.solid_angles(32, 64)[9, 0])
    panorama, coeffs = panorama + alone, lit + project(alone)
    light, fit = dominant_light(coeffs, panorama, seen=seen), directional_fit(coeffs)
    if seen > 0.5:
        assert degrees_apart(light.direction, cell) < 5
        assert light.share == pytest.approx(0.2, abs=0.05)
        return
    np.testing.assert_array_equal(light.direction, fit.direction)
    assert light.irradiance @ LUMINANCE <= fit.irradiance @ LUMINANCE
    np.testing.assert_allclose(light.color[1], light.color.max())  # all light is green, this is not greener
    np.testing.assert_allclose(light.color[0] / light.color[2], coeffs[0, 0] / coeffs[0, 2], rtol=1e-9)


def test_a_changed_light_is_of_the_kind_that_it_was() -> None:
    panorama, alone = lamp([60.0, 100.0, 50.0], [0.1, 0.1, 0.1])
    coeffs = project(panorama)
    green, white = dominant_light(coeffs, panorama), dominant_light(coeffs, panorama, guess=alone)
    assert changed_light(green, coeffs, coeffs, panorama, 0.1).color[1] == 1
    assert changed_light(white, coeffs, coeffs, panorama, 0.1).color[1] == pytest.approx(1)
    assert changed_light(white, coeffs, coeffs, panorama, 0.1).color[0] == pytest.approx(1)
    weak, _ = lamp([0.6, 0.6, 0.5], [0.1, 0.1, 0.1])
    weak += 0.3 * np.maximum(equirect.directions(32, 64)[..., 1:2], 0)
    coeffs = project(weak)
    for light in (dominant_light(coeffs, weak), dominant_light(coeffs, weak, seen=0.1)):
        again = changed_light(light, coeffs, 1.1 * coeffs, 1.1 * weak, 0.1)
        np.testing.assert_allclose(again.direction, light.direction, atol=1e-9)
        assert again.intensity == pytest.approx(1.1 * light.intensity)


@FEW
@given(SEEDS)
def test_all_light_is_never_less_than_an_unseen_one(seed: int) -> None:
    """So nothing is below zero, in the mean over the sphere, once it is taken out."""
    rng = np.random.default_rng(seed)
    panorama = rng.random((32, 64, 3)) ** 6
    coeffs = project(panorama)
    light = dominant_light(coeffs, panorama, seen=0.0)
    assert ((coeffs - light.coefficients())[0] >= 0).all()


@pytest.mark.parametrize(("elevation", "azimuth"), [(0, 0), (30, 45), (-60, -170), (89, 10)])
def test_angles(elevation: float, azimuth: float) -> None:
    light = Light(direction=toward(elevation, azimuth), color=np.ones(3), intensity=2.0, share=0.5)
    assert light.elevation == pytest.approx(elevation)
    assert light.azimuth == pytest.approx(azimuth)
    np.testing.assert_array_equal(light.irradiance, [2, 2, 2])
    np.testing.assert_allclose(light.coefficients(4), np.outer(basis(light.direction, 4), [2, 2, 2]))


def test_luminance_adds_up() -> None:
    assert LUMINANCE.sum() == pytest.approx(1, abs=1e-15)


CELLS = equirect.directions(32, 64)
AREAS = equirect.solid_angles(32, 64)[..., None]


@pytest.mark.parametrize(("elevation", "azimuth"), [(40.0, 10.0), (3.0, -179.0), (87.0, 60.0), (-20.0, 120.0)])
def test_without_its_sun_a_sky_is_a_sky(elevation: float, azimuth: float) -> None:
    panorama = equirect.resize(sun_panorama(256, toward(elevation, azimuth), 1.5, [900.0, 800.0, 600.0], SKY), 32, 64)
    rest = without_light(panorama, found(panorama))
    np.testing.assert_allclose(rest, np.broadcast_to(SKY, rest.shape), rtol=1e-6)


@FEW
@given(SEEDS)
def test_light_and_rest_are_the_whole(seed: int) -> None:
    """Whatever the sky: a sun over noise, dark cells beside it."""
    rng = np.random.default_rng(seed)
    panorama = rng.random((32, 64, 3)) ** 2 * SKY
    center = CELLS[rng.integers(0, 32), rng.integers(0, 64)]
    panorama[CELLS @ center > np.cos(np.radians(6))] += rng.uniform(20, 200, 3)
    light = found(panorama)
    rest = without_light(panorama, light)
    assert rest.min() >= 0
    assert (rest <= panorama).all()
    np.testing.assert_allclose(((panorama - rest) * AREAS).sum((0, 1)), light.irradiance, rtol=1e-6)
    cap = CELLS @ light.direction > np.cos(np.radians(20))
    for channel in range(3):  # a level, and what was darker
        values, before = rest[..., channel][cap], panorama[..., channel][cap]
        np.testing.assert_array_equal(values[values < values.max()], before[values < values.max()])
    assert rest.max() < 1
    both = project(rest) + light.coefficients()
    assert np.linalg.norm(both - project(panorama)) < 0.03 * np.linalg.norm(project(panorama))


def test_a_light_stronger_than_its_cap_leaves_the_neighborhood() -> None:
    panorama = np.full((32, 64, 3), 0.25, np.float32)
    panorama[CELLS @ toward(30, 30) > np.cos(np.radians(10))] = 2
    light = Light(direction=toward(30, 30), color=np.ones(3), intensity=50.0, share=1.0)
    rest = without_light(panorama, light)
    assert rest.dtype == np.float32
    np.testing.assert_allclose(rest, 0.25)


def test_without_no_light_nothing_changes() -> None:
    panorama = np.random.default_rng(4).random((32, 64, 3))
    dark = Light(direction=toward(30, 30), color=np.ones(3), intensity=0.0, share=0.0)
    np.testing.assert_array_equal(without_light(panorama, dark), panorama)
