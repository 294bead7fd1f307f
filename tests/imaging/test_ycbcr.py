"""Luma and chroma become red, green and blue to the last code, white included."""

from __future__ import annotations

import numpy as np
import pytest
from hdr_makers import yuv

from lightprobe.imaging.color.ycbcr import IDENTITY, rgb_codes


@pytest.mark.parametrize("depth", [8, 10, 12])
@pytest.mark.parametrize("coefficients", [1, 6, 9])
@pytest.mark.parametrize("full", [True, False])
def test_round_trip(depth: int, coefficients: int, full: bool) -> None:
    signal = np.random.default_rng(depth).random((100, 30, 3))
    signal[:10], signal[10:20] = 1, 0
    codes = rgb_codes(yuv(signal, coefficients, depth, full), coefficients, depth, full)
    assert codes.dtype == (np.uint8 if depth == 8 else np.uint16)
    top = (1 << depth) - 1
    np.testing.assert_array_equal(codes[:20], np.rint(signal[:20] * top))
    assert np.abs(codes - signal * top).max() <= 2.5  # three roundings


def test_gray_is_luma() -> None:
    luma = np.array([[0, 64, 502, 940, 1023]], np.uint16)
    np.testing.assert_array_equal(rgb_codes([luma], 9, 10, False)[0, :, 1], [0, 0, 512, 1023, 1023])
    np.testing.assert_array_equal(rgb_codes([luma], 9, 10, True)[0, :, 2], luma[0])


def test_identity_is_green_blue_red() -> None:
    planes = [np.full((3, 4), value, np.uint16) for value in (20, 30, 10)]
    np.testing.assert_array_equal(rgb_codes(planes, IDENTITY, 10, True)[2, 3], (10, 20, 30))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 6), (5, 7), (67, 3), (130, 9)])
def test_chroma_of_fewer_rows_and_columns(height: int, width: int) -> None:
    """Each pixel has the chroma of its block of 2 × 2, on both sides of the blocks of rows that are converted."""
    rng = np.random.default_rng(height)
    chroma = rng.integers(400, 600, (2, -(-height // 2), -(-width // 2))).astype(np.uint16)
    luma = np.full((height, width), 500, np.uint16)
    whole = [plane.repeat(2, axis=0).repeat(2, axis=1)[:height, :width] for plane in chroma]
    np.testing.assert_array_equal(rgb_codes([luma, *chroma], 9, 10, True), rgb_codes([luma, *whole], 9, 10, True))


def test_unknown_coefficients() -> None:
    with pytest.raises(KeyError):
        rgb_codes(3 * [np.zeros((2, 2), np.uint8)], 14, 8, True)
