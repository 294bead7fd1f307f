"""Perspective pictures: framings, their true light, and suites of them on disk."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lightprobe.camera import View, make_hdri
from lightprobe.errors import ImageError
from lightprobe.evaluation.suites.build import build_suite, plan_suite
from lightprobe.evaluation.suites.folder import MANIFEST, read_suite
from lightprobe.evaluation.suites.item import capture_item
from lightprobe.evaluation.suites.shots import SuiteScene, SuiteShot
from lightprobe.evaluation.suites.suite import natural_suite
from lightprobe.evaluation.suites.views import view_shots, views_suite
from lightprobe.sphere import project
from lightprobe.sphere.panorama import equirect


def test_every_scene_is_photographed_in_seven_framings_with_two_curves() -> None:
    shots = [shot for shot in views_suite(seed=1).shots if shot.scene == "rooitou_park"]
    assert len({shot.id for shot in shots}) == 14
    assert Counter(shot.framing for shot in shots) == dict.fromkeys(
        ("fov 50°", "fov 65°", "fov 90°", "fov 120°", "fov 65°, 20° up", "fov 65°, 20° down", "fov 51°, portrait"), 2
    )
    assert sum(shot.curve == "srgb" for shot in shots) == 7
    assert {shot.exposure for shot in shots} == {"auto"}


def test_a_view_shows_the_center_of_its_true_panorama() -> None:
    """A red wall ahead of the camera and blue light elsewhere."""
    directions = equirect.directions(64, 128)
    ahead = directions[..., 0] > math.cos(math.radians(60))
    scene = np.where(ahead[..., None], (0.4, 0.05, 0.05), (0.05, 0.05, 0.4))
    suite = natural_suite(
        "walls", [SuiteScene(slug="wall", group="wall", stratum="indoor")], lambda slug: scene, seed=3, size=(64, 32),
        draw=view_shots,
    )  # fmt: skip
    for item in suite.items():
        assert item.image_srgb.shape[:2] == (item.shot.view.height, item.shot.view.width)
        np.testing.assert_allclose(
            project(item.panorama.astype(np.float64)), item.coeffs, atol=0.03 * item.coeffs[0].max()
        )
        middle = item.image_srgb[item.shot.view.height // 2, item.shot.view.width // 2]
        center = item.panorama[15:17, 31:33].mean(axis=(0, 1))
        assert (middle[0] > middle[2]) == (center[0] > center[2])


def test_the_clipped_solid_angle_of_a_white_view_is_that_of_its_frustum() -> None:
    view = View(width=128, height=96, fov=90)
    shot = SuiteShot(
        id="wall/white", scene="wall", group="wall", stratum="indoor", exposure="as-is", curve="srgb", view=view
    )
    item = capture_item(shot, make_hdri("wall", np.full((64, 128, 3), 2.0), 32), width=64, height=32)
    assert item.image_srgb.min() == 255
    # a pyramid with the tangents 1 and 3/4 of its half angles: 4 asin(sin a · sin b)
    assert item.clipped_sr == pytest.approx(4 * math.asin(0.75 / math.sqrt(2 * (1 + 0.75**2))), rel=1e-3)


def test_views_on_disk_come_back(tmp_path: Path) -> None:
    built_in = plan_suite("views", size=(64, 32))
    few = [shot for shot in built_in.suite.shots if shot.scene == "rooitou_park"]
    suite = built_in.suite
    object.__setattr__(suite, "shots", tuple(few))
    assert build_suite(built_in, tmp_path) == 14
    found = read_suite(tmp_path)
    assert found.shots == tuple(few)
    assert found.digest == suite.digest
    np.testing.assert_array_equal(found.item(few[0].id).image_srgb, suite.item(few[0].id).image_srgb)
    manifest = (tmp_path / MANIFEST).read_text()
    (tmp_path / MANIFEST).write_text(manifest.replace('"fov": 50', '"fov": "wide"', 1))
    with pytest.raises(ImageError, match=r"picture \d+: expected fov to be a number of degrees, got"):
        read_suite(tmp_path)
    (tmp_path / MANIFEST).write_text(manifest.replace('"width": 128', '"width": 100000', 1))
    with pytest.raises(ImageError, match="at most 8192 pixels a side, got 100000"):
        read_suite(tmp_path)
