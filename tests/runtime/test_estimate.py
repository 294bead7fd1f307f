"""Estimate: the answer as plain numbers, and its drawing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lightprobe
from lightprobe import SH, Estimate
from lightprobe.imaging import read_picture
from lightprobe.sphere import CONVENTIONS, FRAMES

PICTURE = np.random.default_rng(2).integers(0, 256, (32, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def estimate() -> Estimate:
    return lightprobe.load("plain")(PICTURE, response="srgb")


def test_as_json_it_says_the_same(estimate: Estimate) -> None:
    read = json.loads(json.dumps(estimate.to_dict()))
    assert read["response"] == "srgb"
    assert read["curve"] is None
    assert read["seen"] == 1
    assert read["clipped"] == estimate.clipped
    assert (read["frame"], read["sh"]["convention"]) == ("three", "radiance")
    assert read["panorama"] == {
        "rows": 32,
        "columns": 64,
        "center": [1, 0, 0],
        "right": [0, 0, 1],
        "up": [0, 1, 0],
    }
    np.testing.assert_array_equal(read["sh"]["coeffs"], estimate.sh.coeffs)
    light = read["light"]
    azimuth, elevation = np.radians(light["azimuth_deg"]), np.radians(light["elevation_deg"])
    toward = np.cos(elevation) * np.cos(azimuth), np.sin(elevation), np.cos(elevation) * np.sin(azimuth)
    np.testing.assert_allclose(light["direction"], toward, atol=1e-12)
    assert (light["intensity"], light["share"]) == (estimate.light.intensity, estimate.light.share)


def sun_over_the_shoulder() -> np.ndarray:
    """A sun 45° to the right of the center and 27° above the horizon, over a dim sky; linear."""
    panorama = np.full((64, 128, 3), 0.05, np.float32)
    panorama[22, 80] = 500
    return panorama


AZIMUTH, ELEVATION = 2 * np.pi * 80.5 / 128 - np.pi, np.pi * (0.5 - 22.5 / 64)
CENTER, RIGHT, UP = np.cos(ELEVATION) * np.cos(AZIMUTH), np.cos(ELEVATION) * np.sin(AZIMUTH), np.sin(ELEVATION)
IN_FRAME = {
    "three": (CENTER, UP, RIGHT),
    "filament": (-RIGHT, UP, CENTER),
    "blender": (CENTER, -RIGHT, UP),
    "babylon": (RIGHT, UP, CENTER),
    "playcanvas": (-RIGHT, UP, CENTER),
    "unity": (CENTER, UP, -RIGHT),
    "unreal": (RIGHT, -CENTER, UP),
    "godot": (-RIGHT, UP, CENTER),
    "usd": (-RIGHT, UP, CENTER),
    "cesium": (RIGHT, UP, CENTER),
}
"""The direction of that sun, by hand."""


@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_whole_answer_is_in_one_frame(name: str) -> None:
    read = json.loads(json.dumps(lightprobe.load("plain")(sun_over_the_shoulder()).to_dict(name)))
    frame = read["frame"]
    assert frame == read["sh"]["frame"] == CONVENTIONS[name].frame
    np.testing.assert_allclose(read["light"]["direction"], IN_FRAME[frame], atol=0.01)
    by_axes = sum(
        part * np.array(read["panorama"][axis])
        for part, axis in zip((CENTER, RIGHT, UP), ("center", "right", "up"), strict=True)
    )
    np.testing.assert_allclose(read["light"]["direction"], by_axes, atol=0.01)
    picture = read["light"]["azimuth_deg"], read["light"]["elevation_deg"]
    np.testing.assert_allclose(picture, np.degrees([AZIMUTH, ELEVATION]), atol=0.5)
    assert "in the picture" in read["angles"]
    stored = SH.from_convention(np.array(read["sh"]["flat"]), name)
    brightest = FRAMES[frame] @ stored.dominant_direction
    np.testing.assert_allclose(brightest, read["light"]["direction"], atol=0.03)


def test_an_unknown_convention_is_refused(estimate: Estimate) -> None:
    for call in (estimate.to_dict, estimate.direction):
        with pytest.raises(
            ValueError, match=r"^expected a convention \(radiance, .*\), got 'ogre'; choose one of these$"
        ):
            call("ogre")


@pytest.mark.parametrize("name", ["env.exr", "env.hdr"])
def test_the_panorama_becomes_a_file_and_the_same_light_again(tmp_path: Path, name: str) -> None:
    found = lightprobe.load("plain")(sun_over_the_shoulder())
    found.save_environment(tmp_path / name)
    pixels = read_picture(tmp_path / name).pixels
    np.testing.assert_allclose(pixels, found.panorama, rtol=0 if name == "env.exr" else 1 / 256)
    again = lightprobe.load("plain")(tmp_path / name)
    np.testing.assert_allclose(again.light.irradiance, found.light.irradiance, rtol=0.01)
    assert again.light.direction @ found.light.direction > np.cos(np.radians(3))


def test_the_panorama_without_its_light(tmp_path: Path) -> None:
    found = lightprobe.load("plain")(sun_over_the_shoulder())
    found.without_sun().save_environment(tmp_path / "rest.exr")
    rest = read_picture(tmp_path / "rest.exr").pixels
    np.testing.assert_array_equal(rest, found.without_sun().panorama)
    np.testing.assert_allclose(rest, 0.05, rtol=1e-4)
    both: Any = lightprobe.load("plain")(tmp_path / "rest.exr").sh.coeffs + found.light.coefficients()
    assert np.linalg.norm(both - found.sh.coeffs) < 0.01 * np.linalg.norm(found.sh.coeffs)


def test_a_curve_is_a_list_of_numbers() -> None:
    found = lightprobe.load()(PICTURE)
    assert found.curve is not None
    assert found.to_dict()["curve"] == found.curve.tolist()
    assert (np.diff(found.curve) > 0).all()


def test_the_preview_is_a_picture(estimate: Estimate) -> None:
    drawn = estimate.preview(PICTURE)
    assert drawn.mode == "RGB"
    assert min(drawn.size) > 100


def test_it_cannot_be_changed(estimate: Estimate) -> None:
    with pytest.raises(AttributeError):
        estimate.clipped = 0.5  # type: ignore[misc]
