"""Turning and mirroring: a representation of the orthogonal group, band by band."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, orthogonal, unit_vectors
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.sphere import radiance, rotate, rotation_matrix
from lightprobe.sphere.harmonics.basis import orders
from lightprobe.sphere.harmonics.rotation import MIRROR, about_y

BANDS = st.integers(1, 6)


@FEW
@given(SEEDS, BANDS, st.booleans())
def test_the_turned_light_shines_from_where_the_matrix_takes_it(seed: int, bands: int, reflects: bool) -> None:
    rng = np.random.default_rng(seed)
    matrix, coeffs = orthogonal(rng, reflects=reflects), rng.normal(size=(bands**2, 3))
    toward = unit_vectors(rng, 10)
    turned = radiance(rotate(coeffs, matrix), toward @ matrix.T)
    np.testing.assert_allclose(turned, radiance(coeffs, toward), atol=1e-12)


@FEW
@given(SEEDS, BANDS, st.booleans(), st.booleans())
def test_one_after_the_other_is_the_product(seed: int, bands: int, first: bool, second: bool) -> None:
    rng = np.random.default_rng(seed)
    a, b = orthogonal(rng, reflects=first), orthogonal(rng, reflects=second)
    product = rotation_matrix(b, bands) @ rotation_matrix(a, bands)
    np.testing.assert_allclose(rotation_matrix(b @ a, bands), product, atol=1e-12)


@FEW
@given(SEEDS, BANDS, st.booleans())
def test_orthogonal_and_bands_apart(seed: int, bands: int, reflects: bool) -> None:
    matrix = rotation_matrix(orthogonal(np.random.default_rng(seed), reflects=reflects), bands)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(bands**2), atol=1e-12)
    band = orders(bands)[0]
    assert not matrix[band[:, None] != band].any()


@pytest.mark.parametrize("bands", [1, 3, 6])
def test_doing_nothing_and_reversing_everything(bands: int) -> None:
    np.testing.assert_allclose(rotation_matrix(np.eye(3), bands), np.eye(bands**2), atol=1e-13)
    parity = np.diag((-1.0) ** orders(bands)[0])
    np.testing.assert_allclose(rotation_matrix(-np.eye(3), bands), parity, atol=1e-13)


def test_mirror_changes_signs_only() -> None:
    # z → −z: y, x, xy, 3z²−1, x²−y² and 1 stay, z, yz and xz turn round
    expected = np.diag([1.0, 1, -1, 1, 1, -1, 1, -1, 1])
    np.testing.assert_allclose(rotation_matrix(MIRROR), expected, atol=1e-13)


def test_about_y_takes_x_towards_z() -> None:
    np.testing.assert_allclose(about_y(np.pi / 2) @ [1, 0, 0], [0, 0, 1], atol=1e-15)
    assert np.linalg.det(about_y(0.3)) == pytest.approx(1)
    np.testing.assert_allclose(about_y(0.3) @ about_y(0.4), about_y(0.7), atol=1e-15)


@pytest.mark.parametrize("matrix", [np.eye(3) * 2, np.zeros((3, 3)), [[1, 0.1, 0], [0, 1, 0], [0, 0, 1]]])
def test_other_matrices_are_refused_with_advice(matrix: np.ndarray) -> None:
    message = (
        r"^expected a 3×3 rotation or reflection, got \[\[.*\]\]; "
        r"normalize it first \(distant light cannot be scaled or sheared\)$"
    )
    with pytest.raises(ValueError, match=message):
        rotation_matrix(np.array(matrix, float))
    with pytest.raises(ValueError, match="expected a 3×3 rotation"):
        rotate(np.zeros((9, 3)), np.array(matrix, float))
