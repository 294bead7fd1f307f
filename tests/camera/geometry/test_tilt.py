"""Index maps of tilted panoramas, and lights moved with all their energy."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.geometry import tilt
from lightprobe.camera.geometry.rotations import tilt_matrix, turn_matrix
from lightprobe.sphere.panorama.equirect import directions, solid_angles

from ...data.pairs_toys import toy


def smooth() -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(toy(1, height=32), -1, 0))


def test_no_tilt_moves_nothing() -> None:
    np.testing.assert_array_equal(tilt.nearest(16, 0), np.arange(16 * 32))
    np.testing.assert_allclose(tilt.move_bilinear(smooth(), tilt.tilt_corners(32, 0)), smooth(), rtol=1e-6)


def test_nearest_and_bilinear_agree_with_the_directions() -> None:
    """The tilted panorama holds at direction d what the original holds at the direction that d came from."""
    toward = directions(32, 64)
    planes = np.ascontiguousarray(np.moveaxis(toward, -1, 0), np.float32)
    expected = np.moveaxis(toward @ tilt_matrix(9), -1, 0)
    moved = tilt.move_bilinear(planes, tilt.tilt_corners(32, 9))
    np.testing.assert_allclose(moved, expected, atol=0.01)
    np.testing.assert_allclose(planes.reshape(3, -1)[:, tilt.nearest(32, 9)].reshape(3, 32, 64), expected, atol=0.12)


def test_a_turn_by_a_column_is_exact() -> None:
    moved = tilt.move_bilinear(smooth(), tilt.bilinear_corners(32, turn_matrix(3, 64)))
    np.testing.assert_allclose(moved, np.roll(smooth(), 3, axis=2), rtol=1e-5)


def test_weights_add_up_to_one() -> None:
    total = sum(weight for _, weight in tilt.tilt_corners(16, 7))
    np.testing.assert_allclose(total, 1, atol=1e-6)


@pytest.mark.parametrize("height", [16, 64])
def test_lights_keep_their_energy(height: int) -> None:
    rng = np.random.default_rng(0)
    energy, toward = rng.uniform(0, 5, (40, 3)), rng.normal(size=(40, 3))
    toward[0], toward[1] = (0, 1, 0), (-1, 0, 1e-9)  # a pole and the seam
    toward /= np.linalg.norm(toward, axis=1, keepdims=True)
    panorama = tilt.splat(energy, toward, height)
    np.testing.assert_allclose((panorama * solid_angles(height, 2 * height)).sum(axis=(1, 2)), energy.sum(axis=0))
