"""Laws of light that hold whatever way it takes through the package."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightprobe.sphere import CONVENTIONS, SH, Light, dominant_light, fibonacci, project, window
from lightprobe.sphere.harmonics.rotation import MIRROR, about_y
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.cubemap import from_equirect, to_equirect

FEW = settings(max_examples=10, deadline=None, derandomize=True)
NORMALS = fibonacci(200)


def scene(seed: int, height: int = 16) -> np.ndarray:
    """Smooth light with a few lamps."""
    rng = np.random.default_rng(seed)
    panorama = equirect.resize(rng.uniform(0.1, 1, (4, 8, 3)), height, 2 * height)
    for _ in range(3):
        panorama[tuple(rng.integers(0, [height, 2 * height]))] += rng.uniform(0, 100, 3)
    return panorama


WAYS = {
    "as it is": lambda panorama: panorama,
    "smaller": lambda panorama: equirect.resize(panorama, 7, 14),
    "larger": lambda panorama: equirect.resize(panorama, 20, 40),
    "turned": lambda panorama: equirect.turn(panorama, 5),
    "mirrored": equirect.mirror,
    "by cubemap": lambda panorama: to_equirect(from_equirect(panorama, 16), 16),
}


WINDOWS = [("none", 1), ("none", 6), ("auto", 1), ("auto", 3), ("sloan", 3), (3.0, 3), (3.0, 6)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "bands"), WINDOWS)
def test_white_furnace(way: str, kind: str | float, bands: int) -> None:
    light = SH.from_equirect(WAYS[way](np.ones((16, 32, 3))), bands).windowed(kind)
    np.testing.assert_allclose(light.irradiance(NORMALS), np.pi, rtol=1e-11)
    np.testing.assert_allclose(light.radiance(NORMALS), 1, rtol=1e-11)


def test_a_white_furnace_has_no_dominant_light() -> None:
    panorama = np.ones((32, 64, 3))
    assert dominant_light(project(panorama), panorama).intensity == pytest.approx(0, abs=1e-12)
    assert SH.from_equirect(panorama).light.intensity == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "by cubemap"])  # a cubemap keeps 99.7 %
def test_no_way_gains_or_loses_light(way: str) -> None:
    panorama = scene(0)
    np.testing.assert_allclose(project(WAYS[way](panorama))[0], project(panorama)[0], rtol=1e-12)


@FEW
@given(st.integers(0, 1000), st.integers(1, 31))
def test_turning_the_world_turns_everything(seed: int, columns: int) -> None:
    panorama, angle = scene(seed), 2 * np.pi * columns / 32
    before, after = SH.from_equirect(panorama), SH.from_equirect(equirect.turn(panorama, columns))
    matrix = about_y(angle)
    np.testing.assert_allclose(after.coeffs, before.rotated(matrix).coeffs, atol=1e-10)
    np.testing.assert_allclose(after.irradiance(NORMALS @ matrix.T), before.irradiance(NORMALS), atol=1e-10)
    np.testing.assert_allclose(after.dominant_direction, matrix @ before.dominant_direction, atol=1e-9)
    for kind in ("auto", "sloan"):
        np.testing.assert_allclose(window(after.coeffs, kind), window(before.coeffs, kind), rtol=1e-6)
    first, second = (
        dominant_light(before.coeffs, panorama),
        dominant_light(after.coeffs, equirect.turn(panorama, columns)),
    )
    np.testing.assert_allclose(second.direction, matrix @ first.direction, atol=1e-8)
    np.testing.assert_allclose(second.irradiance, first.irradiance, rtol=1e-8)


@FEW
@given(st.integers(0, 1000))
def test_mirroring_the_world_mirrors_everything(seed: int) -> None:
    panorama = scene(seed)
    before, after = SH.from_equirect(panorama), SH.from_equirect(equirect.mirror(panorama))
    np.testing.assert_allclose(after.coeffs, before.mirrored().coeffs, atol=1e-10)
    first, second = dominant_light(before.coeffs, panorama), dominant_light(after.coeffs, equirect.mirror(panorama))
    np.testing.assert_allclose(second.direction, MIRROR @ first.direction, atol=1e-8)


@pytest.mark.parametrize(("seed", "factor"), [(0, 2.0), (1, 1e-4), (2, 1e4)])
def test_twice_the_light_is_twice_everything(seed: int, factor: float) -> None:
    one, more = SH.from_equirect(scene(seed)), SH.from_equirect(scene(seed) * factor)
    for name in CONVENTIONS:
        np.testing.assert_allclose(more.flat(name), factor * one.flat(name), rtol=1e-7, atol=1e-9 * factor)
    assert more.light.intensity == pytest.approx(factor * one.light.intensity, rel=1e-9)


def test_two_lights_add_up() -> None:
    a, b = scene(1), scene(2)
    both = SH.from_equirect(a + b)
    separate = SH.from_equirect(a).irradiance(NORMALS) + SH.from_equirect(b).irradiance(NORMALS)
    np.testing.assert_allclose(both.irradiance(NORMALS), separate, atol=1e-10)


def test_gray_light_stays_gray() -> None:
    gray = scene(3).mean(axis=-1, keepdims=True) * np.ones(3)
    light = SH.from_equirect(gray)
    for name in CONVENTIONS:
        values = light.to(name)
        np.testing.assert_allclose(values, values[:, :1] * np.ones(3), atol=1e-12 * np.abs(values).max())


def test_three_bands_show_a_light_head_on_six_percent_too_bright() -> None:
    light = Light(direction=np.array([0.0, 1, 0]), color=np.ones(3), intensity=2.0, share=1.0)
    facing = SH(light.coefficients()).irradiance(light.direction)
    np.testing.assert_allclose(facing, 2 * (1 / 4 + 1 / 2 + 5 / 16), rtol=1e-14)  # Σ A_l (2l + 1)/4π
