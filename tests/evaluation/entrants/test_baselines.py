"""Baselines against answers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lightprobe.camera import View
from lightprobe.evaluation.entrants import baselines
from lightprobe.imaging.tone.curves import srgb_decode
from lightprobe.sphere import SH


def test_baselines_are_what_they_say() -> None:
    gray = np.full((32, 64, 3), 118, np.uint8)
    light = ((118 / 255 + 0.055) / 1.055) ** 2.4
    assert not baselines.zeros(gray, "auto").coeffs.any()
    assert baselines.plain_projection(gray, "auto").coeffs[0, 1] == pytest.approx(
        math.sqrt(4 * math.pi) * light, rel=1e-6
    )
    typical = np.array(baselines.baseline_constants()["mean"]["coeffs"])
    np.testing.assert_allclose(baselines.training_mean(gray, "auto").coeffs, light * typical, rtol=1e-6)
    expanded = baselines.inverse_reinhard(gray, "auto").coeffs[0, 1] / math.sqrt(4 * math.pi)
    assert expanded * (1 + expanded / 16) / (1 + expanded) == pytest.approx(light, rel=1e-5)
    white = np.array(gray)
    white[4:8] = 255
    gain = baselines.baseline_constants()["highlights"]["gain"]
    rest, lit = baselines.plain_projection(gray, "auto").panorama, baselines.highlight_gain(white, "auto").panorama
    assert rest is not None
    assert lit is not None
    np.testing.assert_allclose(lit[4:8], gain, rtol=1e-6)
    np.testing.assert_allclose(lit[9:], rest[9:])


def test_the_mean_knows_up_from_down_only() -> None:
    from lightprobe.sphere.harmonics.rotation import about_y

    typical = SH(np.array(baselines.baseline_constants()["mean"]["coeffs"]))
    np.testing.assert_allclose(typical.rotated(about_y(1.0)).coeffs, typical.coeffs, atol=1e-4)  # six digits are kept
    assert typical.coeffs[1].min() > 0


def test_baselines_of_views() -> None:
    view = View(width=64, height=48, fov=65)
    picture = np.full((48, 64, 3), 60, np.uint8)
    picture[:, 32:] = (200, 150, 100)  # half of the solid angle
    light = srgb_decode(picture[0, [0, -1]] / 255).mean(axis=0)
    ambient = baselines.constant_ambient(picture, "auto", view)
    np.testing.assert_allclose(ambient.coeffs[0], math.sqrt(4 * math.pi) * light, rtol=1e-6)
    assert not ambient.coeffs[1:].any()
    prior = baselines.view_prior(picture, "auto", view).coeffs
    np.testing.assert_allclose(prior / light, np.tile(prior[:, :1] / light[0], 3), rtol=1e-6)
    assert prior[1].min() > 0  # more light from above
    seen = baselines.plain_projection(picture, "auto", view).panorama
    assert seen is not None
    np.testing.assert_allclose(seen[16, [30, 33]], srgb_decode(picture[0, [0, -1]] / 255), rtol=0.02)


def test_the_prior_of_the_view_is_for_views_only() -> None:
    rows = {row.name: row for row in baselines.baselines()}
    assert [name for name, row in rows.items() if row.needs_views] == ["prior of the view"]
