"""Perspective views: geometry against the panorama, the light in the camera's frame, exposure, errors."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lightprobe.camera import Hdri, Shot, View, capture, make_hdri
from lightprobe.camera.view import rays, taps_for, view_solid_angles
from lightprobe.imaging.tone import curves
from lightprobe.sphere import project
from lightprobe.sphere.panorama import equirect

HEIGHT = 32


def smooth(height: int = 128) -> np.ndarray:
    """Light that changes slowly and differs in every direction and channel."""
    x, y, z = np.moveaxis(equirect.directions(height, 2 * height), -1, 0)
    return np.stack([1.2 + 0.5 * x + 0.3 * y * z, 1.1 + 0.6 * z, 1.3 + 0.7 * y - 0.2 * x * z], axis=-1).astype(
        np.float32
    )


def spot(azimuth: float, elevation: float, height: int = 128) -> np.ndarray:
    """A small bright disc in gray light; angles in degrees."""
    a, e = np.radians(azimuth), np.radians(elevation)
    center = np.array([np.cos(e) * np.cos(a), np.sin(e), np.cos(e) * np.sin(a)])
    near = equirect.directions(height, 2 * height) @ center > np.cos(np.radians(4))
    return np.where(near[..., None], 60.0, 1.0).astype(np.float32) * np.ones(3, np.float32)


def hdri(radiance: np.ndarray) -> Hdri:
    return make_hdri("x", radiance, HEIGHT)


def shot(view: View, **more: object) -> Shot:
    return replace(Shot(scene="x", width=2 * HEIGHT, height=HEIGHT, compensation=-2.0, view=view), **more)


def brightest(picture: np.ndarray) -> tuple[float, float]:
    """Row and column of the middle of what is brightest, 0 … 1."""
    rows, columns = np.nonzero(picture.sum(axis=-1) >= picture.sum(axis=-1).max() - 3)
    return (rows.mean() + 0.5) / picture.shape[0], (columns.mean() + 0.5) / picture.shape[1]


@pytest.mark.parametrize("form", ["picture", "source"])
@pytest.mark.parametrize(
    "view",
    [
        View(width=64, height=48, fov=65),
        View(width=48, height=64, fov=50, pitch=20),
        View(width=80, height=40, fov=110, pitch=-35, roll=15),
    ],
)
@pytest.mark.parametrize("turned", [{}, {"yaw": 9, "mirror": True}, {"tilt": 7, "pre_yaw": 5, "yaw": 20}])
def test_the_picture_is_the_light_in_the_directions_of_its_pixels(
    view: View, form: str, turned: dict[str, int]
) -> None:
    taken = capture(shot(view, form=form, **turned), hdri(smooth()))
    directions = rays(view, 1)
    expected = equirect.sample(taken.panorama.astype(np.float64), directions)
    shown = curves.decode(taken.picture_srgb, "srgb")
    assert taken.picture_srgb.shape == (view.height, view.width, 3)
    np.testing.assert_allclose(shown, expected, rtol=0.03)  # 8 bits, and cells of 5.6° of the small panorama


@pytest.mark.parametrize("turned", [{}, {"yaw": 9, "mirror": True}, {"tilt": 7, "pre_yaw": 5}])
def test_coefficients_and_panorama_are_of_one_frame(turned: dict[str, int]) -> None:
    view = View(width=16, height=16, fov=60, pitch=30, roll=-20)
    taken = capture(shot(view, **turned), hdri(spot(40, 35)))
    np.testing.assert_allclose(taken.coeffs, project(taken.panorama), atol=0.03 * np.abs(taken.coeffs).max())


def test_pitch_lifts_the_optical_axis() -> None:
    taken = capture(shot(View(width=60, height=40, fov=60, pitch=35)), hdri(spot(0, 35)))
    np.testing.assert_allclose(brightest(taken.picture_srgb), (0.5, 0.5), atol=0.02)
    assert np.argmax(taken.coeffs[1:4].sum(axis=1)) == 2  # +X: the axis of the camera is the panorama's center


def test_roll_is_clockwise() -> None:
    # the camera's up now points to the right of the scene, so light on the right is at the top of the picture
    row, column = brightest(capture(shot(View(width=60, height=60, fov=70, roll=90)), hdri(spot(20, 0))).picture_srgb)
    assert row < 0.3
    assert column == pytest.approx(0.5, abs=0.03)


def test_yaw_moves_content_right() -> None:
    row, column = brightest(capture(shot(View(width=60, height=60, fov=70), yaw=4), hdri(spot(0, 0))).picture_srgb)
    azimuth = np.radians(4 * 360 / (2 * HEIGHT))
    assert column == pytest.approx(0.5 + np.tan(azimuth) / np.tan(np.radians(35)) / 2, abs=0.02)
    assert row == pytest.approx(0.5, abs=0.02)


def test_automatic_exposure_looks_at_the_view_alone() -> None:
    radiance = np.ones((128, 256, 3), np.float32)
    radiance[:, :128] = 20.0  # behind, left half of the panorama's columns: azimuth below 0
    gains = {}
    for meter in ("auto", "fixed"):
        views = [shot(View(width=32, height=24, fov=40), meter=meter, yaw=yaw) for yaw in (16, -16 % (2 * HEIGHT))]
        gains[meter] = [capture(each, hdri(radiance)).gains[0] for each in views]
    bright, dark = gains["auto"]
    assert dark == pytest.approx(20 * bright, rel=0.01)
    assert gains["fixed"][0] == gains["fixed"][1]


def test_clipped_share_of_each_pixel() -> None:
    view = View(width=61, height=41, fov=60, pitch=35)
    taken = capture(shot(view, form="source", compensation=0.0), hdri(spot(0, 35)))
    assert taken.clipped.shape == (41, 61)
    assert taken.clipped[20, 30] == pytest.approx(1)
    assert taken.clipped[0, 0] == 0


def test_a_view_is_compressed_blurred_and_noisy_as_a_panorama_is() -> None:
    view = View(width=32, height=24, fov=60)
    plain = capture(shot(view), hdri(spot(0, 0)))
    assert plain.jpeg is None
    for change in ({"jpeg": 80}, {"blur": 0.8}, {"shot_noise": 1e-3, "read_noise": 1e-3, "noise_seed": 3}):
        for form in ("picture", "source"):
            taken = capture(shot(view, form=form, **change), hdri(spot(0, 0)))
            assert (taken.picture_srgb != plain.picture_srgb).any()
            np.testing.assert_array_equal(taken.coeffs, plain.coeffs)
    assert capture(shot(view, jpeg=80), hdri(spot(0, 0))).jpeg


def test_no_pixel_of_the_source_is_left_out() -> None:
    assert taps_for(View(width=64, height=48, fov=65), 512) == 4
    assert taps_for(View(width=1920, height=1080, fov=65), 512) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "expected a view of at least 1×1 pixels, got 0×48"),
        ({"fov": 0.5}, "expected a field of view from 1° to 170°, got 0.5°"),
        ({"fov": 171}, "take a panorama instead"),
        ({"pitch": np.inf}, "expected finite angles in degrees, got a pitch of inf"),
    ],
)
def test_impossible_views(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        View(**{"width": 64, "height": 48, "fov": 65.0, **change})


def test_solid_angles_of_a_view_add_up_to_its_frustum() -> None:
    """A pyramid with the tangents 1 and 3/4 of its half angles: 4 asin(sin a · sin b)."""
    view = View(width=256, height=192, fov=90)
    expected = 4 * math.asin(0.75 / math.sqrt(2 * (1 + 0.75**2)))
    assert view_solid_angles(view).sum() == pytest.approx(expected, rel=1e-4)
