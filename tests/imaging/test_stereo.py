"""Stereo: two eyes are found where there are two, and not in panoramas, patterns and noise."""

from __future__ import annotations

import numpy as np
import pytest
from makers import noise
from worlds import eight_bits, jpeg, panorama, panorama_directions, world

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture
from lightprobe.imaging.geometry.stereo import LEFT_RIGHT, TOP_BOTTOM, find_eyes, left_eye, repeated

ROOM = np.array([2.2, 1.5, 3.0])
"""Half sides [m] of a box around the viewer, on whose walls everything is."""


def picture(pixels: np.ndarray, **more: object) -> Picture:
    return Picture(pixels=np.ascontiguousarray(pixels), is_linear=pixels.dtype.kind == "f", name="a", **more)


def eye(height: int, side: int, seed: int) -> np.ndarray:
    """The panorama of one eye of a person who turns around: 32 mm beside the center, at right angles to its view.

    Rays meet the walls of a room of 4 × 3 × 6 m, which show the world as it is seen from the center.
    """
    toward = panorama_directions(height)
    away = np.hypot(toward[..., 0], toward[..., 2])
    right = np.stack([-toward[..., 2], 0 * away, toward[..., 0]], axis=-1) / away[..., None]
    origin = 0.032 * side * right
    reach = ((np.sign(toward) * ROOM - origin) / np.where(toward == 0, 1e-9, toward)).min(axis=-1)
    point = origin + reach[..., None] * toward
    return world(point / np.linalg.norm(point, axis=-1, keepdims=True), seed=seed)


