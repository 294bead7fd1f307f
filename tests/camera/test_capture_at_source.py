"""Captures at the source's resolution: response and eight bits first, then display values averaged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lightprobe.camera import response
from lightprobe.camera.capture import capture
from lightprobe.camera.capture_at_source import (
    block_sums,
    capture_at_source,
    display_planes,
    fineness,
    is_white,
    radiance_plane,
)
from lightprobe.camera.geometry.tilt import nearest
from lightprobe.camera.hdri import Layer
from lightprobe.camera.shot import Shot

from ..data.pairs_toys import toy, toy_hdri

PLAIN = Shot(scene="toy1", variant=0, width=32, height=16)
HDRI, SUNNY = toy_hdri(1), toy_hdri(2, sun=300.0)
SUNNY_SHOT = replace(PLAIN, scene="toy2")


@pytest.mark.parametrize("curve", ["srgb", "camera", "reinhard", "agx"])
def test_the_table_equals_encoding_every_pixel(curve: str) -> None:
    """The table look-up against: encode every source pixel, round to 8 bits, average."""
    for partner in (None, SUNNY):
        shot = replace(PLAIN, form="source", curve=curve, compensation=1.0)
        shot = replace(shot, partner="toy2", weight=0.4, partner_turn=3) if partner else shot
        pair = capture(shot, HDRI, partner)
        light = toy(1).astype(np.float64) * pair.gains
        if partner:
            second = replace(shot, scene="toy2", partner="toy1", weight=0.6)
            gains = capture(second, SUNNY, HDRI).gains * pair.gains[1] / capture(second, SUNNY, HDRI).gains[1]
            ratio = 0.4 / 0.6 * (HDRI.reading.median / HDRI.scale) / (SUNNY.reading.median / SUNNY.scale)
            light = light + np.roll(toy(2, sun=300.0), 12, axis=1) * gains * ratio
        display = np.rint(response.encode(shot.response, light) * 255)
        expected = np.rint(display.reshape(16, 4, 32, 4, 3).mean(axis=(1, 3)))
        assert np.abs(pair.picture_srgb - expected).max() <= 1
        assert np.mean(pair.picture_srgb == expected) > 0.9  # codes have 11 bits


def test_clipping_happens_where_the_shot_says() -> None:
    """A sun of one source pixel clips that pixel only; averaged first, it clips the whole picture pixel."""
    fine, coarse = capture(replace(SUNNY_SHOT, form="source"), SUNNY), capture(SUNNY_SHOT, SUNNY)
    assert fine.clipped.max() == pytest.approx(1 / 16)
    assert coarse.clipped.max() == 1
    assert fine.picture_srgb.max() < 255 == coarse.picture_srgb.max()


def test_block_sums_are_sums_of_blocks() -> None:
    packed = np.random.default_rng(3).integers(0, 1 << 24, (8, 16), np.uint32)
    expected = packed.reshape(2, 4, 4, 4).sum(axis=(1, 3))
    np.testing.assert_array_equal(block_sums(packed, 4), expected)


def test_a_coarser_layer_is_repeated_and_turned() -> None:
    """16 rows beside 64: the factor is that of the finest layer; a turn by a column moves 4 source pixels."""
    coarse = toy_hdri(3, height=16)
    layers = [Layer(HDRI, np.ones(3), 0), Layer(coarse, np.full(3, 2.0), 1)]
    assert fineness(layers, 16) == 4
    total = radiance_plane(layers, 4, 16, 1)
    own = radiance_plane(layers[:1], 4, 16, 1)
    other = np.roll(toy(3, height=16)[..., 1] * coarse.scale, 1, axis=1).repeat(4, axis=0).repeat(4, axis=1)
    np.testing.assert_allclose(total - own, 2 * other, rtol=2e-3)


def test_white_is_any_channel_at_255() -> None:
    planes = np.full((3, 2, 4), 254, np.uint8)
    planes[1, 0, 2] = 255
    assert np.argwhere(is_white(planes)).tolist() == [[0, 2]]


@pytest.mark.parametrize(("curve", "degrees"), [("srgb", 0), ("camera", 7), ("filmic", 0), ("agx", -12)])
def test_pixels_and_shares_are_means_of_the_planes(curve: str, degrees: int) -> None:
    shot = replace(SUNNY_SHOT, form="source", curve=curve, tilt=degrees, pre_yaw=3)
    layers = [Layer(SUNNY, np.array([0.3, 0.35, 1.0]), 0)]
    display, clipped = capture_at_source(shot, layers)
    planes = display_planes(shot, layers)
    factor = fineness(layers, shot.height)
    if degrees:
        planes = np.roll(planes, 3 * factor, axis=2).reshape(3, -1)[:, nearest(planes.shape[1], degrees)]
    blocks = planes.reshape(3, shot.height, factor, shot.width, factor)
    np.testing.assert_allclose(display, blocks.mean(axis=(2, 4)) / 255, atol=1e-6)
    np.testing.assert_allclose(clipped[0], (blocks.max(axis=0) == 255).mean(axis=(1, 3)), atol=1e-6)
    assert 0 < clipped.mean() < 1
