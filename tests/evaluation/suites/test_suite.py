"""Suites: which HDRI a shot gets, and when two suites are the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lightprobe.evaluation.suites import suite as module
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.sphere import project

from ..conftest import radiance, toy_suite


def test_unclipped_pictures_lack_the_light_that_would_clip() -> None:
    """Light above 0.9 of display white is cut off in the scene itself, so the truth lacks it, too."""
    suite = toy_suite()
    whole, cut = (suite.item(f"green_park_01/srgb_{exposure}") for exposure in ("ev-0.5", "unclipped"))
    park = radiance("green_park_01")
    assert whole.clipped_sr > 0
    assert cut.clipped_sr == 0
    assert cut.image_srgb.max() < 255
    np.testing.assert_allclose(whole.coeffs[0], project(whole.gain * park)[0], rtol=1e-6)
    np.testing.assert_allclose(cut.coeffs[0], project(np.minimum(cut.gain * park, 0.9))[0], rtol=1e-6)
    assert cut.gain == whole.gain  # the sun covers too little to move the median


def test_scenes_that_nothing_clips_in_are_whole() -> None:
    suite = toy_suite()
    whole, cut = (suite.item(f"dim_hall/srgb_{exposure}") for exposure in ("ev-0.5", "unclipped"))
    assert whole.gain == cut.gain
    np.testing.assert_allclose(whole.coeffs[0], cut.coeffs[0], rtol=1e-12)


def test_items_come_in_order(toys: Suite) -> None:
    ids = [toys.shots[5].id, toys.shots[2].id]
    assert [item.shot.id for item in toys.items(ids)] == ids[::-1]
    assert [item.shot.id for item in toys.items()] == [shot.id for shot in toys.shots]


def test_the_digest_is_that_of_the_list_of_shots(monkeypatch: pytest.MonkeyPatch) -> None:
    one, same, other = toy_suite(), toy_suite(), toy_suite(seed=4)
    assert one.digest == same.digest != other.digest
    assert replace(one, width=128, height=64).digest != one.digest
    monkeypatch.setattr(module, "FORMAT", 1)
    assert toy_suite().digest != one.digest
