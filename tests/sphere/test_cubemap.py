"""Cubemaps: what a texel looks at and weighs, and that suns survive the way to and fro."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, energy, relative, sun_panorama, toward, unit_vectors
from hypothesis import given

from lightprobe.sphere import project
from lightprobe.sphere.panorama import cubemap, equirect
from lightprobe.sphere.panorama.cubemap import from_equirect, project_cubemap, to_equirect


@pytest.mark.parametrize("size", [1, 2, 3, 64])
def test_solid_angles_add_up(size: int) -> None:
    assert 6 * cubemap.texel_solid_angles(size).sum() == pytest.approx(4 * np.pi, rel=1e-13)


def test_solid_angle_of_a_texel_is_its_integral() -> None:
    size, fine = 4, 400
    s = (2 * np.arange(size * fine) + 1) / (size * fine) - 1
    density = (1 + s[:, None] ** 2 + s**2) ** -1.5 * (2 / (size * fine)) ** 2
    summed = density.reshape(size, fine, size, fine).sum(axis=(1, 3))
    np.testing.assert_allclose(cubemap.texel_solid_angles(size), summed, rtol=1e-6)


def test_directions_are_those_with_which_a_gpu_samples() -> None:
    directions = cubemap.texel_directions(3)
    np.testing.assert_allclose(directions[:, 1, 1], np.repeat(np.eye(3), 2, axis=0) * np.tile([[1], [-1]], (3, 1)))
    # OpenGL 4.6, table 8.19: per face the axes of sc (to the right) and tc (down)
    right = [[0, 0, -1], [0, 0, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0], [-1, 0, 0]]
    down = [[0, -1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1], [0, -1, 0], [0, -1, 0]]
    for face in range(6):
        assert directions[face, 1, 2] @ right[face] > 0.5
        assert directions[face, 2, 1] @ down[face] > 0.5


@FEW
@given(SEEDS)
def test_positions_undo_directions(seed: int) -> None:
    size = 5
    where = np.random.default_rng(seed).integers(0, [[6], [size], [size]], (3, 10))
    face, row, column = cubemap.texel_positions(cubemap.texel_directions(size)[*where], size)
    np.testing.assert_allclose([face, row, column], where, atol=1e-12)


def test_sampling_at_texel_centers_gives_the_texels() -> None:
    faces = np.random.default_rng(0).uniform(size=(6, 4, 4, 3))
    np.testing.assert_allclose(cubemap.sample_cubemap(faces, cubemap.texel_directions(4)), faces, atol=1e-12)


def test_sampling_between_texels_is_their_mean() -> None:
    faces = np.zeros((6, 2, 2, 1))
    faces[0] = [[[1.0], [2.0]], [[3.0], [6.0]]]
    toward = np.array([[1.0, 0.0, 0.0], [1.0, 0.5, 0.0], [1.0, 1e-9, 1.0], [1.0, 1e-9, 0.999999]])
    sampled = cubemap.sample_cubemap(faces, toward)[:, 0]  # +Z is black
    np.testing.assert_allclose(sampled, [3.0, 1.5, 1.0, 1.0], atol=1e-5)


@pytest.mark.parametrize("size", [1, 2, 5, 32])
def test_constant_cubemap(size: int) -> None:
    coeffs = project_cubemap(np.ones((6, size, size, 3)), 4)
    assert coeffs[0] == pytest.approx([np.sqrt(4 * np.pi)] * 3, rel=1e-13)
    np.testing.assert_allclose(coeffs[1:], 0, atol=1e-13)


def test_projection_approaches_that_of_the_panorama() -> None:
    rng = np.random.default_rng(1)
    panorama = equirect.resize(rng.uniform(size=(8, 16, 3)), 64, 128)
    expected = project(panorama)
    errors = [relative(project_cubemap(from_equirect(panorama, size)), expected) for size in (8, 32)]
    assert errors[1] < 3e-3
    assert errors[1] < errors[0] / 4


@pytest.mark.parametrize(("height", "size"), [(4, 16), (64, 16), (33, 20), (1, 3), (256, 8)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_constants_stay_constant(height: int, size: int, dtype: type) -> None:
    faces = from_equirect(np.full((height, 2 * height, 2), 0.3, dtype), size)
    np.testing.assert_allclose(faces, float(dtype(0.3)), rtol=1e-12)
    np.testing.assert_allclose(to_equirect(faces, 6), float(dtype(0.3)), rtol=1e-12)


def suns(height: int, count: int) -> np.ndarray:
    """One-pixel suns, a channel each: two in the polar rows, one on the horizon, the others anywhere."""
    rng = np.random.default_rng(0)
    panorama = np.zeros((height, 2 * height, count))
    rows = [0, height - 1, height // 2, *rng.integers(0, height, count - 3)]
    panorama[rows, rng.integers(0, 2 * height, count), np.arange(count)] = 1e4
    return panorama


@pytest.mark.parametrize(("height", "size", "tolerance"), [(256, 128, 0.01), (64, 32, 0.01), (256, 64, 0.015)])
def test_suns_of_one_pixel_keep_their_coefficients(height: int, size: int, tolerance: float) -> None:
    # the last size halves the panorama first, which moves a sun by up to half a pixel
    panorama = suns(height, 8)
    expected, found = project(panorama), project_cubemap(from_equirect(panorama, size))
    error = np.linalg.norm(found - expected, axis=0) / np.linalg.norm(expected, axis=0)
    assert error.max() < tolerance


def test_suns_anywhere_keep_their_energy() -> None:
    panorama = suns(64, 100)
    faces = from_equirect(panorama, 32)
    shone = (faces * cubemap.texel_solid_angles(32)[..., None]).sum(axis=(0, 1, 2))
    error = shone / energy(panorama) - 1
    assert np.sqrt(np.mean(error**2)) < 0.003
    assert np.abs(error).max() < 0.02


def test_more_samples_lose_less() -> None:
    panorama = suns(64, 12)
    expected = project(panorama)
    errors = [relative(project_cubemap(from_equirect(panorama, 32, samples)), expected) for samples in (3, 8)]
    assert errors[1] < errors[0] / 4


def test_suns_of_one_texel_keep_their_energy_on_the_way_back() -> None:
    rng = np.random.default_rng(0)
    faces = np.zeros((6, 32, 32, 24))
    faces[*rng.integers(0, [[6], [32], [32]], (3, 24)), np.arange(24)] = 1e4
    shone = (faces * cubemap.texel_solid_angles(32)[..., None]).sum(axis=(0, 1, 2))
    error = np.abs(energy(to_equirect(faces, 64)) / shone - 1)
    assert error.max() < 0.04
    assert np.median(error) < 0.006


def test_a_pixel_of_the_way_back_is_a_mean_over_the_sphere() -> None:
    faces = np.zeros((6, 8, 8, 1))
    faces[2:4] = 1  # a third of the sphere, at the poles
    for height in (1, 2, 3):
        assert energy(to_equirect(faces, height))[0] == pytest.approx(4 * np.pi / 3, rel=2e-3)


def test_there_and_back() -> None:
    panorama = sun_panorama(64, toward(30, 50), 15, [4.0, 3.0, 2.0], [0.2, 0.3, 0.5])
    back = to_equirect(from_equirect(panorama, 64), 64)
    np.testing.assert_allclose(energy(back), energy(panorama), rtol=2e-3)
    assert relative(project(back), project(panorama)) < 2e-3
    flat = np.abs(equirect.directions(64, 128) @ toward(30, 50) - np.cos(np.radians(15))) > 0.02
    np.testing.assert_allclose(back[flat], panorama[flat], rtol=1e-3)


def test_faces_show_what_the_panorama_shows() -> None:
    directions = equirect.directions(128, 256)
    faces = from_equirect(directions, 32)  # colors are directions
    np.testing.assert_allclose(faces, cubemap.texel_directions(32), atol=0.02)


def test_wrong_shapes_are_refused_with_advice() -> None:
    message = r"^expected six square faces \(6, n, n, channels\), got \(6, 4, 5, 3\); "
    message += r"stack px nx py ny pz nz in this order$"
    with pytest.raises(ValueError, match=message):
        cubemap.check_faces(np.zeros((6, 4, 5, 3)))
    for shape in ((5, 4, 4, 3), (6, 4, 4)):
        with pytest.raises(ValueError, match="expected six square faces"):
            cubemap.check_faces(np.zeros(shape))
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        from_equirect(np.zeros((4, 4, 3)), 2)
    with pytest.raises(ValueError, match=r"^expected at least 3 samples, got 2; with fewer, some texels stay empty$"):
        from_equirect(np.zeros((4, 8, 3)), 2, samples=2)
    with pytest.raises(ValueError, match="expected 1 to 32 bands"):
        project_cubemap(np.zeros((6, 1, 1, 3)), 33)


def test_nothing_depends_on_the_size_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    panorama = np.random.default_rng(4).uniform(size=(16, 32, 3))
    whole = from_equirect(panorama, 8), to_equirect(from_equirect(panorama, 8), 16)
    monkeypatch.setattr(cubemap, "BLOCK_PATCHES", 300)
    np.testing.assert_allclose(from_equirect(panorama, 8), whole[0], rtol=1e-12)
    np.testing.assert_allclose(to_equirect(whole[0], 16), whole[1], rtol=1e-12)


def test_unit_vectors_are_all_on_some_face() -> None:
    face, row, column = cubemap.texel_positions(unit_vectors(np.random.default_rng(5), 1000), 8)
    assert set(face.tolist()) == set(range(6))
    assert min(row.min(), column.min()) >= -0.5
    assert max(row.max(), column.max()) <= 7.5
