"""CICP: PQ, HLG and other curves by code points."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.imaging.color.cicp import HLG, LINEAR, PQ, Cicp, as_srgb_codes, hlg_scene, pq_luminance, to_radiance


def test_pq_points_of_bt2408() -> None:
    """ITU-R BT.2408-7, table 1: 58 % is 203 cd/m², 38 % is 26; BT.2100: 100 % is 10000."""
    np.testing.assert_allclose(
        pq_luminance(np.array([0.0, 0.38, 0.58, 1.0])), (0, 26, 203, 10000), rtol=0.02, atol=1e-9
    )
    assert pq_luminance(np.array([0.5080784]))[0] == pytest.approx(100, rel=1e-5)


def test_hlg_points_of_bt2408() -> None:
    """75 % is HDR reference white, 203 cd/m² on a display of 1000; 100 % is its peak."""
    np.testing.assert_allclose(hlg_scene(np.array([0.0, 0.5, 1.0])), (0, 1 / 12, 1), atol=1e-7)
    codes = np.array([[[0.0, 0, 0], [0.75] * 3, [1.0] * 3]])
    radiance = to_radiance(np.rint(codes * 65535).astype(np.uint16), Cicp(9, HLG), 65535)
    np.testing.assert_allclose(radiance[0, :, 0], (0, 1, 1000 / 203), rtol=2e-3, atol=1e-9)


def test_the_ootf_brightens_by_luminance() -> None:
    """A red of full signal has the luminance 0.2627 of BT.2020, so its radiance is 0.2627^0.2 of the peak."""
    codes = np.array([[[1023, 0, 0]]], np.uint16)
    radiance = to_radiance(codes, Cicp(9, HLG), 1023)
    np.testing.assert_allclose(radiance[0, 0], (1000 / 203 * 0.2627**0.2, 0, 0), rtol=1e-4)


def test_linear_codes() -> None:
    codes = np.array([[[0, 128, 255]]], np.uint8)
    np.testing.assert_allclose(to_radiance(codes, Cicp(1, LINEAR), 255)[0, 0], (0, 128 / 255, 1), rtol=1e-6)


def test_curves_of_displays_are_no_radiance() -> None:
    with pytest.raises(ValueError, match="got transfer 13"):
        to_radiance(np.zeros((1, 1, 3), np.uint8), Cicp(1, 13), 255)


def test_powers_become_srgb_codes() -> None:
    table = as_srgb_codes(4, 255)
    assert (table[0], table[-1]) == (0, 65535)
    assert table[128] / 65535 == pytest.approx(1.055 * (128 / 255) ** (2.2 / 2.4) - 0.055, abs=1e-5)


def test_primaries() -> None:
    assert Cicp(1, PQ).matrix is None
    assert Cicp().matrix is None
    matrix = Cicp(9, PQ).matrix
    assert matrix is not None
    np.testing.assert_allclose(matrix[0], (1.6605, -0.5876, -0.0728), atol=2e-4)  # ITU-R BT.2087-0, annex 2
