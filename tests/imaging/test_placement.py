"""Perspective pictures on the sphere, and what is put where nothing was seen."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lightprobe
from lightprobe.imaging import Picture, partial
from lightprobe.imaging.placement import (
    MAX_REDUCED,
    PIECE,
    area_average,
    check_fov,
    fill,
    filling,
    place_perspective,
    reduced_size,
)
from lightprobe.sphere.panorama import equirect

FOVS = [1, 20, 65, 120, 170]
SHAPES = [(150, 200), (200, 150), (90, 160)]
GRID = (128, 256)
"""Rows and columns of the panorama on which views are placed here."""


def rays(height: int, width: int, fov: float) -> np.ndarray:
    """Unit direction of each pixel's center of a pinhole camera that looks along +X, right +Z, up +Y."""
    half = math.tan(math.radians(fov) / 2)
    right = (2 * (np.arange(width) + 0.5) / width - 1) * half
    up = (1 - 2 * (np.arange(height) + 0.5) / height)[:, None] * half * height / width
    toward = np.stack(np.broadcast_arrays(1.0, up, right), axis=-1)
    return toward / np.linalg.norm(toward, axis=-1, keepdims=True)


def world(toward: np.ndarray) -> np.ndarray:
    """Smooth radiance in every direction, unlike its mirror images."""
    x, y, z = np.moveaxis(toward, -1, 0)
    return np.stack([1.5 + np.sin(2 * z + y), 1.5 + np.cos(3 * y - z), 1.2 + x * y + 0.3 * z], axis=-1)


def place(values: np.ndarray, fov: float) -> tuple[np.ndarray, np.ndarray]:
    """Means over the seen part of each cell of a panorama of GRID, and the seen share."""
    placement = place_perspective(*values.shape[:2], fov, GRID)
    return placement.sums(values) / np.maximum(placement.share, 1e-9)[..., None], placement.share


def solid_angle(height: int, width: int, fov: float) -> float:
    """Of a pyramid: 4·atan(ab / √(1 + a² + b²)) of the half sides a and b at distance 1 [sr]."""
    a = math.tan(math.radians(fov) / 2)
    b = a * height / width
    return 4 * math.atan(a * b / math.sqrt(1 + a * a + b * b))


@pytest.mark.parametrize("fov", FOVS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_view_goes_back_where_it_came_from(fov: float, shape: tuple[int, int]) -> None:
    placed, share = place(world(rays(*shape, fov)), fov)
    expected = equirect.resize(world(equirect.directions(512, 1024)), *GRID)
    # a view of one degree covers no cell; beyond 120 degrees the picture's own pixels are wider than a degree
    inside = share > (0.999 if fov > 1 else 0.03)
    error = np.abs(placed - expected)[inside]
    assert inside.sum() >= 4
    assert error.max() < (0.3 if fov > 120 else 0.008 if fov > 1 else 0.03)
    assert error.mean() < (0.01 if fov > 1 else 0.02)
    assert not placed[share == 0].any()


@pytest.mark.parametrize("fov", FOVS)
@pytest.mark.parametrize("shape", SHAPES)
def test_seen_is_the_solid_angle_of_the_pyramid(fov: float, shape: tuple[int, int]) -> None:
    result = lightprobe.load("plain")(np.full((*shape, 3), 90, np.uint8), fov=fov)
    # at 1 degree the panorama is as coarse as its largest size makes it: 45 columns
    assert result.seen == pytest.approx(solid_angle(*shape, fov) / (4 * np.pi), rel=0.03 if fov == 1 else 0.01)


@pytest.mark.parametrize(("row", "column"), [(10, 15), (149, 199), (280, 390), (33, 350)])
@pytest.mark.parametrize("fov", [20, 65, 120])
def test_a_bright_dot_lands_in_its_direction(row: int, column: int, fov: float) -> None:
    radiance = np.full((300, 400, 3), 0.01, np.float32)
    radiance[row - 1 : row + 2, column - 1 : column + 2] = 1000
    placed, share = place(radiance.astype(float), fov)
    expected = rays(300, 400, fov)[row, column]
    light = np.maximum(placed[..., 1] - 0.01, 0) * share * equirect.solid_angles(*GRID)
    found = np.einsum("hw,hwc->c", light, equirect.directions(*GRID))
    found /= np.linalg.norm(found)
    assert math.degrees(math.acos(min(1, found @ expected))) < 180 / GRID[0]
    # the fill shines with a lamp's light, too, on one side of it only: the light comes out within 15 degrees
    direction = lightprobe.load("plain")(radiance, fov=fov).light.direction
    assert math.degrees(math.acos(min(1, direction @ expected))) < 15


def test_right_and_up_are_right_and_up() -> None:
    pixels = np.zeros((300, 400, 3), np.float32)
    pixels[40:60, 300:320] = 50
    light = lightprobe.load("plain")(pixels, fov=65).light
    assert 10 < light.azimuth < 30
    assert 10 < light.elevation < 30


def test_sh_of_a_view_are_those_of_the_same_part_of_a_panorama() -> None:
    view = lightprobe.load("plain")(world(rays(600, 800, 90)).astype(np.float32), fov=90)
    panorama = world(equirect.directions(512, 1024)).astype(np.float32)
    x, y, z = np.moveaxis(equirect.directions(512, 1024), -1, 0)
    seen = (x > 0) & (np.abs(z) <= x) & (np.abs(y) <= 0.75 * x)
    masked = lightprobe.load("plain")(np.concatenate([panorama, seen[..., None].astype(np.float32)], axis=-1))
    assert view.seen == pytest.approx(masked.seen, rel=0.01)
    np.testing.assert_allclose(view.sh.coeffs, masked.sh.coeffs, atol=0.01)


@pytest.mark.parametrize("fov", FOVS)
def test_an_even_picture_is_an_even_world(fov: float) -> None:
    result = lightprobe.load("plain")(np.full((30, 40, 3), 0.7, np.float32), fov=fov)
    np.testing.assert_allclose(result.panorama, 0.7, rtol=2e-6)  # weights are kept in single precision
    np.testing.assert_allclose(result.sh.coeffs[0], 0.7 * np.sqrt(4 * np.pi), rtol=1e-6)
    assert np.abs(result.sh.coeffs[1:]).max() < 3e-3  # the fill knows cells, the picture's edge runs through them


def test_clipped_part_of_a_view() -> None:
    pixels = np.full((300, 400, 3), 90, np.uint8)
    pixels[:, :200] = 255
    result = lightprobe.load("plain")(pixels, fov=65)
    assert result.clipped == pytest.approx(result.seen / 2, rel=0.02)


def test_transparent_part_of_a_view() -> None:
    pixels = np.full((300, 400, 4), 90, np.uint8)
    pixels[:, :200] = (255, 255, 255, 0)
    pixels[:, 200:, 3] = 255
    result = lightprobe.load("plain")(pixels, fov=65)
    assert result.seen == pytest.approx(solid_angle(300, 400, 65) / (8 * np.pi), rel=0.02)
    assert result.clipped == 0
    np.testing.assert_allclose(result.panorama, result.panorama[0, 0, 0], rtol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 2), (1, 100), (2000, 10)])
