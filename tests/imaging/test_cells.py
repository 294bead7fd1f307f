"""Cells: means of a picture over the small grid, by solid angle."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.imaging import RESPONSES, cells
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.tone import curves
from lightprobe.sphere.panorama import equirect


def picture(height: int, dtype: type = np.uint8) -> np.ndarray:
    limit = np.iinfo(dtype).max
    image = np.random.default_rng(0).integers(0, limit, (height, 2 * height, 3)).astype(dtype)
    image[height // 4 : height // 2, height // 3 : height] = limit
    return image


@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize(("height", "dtype"), [(20, np.uint8), (100, np.uint8), (128, np.uint16), (700, np.uint8)])
def test_cells_are_means_over_the_sphere_they_cover(response: str, height: int, dtype: type) -> None:
    """Fewer pixels than cells, sizes that do not divide, 16 bits, more than one block of rows."""
    image = picture(height, dtype)
    found = np.moveaxis(picture_cells(image, response).astype(np.float64), 0, -1)
    radiance = curves.decode(image, response).astype(np.float64) / curves.white(response)
    np.testing.assert_allclose(found[..., :3], equirect.resize(radiance, 32, 64), rtol=1e-5, atol=1e-6)
    shares = equirect.resize((image == np.iinfo(dtype).max).astype(np.float64), 32, 64)
    np.testing.assert_allclose(found[..., 3:], shares, atol=1e-6)


def test_nothing_is_white_in_a_dim_picture() -> None:
    assert (picture_cells(np.full((64, 128, 3), 254, np.uint8), "srgb")[3:] == 0).all()


def test_what_has_no_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="2:1 panorama"):
        picture_cells(np.zeros((30, 40, 3), np.uint8), "srgb")
    with pytest.raises(ValueError, match="expected uint8 or uint16 display values, got float32"):
        picture_cells(np.zeros((30, 60, 3), np.float32), "srgb")


def test_an_unknown_curve_is_decoded_as_srgb() -> None:
    image = picture(64)
    np.testing.assert_array_equal(picture_cells(image, "auto"), picture_cells(image, "srgb"))


@pytest.mark.parametrize("values", [1, 3 * 200 * 2, 3 * 200 * 7])
def test_nothing_depends_on_the_size_of_blocks(values: int, monkeypatch: pytest.MonkeyPatch) -> None:
    image = picture(100)
    whole = picture_cells(image, "agx")
    monkeypatch.setattr(cells, "BLOCK_VALUES", values)
    np.testing.assert_allclose(picture_cells(image, "agx"), whole, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("response", ["srgb", "filmic"])
def test_cells_do_not_depend_on_how_finely_pixels_are_cut(response: str) -> None:
    image = picture(64)
    finer = image.repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_allclose(picture_cells(finer, response), picture_cells(image, response), rtol=1e-5, atol=1e-7)
