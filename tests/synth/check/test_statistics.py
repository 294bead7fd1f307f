"""Measures of panoramas whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.sphere.panorama.equirect import directions, solid_angles
from lightprobe.synth.check.statistics import measures_of


def test_a_sky_over_ground_with_a_sun() -> None:
    height = 128
    toward = directions(height, 2 * height)
    radiance = np.where(toward[..., 1:2] > 0, 1.0, 0.25).astype(np.float32) * np.ones(3, np.float32)
    radiance[32, 64] = (8000.0, 4000.0, 2000.0)
    luminance = 8000 * 0.2126 + 4000 * 0.7152 + 2000 * 0.0722
    found = measures_of(radiance, sun=True)
    # half of the pixels are sky, half ground: the median lies between them
    assert found["contrast"] == pytest.approx(np.log2(luminance / 0.625), abs=0.7)
    assert found["ground to sky"] == pytest.approx(-2)
    assert found["elevation"] == pytest.approx(90 - (32.5) / 128 * 180, abs=0.01)
    sun = luminance * solid_angles(height, 256)[32, 64]
    total = 2 * np.pi * 1.25 + sun
    assert found["lower share"] == pytest.approx(np.log2(2 * np.pi * 0.25 / total), abs=0.01)
    assert found["brightest share"] == pytest.approx(np.log2((sun + 4e-3 * np.pi) / total), abs=0.05)
    assert found["warmth"] == pytest.approx(np.log2((8000 * 1.0) / 2000), abs=0.05)
    median = 2 ** -(found["contrast"] - np.log2(luminance))
    assert found["ring 6–12°"] == pytest.approx(-np.log2(median), abs=0.01)


def test_the_unit_does_not_matter() -> None:
    radiance = np.random.default_rng(1).lognormal(0, 2, (128, 256, 3)).astype(np.float32)
    one, other = (measures_of(scale * radiance, sun=True) for scale in (1.0, 1000.0))
    assert one == pytest.approx(other, rel=1e-4, abs=1e-4)


def test_without_light_over_white_there_is_no_mean_of_it() -> None:
    found = measures_of(np.full((64, 128, 3), 3.0, np.float32), sun=False)
    assert found["contrast"] == pytest.approx(0)
    assert np.isnan(found["over white"])
    assert "elevation" not in found
