"""Geometry: panoramas averaged down."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.geometry import downsample
from lightprobe.sphere.panorama.equirect import resize

from ..data.pairs_toys import toy


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_shrinking_equals_resizing(factor: int) -> None:
    panorama = toy(4, sun=50.0)
    small = downsample.shrink(downsample.planes(panorama), factor)
    np.testing.assert_allclose(np.moveaxis(small, 0, -1), resize(panorama, 64 // factor, 128 // factor), rtol=1e-5)
