"""Views: the part of a panorama that cameras see."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.sampling.views import drawn_views, shown_by
from lightprobe.camera.view import View
from lightprobe.imaging.placement import place_perspective
from lightprobe.sphere.panorama import equirect


@pytest.mark.parametrize(("columns", "rows", "fov"), [(4, 3, 65.0), (9, 16, 50.0), (1, 1, 120.0)])
def test_a_level_view_is_where_its_picture_is_placed(columns: int, rows: int, fov: float) -> None:
    placed = place_perspective(60 * rows, 60 * columns, fov, (32, 64)).share
    seen = equirect.coverage(shown_by(View(width=columns, height=rows, fov=fov), 128, 256), 32, 64)
    np.testing.assert_allclose(seen, placed, atol=0.3)  # 4 × 4 pixels of a cell: a quarter at its rim
    assert seen.mean() == pytest.approx(placed.mean(), rel=0.03)


def test_pitch_lifts_and_yaw_turns_to_the_right() -> None:
    def center(view: View, yaw: int = 0) -> np.ndarray:
        weights = shown_by(view, 64, 128, yaw) * equirect.solid_angles(64, 128)
        total = (equirect.directions(64, 128) * weights[..., None]).sum(axis=(0, 1))
        return total / np.linalg.norm(total)

    square = {"width": 1, "height": 1, "fov": 60}
    np.testing.assert_allclose(center(View(**square)), [1, 0, 0], atol=0.01)
    lifted = center(View(**square, pitch=20))
    assert lifted[1] == pytest.approx(np.sin(np.radians(20)), abs=0.03)
    np.testing.assert_allclose(center(View(**square), yaw=32), [0, 0, 1], atol=0.01)


def test_drawn_views_are_of_one_or_of_several_cameras() -> None:
    one = [drawn_views(0, "scene", k, 0.0, 64, 128) for k in range(40)]
    several = [drawn_views(0, "scene", k, 1.0, 64, 128) for k in range(40)]
    np.testing.assert_array_equal(one[3], drawn_views(0, "scene", 3, 0.0, 64, 128))
    assert all(mask[:, 64].any() for mask in one)
    assert not any(mask[:, 0].any() for mask in one)
    shares = [np.mean([equirect.mean(mask.astype(float)) for mask in masks]) for masks in (one, several)]
    assert 0.05 < shares[0] < 0.25 < shares[1] < 0.6
