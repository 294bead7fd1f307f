"""Optics: blur and noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lightprobe.camera import optics
from lightprobe.camera.shot import Shot
from lightprobe.imaging.tone import curves

PLAIN = Shot(scene="toy1", variant=0, width=32, height=16)


def test_noise_has_the_variance_it_promises() -> None:
    shot = replace(PLAIN, width=256, height=128, shot_noise=2e-4, read_noise=2e-3, noise_seed=5)
    flat = np.full((128, 256, 3), 0.4, np.float32)
    noisy = optics.linear_noise(flat, shot)
    assert noisy.var() == pytest.approx(2e-4 * 0.4 + 4e-6, rel=0.02)
    assert noisy.mean() == pytest.approx(0.4, rel=1e-3)
    display = optics.display_noise(curves.encode(flat, "srgb"), shot)
    assert curves.decode(display, "srgb").var() == pytest.approx(2e-4 * 0.4 + 4e-6, rel=0.03)
    white = np.ones((128, 256, 3), np.float32)
    np.testing.assert_array_equal(optics.display_noise(white, shot), white)


def test_blur_keeps_the_mean_and_is_seamless() -> None:
    dot = np.zeros((16, 32, 3), np.float32)
    dot[8, 0] = 1
    blurred = optics.blur(dot, 0.8)
    assert blurred.sum() == pytest.approx(3, rel=1e-5)
    assert blurred[8, 31, 0] == pytest.approx(blurred[8, 1, 0])
    assert blurred[7, 0, 0] == pytest.approx(blurred[8, 1, 0])
    assert optics.blur(dot, 0.0) is dot
