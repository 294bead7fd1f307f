"""Pose: pictures of a tilted camera, rendered ray by ray, come out level."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from worlds import SUN, angle_between, eight_bits, panorama_directions, world

import lightprobe
from lightprobe.imaging import Picture
from lightprobe.imaging.geometry.layout import Layout, lay_out
from lightprobe.imaging.geometry.pose import leveled
from lightprobe.imaging.picture import Crop, Tags
from lightprobe.sphere import project
from lightprobe.sphere.panorama import equirect

plain = lightprobe.load("plain")


def turned(vectors: np.ndarray, axis: tuple[float, float, float], degrees: float) -> np.ndarray:
    """Rodrigues' rotation, right-handed about an axis."""
    axis, angle = np.array(axis), np.radians(degrees)
    along = (vectors @ axis)[..., None] * axis
    return np.cos(angle) * (vectors - along) + np.sin(angle) * np.cross(axis, vectors) + along


def tilted_panorama(height: int, pitch: float, roll: float, width: int | None = None) -> np.ndarray:
    """What a camera sees that first rolls about its forward axis (+X), its right side (+Z) going down, and is then
    pitched up about the world's right axis."""
    fine, width = 4, 2 * height if width is None else width
    toward = panorama_directions(fine * height, fine * width)
    # a positive angle about +X takes +Z to −Y, one about +Z takes +X to +Y
    light = world(turned(turned(toward, (1, 0, 0), roll), (0, 0, 1), pitch))
    return light.reshape(height, fine, width, fine, 3).mean(axis=(1, 3))


def share(seen: np.ndarray) -> float:
    """Of the sphere."""
    return equirect.mean(seen.astype(np.float32))


@cache
def truth() -> np.ndarray:
    return project(world(panorama_directions(512)))


def test_the_construction_is_that_of_the_standard() -> None:
    """Pitch is the elevation of the center; with roll, the horizon turns counterclockwise in the image."""
    center = turned(turned(np.array([1.0, 0, 0]), (1, 0, 0), 20), (0, 0, 1), 30)
    assert np.degrees(np.arcsin(center[1])) == pytest.approx(30)
    right = turned(np.array([0.0, 0, 1]), (1, 0, 0), 20)
    assert right[1] < 0  # the right side shows what is below the horizon: there the horizon is higher in the image


@pytest.mark.parametrize(("pitch", "roll"), [(20, 0), (0, 30), (25, -40), (-15, 10), (-90, 0), (0, 180), (60, 120)])
@pytest.mark.parametrize("height", [64, 200])
def test_a_tilted_camera_gives_the_same_light(pitch: float, roll: float, height: int) -> None:
    light = tilted_panorama(height, pitch, roll).astype(np.float32)
    tags = Tags(pitch=pitch, roll=roll, heading=120.0)
    result = plain(Picture(pixels=light, is_linear=True, name="a", tags=tags))
    expected = truth()
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=0.02 * expected[0].max())
    assert angle_between(result.light.direction, SUN) < 2
    assert result.seen == 1
    assert any(f"Turned by its pose (pitch {pitch:g}°, roll {roll:g}°)" in note for note in result.notes)
    assert any("heading of 120°" in note for note in result.notes)


def test_ignoring_the_pose() -> None:
    light = tilted_panorama(64, 20, 30).astype(np.float32)
    picture = Picture(pixels=light, is_linear=True, name="a", tags=Tags(pitch=20.0, roll=30.0))
    result = plain(picture, ignore_pose=True)
    np.testing.assert_array_equal(result.sh.coeffs, plain(light).sh.coeffs)
    assert result.notes == ("Not turned by its pose (pitch 20°, roll 30°)",)
    assert angle_between(result.light.direction, SUN) > 20


def test_codes_masks_and_clipping_stay_exact() -> None:
    codes = eight_bits(tilted_panorama(64, 30, 10))
    seen = np.ones((64, 128), bool)
    seen[:, :40] = False
    codes[~seen] = 7
    found = leveled(Picture(pixels=codes, is_linear=False, name="a", seen=seen), 30, 10)
    assert found.pixels.dtype == np.uint8
    assert found.pixels.shape == (1024, 2048, 3)
    assert {tuple(color) for color in found.pixels.reshape(-1, 3)} <= {tuple(color) for color in codes.reshape(-1, 3)}
    assert found.seen is not None
    assert share(found.seen) == pytest.approx(share(seen), abs=2e-3)
    white = codes == 255
    linear = Picture(pixels=codes / np.float32(255), is_linear=True, name="a", white=white)
    turned_white = leveled(linear, 30, 10).white
    assert turned_white is not None
    np.testing.assert_array_equal(turned_white, leveled(linear, 30, 10).pixels == 1)


def test_a_crop_is_turned_too() -> None:
    """The seen part is that of the turned rectangle; what it shows is the world there."""
    full, crop = tilted_panorama(200, 20, 15), Crop(full_height=200, left=100, top=40)
    part = Picture(pixels=full[40:140, 100:300].astype(np.float32), is_linear=True, name="a", crop=crop)
    found = leveled(part, 20, 15)
    assert found.crop is None
    assert found.seen is not None
    assert share(found.seen) == pytest.approx((np.cos(np.pi * 0.2) - np.cos(np.pi * 0.7)) / 4, abs=2e-3)
    shown = world(panorama_directions(len(found.pixels)))
    assert (np.abs(found.pixels - shown).max(axis=-1)[found.seen] < 0.05).mean() > 0.96
    assert plain(lay_out(part, Layout())).seen == pytest.approx(share(found.seen), abs=2e-3)


def test_level_pictures_stay_as_they_are() -> None:
    light = tilted_panorama(32, 0, 0).astype(np.float32)
    picture = lay_out(Picture(pixels=light, is_linear=True, name="a", tags=Tags(pitch=0.05, roll=-0.05)))
    assert picture.pixels is light
    assert picture.notes == ()


def test_panoramas_of_every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large panoramas are turned block by block, not by a table."""
    light = tilted_panorama(96, 25, -40).astype(np.float32)
    picture = Picture(pixels=light, is_linear=True, name="a")
    whole = leveled(picture, 25, -40)
    monkeypatch.setattr("lightprobe.imaging.geometry.resample.CACHED_PIXELS", 0)
    np.testing.assert_array_equal(leveled(picture, 25, -40).pixels, whole.pixels)
    odd = tilted_panorama(100, 25, -40, width=199).astype(np.float32)
    found = leveled(Picture(pixels=odd, is_linear=True, name="a"), 25, -40)
    expected = truth()
    np.testing.assert_allclose(project(found.pixels), expected, atol=0.02 * expected[0].max())
