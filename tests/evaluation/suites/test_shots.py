"""Lists of shots: what they hold, what they depend on, and how they reach the camera."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.exposure import STANDARD as STANDARD_EV
from lightprobe.evaluation.suites.shots import (
    AUTO_EXPOSURE,
    CAMERAS,
    CURVES,
    JPEG_QUALITY,
    STANDARD,
    SuiteScene,
    SuiteShot,
    natural_shots,
    shot_conditions,
)
from lightprobe.imaging.tone import curves


def shot(**changes: object) -> SuiteShot:
    given = {"id": "x", "scene": "park", "group": "park", "stratum": "sun", "exposure": "ev-0.5", "curve": "srgb"}
    return SuiteShot(**{**given, **changes})


def test_a_scene_has_all_curves_and_exposures() -> None:
    shots = natural_shots([SuiteScene(slug="park", group="park", stratum="sun")], width=64, seed=1)
    pairs = [(shot.curve, shot.exposure) for shot in shots]
    assert pairs[:5] == [("srgb", name) for name in ("ev-1.5", "ev-0.5", "ev+0.5", "auto", "unclipped")]
    assert {curve for curve, _ in pairs} == set(CURVES) >= {"srgb+jpeg", "filmic", "agx", "aces", "reinhard", *CAMERAS}
    assert all((curve, AUTO_EXPOSURE) in pairs for curve in CURVES)
    assert [shot.id for shot in shots if not shot.headline] == ["park/srgb_unclipped"]
    assert len({shot.id for shot in shots}) == len(shots) == 21


def test_shots_depend_on_seed_and_name_alone() -> None:
    scenes = [SuiteScene(slug=slug, group=slug, stratum="sun") for slug in "abc"]
    assert natural_shots(scenes, width=64, seed=1)[21:42] == natural_shots(scenes[1:2], width=64, seed=1)
    assert natural_shots(scenes, width=64, seed=1) != natural_shots(scenes, width=64, seed=2)
    drawn = natural_shots(scenes, width=64, seed=1)
    assert len({shot.yaw for shot in drawn}) > 20  # of 64
    assert 0.2 < np.mean([shot.mirror for shot in drawn]) < 0.8
    assert {exposure for _, exposure in shot_conditions("a", 1)} >= set(STANDARD)


def test_only_curves_with_a_name_can_be_given() -> None:
    known = {curve: shot(curve=curve).known_response for curve in CURVES}
    assert [curve for curve, response in known.items() if response == "auto"] == list(CAMERAS)
    assert set(known.values()) == {"auto", *curves.RESPONSES}
    assert known["srgb+jpeg"] == "srgb"
    with pytest.raises(ValueError, match=r"expected the curve to be one of srgb, .*, got 'kodak'"):
        shot(curve="kodak")
    with pytest.raises(ValueError, match=r"expected the exposure to be one of ev-1.5, .*, got 'bright'"):
        shot(exposure="bright")


def test_names_of_exposures_are_stops() -> None:
    assert STANDARD == {"ev-1.5": -1.5, "ev-0.5": -0.5, "ev+0.5": 0.5}
    assert tuple(STANDARD.values()) == STANDARD_EV


@pytest.mark.parametrize(
    ("exposure", "meter", "compensation"),
    [("ev+0.5", "fixed", 0.5), ("unclipped", "fixed", -0.5), ("auto", "auto", 0.0), ("as-is", "none", 0.0)],
)
def test_exposures_reach_the_camera(exposure: str, meter: str, compensation: float) -> None:
    taken = shot(exposure=exposure, protection=0.3, yaw=7, mirror=True).camera_shot(64, 32)
    assert (taken.meter, taken.compensation, taken.protection) == (meter, compensation, 0.3)
    assert (taken.scene, taken.width, taken.height, taken.yaw, taken.mirror) == ("park", 64, 32, 7, True)


@pytest.mark.parametrize(
    ("curve", "name", "form", "jpeg"),
    [
        ("srgb", "srgb", "source", 0),
        ("srgb+jpeg", "srgb", "source", JPEG_QUALITY),
        ("hlg", "hlg", "source", 0),
        ("agx", "agx", "picture", 0),
    ],
)
def test_curves_reach_the_camera(curve: str, name: str, form: str, jpeg: int) -> None:
    taken = shot(curve=curve).camera_shot(64, 32)
    assert (taken.curve, taken.form, taken.jpeg) == (name, form, jpeg)
