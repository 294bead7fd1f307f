"""Panoramas averaged down."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.geometry import downsample
from lightprobe.sphere.panorama.equirect import resize

from ...data.pairs_toys import toy


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_shrinking_equals_resizing(factor: int) -> None:
    panorama = toy(4, sun=50.0)
    small = downsample.shrink(downsample.planes(panorama), factor)
    np.testing.assert_allclose(np.moveaxis(small, 0, -1), resize(panorama, 64 // factor, 128 // factor), rtol=1e-5)


def test_two_sizes_of_a_source_that_does_not_divide() -> None:
    source, small = downsample.two_sizes("toy", toy(4, height=100), 16)
    assert (source.shape, small.shape) == ((3, 64, 128), (3, 16, 32))
    np.testing.assert_allclose(np.moveaxis(source, 0, -1), resize(toy(4, height=100), 64, 128), rtol=1e-6)
