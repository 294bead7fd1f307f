"""Captures: the laws of light hold between shot, picture and truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lightprobe.camera import exposure
from lightprobe.camera.capture import capture, light_of
from lightprobe.camera.geometry import rotations
from lightprobe.camera.hdri import make_hdri
from lightprobe.camera.shot import Shot
from lightprobe.imaging.tone import curves
from lightprobe.sphere import LUMINANCE, project, rotate
from lightprobe.sphere.panorama.equirect import resize

from ..data.pairs_toys import toy, toy_hdri

PLAIN = Shot(scene="toy1", variant=0, width=32, height=16)
HDRI, SUNNY, OTHER = toy_hdri(1), toy_hdri(2, sun=300.0), toy_hdri(3)
SUNNY_SHOT = replace(PLAIN, scene="toy2")


def relative(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def test_doubling_the_exposure_doubles_the_light_of() -> None:
    one, two = capture(SUNNY_SHOT, SUNNY), capture(replace(SUNNY_SHOT, compensation=1.0), SUNNY)
    np.testing.assert_allclose(two.coeffs, 2 * one.coeffs, rtol=2e-9)  # exposures have nine digits
    np.testing.assert_allclose(two.panorama, 2 * one.panorama, rtol=1e-6)
    np.testing.assert_allclose(two.gains, 2 * one.gains, rtol=2e-9)


@pytest.mark.parametrize("shape", ["picture", "source"])
def test_a_turn_by_whole_columns_rolls_the_picture(shape: str) -> None:
    shot = replace(SUNNY_SHOT, form=shape, curve="camera")
    still, turned = capture(shot, SUNNY), capture(replace(shot, yaw=5), SUNNY)
    np.testing.assert_array_equal(turned.picture_srgb, np.roll(still.picture_srgb, 5, axis=1))
    np.testing.assert_array_equal(turned.panorama, np.roll(still.panorama, 5, axis=1))
    np.testing.assert_allclose(turned.coeffs, rotate(still.coeffs, rotations.turn_matrix(5, 32)), atol=1e-12)


@pytest.mark.parametrize("change", [{}, {"yaw": 7}, {"mirror": True}, {"yaw": 11, "mirror": True}])
def test_the_truth_is_that_of_the_turned_panorama(change: dict) -> None:
    """Coefficients turned exactly equal those projected from the whole source, turned as pixels."""
    pair = capture(replace(SUNNY_SHOT, **change), SUNNY)
    source = toy(2, sun=300.0).astype(np.float64) * pair.gains
    moved = np.roll(source[:, ::-1] if pair.shot.mirror else source, 4 * pair.shot.yaw, axis=1)
    np.testing.assert_allclose(pair.coeffs, project(moved), rtol=1e-6, atol=1e-7 * np.abs(pair.coeffs).max())


def test_the_panorama_is_the_source_averaged_over_the_sphere() -> None:
    pair = capture(SUNNY_SHOT, SUNNY)
    expected = resize(toy(2, sun=300.0), 16, 32) * pair.gains
    np.testing.assert_allclose(pair.panorama, expected, rtol=1e-5)


@pytest.mark.parametrize("degrees", [1, 4, 10])
def test_a_tilted_panorama_keeps_its_light(degrees: int) -> None:
    """Also that of a sun of a single pixel, which sampling alone would lose or double."""
    hdri = make_hdri("toy2", toy(2, height=128, sun=3000.0), 32)
    shot = replace(SUNNY_SHOT, width=64, height=32, tilt=degrees, pre_yaw=9, yaw=3, mirror=True)
    pair = capture(shot, hdri)
    assert relative(project(pair.panorama)[:1], pair.coeffs[:1]) < 0.005
    assert relative(project(pair.panorama), pair.coeffs) < 0.08  # the sun lies anywhere in its pixel of 5.6°
    still = capture(replace(shot, tilt=0, pre_yaw=0, yaw=0, mirror=False), hdri)
    place = rotations.placement_matrix(pre_yaw=9, tilt=degrees, mirror=True, yaw=3, width=64)
    np.testing.assert_allclose(pair.coeffs, rotate(still.coeffs, place), atol=1e-9 * np.abs(pair.coeffs).max())


@pytest.mark.parametrize("shape", ["picture", "source"])
def test_convention_a_tilt_lifts_the_center(shape: str) -> None:
    panorama = np.full((64, 128, 3), 0.1, np.float32)
    panorama[31:33, 63:65] = 0.9  # ahead, on the horizon
    shot = replace(PLAIN, tilt=10, form=shape)
    row, column = np.argwhere(capture(shot, make_hdri("toy1", panorama, 16)).picture_srgb[..., 1] > 120).mean(axis=0)
    assert (8 - 0.5 - row) * 180 / 16 == pytest.approx(10, abs=3)
    assert column == pytest.approx(15.5, abs=0.6)


def test_the_tilted_picture_shows_what_the_tilted_panorama_does() -> None:
    shot = replace(PLAIN, tilt=9, pre_yaw=5, mirror=True, yaw=20)
    shown = curves.decode(capture(replace(shot, form="source"), HDRI).picture_srgb, "srgb")
    np.testing.assert_allclose(shown, capture(shot, HDRI).panorama, rtol=0.15, atol=0.01)


@pytest.mark.parametrize("shape", ["picture", "source"])
def test_an_unclipped_picture_decodes_to_the_light_of(shape: str) -> None:
    shot = replace(PLAIN, compensation=-1.5, form=shape, mirror=True, yaw=3, tilt=6, pre_yaw=8)
    pair = capture(shot, HDRI)
    assert pair.clipped.max() == 0
    assert relative(project(curves.decode(pair.picture_srgb, "srgb")), pair.coeffs) < 0.01


def test_mixing_adds_light() -> None:
    shot = replace(PLAIN, partner="toy2", weight=0.25, partner_turn=6)
    pair = capture(shot, HDRI, SUNNY)
    light = project(np.roll(toy(2, sun=300.0), 24, axis=1)) / SUNNY.reading.median * SUNNY.scale
    own = project(toy(1)) / HDRI.reading.median * HDRI.scale
    expected = 0.75 * own + 0.25 * light
    scale = pair.coeffs[0, 0] / expected[0, 0]
    np.testing.assert_allclose(pair.coeffs, scale * expected, rtol=1e-6)
    assert relative(project(pair.panorama), pair.coeffs) < 0.05


def test_fixed_exposure_puts_the_median_on_gray() -> None:
    pair = capture(replace(SUNNY_SHOT, warmth=0.4, tint=-0.2, compensation=2.0), SUNNY)
    assert exposure.quantile(
        pair.panorama.astype(np.float64) @ LUMINANCE, 0.5, exposure.sphere_shares(16, 32)
    ) == pytest.approx(0.72, rel=0.06)


def test_jpeg_and_noise_leave_the_truth_alone() -> None:
    clean, dirty = (
        capture(SUNNY_SHOT, SUNNY),
        capture(replace(SUNNY_SHOT, jpeg=60, shot_noise=1e-4, noise_seed=1, blur=0.5), SUNNY),
    )
    np.testing.assert_array_equal(clean.panorama, dirty.panorama)
    np.testing.assert_array_equal(clean.coeffs, dirty.coeffs)
    assert dirty.jpeg is not None
    assert dirty.jpeg.startswith(b"\xff\xd8")
    assert not np.array_equal(clean.picture_srgb, dirty.picture_srgb)


def test_truth_alone_is_the_pairs_own() -> None:
    shot = replace(PLAIN, partner="toy3", weight=0.5, tilt=3, pre_yaw=4, meter="auto")
    pair = capture(shot, HDRI, OTHER)
    coeffs, gains = light_of(shot, HDRI, OTHER)
    np.testing.assert_array_equal(coeffs, pair.coeffs)
    np.testing.assert_array_equal(gains, pair.gains)


def test_sources_of_odd_sizes_and_finer_partners_fit() -> None:
    """100 rows for 16: averaged down to 64 first; a partner of another size is met pixel by pixel."""
    odd, coarse = make_hdri("toy1", toy(1, height=100), 16), make_hdri("toy3", toy(3, height=32), 16)
    assert odd.codes.shape == (3, 64, 128)
    shot = replace(PLAIN, partner="toy3", weight=0.5, tilt=5, compensation=-1.5)
    shown = curves.decode(capture(replace(shot, form="source"), odd, coarse).picture_srgb, "srgb")
    np.testing.assert_allclose(shown, capture(shot, odd, coarse).panorama, rtol=0.15, atol=0.01)


def test_other_hdris_than_the_shots_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected the HDRIs of shot toy1/0000 \(toy1, no partner\), got toy3"):
        capture(PLAIN, OTHER)
    with pytest.raises(ValueError, match="expected an HDRI for pictures 16 high, got one for 32; load"):
        capture(PLAIN, toy_hdri(1, picture=32))
