"""Environments: the picture where it is whole, the answer's light where it is not."""

from __future__ import annotations

import io
import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import lightprobe
from lightprobe.camera import Shot, capture, make_hdri
from lightprobe.evaluation.suites.registry import registry_radiance
from lightprobe.imaging import Picture
from lightprobe.sphere import project

ROWS = 128


def scene(rows: int = ROWS, radius: float = 9.0) -> np.ndarray:
    """8-bit: a smooth sky and ground, and a clipped spot of some radius [°] to the right of the center."""
    column, row = np.meshgrid(np.arange(2 * rows), np.arange(rows))
    azimuth, latitude = (column + 0.5) * np.pi / rows - np.pi, np.pi * (0.5 - (row + 0.5) / rows)
    toward = np.stack([np.cos(latitude) * np.cos(azimuth), np.sin(latitude), np.cos(latitude) * np.sin(azimuth)], -1)
    sun = np.array([0.8, 0.36, 0.48])
    angle = np.degrees(np.arccos(np.clip(toward @ sun, -1, 1)))
    light = np.where(row < rows / 2, 150, 80) + 90 * np.exp(-((angle / 25) ** 2)) + 10 * np.sin(3 * azimuth)
    return np.where(angle[..., None] < radius, 255, np.clip(light[..., None] - [0, 5, 10], 1, 254)).astype(np.uint8)


