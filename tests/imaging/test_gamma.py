"""gAMA and cHRM of PNG files: curves, linear pictures, primaries."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hdr_makers import light_of, srgb_light
from makers import ADOBE_RGB, D65, DISPLAY_P3, chunk, noise, png, white_xyz
from PIL import Image

from lightprobe.imaging import Picture, as_picture, read_picture
from lightprobe.imaging.color.gamma import from_gamma


def gama(gamma: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000)))


def chrm(white: tuple[float, float], *primaries: tuple[float, float]) -> bytes:
    values = [round(value * 100_000) for pair in (white, *primaries) for value in pair]
    return chunk(b"cHRM", struct.pack(">8I", *values))


def matrix_of(primaries: tuple[tuple[float, float], ...]) -> np.ndarray:
    """To linear Rec.709, both with white D65. Source: SMPTE RP 177-1993."""
    both = []
    for corners in (((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), primaries):
        shape = np.array([white_xyz(corner) for corner in corners]).T
        both.append(shape * np.linalg.solve(shape, white_xyz(D65)))
    return np.linalg.solve(*both)


def read(tmp_path: Path, pixels: np.ndarray, *chunks: bytes) -> Picture:
    (tmp_path / "a.png").write_bytes(png(pixels, b"".join(chunks)))
    return read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_linear(tmp_path: Path, dtype: type, channels: int) -> None:
    top = np.iinfo(dtype).max
    pixels = np.minimum(noise(9, 18, channels, dtype), top - 1)
    pixels.reshape(9, 18, -1)[2:4, 3:6] = top
    picture = read(tmp_path, pixels, gama(1))
    color = pixels.reshape(9, 18, -1)[..., : 1 if channels < 3 else 3] * np.ones(3)
    assert picture.is_linear
    np.testing.assert_allclose(picture.pixels, color / top, atol=1e-6)
    np.testing.assert_array_equal(picture.white, color == top)
    assert picture.matrix is None
    assert picture.notes == ("The picture is linear (gAMA 1.0): 1.0 is the largest value of its file",)


def test_linear_without_white_has_lost_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, np.full((4, 8, 3), 254, np.uint8), gama(1)).white is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("gamma", [0.3, 0.55556, 1.6])
def test_power(tmp_path: Path, dtype: type, gamma: float) -> None:
    pixels = noise(9, 18, 3, dtype)
    pixels[0, 0] = top = np.iinfo(dtype).max
    picture = read(tmp_path, pixels, gama(gamma))
    assert picture.pixels.dtype == np.uint16
    np.testing.assert_allclose(light_of(picture), (pixels / top) ** (1 / gamma), atol=1e-4)
    np.testing.assert_array_equal(picture.pixels == 65535, pixels == top)
    assert picture.notes == (f"The curve is a power of {1 / gamma:.3g} (gAMA {gamma:g})",)


@pytest.mark.parametrize("gamma", [0.45455, 0.45454, 0.45])
def test_the_gamma_of_srgb_changes_nothing(tmp_path: Path, gamma: float) -> None:
    pixels = noise(9, 18, 3)
    picture = read(tmp_path, pixels, gama(gamma), chrm(D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert (picture.pixels.dtype, picture.matrix, picture.notes) == (np.uint8, None, ())


@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB])
@pytest.mark.parametrize("gamma", [None, 0.45455, 1.0])
def test_chromaticities(tmp_path: Path, primaries: tuple[tuple[float, float], ...], gamma: float | None) -> None:
    pixels = noise(9, 18, 3)
    picture = read(tmp_path, pixels, *([] if gamma is None else [gama(gamma)]), chrm(D65, *primaries))
    light = pixels / 255 if gamma == 1 else srgb_light(pixels / 255)
    np.testing.assert_allclose(light_of(picture), light @ matrix_of(primaries).T, atol=2e-4)
    assert "The primaries of the cHRM chunk were converted to Rec.709" in picture.notes


@pytest.mark.parametrize(
    "impossible",
    [
        chrm(D65, (0.64, 0.33), (0.64, 0.33), (0.15, 0.06)),
        chrm((0, 0), (0, 0), (0, 0), (0, 0)),
        chrm(D65, (0.9, 0.9), (0.3, 0.6), (0.15, 0.06)),
    ],
)
def test_impossible_chromaticities(tmp_path: Path, impossible: bytes) -> None:
    pixels = noise(9, 18, 3)
    picture = read(tmp_path, pixels, impossible)
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.matrix is None
    assert picture.notes == ("The chromaticities of the cHRM chunk are impossible, and were not obeyed",)


@pytest.mark.parametrize("gamma", [0.0, 0.00001, 20000.0])
def test_impossible_gamma(tmp_path: Path, gamma: float) -> None:
    pixels = noise(9, 18, 3)
    picture = read(tmp_path, pixels, gama(gamma))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == (f"The gamma {gamma:g} of the gAMA chunk was not obeyed",)


def test_images_in_memory_too(tmp_path: Path) -> None:
    """Also when they are changed first: Pillow keeps what the file says."""
    pixels = noise(8, 16, 3)
    (tmp_path / "a.png").write_bytes(png(pixels, gama(1)))
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_allclose(as_picture(image).pixels, pixels / 255, atol=1e-6)
        np.testing.assert_allclose(as_picture(image.crop((2, 2, 6, 4))).pixels, pixels[2:4, 2:6] / 255, atol=1e-6)


def test_nothing_stated_is_srgb() -> None:
    space = from_gamma(None, None)
    assert (space.matrix, space.curves, space.hdr, space.notes) == (None, None, None, ())
