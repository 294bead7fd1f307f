"""Borders: black bars and fisheye circles are found where they are, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import eight_bits, fisheye, jpeg, panorama

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture
from lightprobe.imaging.geometry.borders import bar_notes, check_circles, find_bars, find_circles


def picture(pixels: np.ndarray) -> Picture:
    return Picture(pixels=np.ascontiguousarray(pixels), is_linear=pixels.dtype.kind == "f", name="a.jpg")


def barred(height: int, upper: int, lower: int, left: int = 0, right: int = 0) -> np.ndarray:
    pixels = eight_bits(panorama(height))
    pixels[:upper], pixels[height - lower :] = 0, 0
    pixels[:, :left], pixels[:, 2 * height - right :] = 0, 0
    return pixels


@pytest.mark.parametrize("height", [300, 700])
@pytest.mark.parametrize(("upper", "lower"), [(0.22, 0.22), (0.3, 0), (0, 0.12), (0.06, 0.06)])
@pytest.mark.parametrize("kind", ["png", "jpeg", "16 bits", "hdr"])
def test_bars_above_and_below(height: int, upper: float, lower: float, kind: str) -> None:
    rows = round(upper * height), round(lower * height)
    pixels = barred(height, *rows)
    pixels = jpeg(pixels, 92) if kind == "jpeg" else pixels
    pixels = pixels.astype(np.uint16) * 257 if kind == "16 bits" else pixels
    pixels = (pixels / 255).astype(np.float32) if kind == "hdr" else pixels
    found = find_bars(picture(pixels))
    assert found is not None
    assert found[1] == (0, 0)
    np.testing.assert_allclose(found[0], np.array(rows) / height, atol=1e-9)


def test_bars_at_the_sides() -> None:
    found = find_bars(picture(barred(200, 0, 0, left=50, right=30)))
    assert found is not None
    assert found == ((0, 0), (50 / 400, 30 / 400))
    (note,) = bar_notes(picture(barred(200, 0, 0, left=50, right=30)))
    assert note.startswith(
        "The left 12% and right 8% are black bars, which count as dark surroundings; make them transp"
    )
    assert note.endswith("crop them and give --hfov (hfov=)")


def test_the_note() -> None:
    (note,) = bar_notes(picture(barred(100, 22, 22)))
    assert note == (
        "The upper 22% and lower 22% are black bars, which count as dark surroundings; make them transparent, or crop "
        "them and give --vfov (vfov=)"
    )
    assert bar_notes(picture(barred(100, 0, 22)))[0].startswith("The lower 22% are")
    assert bar_notes(picture(barred(100, 4, 4))) == []
    assert bar_notes(picture(barred(100, 0, 0))) == []


def night(seed: int, height: int = 256) -> np.ndarray:
    """Black, with lamps and windows below the horizon and a few stars above."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 3, (height, 2 * height, 3))
    for _ in range(60):
        row, column = rng.integers(height // 2, height - 20), rng.integers(0, 2 * height - 8)
        pixels[row : row + rng.integers(2, 12), column : column + rng.integers(2, 8)] = rng.integers(40, 256, 3)
    pixels[rng.integers(0, height // 2, 30), rng.integers(0, 2 * height, 30)] = 90
    return pixels.astype(np.uint8)


@pytest.mark.parametrize("seed", range(5))
def test_nights_have_no_bars(seed: int) -> None:
    assert find_bars(picture(jpeg(night(seed)))) is None
    stars_away = night(seed)
    stars_away[:110] = 1
    assert find_bars(picture(stars_away)) is None
    assert find_circles(picture(jpeg(night(seed)))) == 0


def test_other_dark_pictures_have_no_bars() -> None:
    for pixels in (np.zeros((64, 128, 3)), np.full((64, 128, 3), 3), np.full((64, 128, 3), 200)):
        assert find_bars(picture(pixels.astype(np.uint8))) is None
    hill = eight_bits(panorama(128))  # a black hill: not straight
    rows, columns = np.mgrid[:128, :256]
    hill[rows > 90 + 20 * np.sin(columns / 20)] = 0
    assert find_bars(picture(hill)) is None
    dim = np.random.default_rng(0).integers(2, 6, (128, 256, 3)).astype(np.uint8)
    dim[:40] = 0
    assert find_bars(picture(dim)) is None
    assert find_bars(picture(np.zeros((8, 16, 3), np.float32))) is None


def lenses(size: int, radius: float, degrees: float, exposure: float, shift: tuple[float, float]) -> list[np.ndarray]:
    """Two pictures, as JPEG, with some noise in the black."""
    light = [fisheye(size, np.array([x, 0.0, 0]), degrees, radius, shift) * exposure for x in (1.0, -1.0)]
    noise = np.abs(np.random.default_rng(0).normal(0, 0.0006, (2, size, size, 3)))
    return [jpeg(eight_bits(one + more)) for one, more in zip(light, noise, strict=True)]


@pytest.mark.parametrize("size", [96, 300])
@pytest.mark.parametrize("radius", [0.8, 0.93, 1.0, 1.04])
@pytest.mark.parametrize(
    ("degrees", "exposure", "shift"), [(190, 1, (0, 0)), (205, 0.15, (0.03, -0.02)), (180, 8, (0, 0))]
)
def test_fisheye_pictures(
    size: int, radius: float, degrees: float, exposure: float, shift: tuple[float, float]
) -> None:
    front, back = lenses(size, radius, degrees, exposure, shift)
    assert find_circles(picture(np.concatenate([front, back], axis=1))) == 2
    assert find_circles(picture(np.concatenate([front, back]))) == 2
    assert find_circles(picture(front)) == 1
    with pytest.raises(
        ImageError, match=r"^a.jpg: expected a panorama, got two fisheye circles on black, .*; stitch them"
    ):
        check_circles(picture(np.concatenate([front, back], axis=1)))
    with pytest.raises(
        ImageError, match=r"^a.jpg: expected a panorama, got one circle on black .*; convert it to a 2:1 "
    ):
        check_circles(picture(back))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("exposure", [0.003, 0.1, 1, 10])
def test_panoramas_are_no_circles(seed: int, exposure: float) -> None:
    pixels = jpeg(eight_bits(panorama(128, seed=seed) * exposure))
    assert find_circles(picture(pixels)) == 0
    assert find_circles(picture(pixels[:, :128])) == 0
    assert find_bars(picture(pixels)) is None


def test_other_dark_corners_are_no_circles() -> None:
    for pixels in (np.zeros((64, 128, 3)), np.full((64, 128, 3), 8), np.full((64, 64, 3), 255)):
        assert find_circles(picture(pixels.astype(np.uint8))) == 0
    vignette = np.full((128, 256, 3), 200.0)
    y, x = np.mgrid[-1:1:128j, -1:1:256j]
    vignette *= np.clip(1.3 - np.hypot(x, y), 0, 1)[..., None]
    assert find_circles(picture(vignette.astype(np.uint8))) == 0
    square = np.zeros((128, 128, 3), np.uint8)
    square[30:98, 30:98] = 180  # a lit square on black
    assert find_circles(picture(square)) == 0
    assert find_circles(picture(np.zeros((30, 50, 3), np.uint8))) == 0
    assert find_circles(picture(np.zeros((1, 2, 3), np.uint8))) == 0
