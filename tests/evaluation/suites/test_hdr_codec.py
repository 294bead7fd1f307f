"""Panoramas as small integers: how exactly they come back."""

from __future__ import annotations

import numpy as np

from lightprobe.evaluation.suites.hdr_codec import pack_hdr, unpack_hdr


def test_packing_keeps_radiance_within_half_a_step() -> None:
    light = (2.0 ** np.random.default_rng(1).uniform(-12, 15, (16, 32, 3))).astype(np.float32)
    light[3, 5] = 0
    back = unpack_hdr(pack_hdr(light))
    np.testing.assert_allclose(back, light, rtol=2 ** (0.5 / 32) - 1 + 1e-6)
    assert (back[3, 5] == 0).all()
    np.testing.assert_array_equal(unpack_hdr(pack_hdr(back)), back)
