"""Pictures of the suites: exposure, clipping, placement, and agreement with training pairs."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from lightprobe.camera import Hdri, Shot, capture, make_hdri, make_unclipped
from lightprobe.camera.exposure import quantile, sphere_shares
from lightprobe.camera.sampling.recipe import form_of
from lightprobe.errors import ImageError
from lightprobe.evaluation.suites.item import SuiteItem, capture_item, picture_file
from lightprobe.evaluation.suites.shots import AUTO_EXPOSURE, STANDARD, UNCLIPPED, UNCLIPPED_EV, SuiteShot
from lightprobe.imaging.tone import curves
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.panorama.equirect import resize, solid_angles

from ..conftest import radiance

PARK = radiance("green_park_01")
HDRI = make_hdri("park", PARK, 32)
SHOT = SuiteShot(id="park/srgb", scene="park", group="park", stratum="sun", exposure="ev-0.5", curve="srgb")


def take(hdri: Hdri, **changes: object) -> SuiteItem:
    return capture_item(replace(SHOT, **changes), hdri, width=64, height=32)


@pytest.mark.parametrize(("name", "stops"), STANDARD.items())
def test_standard_exposures_set_the_median(name: str, stops: float) -> None:
    item = take(HDRI, exposure=name)
    luminance = resize(PARK, 32, 64).astype(np.float64) @ LUMINANCE * item.gain
    assert quantile(luminance, 0.5, sphere_shares(32, 64)) == pytest.approx(0.18 * 2**stops, rel=1e-6)


def test_a_turned_exposure_is_the_same_exposure() -> None:
    turned = make_hdri("park", np.roll(PARK, 12, axis=1), 32)
    for name in (*STANDARD, AUTO_EXPOSURE, UNCLIPPED):
        one, other = (take(hdri, exposure=name, protection=0.3).gain for hdri in (HDRI, turned))
        assert one == pytest.approx(other, rel=1e-8)


def test_unclipped_pictures_do_not_clip() -> None:
    item = take(make_unclipped("park", PARK, 32, UNCLIPPED_EV), exposure=UNCLIPPED)
    assert item.clipped_sr == 0
    assert item.gain * PARK.max() > 100  # the sun that is cut off
    assert item.image_srgb.max() < 255


def test_the_clipped_solid_angle_by_hand() -> None:
    """One source pixel of 64 rows is above white: a quarter of a pixel of 32 rows is clipped, and nothing else."""
    dark = np.full((64, 128, 3), 0.1, np.float32)
    dark[20, 30] = 5.0
    hdri = make_hdri("park", dark, 32)
    item = take(hdri, exposure="as-is")
    assert item.clipped_sr == pytest.approx(float(solid_angles(32, 64)[10, 0]) / 4)
    display = (3 * np.rint(255 * curves.srgb_encode(np.array([0.1]))[0]) + 255) / 4
    assert abs(float(item.image_srgb[10, 15, 0]) - display) <= 0.5
    rendered = take(hdri, exposure="as-is", curve="reinhard")
    assert rendered.clipped_sr == 0  # averaged first, to less than the 4 that Reinhard maps to white


@pytest.mark.parametrize("curve", ["srgb", "filmic", "agx", "reinhard"])
def test_pictures_are_those_of_training_pairs(curve: str) -> None:
    shot = Shot(scene="park", width=64, height=32, yaw=11, mirror=True, meter="fixed", compensation=-0.5, curve=curve,
                form=form_of(curve))  # fmt: skip
    pair, item = capture(shot, HDRI), take(HDRI, curve=curve, yaw=11, mirror=True)
    np.testing.assert_array_equal(item.image_srgb, pair.picture_srgb)
    np.testing.assert_array_equal(item.coeffs, pair.coeffs)
    assert item.gain == pair.gains[0]
    assert math.log2(item.gain) == pytest.approx(math.log2(0.18 * HDRI.scale / HDRI.reading.median) - 0.5)


@pytest.mark.parametrize("change", [{}, {"yaw": 7}, {"mirror": True}, {"yaw": 9, "mirror": True}])
def test_the_truth_is_that_of_the_placed_panorama(change: dict) -> None:
    item = take(HDRI, **change)
    moved = np.roll(PARK[:, ::-1] if item.shot.mirror else PARK, 2 * item.shot.yaw, axis=1).astype(np.float64)
    np.testing.assert_allclose(item.coeffs, project(moved * item.gain), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(item.panorama, resize(moved * item.gain, 32, 64), rtol=1e-5)
    still = take(HDRI).image_srgb
    expected = np.roll(still[:, ::-1] if item.shot.mirror else still, item.shot.yaw, axis=1)
    np.testing.assert_array_equal(item.image_srgb, expected)


def test_jpeg_files_hold_the_picture() -> None:
    item = take(HDRI, curve="srgb+jpeg")
    data, suffix = picture_file(item)
    assert suffix == ".jpg"
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), item.image_srgb)
    assert (item.image_srgb != take(HDRI).image_srgb).any()
    assert picture_file(take(HDRI))[1] == ".png"


def test_panoramas_that_cannot_be_photographed() -> None:
    with pytest.raises(ImageError, match="x: expected a 2:1 panorama"):
        make_hdri("x", np.ones((8, 8, 3), np.float32), 4)
    with pytest.raises(ImageError, match="x: expected an HDRI of at least 128×64, got 64×32"):
        make_hdri("x", np.ones((32, 64, 3), np.float32), 64)
    with pytest.raises(ImageError, match="x: the panorama is black"):
        make_hdri("x", np.zeros((32, 64, 3), np.float32), 32)
    with pytest.raises(ValueError, match=r"expected the exposure to be one of ev-1.5.*got 'bright'"):
        take(HDRI, exposure="bright")
