"""Physics of rendered worlds, with Blender; skipped where it is not installed."""

from __future__ import annotations

import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from lightprobe.blender.environment import find_python
from lightprobe.synth import process
from lightprobe.synth.process import render_worlds
from lightprobe.synth.run import WorldRun, WorldTask
from lightprobe.synth.world.panoramas import pixel_angles, pixel_rays, upper_illuminance

pytestmark = [pytest.mark.slow, pytest.mark.blender]
EYE = 1.5
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
KCD = 0.83
"""kcd/m² of Blender's unit, see radiometry."""


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The arrays of blender_physics.py."""
    out = tmp_path_factory.mktemp("physics") / "out.npz"
    script = Path(__file__).with_name("blender_physics.py")
    environment = {**os.environ, "PYTHONPATH": str(process.PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([find_python(), script, out], env=environment, check=True, stdout=subprocess.DEVNULL)
    with np.load(out) as found:
        return dict(found)


def ground_points(height: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the ray of each pixel meets the ground [x, y], and whether it does within 12 m."""
    rays = pixel_rays(height)
    down = np.minimum(rays[..., 2], -1e-6)
    points = rays[..., :2] * (EYE / -down)[..., None]
    return points, (rays[..., 2] < -0.05) & (np.hypot(*np.moveaxis(points, -1, 0)) < 12)


def test_direct_to_diffuse_light_is_that_of_illuminance_tables(scenes: dict[str, np.ndarray]) -> None:
    """IES RP-21-84, clear sky: direct normal 127.5 exp(−0.21 / sin h) klx, diffuse 0.8 + 15.5 √(sin h) klx."""
    ratios: list[float] = []
    for upper, normal, elevation in zip(scenes["upper"], scenes["normal"], scenes["elevation"], strict=True):
        sine = math.sin(math.radians(elevation))
        diffuse = KCD * upper_illuminance(np.concatenate([upper, 0 * upper]).astype(np.float64)) @ LUMINANCE
        direct = KCD * float(normal @ LUMINANCE) * sine
        published = 127.5 * math.exp(-0.21 / sine) * sine / (0.8 + 15.5 * math.sqrt(sine))
        assert 0.4 < direct / diffuse / published < 2.5, elevation
        assert 5 < diffuse < 35, elevation
        ratios.append(direct / diffuse / published)
    assert 0.7 < np.median(ratios) < 1.5


def test_a_white_furnace_shows_the_reflectance(scenes: dict[str, np.ndarray]) -> None:
    """A convex body in even light has the radiance of the light times its reflectance, wherever it is seen."""
    picture = scenes["furnace"]
    rays = pixel_rays(len(picture))
    inside = rays @ (np.array([0, 4, 0.0]) / 4) > math.cos(0.12)  # toward the box's middle
    assert inside.sum() > 20
    assert picture[inside].mean() == pytest.approx(0.9, rel=0.003)
    np.testing.assert_allclose(picture[inside], 0.9, rtol=0.05)  # the noise of 64 rays
    np.testing.assert_allclose(picture[rays[..., 1] < -0.2], 1.0, rtol=1e-4)


def test_a_shadow_lies_opposite_the_sun(scenes: dict[str, np.ndarray]) -> None:
    azimuth, elevation = 2.2, 0.6
    picture = scenes["shadow"]
    points, near = ground_points(len(picture))
    step = np.array([math.sin(azimuth), math.cos(azimuth)]) / math.tan(elevation)
    heights = np.linspace(0, 3, 200)
    toward_sun = points[..., None, :] + heights[:, None] * step
    shaded = (np.abs(toward_sun - [1.0, 4.0]) < 0.4).all(axis=-1).any(axis=-1)
    open_ground = near & ~(np.abs(np.arctan2(points[..., 0] - 0, points[..., 1]) - math.atan2(1, 4)) < 0.25)
    dark = picture[..., 1] < 0.25 * np.median(picture[near][:, 1])
    assert (dark & open_ground).sum() > 30
    assert np.mean(dark[open_ground] == shaded[open_ground]) > 0.985
    lit = open_ground & ~shaded & ~dark
    expected = np.array([3.0, 2.0, 1.0]) * math.sin(elevation) * 0.5 / math.pi
    np.testing.assert_allclose(np.median(picture[lit], axis=0), expected, rtol=0.01)


def test_the_composited_sun_has_its_light(scenes: dict[str, np.ndarray]) -> None:
    added = scenes["shadow_sun"] - scenes["shadow"]
    light = (added * pixel_angles(len(added))[:, None, None]).sum(axis=(0, 1))
    np.testing.assert_allclose(light, [3.0, 2.0, 1.0], rtol=1e-6)


def test_the_light_of_a_lamp_falls_off_with_the_square_of_the_distance(scenes: dict[str, np.ndarray]) -> None:
    """Ground: reflectance / π · intensity · cos / r²; intensity is the flux / 4π."""
    picture = scenes["lamp"]
    points, near = ground_points(len(picture))
    offset = points - [2.0, 3.0]
    distance = np.sqrt((offset**2).sum(axis=-1) + 9)
    expected = 0.5 / math.pi * 1000 / (4 * math.pi) * 3 / distance**3 / (1000 * KCD)
    some = near & (distance > 3) & (distance < 11)
    ratio = picture[..., 1][some] / expected[some]
    assert np.median(ratio) == pytest.approx(1, abs=0.01)
    assert np.percentile(np.abs(ratio - 1), 95) < 0.06


def test_a_composited_lamp_has_its_light(scenes: dict[str, np.ndarray]) -> None:
    added = (scenes["lamp_seen"] - scenes["lamp"])[..., 1]
    light = (added * pixel_angles(len(added))[:, None]).sum() * 1000 * KCD
    distance = math.sqrt(4 + 9 + 1.5**2)
    assert light == pytest.approx(1000 / (4 * math.pi) / distance**2, rel=0.03)


def small_task(folder: Path) -> WorldTask:
    return WorldTask(run=WorldRun(out=folder, seed=4, width=64, height=32, samples=2), indices=(0, 1, 2, 3))


def test_worlds_are_bit_identical_and_in_physical_units(tmp_path: Path) -> None:
    first = list(render_worlds(small_task(tmp_path)))
    alone = WorldTask(run=small_task(tmp_path).run, indices=(2,))
    (again,) = render_worlds(alone)  # in another process, not after others
    assert [world.failure for world in first] == [""] * 4
    assert first[2].radiance is not None
    assert again.radiance is not None
    np.testing.assert_array_equal(first[2].radiance, again.radiance)
    assert first[2].parameters == again.parameters
    for world in first:
        assert world.radiance is not None
        assert np.isfinite(world.radiance).all()
        assert world.radiance.min() >= 0
        assert world.radiance.max() > 0
