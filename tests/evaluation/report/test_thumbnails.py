"""Thumbnails: light falls where it should."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from lightprobe.evaluation.report import thumbnails
from lightprobe.sphere import SH, basis


def test_diffuse_balls_are_bright_towards_the_light() -> None:
    """Light from behind the viewer's left and above: the ball is bright there, and dark opposite."""
    toward = np.array([-0.6, 0.64, -0.48])
    coeffs = basis(toward)[:, None] * np.ones(3)
    ball = thumbnails.diffuse_ball(coeffs, thumbnails.ball_exposure(coeffs))
    row, column = np.unravel_index(ball[..., 1].astype(int).argmax(), ball.shape[:2])
    assert row < thumbnails.BALL / 2
    assert column < thumbnails.BALL / 2
    assert ball[0, 0, 3] == 0  # outside the ball is transparent


def test_error_maps_are_blue_where_too_dark_and_red_where_too_bright() -> None:
    even = SH.from_equirect(np.ones((8, 16, 3))).coeffs
    dark, right, bright = (thumbnails.error_map(factor * even, even)[60, 100].astype(int) for factor in (0.2, 1.0, 1.8))
    assert dark[2] > dark[0] + 50
    assert tuple(right) == thumbnails.FINE
    assert bright[0] > bright[2] + 50


def test_glossy_balls_reflect_the_light_behind_the_viewer() -> None:
    panorama = np.zeros((32, 64, 3), np.float32)
    panorama[14:18, 0:2] = panorama[14:18, 62:64] = 10  # −X: straight behind a viewer who looks along +X
    ball = thumbnails.glossy_ball(panorama, 1.0)
    middle = thumbnails.BALL // 2
    assert ball[middle, middle, 1] > 200
    assert ball[middle, 6, 1] < 20


def test_data_uris_hold_the_pixels() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (4, 6, 3), np.uint8)
    kind, data = thumbnails.data_uri(pixels).split(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_thumbnails_are_small() -> None:
    width, height = thumbnails.WIDE
    assert thumbnails.picture_thumbnail(np.zeros((512, 1024, 3), np.uint8)).shape == (2 * height, 2 * width, 3)
    bright = np.full((32, 64, 3), 1e4, np.float32)
    assert thumbnails.panorama_thumbnail(bright).shape == (height, width, 3)
    assert thumbnails.panorama_thumbnail(bright).min() > 240
