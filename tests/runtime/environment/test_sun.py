"""The sun and the rest: together they are the whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import lightprobe
from lightprobe.runtime.environment.disc import add_disc
from lightprobe.runtime.environment.spot import Spot
from lightprobe.sphere.panorama import equirect

TOWARD = np.array([0.48, 0.6, 0.64])


def sky(spot: float, radius: float) -> np.ndarray:
    """A dim sky with a bright round spot, linear."""
    angle = np.degrees(np.arccos(np.clip(equirect.directions(128, 256) @ TOWARD, -1, 1)))
    return np.where(angle[..., None] < radius, spot, [0.2, 0.3, 0.4]).astype(np.float32)


@pytest.mark.parametrize(("spot", "radius"), [(3000.0, 1.0), (30.0, 6.0)])
def test_sun_and_rest_add_up(spot: float, radius: float) -> None:
    picture = sky(spot, radius)
    whole = lightprobe.load("plain")(picture)
    rest, sun = whole.without_sun(), whole.sun
    np.testing.assert_allclose(rest.sh.coeffs + sun.coefficients(), whole.sh.coeffs, atol=1e-9)
    area = equirect.solid_angles(32, 64)[..., None]
    np.testing.assert_allclose((area * (whole.panorama - rest.panorama)).sum(axis=(0, 1)), sun.irradiance, rtol=1e-4)
    environment, left = whole.environment(), rest.environment()
    area = equirect.solid_angles(128, 256)[..., None]
    np.testing.assert_allclose((area * (environment - left)).sum(axis=(0, 1)), sun.irradiance, rtol=1e-3)
    assert left.min() >= 0
    assert rest.panorama.min() >= 0
    assert left.max() < 0.1 * spot
    assert rest.without_sun() is rest


def test_a_bare_sun_is_told_from_a_window() -> None:
    bare, window = (lightprobe.load("plain")(sky(*spot)).sun for spot in ((3000.0, 1.0), (30.0, 12.0)))
    assert (bare.is_bare, bare.angular_diameter) == (True, 0.53)
    assert np.degrees(np.arccos(bare.direction @ TOWARD)) < 0.5
    assert not window.is_bare
    assert 18 < window.angular_diameter < 28
    assert 0 <= window.confidence < bare.confidence <= 1
    np.testing.assert_allclose(bare.radiance * bare.solid_angle, bare.irradiance)


@pytest.mark.parametrize("toward", [TOWARD, np.array([0.0, 1.0, 0.0]), np.array([-1.0, 0.0, 0.0])])
@pytest.mark.parametrize("height", [64, 1024])
def test_a_disc_has_its_place_size_and_energy(toward: np.ndarray, height: int) -> None:
    environment = np.zeros((height, 2 * height, 3), np.float32)
    add_disc(environment, toward, 0.53, np.array([1.0, 2.0, 3.0]))
    area = equirect.solid_angles(height, 2 * height)[..., None]
    np.testing.assert_allclose((area * environment).sum(axis=(0, 1)), [1, 2, 3], rtol=1e-4)
    mean = (environment[..., :1] * area * equirect.directions(height, 2 * height)).sum(axis=(0, 1))
    assert np.degrees(np.arccos(min(1, mean @ toward / np.linalg.norm(mean)))) < 10 / height
    lit = 1 / float((area * environment[..., :1] ** 2).sum())
    radius = max(np.radians(0.265), np.pi / height)
    assert 0.9 < lit / (np.pi * radius**2) < 1.8


def test_a_sun_becomes_a_file(tmp_path: Path) -> None:
    found = lightprobe.load("plain")(sky(3000, 1))
    found.save_sun(tmp_path / "sun.json", "blender")
    read = json.loads((tmp_path / "sun.json").read_text())
    np.testing.assert_allclose(read["direction"], found.direction("blender"))
    assert read["frame"] == "blender"
    assert read["angular_diameter_deg"] == 0.53
    np.testing.assert_allclose(read["irradiance"], found.sun.irradiance)


def outdoors(radius: float, blue: float, lamps: int = 0) -> np.ndarray:
    """8-bit: an even sky over gray ground, a clipped round spot of some radius [°], and clipped lamps elsewhere."""
    toward = equirect.directions(256, 512)
    angle = np.degrees(np.arccos(np.clip(toward @ TOWARD, -1, 1)))[..., None]
    glow = 60 * np.exp(-angle / 15)
    sky = np.array([150 - blue, 150, 150 + blue]) + glow
    pixels = np.where(toward[..., 1:2] > 0, sky, np.array([90.0, 88, 80])).clip(0, 254)
    pixels[angle[..., 0] < radius] = 255
    for lamp in range(lamps):
        pixels[40:60, 30 * lamp : 30 * lamp + 20] = 255
    return pixels.astype(np.uint8)


def test_a_clipped_sun_in_a_blue_sky_is_told_from_a_lamp_among_lamps() -> None:
    sun = lightprobe.estimate(outdoors(4, 60), response="srgb").sun
    lamp = lightprobe.estimate(outdoors(4, -40, lamps=9), response="srgb").sun
    assert sun.is_bare
    assert sun.angular_diameter == 0.53
    assert np.degrees(np.arccos(sun.direction @ TOWARD)) < 0.5
    assert not lamp.is_bare
    assert lamp.confidence < 0.3 < 0.5 <= sun.confidence


def test_a_told_sun_is_a_disc_in_its_spot() -> None:
    found = lightprobe.estimate(outdoors(4, 60), response="srgb")
    environment = found.environment()
    row, column = np.unravel_index(int(np.argmax(environment[..., 1])), environment.shape[:2])
    brightest = equirect.directions(256, 512)[row, column]
    assert np.degrees(np.arccos(min(1.0, float(brightest @ TOWARD)))) < 1
    assert environment[..., 1].max() > 4 * np.sort(environment[..., 1].ravel())[-200]


def test_nothing_clipped_is_no_sun() -> None:
    assert lightprobe.estimate(outdoors(0, 60), response="srgb").sun.confidence == 0


def test_no_looks_are_certain() -> None:
    """Of the areas that look most like a bare sun, nine in ten are one: benchmarks/results/suns.json."""

    def probability(*looks: float) -> float:
        return Spot(direction=TOWARD, radius=0.05, looks=np.array(looks)).probability(0.5)

    best, better = probability(1.0, 0.0, 3.0, 3.0, 0.0, 60.0), probability(0.9, 0.0, 4.0, 4.0, 0.0, 60.0)
    assert 0.85 < best < better <= 0.9
    assert probability(3.0, 1.0, -2.0, -2.0, 0.4, -20.0) < 0.01
