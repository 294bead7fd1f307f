"""Estimate: the answer as plain numbers, and its drawing."""

from __future__ import annotations

import json

import numpy as np
import pytest

import lightprobe
from lightprobe import Estimate

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
    assert read["sh"]["convention"] == "radiance"
    np.testing.assert_array_equal(read["sh"]["coeffs"], estimate.sh.coeffs)
    light = read["light"]
    azimuth, elevation = np.radians(light["azimuth_deg"]), np.radians(light["elevation_deg"])
    toward = np.cos(elevation) * np.cos(azimuth), np.sin(elevation), np.cos(elevation) * np.sin(azimuth)
    np.testing.assert_allclose(light["direction"], toward, atol=1e-12)
    assert (light["intensity"], light["share"]) == (estimate.light.intensity, estimate.light.share)


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
