"""The base picture's own linear light, from its color space."""

from __future__ import annotations

import numpy as np
import pytest
from makers import ADOBE_RGB, DISPLAY_P3, SRGB, rgb_profile

from lightprobe.imaging.color.icc import read_profile
from lightprobe.imaging.color.space import SRGB as SRGB_SPACE
from lightprobe.imaging.formats.gain_map.base import linear_space


def test_a_picture_without_a_profile_is_srgb() -> None:
    space = linear_space(SRGB_SPACE)
    assert space.matrix is None
    np.testing.assert_allclose(space.curves[:, [0, 255]], [[0, 1]] * 3)
    assert space.curves[1, 128] == pytest.approx(((128 / 255 + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(("primaries", "gamma"), [(DISPLAY_P3, 1.8), (ADOBE_RGB, 563 / 256), (SRGB, 1.0)])
def test_profiles_of_displays(primaries: tuple[tuple[float, float], ...], gamma: float) -> None:
    found = read_profile(rgb_profile(primaries, gamma))
    assert found is not None
    space = linear_space(found)
    np.testing.assert_allclose(space.curves, np.tile((np.arange(256) / 255) ** gamma, (3, 1)), atol=1e-3)
    if primaries is SRGB:
        assert space.matrix is None or np.allclose(space.matrix, np.eye(3), atol=2e-3)
    else:
        assert space.matrix is not None
        np.testing.assert_allclose(space.matrix.sum(axis=1), 1, atol=2e-3)
        assert space.matrix[1, 0] < 0.001