def srgb(codes: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1, 5.3."""
    value = codes / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def relative(found: Any, wanted: Any) -> float:
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


@pytest.mark.parametrize("response", ["srgb", "auto"])
@pytest.mark.parametrize("radius", [3.0, 9.0, 25.0])
def test_it_has_the_coefficients_of_the_answer(response: str, radius: float) -> None:
    picture = scene(radius=radius)
    found = lightprobe.estimate(picture, response=response)
    assert relative(project(found.environment()), found.sh.coeffs) < 0.005


@pytest.mark.parametrize("slug", ["kiara_1_dawn", "dikhololo_night", "pmndrs_venice", "adams_place_bridge"])
def test_it_has_them_where_hardly_any_clipped_pixels_are_where_the_light_is(slug: str) -> None:
    hdri = make_hdri(slug, registry_radiance(slug), 128)
    picture = capture(Shot(scene=slug, width=256, height=128, compensation=-1.5), hdri).picture_srgb
    found = lightprobe.estimate(picture, response="srgb")
    environment = found.environment()
    assert relative(project(environment), found.sh.coeffs) < 0.005
    assert environment.min() >= 0


def test_unclipped_pixels_are_the_picture() -> None:
    picture = scene()
    environment = lightprobe.estimate(picture, response="srgb").environment()
    assert (environment.shape, environment.dtype) == ((ROWS, 2 * ROWS, 3), np.float32)
    whole = (picture < 255).all(axis=-1)
    np.testing.assert_array_equal(environment[whole], srgb(picture).astype(np.float32)[whole])
    assert environment[~whole].min() >= 1
    assert environment.max() > 1.5


def test_linear_pictures_stay_what_they_are() -> None:
    radiance = np.random.default_rng(3).random((64, 128, 3), np.float32) * 4
    found = lightprobe.estimate(radiance)
    np.testing.assert_array_equal(found.environment(), radiance)


def test_a_dome_meets_its_rim() -> None:
    picture = scene(512, radius=15)
    environment = lightprobe.estimate(picture, response="srgb").environment()
    row = environment[int(512 * (0.5 - np.degrees(np.arcsin(0.36)) / 180)), :, 1]
    steps = np.abs(np.diff(row))
    inside = np.flatnonzero(row > 1)
    rim = max(steps[inside[0]], steps[inside[-1]])
    assert rim < 0.45 * (row.max() - 1)
    assert steps[inside[0] + 1 : inside[-1]].max() < 0.45 * (row.max() - 1)


def test_channels_that_clip_one_by_one_leave_no_steps_and_specks() -> None:
    rows, sun = 256, np.array([0.8, 0.36, 0.48])
    azimuth = (np.arange(2 * rows) + 0.5) * np.pi / rows - np.pi
    latitude = np.pi * (0.5 - (np.arange(rows)[:, None] + 0.5) / rows)
    cosine = np.cos(latitude) * (np.cos(azimuth) * sun[0] + np.sin(azimuth) * sun[2]) + np.sin(latitude) * sun[1]
    glow = np.exp(-((np.degrees(np.arccos(np.clip(cosine, -1, 1))) / 18) ** 2))[..., None]
    light = 0.1 + np.array([4, 2.2, 1.4]) * glow  # red clips up to 22° from the sun, green to 17°, blue to 12°
    codes = 255 * np.clip(1.055 * np.clip(light, 0, 1) ** (1 / 2.4) - 0.055, 0, 1)
    buffer = io.BytesIO()
    Image.fromarray(np.rint(codes).astype(np.uint8)).save(buffer, "JPEG", quality=85)
    picture = np.asarray(Image.open(buffer))
    environment = lightprobe.estimate(picture, response="srgb").environment()
    near = environment[48:112, 290:415]
    for channel in np.moveaxis(near, -1, 0):
        assert channel.max() > 1.5
        steps = np.concatenate([np.abs(np.diff(channel, axis=axis)).ravel() for axis in (0, 1)])
        assert steps.max() < 0.4 * channel.max()  # of pixels of 0.7°; λ is 2°


@pytest.mark.parametrize("width", [64, 90, 256, 500])
def test_other_widths_hold_the_same_light(width: int) -> None:
    picture = scene()
    found = lightprobe.estimate(picture, response="srgb")
    environment = found.environment(picture=picture, width=width)
    assert environment.shape == (width // 2, width, 3)
    assert relative(project(environment), found.sh.coeffs) < (0.005 if width >= 128 or width == 64 else 0.01)


@pytest.mark.parametrize("kind", ["fov", "crop", "transparent"])
def test_unseen_parts_are_filled_without_seams(kind: str) -> None:
    picture: Any = scene()
    layout: dict[str, Any] = {}
    if kind == "transparent":
        seen = np.ones(picture.shape[:2], bool)
        seen[:, 30:60] = seen[100:] = False
        picture = Picture(pixels=picture, is_linear=False, name="a.png", seen=seen)
    elif kind == "fov":
        picture, layout = picture[40:100, 100:190], {"fov": 80}
    else:
        picture, layout = picture[40:100, 60:200], {"hfov": 197, "vfov": 84}
    found = lightprobe.estimate(picture, response="srgb", **layout)
    environment = found.environment(picture=picture, width=256)
    assert relative(project(environment), found.sh.coeffs) < 0.005
    assert environment.min() >= 0
    beside = np.abs(np.diff(environment[:, -8:], axis=1)).max()
    assert np.abs(environment[:, 0] - environment[:, -1]).max() <= beside + 0.02
    pole = environment[-1]
    assert np.ptp(pole, axis=0).max() < 0.02


@pytest.mark.parametrize("size", [(100, 199), (100, 201)])
def test_pictures_that_are_one_column_off(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(5).integers(0, 200, (*size, 3), np.uint8)
    found = lightprobe.load("plain")(picture, response="srgb")
    environment = found.environment()
    assert environment.shape == (100, 200, 3)
    assert relative(project(environment), found.sh.coeffs) < 0.005


def test_wrong_widths_are_refused() -> None:
    found = lightprobe.load("plain")(scene())
    for width in (63, 65, 40000):
        with pytest.raises(ValueError, match=r"^expected an even width of 64 to 32768 pixels, got"):
            found.environment(width)


def test_without_a_picture_it_is_the_panorama() -> None:
    found = replace(lightprobe.load("plain")(scene()), source=None)
    np.testing.assert_array_equal(found.environment(), found.panorama)
    assert relative(project(found.environment(width=512)), found.sh.coeffs) < 0.02


@pytest.mark.slow
def test_memory() -> None:
    picture = np.tile(scene(256), (2, 2, 1))
    found = lightprobe.estimate(picture, response="srgb")
    found.environment(picture=picture[::8, ::8])
    tracemalloc.start()
    found.environment()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * 12 * picture.shape[0] * picture.shape[1] + 40e6
