"""Cells: what a picture keeps of the light, against full-resolution decoding and projection."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.imaging import curves
from lightprobe.imaging.curves import RESPONSES
from lightprobe.models.cells import cubic_of, cubic_table, learned_cells, remainder
from lightprobe.sphere import equirect, project

LOBE = np.repeat([np.pi, 2 * np.pi / 3, np.pi / 4], [1, 3, 5])[:, None]


def picture(height: int = 128, seed: int = 0, brightest: float = 1.2) -> np.ndarray:
    """A sky, a ground, noise and a few lamps; display values."""
    rng = np.random.default_rng(seed)
    rows = np.linspace(0, 1, height)[:, None, None]
    radiance = (0.5 - 0.4 * rows) * np.array([0.7, 0.9, 1.1]) * rng.uniform(0.2, 1.5, (height, 2 * height, 3))
    radiance[rng.random((height, 2 * height)) > 0.98] = brightest
    return np.rint(curves.encode(radiance, "srgb") * 255).astype(np.uint8)


@pytest.mark.parametrize("response", RESPONSES)
def test_cells_are_means_over_the_sphere_they_cover(response: str) -> None:
    image = picture()
    white = curves.white(response)
    expected = equirect.resize(curves.decode(image, response).astype(np.float64), 32, 64) / white
    cells = learned_cells(image, response)
    exactness = 2e-2 if response == "srgb" else 1e-5  # sRGB: the cubic, whose remainder is taken on means
    np.testing.assert_allclose(np.moveaxis(cells[:3], 0, -1), expected, rtol=exactness, atol=2e-4)
    shares = equirect.resize((image == 255).astype(np.float64), 32, 64)
    np.testing.assert_allclose(np.moveaxis(cells[3:], 0, -1), shares, atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_irradiance_of_cells_is_that_of_the_picture(seed: int) -> None:
    image = picture(128, seed, brightest=0.9)
    exact = LOBE * project(curves.decode(image, "srgb").astype(np.float64))
    found = LOBE * project(np.moveaxis(learned_cells(image, "srgb")[:3], 0, -1).astype(np.float64))
    assert np.linalg.norm(found - exact) / np.linalg.norm(exact) < 0.0025


@pytest.mark.parametrize("response", ["srgb", "filmic"])
def test_cells_do_not_depend_on_how_finely_pixels_are_cut(response: str) -> None:
    image = picture(64)
    finer = np.repeat(np.repeat(image, 3, axis=0), 3, axis=1)
    np.testing.assert_allclose(learned_cells(finer, response), learned_cells(image, response), atol=2e-6)


def test_even_colors_are_exact() -> None:
    codes = np.arange(256)
    near = cubic_table().astype(np.float64)
    np.testing.assert_allclose(near + remainder(near), curves.srgb_decode(codes / 255), atol=4e-4)
    assert abs(cubic_of(np.array(0.0))) == 0


def test_a_picture_that_is_no_panorama_is_refused() -> None:
    with pytest.raises(ValueError, match="2:1 panorama"):
        learned_cells(np.zeros((30, 40, 3), np.uint8), "srgb")
