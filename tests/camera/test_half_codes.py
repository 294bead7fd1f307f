"""Half-float codes, and the table that makes display values of them."""

from __future__ import annotations

import numpy as np

from lightprobe.camera import half_codes


def test_codes_are_half_floats() -> None:
    radiance = 2.0 ** np.random.default_rng(0).uniform(-13.9, 15.9, 5000).astype(np.float32)
    np.testing.assert_array_equal(
        half_codes.VALUES[half_codes.codes(radiance)], radiance.astype(np.float16).astype(np.float32)
    )
    assert half_codes.VALUES[half_codes.codes(np.array([0, 1e-9, 1e9], np.float32))].tolist() == [0, 0, 65504]


def test_the_display_table_rounds_as_the_curve_does() -> None:
    steps = ((np.arange(1, 256) - 0.5) / 255) ** 2  # a curve: display = √radiance
    table = half_codes.display_table(steps, 3.0)
    expected = np.rint(255 * np.sqrt(np.minimum(half_codes.VALUES * 3.0, 1)))
    assert np.mean(table == expected) > 0.999
    assert np.abs(table - expected).max() <= 1
