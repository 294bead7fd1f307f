"""What needs no Blender of the scripts that run in it: parameters, units, directions, skies and clouds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.synth.world import panoramas, radiometry
from lightprobe.synth.world.draws import Draws
from lightprobe.synth.world.sky.clear import SECOND_ORDER, ClearSky, elevation_of, scattered_again
from lightprobe.synth.world.sky.clouds import cover, disc_directions, octave_noise, periodic

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def blue_sky(elevation: float = 30.0) -> ClearSky:
    """Brighter toward the horizon and below the sun."""
    up = panoramas.pixel_rays(128)[:64, :, 2:]
    upper = (2 - up) * np.array([0.6, 1.0, 1.8])
    normal = np.array([110.0, 100.0, 90.0])
    return ClearSky(upper.astype(np.float32), normal, elevation, air=1.0, dust=1.0, ozone=1.0)


def test_a_new_parameter_leaves_the_others_as_they_are() -> None:
    one, other = Draws(1, 5), Draws(1, 5)
    other.chance("new", 0.5)
    assert one.uniform("width", 2, 3) == other.uniform("width", 2, 3)
    assert one.uniform("width", 2, 3) != Draws(1, 6).uniform("width", 2, 3)
    assert one.uniform("width", 2, 3) != Draws(2, 5).uniform("width", 2, 3)
    assert set(other.values) == {"new", "width"}


def test_parameters_are_distributed_as_asked() -> None:
    draws = [Draws(3, index) for index in range(2000)]
    chosen = [one.choice("kind", {"a": 3, "b": 1}) for one in draws]
    assert chosen.count("a") / 2000 == pytest.approx(0.75, abs=0.03)
    spread = np.log([one.spread("level", 5.0, 0.4) for one in draws])
    assert np.median(spread) == pytest.approx(math.log(5), abs=0.03)
    assert spread.std() == pytest.approx(0.4, rel=0.06)
    assert {one.integer("n", 2, 4) for one in draws} == {2, 3, 4}
    assert np.mean([one.chance("c", 0.2) for one in draws]) == pytest.approx(0.2, abs=0.03)


def test_glowing_bodies_have_the_colors_of_tables() -> None:
    # CIE 1931 chromaticities of Planckian radiators at 2856 K (illuminant A) and 6500 K
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    for kelvin, x, y in ((2856, 0.4476, 0.4074), (6500, 0.3135, 0.3237)):
        xyz = to_xyz @ radiometry.blackbody(kelvin)
        assert xyz[:2] / xyz.sum() == pytest.approx((x, y), abs=0.006)
        assert xyz[1] == pytest.approx(1)


def test_lamps_have_their_flux() -> None:
    panel, globe = radiometry.panel_radiance(3400, 0.36), radiometry.globe_radiance(800, 0.03)
    cd = 1000 * radiometry.KCD_PER_UNIT
    assert panel * cd * math.pi * 0.36 == pytest.approx(3400)  # diffuse: luminance · π · area
    assert globe * cd * math.pi * 4 * math.pi * 0.03**2 == pytest.approx(800)


def test_directions_pixels_and_angles_fit() -> None:
    rays = panoramas.pixel_rays(32)
    rows, columns = panoramas.pixels_at(rays, 32)
    assert np.array_equal(rows, np.repeat(np.arange(32)[:, None], 64, 1))
    assert np.array_equal(columns, np.repeat(np.arange(64)[None], 32, 0))
    assert panoramas.along(math.pi / 2, 0.0) == pytest.approx([1, 0, 0])  # right of the center is +X
    assert 64 * panoramas.pixel_angles(32).sum() == pytest.approx(4 * math.pi)
    even = np.full((64, 128, 3), 2.0)
    assert panoramas.upper_illuminance(even) == pytest.approx(np.full(3, 2 * math.pi), rel=1e-3)


def test_suns_stand_as_in_photographs() -> None:
    elevations = np.array([elevation_of(share) for share in np.linspace(0, 1, 1001)])
    assert (elevations[0], elevations[-1]) == (-6, 75)
    assert np.all(np.diff(elevations) > 0)
    assert np.median(elevations[elevations > 0]) == pytest.approx(21, abs=2)  # visible ones stand higher


def test_more_scattering_adds_its_share() -> None:
    upper = blue_sky().upper.astype(np.float64)
    more = scattered_again(upper)
    sums = [panoramas.upper_illuminance(np.concatenate([sky, 0 * sky])) @ LUMINANCE for sky in (upper, more)]
    assert sums[1] / sums[0] == pytest.approx(1 + SECOND_ORDER, rel=1e-3)
    assert np.all(more > upper)
    whiter = (more - upper)[10, 10]
    assert whiter[2] / whiter[0] < upper[10, 10, 2] / upper[10, 10, 0]


def test_a_clear_sky_is_turned_and_its_sun_kept() -> None:
    draws = Draws(1, 2)
    sky = cover(draws, blue_sky(), {"clear": 1.0})
    assert draws.values["sky.passed"] == 1
    assert math.degrees(math.asin(sky.toward[2])) == pytest.approx(30)
    assert math.atan2(sky.toward[0], sky.toward[1]) == pytest.approx(sky.azimuth)
    np.testing.assert_array_equal(sky.normal, blue_sky().normal)
    half = panoramas.upper_illuminance(sky.radiance)
    before = blue_sky().upper.astype(np.float64)
    assert half == pytest.approx(panoramas.upper_illuminance(np.concatenate([before, 0 * before])), rel=0.01)
    assert np.ptp(sky.radiance[128:], axis=(0, 1)) == pytest.approx(0)


def test_clouds_take_the_sun_and_give_less_back() -> None:
    clear = blue_sky()
    total = (
        clear.normal * math.sin(math.radians(30)) + cover(Draws(1, 1), clear, {"clear": 1}).radiance[0, 0]
    ) @ LUMINANCE
    covered = cover(Draws(1, 1), clear, {"overcast": 1.0})
    below = panoramas.upper_illuminance(covered.radiance.astype(np.float64)) @ LUMINANCE
    assert covered.normal.max() < 1e-3
    assert 0.05 * total < below < total
    broken = [cover(Draws(1, n), clear, {"broken": 1.0}).normal.max() / clear.normal.max() for n in range(24)]
    assert min(broken) < 0.01
    assert max(broken) > 0.99


def test_a_sun_below_the_horizon_does_not_shine() -> None:
    assert cover(Draws(1, 1), blue_sky(-2.0), {"clear": 1.0}).normal.max() == 0


def test_the_disc_is_half_a_degree_with_a_darker_limb() -> None:
    toward = panoramas.along(0.7, 0.4)
    directions, weight = disc_directions(toward)
    away = np.degrees(np.arccos(np.clip(directions @ toward, -1, 1)))
    assert away.max() == pytest.approx(0.545 / 2, rel=0.01)
    assert weight.sum() == pytest.approx(1)
    assert directions.T @ weight == pytest.approx(toward, abs=1e-5)
    assert weight[away > 0.27].mean() < 0.6 * weight[away < 0.05].mean()


def test_noise_repeats_and_is_normalized() -> None:
    field = octave_noise(np.random.default_rng(1), 1.8, 64)
    assert (field.mean(), field.std()) == pytest.approx((0, 1), abs=1e-9)
    x, y = np.array([3.25, -60.75]), np.array([5.5, 69.5])  # a whole period apart
    values = periodic(field, x, y)
    assert values[0] == pytest.approx(values[1])
    near = 0.75 * field[3, 5:7].mean() + 0.25 * field[4, 5:7].mean()
    assert values[0] == pytest.approx(near)
