"""Panoramas as functions on the sphere: where pixels look, how much they weigh, and that nothing gets lost."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, energy, unit_vectors
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.sphere.panorama import equirect


@pytest.mark.parametrize("height", [1, 2, 3, 7, 64, 2048])
def test_solid_angles_add_up(height: int) -> None:
    assert equirect.solid_angles(height, 2 * height).sum() == pytest.approx(4 * np.pi, rel=1e-13)


def test_solid_angle_of_a_row_is_its_zone() -> None:
    angles = equirect.solid_angles(6, 12)
    assert angles[0].sum() == pytest.approx(2 * np.pi * (1 - np.sin(np.radians(60))), rel=1e-14)
    assert angles[2].sum() == pytest.approx(2 * np.pi * np.sin(np.radians(30)), rel=1e-14)


@pytest.mark.parametrize(("height", "excess"), [(64, 1.0e-4), (128, 2.5e-5), (256, 6.3e-6)])
def test_sine_of_the_row_center_would_be_high(height: int, excess: float) -> None:
    common = np.sin(np.pi * (np.arange(height) + 0.5) / height).sum() * np.pi / height * 2 * np.pi
    assert common / (4 * np.pi) - 1 == pytest.approx(excess, rel=0.02)


def test_axes_of_the_panorama() -> None:
    directions = equirect.directions(512, 1024)
    for (row, column), axis in {
        (0, 0): [0, 1, 0],
        (511, 7): [0, -1, 0],
        (256, 512): [1, 0, 0],
        (256, 768): [0, 0, 1],
        (256, 256): [0, 0, -1],
        (256, 0): [-1, 0, 0],
    }.items():
        np.testing.assert_allclose(directions[row, column], axis, atol=0.007)  # half a pixel
    np.testing.assert_allclose(np.linalg.norm(directions, axis=-1), 1, atol=1e-15)


@pytest.mark.parametrize("height", [1, 3, 32])
def test_positions_undo_directions(height: int) -> None:
    row, column = equirect.positions(equirect.directions(height, 2 * height), height, 2 * height)
    np.testing.assert_allclose(row, np.repeat(np.arange(height)[:, None], 2 * height, axis=1), atol=1e-12)
    np.testing.assert_allclose(column, np.repeat(np.arange(2 * height)[None], height, axis=0), atol=1e-12)


def test_sampling_at_pixel_centers_gives_the_pixels() -> None:
    panorama = np.random.default_rng(0).uniform(size=(9, 18, 3))
    np.testing.assert_allclose(equirect.sample(panorama, equirect.directions(9, 18)), panorama, atol=1e-12)


def test_sampling_across_the_seam() -> None:
    panorama = np.zeros((4, 8, 1))
    panorama[1, 7], panorama[1, 0] = 2.0, 4.0
    latitude = np.pi * (0.5 - 1.5 / 4)
    sides = np.array([0.0, 1e-9, -1e-9])  # halfway between last and first column
    behind = np.stack(np.broadcast_arrays(-np.cos(latitude), np.sin(latitude), sides), axis=-1)
    np.testing.assert_allclose(equirect.sample(panorama, behind)[:, 0], 3.0, atol=1e-6)


@pytest.mark.parametrize(("row", "up"), [(0, 1.0), (3, -1.0)])
def test_sampling_across_the_poles(row: int, up: float) -> None:
    panorama = np.zeros((4, 8, 1))
    panorama[row] = np.arange(8)[:, None]
    tilt, columns = 1e-9, np.arange(8)
    azimuth = 2 * np.pi * ((columns + 0.5) / 8 - 0.5)
    near = np.stack([tilt * np.cos(azimuth), np.full(8, up), tilt * np.sin(azimuth)], axis=-1)
    mean = (columns + (columns + 4) % 8) / 2  # a column and the one half a turn away meet at the pole
    np.testing.assert_allclose(equirect.sample(panorama, near)[:, 0], mean, atol=1e-6)


@FEW
@given(SEEDS)
def test_sampling_is_continuous_and_within_range(seed: int) -> None:
    rng = np.random.default_rng(seed)
    panorama = rng.uniform(size=(6, 12, 1))
    toward = unit_vectors(rng, 200)
    toward[:20, [0, 2]] *= 1e-3
    toward /= np.linalg.norm(toward, axis=1, keepdims=True)
    values = equirect.sample(panorama, toward)
    assert panorama.min() - 1e-12 <= values.min() <= values.max() <= panorama.max() + 1e-12
    moved = toward + 1e-9 * rng.normal(size=toward.shape)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    steep = 1e-6 / np.maximum(np.hypot(toward[:, 0], toward[:, 2]), 1e-3)
    assert (np.abs(equirect.sample(panorama, moved) - values)[:, 0] < 20 * steep).all()


def test_turn_and_mirror_move_whole_pixels() -> None:
    panorama = np.arange(8).reshape(2, 4)
    np.testing.assert_array_equal(equirect.turn(panorama, 1), [[3, 0, 1, 2], [7, 4, 5, 6]])
    np.testing.assert_array_equal(equirect.mirror(panorama), [[3, 2, 1, 0], [7, 6, 5, 4]])


SIZES = [(64, 32), (64, 16), (50, 32), (33, 7), (7, 33), (8, 64), (1, 5), (5, 1), (9, 9)]


@pytest.mark.parametrize(("height", "new"), SIZES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_resizing_keeps_energy(height: int, new: int, dtype: type) -> None:
    panorama = np.random.default_rng(0).uniform(size=(height, 2 * height, 3)).astype(dtype)
    panorama[height // 3, height // 2] = 1e4
    resized = equirect.resize(panorama, new, 2 * new)
    assert resized.shape == (new, 2 * new, 3)
    np.testing.assert_allclose(energy(resized), energy(panorama), rtol=1e-13)


@pytest.mark.parametrize(("height", "new"), SIZES)
def test_resizing_keeps_constants(height: int, new: int) -> None:
    resized = equirect.resize(np.full((height, 2 * height, 1), 0.7), new, 2 * new)
    np.testing.assert_allclose(resized, 0.7, rtol=1e-12)


def test_resizing_averages_what_each_pixel_covers() -> None:
    panorama = np.random.default_rng(2).uniform(size=(6, 12, 1))
    angle = equirect.solid_angles(6, 12)
    resized = equirect.resize(panorama, 3, 6)
    block = slice(2, 4), slice(4, 6)
    assert resized[1, 2, 0] == pytest.approx(np.average(panorama[(*block, 0)], weights=angle[block]), rel=1e-13)


def test_resizing_up_repeats_pixels() -> None:
    panorama = np.random.default_rng(3).uniform(size=(4, 8, 2))
    repeated = panorama.repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_allclose(equirect.resize(panorama, 12, 24), repeated, rtol=1e-12)


@FEW
@given(SEEDS, st.integers(1, 20), st.integers(1, 20))
def test_overlaps_share_out_everything(seed: int, source: int, target: int) -> None:
    rng = np.random.default_rng(seed)

    def edges(count: int) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(rng.uniform(0.1, 1, count))]) / 1.0

    a, b = edges(source), edges(target)
    b *= a[-1] / b[-1]
    share = equirect.overlaps(a, b)
    np.testing.assert_allclose(share.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(share.T @ np.diff(b), np.diff(a), atol=1e-12)
    np.testing.assert_allclose(equirect.overlaps(a[::-1], b[::-1]), share[::-1, ::-1], atol=0)
    np.testing.assert_allclose(equirect.overlaps(a[::-1], b), share[:, ::-1], atol=0)


def test_coverage_is_the_seen_share() -> None:
    seen = np.zeros((4, 8), bool)
    seen[:2, :5] = True
    np.testing.assert_allclose(equirect.coverage(seen, 2, 4), [[1, 1, 0.5, 0], [0, 0, 0, 0]], atol=1e-12)


@pytest.mark.parametrize(("height", "width"), [(480, 640), (0, 0), (2, 3)])
def test_other_shapes_are_refused_with_advice(height: int, width: int) -> None:
    message = (
        rf"^expected a 2:1 panorama \(width = 2 × height\), got {width}×{height}; give the field of view of "
        r"a perspective picture \(fov=60, --fov 60\), or the angles of a part of a panorama \(hfov=360, vfov=90, "
        r"--hfov 360 --vfov 90\), or pad it to 2:1 with transparency, not with black$"
    )
    with pytest.raises(ValueError, match=message):
        equirect.check_panorama(height, width)
    with pytest.raises(ValueError, match=message):
        equirect.check_panorama(height, width, rounded=True)
    equirect.check_panorama(1, 2)


def test_one_row_or_column_off_is_a_panorama() -> None:
    near = [(128, 255), (128, 257), (127, 256), (129, 256), (128, 258), (128, 254), (2047, 4096), (25, 51), (512, 1024)]
    far = [(126, 256), (128, 259), (128, 253), (3, 5), (2, 3), (20, 41), (30, 62), (0, 0), (480, 640), (1, 1)]
    assert [size for size in near if not equirect.is_panorama(*size)] == []
    assert [size for size in far if equirect.is_panorama(*size)] == []
    equirect.check_panorama(127, 256, rounded=True)
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        equirect.check_panorama(127, 256)
