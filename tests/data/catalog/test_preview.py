"""Previews of HDRIs."""

from __future__ import annotations

import numpy as np

from lightprobe.data.catalog.preview import preview


def test_a_preview_has_a_fitting_exposure_in_any_unit() -> None:
    radiance = np.random.default_rng(1).uniform(0.1, 1, (32, 64, 3)).astype(np.float32)
    one, other = (preview(radiance * np.float32(unit)) for unit in (1, 1000))
    assert one.shape == radiance.shape
    assert 60 < one.mean() < 200
    assert np.abs(one.astype(int) - other).max() <= 1
