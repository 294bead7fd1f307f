"""Strips: input, panoramas and balls side by side."""

from __future__ import annotations

import numpy as np

from lightprobe.imaging.tone import curves
from lightprobe.sphere import project
from lightprobe.training.monitor.strips import lit_ball, strip, tone_mapped


def test_a_strip_is_five_pictures_in_a_row() -> None:
    picture = np.full((32, 64, 3), 200, np.uint8)
    estimate, truth = np.full((32, 64, 3), 0.1), np.full((32, 64, 3), 0.8)
    row = strip(picture, (project(estimate), project(truth)), (estimate, truth))
    assert row.shape == (64, 3 * 128 + 2 * 64, 3)
    assert (row[:, :128] == 200).all()
    assert (row[:, 128:256] == tone_mapped(estimate)[0, 0]).all()
    assert (row[:, 256:384] == tone_mapped(truth)[0, 0]).all()
    assert row[32, 384 + 32, 0] < row[32, 448 + 32, 0]
    without = strip(picture, (project(estimate), project(truth)), (None, truth))
    assert not without[:, 128:256].any()


def test_a_white_ball_in_even_light_is_as_bright_as_the_light() -> None:
    ball = lit_ball(project(np.full((32, 64, 3), 0.5)))
    expected = np.rint(curves.encode(np.full((1, 1, 3), 0.5, np.float32), "agx") * 255)
    np.testing.assert_allclose(ball[32, 32], expected[0, 0], atol=1)
    assert not ball[0, 0].any()


def test_a_ball_is_lit_from_where_the_light_is() -> None:
    """Seen along +X, the light from +Z comes from the right, and that from above from the top."""
    side, above = np.zeros((32, 64, 3)), np.zeros((32, 64, 3))
    side[12:20, 44:52] = 5  # azimuth 90°: the right quarter of a panorama whose center is +X
    above[:6] = 5
    from_side, from_above = lit_ball(project(side)).astype(int), lit_ball(project(above)).astype(int)
    assert from_side[32, 54, 0] > from_side[32, 10, 0] + 20
    assert from_above[10, 32, 0] > from_above[54, 32, 0] + 20