def two_eyes(height: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    left, right = (eye(height, side, seed) for side in (-1, 1))
    return left, right


def arranged(left: np.ndarray, right: np.ndarray, kind: str) -> np.ndarray:
    height = len(left)
    if kind == "squeezed":
        return np.concatenate([left[::2], right[::2]])
    if kind == "full":
        return np.concatenate([left, right])
    if kind == "wide":
        return np.concatenate([left, right], axis=1)
    front = slice(height // 2, height // 2 + height)
    return np.concatenate([left[:, front], right[:, front]], axis=1)


KINDS = {"squeezed": TOP_BOTTOM, "full": TOP_BOTTOM, "wide": LEFT_RIGHT, "vr180": LEFT_RIGHT}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("height", "exposure", "seed"), [(256, 1, 0), (512, 0.2, 3), (200, 5, 8)])
def test_eyes_with_parallax(kind: str, height: int, exposure: float, seed: int) -> None:
    left, right = two_eyes(height, seed)
    found = arranged(left * exposure, right * exposure, kind)
    assert find_eyes(picture(jpeg(eight_bits(found)))) == KINDS[kind]
    assert find_eyes(picture(found.astype(np.float32))) == KINDS[kind]
    assert find_eyes(picture(eight_bits(found).astype(np.uint16) * 257)) == KINDS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_eyes_that_see_the_same(kind: str) -> None:
    """Only a sun in an even sky tells that there are two."""
    toward = panorama_directions(256)
    light = np.where((toward[..., 1] > 0)[..., None], [0.3, 0.4, 0.6], [0.2, 0.17, 0.12])
    light = np.where((toward @ [0.3, 0.8, 0.5] > 0.98)[..., None], 30.0, light)
    assert find_eyes(picture(jpeg(eight_bits(arranged(light, light, kind))))) == KINDS[kind]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("exposure", [0.03, 1, 30])
def test_panoramas_have_one(seed: int, exposure: float) -> None:
    left, _ = two_eyes(128, seed)
    assert find_eyes(picture(jpeg(eight_bits(left * exposure)))) is None
    assert find_eyes(picture(jpeg(eight_bits(left * exposure))[:, :128])) is None


def symmetric() -> np.ndarray:
    """A hall: its left and right are mirror images."""
    half = eight_bits(panorama(256))[:, :256]
    return np.concatenate([half, half[:, ::-1]], axis=1)


ROWS, COLUMNS = np.mgrid[:128, :256]
PATTERNS = {
    "uniform": np.full((128, 256), 130),
    "black": np.zeros((128, 256)),
    "gradient down": ROWS * 2,
    "gradient across": COLUMNS,
    "both": (ROWS * 2 + COLUMNS) / 2,
    "stripes": COLUMNS % 32 * 8,
    "bars": ROWS % 16 * 16,
    "checks": ((ROWS // 8 + COLUMNS // 8) % 2) * 255,
    "large checks": ((ROWS // 32 + COLUMNS // 32) % 2) * 200,
    "grid": ((ROWS % 16 == 0) | (COLUMNS % 16 == 0)) * 255,
    "waves": 128 + 100 * np.sin(8 * np.pi * COLUMNS / 256) * np.sin(8 * np.pi * ROWS / 128),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_patterns_have_none(name: str, is_compressed: bool) -> None:
    pixels = np.repeat(PATTERNS[name].astype(np.uint8)[..., None], 3, axis=2)
    pixels = jpeg(pixels) if is_compressed else pixels
    assert find_eyes(picture(pixels)) is None
    assert find_eyes(picture(pixels[:, :128])) is None
    assert find_eyes(picture(pixels[:64])) is None


def test_noise_and_symmetry_have_none() -> None:
    for seed in range(20):
        assert find_eyes(picture(np.random.default_rng(seed).integers(0, 256, (64, 128, 3)).astype(np.uint8))) is None
    faint = np.random.default_rng(0).normal(100, 2, (256, 512, 3))
    assert find_eyes(picture(np.round(faint).astype(np.uint8))) is None
    assert find_eyes(picture(symmetric())) is None
    assert find_eyes(picture(noise(30, 50, 3))) is None
    for shape in ((1, 2), (2, 4), (1, 4), (1, 1), (3, 6)):
        assert find_eyes(picture(np.zeros((*shape, 3), np.uint8))) is None


def test_the_left_eye() -> None:
    pixels = noise(6, 8, 3).astype(np.float32)
    seen, white = np.ones((6, 8), bool), np.zeros((6, 8, 3), bool)
    seen[5, 7], white[0, 0] = False, True
    both = picture(pixels, seen=seen, white=white)
    upper, left = left_eye(both, TOP_BOTTOM), left_eye(both, LEFT_RIGHT)
    np.testing.assert_array_equal(upper.pixels, pixels[:3])
    np.testing.assert_array_equal(left.pixels, pixels[:, :4])
    assert left.pixels.flags.c_contiguous
    assert (upper.seen, left.seen) == (None, None)
    assert upper.white is not None
    assert (upper.white.shape, upper.white.sum()) == ((3, 8, 3), 3)
    seen[0, 0] = False
    assert left_eye(picture(pixels, seen=seen), LEFT_RIGHT).seen.sum() == 23


def test_one_row_is_no_two_eyes() -> None:
    with pytest.raises(ImageError, match=r"^a: expected two eyes \(top-bottom\), got 2×1 pixels; leave stereo out$"):
        left_eye(picture(np.zeros((1, 2, 3), np.uint8)), TOP_BOTTOM)
    with pytest.raises(ImageError, match="left-right"):
        left_eye(picture(np.zeros((2, 1, 3), np.uint8)), LEFT_RIGHT)


def test_repeated_rows_and_columns() -> None:
    pixels, seen = noise(2, 4, 3), np.eye(2, 4, dtype=bool)
    assert repeated(picture(pixels, seen=seen), 0).pixels.shape == (4, 4, 3)
    found = repeated(picture(pixels, seen=seen), 1)
    np.testing.assert_array_equal(found.pixels[:, ::2], pixels)
    np.testing.assert_array_equal(found.pixels[:, 1::2], pixels)
    assert found.seen is not None
    np.testing.assert_array_equal(found.seen[:, 1::2], seen)