def test_odd_sizes(shape: tuple[int, int]) -> None:
    result = lightprobe.load("plain")(np.full((*shape, 3), 90, np.uint8), fov=60)
    assert result.seen == pytest.approx(solid_angle(*shape, 60) / (4 * np.pi), rel=0.05, abs=0.005)


def test_a_picture_too_flat_to_be_seen() -> None:
    with pytest.raises(
        ValueError, match=r"expected a picture that covers some of the sphere, got 20000×1 with a field of view of 1°"
    ):
        lightprobe.load("plain")(np.zeros((1, 20000, 3), np.uint8), fov=1)


@pytest.mark.parametrize("fov", [0, 0.5, -60, 171, 180, 360, math.nan, math.inf])
def test_impossible_fields_of_view(fov: float) -> None:
    with pytest.raises(
        ValueError, match=r"expected a horizontal field of view of 1 to 170 degrees, got .*; a phone has about 65"
    ):
        check_fov(fov)
    with pytest.raises(ValueError, match="expected a horizontal field of view"):
        lightprobe.load("plain")(np.zeros((30, 40, 3), np.uint8), fov=fov)


@pytest.mark.parametrize("fov", [1, 20, 65, 170])
@pytest.mark.parametrize("shape", [(480, 640), (30, 40), (160, 90)])
def test_weights_are_those_of_averaging_and_looking_up(shape: tuple[int, int], fov: float) -> None:
    """The same in two steps, on the pixels of the whole fine panorama."""
    values = np.random.default_rng(0).random((*shape, 2))
    placement, reduced = (place_perspective(*shape, fov, (32, 64), is_reduced) for is_reduced in (False, True))
    small = area_average(lambda first, last: values[first:last], shape, reduced_size(*shape, fov, 32))
    np.testing.assert_allclose(placement.sums(values), reduced.sums(small), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(placement.sums(np.ones((*shape, 1)))[..., 0], placement.share, atol=1e-6)
    assert max(piece.weights.size for band in placement.bands for piece in band.pieces) <= PIECE


def test_flags_are_summed_as_numbers() -> None:
    flags = np.random.default_rng(0).random((90, 160, 3)) < 0.01
    flags[:40] = False
    numbers = np.concatenate([flags, flags.any(axis=-1, keepdims=True)], axis=-1).astype(np.float32)
    placement = place_perspective(90, 160, 65, (32, 64))
    np.testing.assert_allclose(placement.flag_sums(lambda rows: flags[rows]), placement.sums(numbers), atol=1e-7)


@pytest.mark.parametrize(("rows", "columns"), [(7, 5), (1, 1), (10, 13), (3, 13)])
def test_average_keeps_the_mean(rows: int, columns: int) -> None:
    values = np.random.default_rng(0).random((10, 13, 4))
    reduced = area_average(lambda first, last: values[first:last], (10, 13), (rows, columns))
    assert reduced.shape == (rows, columns, 4)
    np.testing.assert_allclose(reduced.mean(axis=(0, 1)), values.mean(axis=(0, 1)))


# The fill


def filled(cells: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Cells of which this share is seen, filled; `cells` are means over the seen part."""
    sums = cells * share[..., None]
    return sums + fill(sums, filling(share))


shares = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed))


@given(shares)
@settings(max_examples=20, deadline=None, derandomize=True, database=None)
def test_fill_stays_between_the_darkest_and_the_brightest_seen(rng: np.random.Generator) -> None:
    cells = rng.random((16, 32, 3)) ** 4 * 100
    share = np.where(rng.random((16, 32)) < 0.3, rng.random((16, 32)), 0)
    share[3, 4] = 1
    found = filled(cells, share)
    for channel in range(3):
        seen = cells[share > 0][:, channel]
        assert found[..., channel].min() >= seen.min() - 1e-9
        assert found[..., channel].max() <= seen.max() + 1e-9


@given(shares, st.floats(1e-6, 1e6))
@settings(max_examples=10, deadline=None, derandomize=True, database=None)
def test_fill_of_something_even_is_even(rng: np.random.Generator, level: float) -> None:
    share = (rng.random((16, 32)) < 0.1).astype(float)
    share[0, 0] = 1
    np.testing.assert_allclose(filled(np.full((16, 32, 2), level), share), level, rtol=1e-12)


@pytest.mark.parametrize("columns", [1, 7, 31])
def test_fill_turns_with_the_world(columns: int) -> None:
    rng = np.random.default_rng(0)
    cells, share = rng.random((32, 64, 3)), (rng.random((32, 64)) < 0.2).astype(float)
    turned = filled(np.roll(cells, columns, axis=1), np.roll(share, columns, axis=1))
    np.testing.assert_allclose(turned, np.roll(filled(cells, share), columns, axis=1), rtol=1e-9)


def test_fill_mirrors_with_the_world() -> None:
    rng = np.random.default_rng(1)
    cells, share = rng.random((32, 64, 3)), (rng.random((32, 64)) < 0.2).astype(float)
    np.testing.assert_allclose(
        filled(cells[::-1, ::-1], share[::-1, ::-1]), filled(cells, share)[::-1, ::-1], rtol=1e-9
    )


def test_fill_is_linear_in_the_seen() -> None:
    rng = np.random.default_rng(2)
    one, two, share = rng.random((32, 64, 3)), rng.random((32, 64, 3)), (rng.random((32, 64)) < 0.2).astype(float)
    np.testing.assert_allclose(filled(2 * one + two, share), 2 * filled(one, share) + filled(two, share), rtol=1e-9)


def test_fill_continues_what_is_beside_it() -> None:
    """Across the border there is no step; far away the answer nears the mean of the seen."""
    toward = equirect.directions(32, 64)
    cells = world(toward)
    share = (toward[..., 0] > 0).astype(float)
    found = filled(cells, share)
    border = found[12:20, 48]  # the first unseen column to the right; beside it the last seen one
    assert np.abs(border - cells[12:20, 47]).max() < 0.25 * np.ptp(cells[share > 0], axis=0).max()
    steps = np.abs(np.diff(found, axis=1)).max()
    assert steps < 0.25
    weight = equirect.solid_angles(32, 64) * share
    mean = np.einsum("hw,hwc->c", weight, cells) / weight.sum()
    assert np.abs(found[16, 0] - mean).max() < 0.25


def test_fill_of_nothing_seen_is_black() -> None:
    assert not filled(np.ones((8, 16, 3)), np.zeros((8, 16))).any()


def test_a_view_of_a_picture_that_knows_its_crop_follows_fov() -> None:
    from lightprobe.imaging.picture import Crop

    pixels = np.full((30, 40, 3), 90, np.uint8)
    plain = lightprobe.load("plain")(pixels, fov=65)
    crop = Picture(pixels=pixels, is_linear=False, name="a", crop=Crop(full_height=100, left=0, top=0))
    assert lightprobe.load("plain")(crop, fov=65).seen == plain.seen


@pytest.mark.parametrize("shape", [(65_000, 8), (60_000, 100), (34_000, 60), (1_000_000, 2)])
@pytest.mark.parametrize("fov", [1.0, 60.0, 170.0])
def test_memory_is_bounded_by_the_answer_however_tall_the_picture(shape: tuple[int, int], fov: float) -> None:
    """A matrix of rows by rows would take up to 32 GB."""
    tracemalloc.start()
    share = place_perspective(*shape, fov, (32, 64), shape[0] * shape[1] > partial.MAX_PLACED_PIXELS).share
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 600e6
    assert 0 < share.max() <= 1


def test_a_sliver_is_averaged_to_fewer_rows() -> None:
    rows, columns = reduced_size(160_000, 1000, 170.0, 32)
    assert rows * columns <= MAX_REDUCED
    assert reduced_size(480, 640, 65.0, 32) == (224, 299)  # others are as they were
