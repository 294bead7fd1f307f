"""The surround as an object, and spec/golden/surround.json, which tools/golden/make_surround.py found by itself."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.surround import Orientation, Surround
from lightprobe.surround.completion import complete
from lightprobe.surround.surround import paced

GOLDEN = json.loads((Path(__file__).parents[2] / "spec" / "golden" / "surround.json").read_text(encoding="utf-8"))
PLAIN = lightprobe.load("plain", response="srgb")


def golden_frame(case: dict[str, Any]) -> np.ndarray:
    """As `convention` of the golden file says it."""
    half = math.tan(math.radians(65) / 2)
    u, v = (2 * (np.arange(120) + 0.5) / 120 - 1) * half, (1 - 2 * (np.arange(90) + 0.5) / 90) * half * 0.75
    rays = np.stack(np.broadcast_arrays(1.0, v[:, None], u[None]), axis=-1) @ Orientation(*case["true"]).axes
    x, y, z = np.moveaxis(rays / np.linalg.norm(rays, axis=-1, keepdims=True), -1, 0)
    channels = []
    for c in range(3):
        light = 0.2 * (1.2 + np.sin(5 * x + c) * np.cos(4 * z) + 0.4 * np.sin(7 * y + 2 * x))
        light += np.where(x * 0.8 + y * 0.36 + z * 0.48 > 0.999, 20.0 - 4 * c, 0.0)
        channels.append(light * case["exposure"] * 2 ** (case["warmth"] * (1 - c)))
    light = np.clip(np.stack(channels, axis=-1), 0, 1)
    display = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.floor(255 * display + 0.5).astype(np.uint8)


def test_the_golden_surround() -> None:
    surround = Surround(PLAIN, fov=65, rows=32)
    for case in GOLDEN["frames"]:
        codes = golden_frame(case)
        assert int(codes.sum()) == case["sum"]
        surround.add(codes, case["said"], case["time"])
        assert surround.gains == pytest.approx(case["gains"], rel=2e-6)
    memory = surround.recall()
    for case in GOLDEN["cells"]:
        assert memory.radiance[case["cell"]] == pytest.approx(case["radiance"], rel=2e-6, abs=1e-9)
        assert memory.clipped[case["cell"]] == pytest.approx(case["clipped"], rel=2e-6, abs=1e-6)
        assert memory.weight[case["cell"]] == pytest.approx(case["weight"], rel=2e-6)
    assert int((memory.weight[::7] > 0).sum()) == len(GOLDEN["cells"])


def photograph(orientation: Orientation, exposure: float = 1.0) -> np.ndarray:
    """A frame of a textured scene without clipping."""
    half = math.tan(math.radians(65) / 2)
    u, v = (2 * (np.arange(160) + 0.5) / 160 - 1) * half, (1 - 2 * (np.arange(120) + 0.5) / 120) * half * 0.75
    rays = np.stack(np.broadcast_arrays(1.0, v[:, None], u[None]), axis=-1) @ orientation.axes
    x, y, z = np.moveaxis(rays / np.linalg.norm(rays, axis=-1, keepdims=True), -1, 0)
    light = np.exp(np.sin(6 * x + 2 * y) + np.cos(5 * z - 3 * y))[..., None] * [0.05, 0.06, 0.04] * exposure
    return np.rint(255 * np.clip(lightprobe.imaging.encode(light, "srgb"), 0, 1)).astype(np.uint8)


def test_frames_of_any_exposure_agree_on_one_scale() -> None:
    surround = Surround(PLAIN, fov=65)
    for number in range(12):
        where = Orientation(10 * number)
        surround.add(photograph(where, 2.0 ** -(number % 3)), where, number / 10)
        assert surround.gains == pytest.approx(np.full(3, 2.0 ** (number % 3)), rel=0.02)


def test_a_known_exposure_is_used() -> None:
    surround = Surround(PLAIN, fov=65)
    surround.add(photograph(Orientation(0)), Orientation(0), 0, exposure=5)
    surround.add(photograph(Orientation(180), 0.25), Orientation(180), 1, exposure=20)  # no overlap
    assert surround.gains == pytest.approx([4, 4, 4])


def test_orientations_are_found_from_the_pictures() -> None:
    surround = Surround(PLAIN, fov=65)
    for number in range(40):
        surround.add(photograph(Orientation(1.5 * number, 0.2 * number)), None, number / 30)
    given = Surround(PLAIN, fov=65)
    for number in range(40):
        where = Orientation(1.5 * number, 0.2 * number)
        given.add(photograph(where), where, number / 30)
    both = (surround.seen > 0.9) & (given.seen > 0.9)
    assert both.sum() > 0.95 * (given.seen > 0.9).sum()
    assert np.abs(np.log(surround.panorama[both] / given.panorama[both])).mean() < 0.05


def test_a_camera_that_turns_ever_faster_is_followed() -> None:
    """Up to 4° a frame, more than is searched around an orientation that stays."""
    found, given = Surround(PLAIN, fov=65), Surround(PLAIN, fov=65)
    yaw = 0.0
    for number in range(30):
        frame, yaw = photograph(Orientation(yaw)), yaw + min(0.5 * number, 4)
        found.add(frame, None, number / 30)
        given.add(frame, Orientation(yaw - min(0.5 * number, 4)), number / 30)
    both = (found.seen > 0.9) & (given.seen > 0.9)
    assert both.sum() > 0.95 * (given.seen > 0.9).sum()
    assert np.abs(np.log(found.panorama[both] / given.panorama[both])).mean() < 0.05


def test_frames_that_do_not_fit_are_refused() -> None:
    surround = Surround(PLAIN, fov=65)
    surround.add(photograph(Orientation(0)), None, 0)
    with pytest.raises(ImageError, match=r"the frame at 0\.10 s does not fit the frames before it"):
        surround.add(np.full((120, 160, 3), 255, np.uint8), None, 0.1)


def test_a_refused_frame_leaves_no_trace() -> None:
    """The next frame is looked for where it would have been without it."""
    with_it, without = Surround(PLAIN, fov=65), Surround(PLAIN, fov=65)
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    for number in range(4):
        frame = photograph(Orientation(1.5 * number))
        if number == 2:
            with pytest.raises(ImageError, match="does not fit"):
                with_it.add(noise, None, number / 30)
        for surround in (with_it, without):
            surround.add(frame, None, number / 30)
    np.testing.assert_array_equal(with_it.panorama, without.panorama)


def test_values_that_are_no_light_are_refused() -> None:
    broken = np.full((120, 160, 3), np.nan, np.float32)
    with pytest.raises(ImageError, match="NaN"):
        Surround(lightprobe.load("plain"), fov=65).add(broken, Orientation(0), 0)


def test_the_answer_never_jumps() -> None:
    surround = Surround(PLAIN, fov=65)
    surround.add(np.full((120, 160, 3), 20, np.uint8), Orientation(0), 0)
    lobe = np.repeat([math.pi, 2 * math.pi / 3, math.pi / 4], [1, 3, 5])[:, None]
    answers = [lobe * surround.estimate().sh.coeffs]
    for number in range(1, 80):
        surround.add(np.full((120, 160, 3), 250, np.uint8), Orientation(180), number / 10, exposure=1)
        answers.append(lobe * surround.estimate().sh.coeffs)
    sizes, steps = np.linalg.norm(answers, axis=(1, 2)), np.linalg.norm(np.diff(answers, axis=0), axis=(1, 2))
    bright = sizes[:-1] > sizes[-1] / 2
    assert (steps[bright] / sizes[:-1][bright] <= 0.3 / 10 * 1.001).all()
    assert sizes[-1] > 10 * sizes[0]


def test_an_answer_falls_faster_than_it_grows() -> None:
    bright, dark = (np.full((64, 128, 3), level) for level in (1.0, 0.1))
    first, last = (complete(PLAIN, light, 0 * light, np.ones((64, 128))) for light in (bright, dark))
    assert paced(first, last, 0.2).coeffs[0] == pytest.approx(0.9 * first.coeffs[0])
    assert paced(last, first, 0.2).coeffs[0] == pytest.approx(0.2 * 0.3 * 0.5 * first.coeffs[0] + last.coeffs[0])


def test_an_estimate_does_not_change_when_it_is_asked_for_again() -> None:
    surround = Surround(PLAIN, fov=65)
    surround.add(photograph(Orientation(0)), Orientation(0), 0)
    surround.estimate()
    surround.add(photograph(Orientation(20)), Orientation(20), 0.1)
    assert surround.estimate().sh.coeffs == pytest.approx(surround.estimate().sh.coeffs)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": 48}, "expected 32, 64, 96 … 256 rows, got 48"),
        ({"fade": 0}, "expected a time constant above 0 seconds, got 0"),
        ({"tremble": -1}, "expected an error of orientations of 0 to 10 degrees, got -1"),
        ({"fov": 0}, "expected a horizontal field of view of 1 to 170 degrees, got 0"),
    ],
)
def test_impossible_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Surround(PLAIN, **{"fov": 65, **options})


def test_impossible_frames() -> None:
    surround, frame = Surround(PLAIN, fov=65), photograph(Orientation(0))
    with pytest.raises(ValueError, match="expected a frame before an estimate"):
        surround.estimate()
    surround.add(frame, Orientation(0), 1)
    with pytest.raises(ValueError, match=r"expected a time ≥ 1 s, got 0\.5 s"):
        surround.add(frame, Orientation(0), 0.5)
    with pytest.raises(ValueError, match="expected an exposure above 0, got 0"):
        surround.add(frame, Orientation(0), 2, exposure=0)
    with pytest.raises(ValueError, match="expected yaw, pitch and roll in degrees"):
        surround.add(frame, (0, math.nan, 0), 2)
