"""Resampling: nearest pixels, and small pictures to look at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from makers import noise
from worlds import panorama_directions

from lightprobe.imaging import Picture
from lightprobe.imaging.geometry.resample import fine_rows, luma_grid, resample, unit_vectors


class Same(NamedTuple):
    """Finds the pixel of a panorama of this height; nothing in the lower half, if it is `upper`."""

    height: int
    upper: bool = False

    def __call__(self, toward: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        row = np.floor(np.arccos(np.clip(toward[1], -1, 1)) / np.pi * self.height).astype(int)
        column = np.floor((np.arctan2(toward[2], toward[0]) / np.pi + 1) * self.height).astype(int)
        inside = toward[1] > 0 if self.upper else None
        return np.clip(row, 0, self.height - 1) * 2 * self.height + np.clip(column, 0, 2 * self.height - 1), inside


def test_directions_are_those_of_pixel_centers() -> None:
    np.testing.assert_allclose(
        unit_vectors(16, 3, 7), np.moveaxis(panorama_directions(16)[3:7], -1, 0).reshape(3, -1), atol=1e-6
    )


def test_rows_are_a_multiple() -> None:
    assert [fine_rows(rows) for rows in (1, 64, 500, 1024, 2000, 4096, 8192)] == [
        1024,
        1024,
        1500,
        1024,
        2000,
        4096,
        4096,
    ]
    assert fine_rows(200.4) == 1202


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_each_pixel_is_copied(dtype: type) -> None:
    pixels = noise(8, 16, 3).astype(dtype)
    picture = Picture(pixels=pixels, is_linear=dtype == np.float32, name="a")
    found = resample(picture, 24, Same(8))
    np.testing.assert_array_equal(found.pixels, pixels.repeat(3, axis=0).repeat(3, axis=1))
    assert (found.seen, found.white, found.crop) == (None, None, None)


def test_masks_are_copied() -> None:
    seen = np.arange(128).reshape(8, 16) % 3 > 0
    white = np.stack([seen, ~seen, seen], axis=-1)
    pixels = noise(8, 16, 3).astype(np.float32) + 1
    found = resample(Picture(pixels=pixels, is_linear=True, name="a", seen=seen, white=white), 16, Same(8, upper=True))
    assert found.seen is not None
    assert found.white is not None
    np.testing.assert_array_equal(found.seen[:8], seen[:4].repeat(2, axis=0).repeat(2, axis=1))
    np.testing.assert_array_equal(found.white[:8], white[:4].repeat(2, axis=0).repeat(2, axis=1))
    assert not found.seen[8:].any()
    assert not found.white[8:].any()
    assert not found.pixels[8:].any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_small_picture_has_the_means(dtype: type) -> None:
    codes = np.repeat(np.repeat(noise(6, 12, 3)[..., :1].astype(dtype), 5, axis=0), 5, axis=1).repeat(3, axis=2)
    codes = codes * 257 if dtype == np.uint16 else codes
    picture = Picture(pixels=codes, is_linear=False, name="a")
    found = luma_grid(picture, 3, 6, 2)
    expected = codes[::5, ::5, 0].astype(float).reshape(3, 2, 6, 2).mean(axis=(1, 3)) / np.iinfo(dtype).max
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_small_hdr_picture_does_not_depend_on_exposure() -> None:
    light = noise(32, 64, 3).astype(np.float32) ** 3
    grids = [luma_grid(Picture(pixels=light * scale, is_linear=True, name="a"), 8, 8, 2) for scale in (1e-4, 1.0, 1e5)]
    np.testing.assert_allclose(grids[0], grids[1], rtol=1e-3)
    np.testing.assert_allclose(grids[2], grids[1], rtol=1e-3)
    assert 0 <= grids[1].min() < grids[1].max() <= 1
    assert not luma_grid(Picture(pixels=np.zeros((4, 8, 3), np.float32), is_linear=True, name="a"), 4, 4, 1).any()
