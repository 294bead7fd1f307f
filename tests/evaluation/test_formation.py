"""Pictures of the suites: exposure, clipping, placement, and agreement with the pairs of lightprobe.data."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from lightprobe.evaluation.formation import exposure, make_scene, picture_file, take
from lightprobe.evaluation.tones import CAMERAS, TONES

from lightprobe.camera.capture import form
from lightprobe.camera.exposure import quantile
from lightprobe.camera.hdri import make_hdri
from lightprobe.camera.shot import Job
from lightprobe.errors import ImageError
from lightprobe.evaluation.suites.shots import AUTO, STANDARD, UNCLIPPED, Place, Shot, conditions, plan
from lightprobe.imaging import curves
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.equirect import resize, solid_angles

from .conftest import radiance

PARK = radiance("green_park_01")
SCENE = make_scene("park", PARK, 32)
SHOT = Shot(id="park/srgb", scene="park", group="park", stratum="sun", exposure="ev-0.5", curve="srgb")


@pytest.mark.parametrize(("name", "stops"), STANDARD.items())
def test_standard_exposures_put_the_median_where_they_say(name: str, stops: float) -> None:
    item = take(SCENE, replace(SHOT, exposure=name))
    luminance = (np.moveaxis(SCENE.small, 0, -1) @ LUMINANCE).astype(np.float64) * item.gain
    assert quantile(luminance, 0.5) == pytest.approx(0.18 * 2**stops, rel=1e-6)


def test_a_turned_exposure_is_the_same_exposure() -> None:
    turned = make_scene("park", np.roll(PARK, 12, axis=1), 32)
    for name in (*STANDARD, AUTO, UNCLIPPED):
        shot = replace(SHOT, exposure=name, protection=0.3)
        assert exposure(turned, shot) == pytest.approx(exposure(SCENE, shot), rel=1e-8)


def test_unclipped_is_unclipped() -> None:
    item = take(SCENE, replace(SHOT, exposure=UNCLIPPED))
    assert item.clipped_sr == 0
    assert item.gain * PARK.max() == pytest.approx(0.98)
    assert item.image_srgb.max() < 255


def test_the_clipped_solid_angle_by_hand() -> None:
    """One source pixel of 64 rows is above white: a quarter of a pixel of 32 rows is clipped, and nothing else."""
    dark = np.full((64, 128, 3), 0.1, np.float32)
    dark[20, 30] = 5.0
    item = take(make_scene("dark", dark, 32), replace(SHOT, exposure="as-is"))
    assert item.clipped_sr == pytest.approx(float(solid_angles(32, 64)[10, 0]) / 4)
    display = (3 * np.rint(255 * curves.srgb_encode(np.array([0.1]))[0]) + 255) / 4
    assert abs(float(item.image_srgb[10, 15, 0]) - display) <= 0.5
    rendered = take(make_scene("dark", dark, 32), replace(SHOT, exposure="as-is", curve="reinhard"))
    assert rendered.clipped_sr == 0  # averaged first, to less than the 4 that Reinhard shows as white


@pytest.mark.parametrize("curve", ["srgb", "filmic", "agx", "reinhard"])
def test_pictures_are_those_of_training_pairs(curve: str) -> None:
    """Half floats there move a value by one step of eight bits at most, and rarely."""
    hdri = make_hdri("park", PARK, 32)
    shape = "source" if TONES[curve].at_source else "picture"
    job = Job(scene="park", variant=0, width=64, height=32, yaw=11, mirror=True, curve=curve, form=shape)
    gain = exposure(SCENE, SHOT)
    job = replace(job, compensation=math.log2(gain * hdri.reading.median / (0.18 * hdri.scale)))
    pair, item = form(job, hdri), take(SCENE, replace(SHOT, curve=curve, yaw=11, mirror=True))
    difference = np.abs(pair.picture_srgb.astype(int) - item.image_srgb)
    assert difference.max() <= 1
    assert (difference > 0).mean() < 0.02
    np.testing.assert_allclose(item.coeffs, pair.coeffs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("change", [{}, {"yaw": 7}, {"mirror": True}, {"yaw": 9, "mirror": True}])
def test_the_truth_is_that_of_the_placed_panorama(change: dict) -> None:
    item = take(SCENE, replace(SHOT, **change))
    moved = np.roll(PARK[:, ::-1] if item.shot.mirror else PARK, 2 * item.shot.yaw, axis=1).astype(np.float64)
    np.testing.assert_allclose(item.coeffs, project(moved * item.gain), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(item.panorama, resize(moved * item.gain, 32, 64), rtol=1e-5)
    still = take(SCENE, SHOT).image_srgb
    expected = np.roll(still[:, ::-1] if item.shot.mirror else still, item.shot.yaw, axis=1)
    np.testing.assert_array_equal(item.image_srgb, expected)


def test_jpeg_is_what_the_file_holds() -> None:
    import io

    from PIL import Image

    item = take(SCENE, replace(SHOT, curve="srgb+jpeg"))
    data, suffix = picture_file(item)
    assert suffix == ".jpg"
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), item.image_srgb)
    assert (item.image_srgb != take(SCENE, SHOT).image_srgb).any()
    assert picture_file(take(SCENE, SHOT))[1] == ".png"


def test_what_is_no_scene() -> None:
    with pytest.raises(ImageError, match="x: expected a 2:1 panorama"):
        make_scene("x", np.ones((8, 8, 3), np.float32), 4)
    with pytest.raises(ImageError, match="x: expected an HDRI of at least 128×64, got 64×32"):
        make_scene("x", np.ones((32, 64, 3), np.float32), 64)
    with pytest.raises(ImageError, match="x: expected light, got a black panorama"):
        make_scene("x", np.zeros((32, 64, 3), np.float32), 32)
    with pytest.raises(ValueError, match=r"expected an exposure of ev-1.5.*got 'bright'"):
        take(SCENE, replace(SHOT, exposure="bright"))


def test_the_plan_lists_what_the_issue_asks_for() -> None:
    shots = plan([Place(slug="park", group="park", stratum="sun")], width=64, seed=1)
    pairs = [(shot.curve, shot.exposure) for shot in shots]
    assert pairs[:5] == [("srgb", name) for name in ("ev-1.5", "ev-0.5", "ev+0.5", "auto", "unclipped")]
    assert {curve for curve, _ in pairs} == set(TONES) >= {"srgb+jpeg", "filmic", "agx", "aces", "reinhard", *CAMERAS}
    assert all((curve, AUTO) in pairs for curve in TONES)
    assert [shot.id for shot in shots if not shot.headline] == ["park/srgb_unclipped"]
    assert len({shot.id for shot in shots}) == len(shots) == 21


def test_the_plan_depends_on_seed_and_name_alone() -> None:
    places = [Place(slug=slug, group=slug, stratum="sun") for slug in "abc"]
    assert plan(places, width=64, seed=1)[21:42] == plan(places[1:2], width=64, seed=1)
    assert plan(places, width=64, seed=1) != plan(places, width=64, seed=2)
    drawn = plan(places, width=64, seed=1)
    assert len({shot.yaw for shot in drawn}) > 20  # of 64
    assert 0.2 < np.mean([shot.mirror for shot in drawn]) < 0.8
    assert {exposure for _, exposure in conditions("a", 1)} >= set(STANDARD)
