"""Sums over rows: whatever the blocks are."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.sphere import project
from lightprobe.sphere.panorama import rows


def test_nothing_depends_on_the_size_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    panorama = np.random.default_rng(2).uniform(size=(17, 34, 3))
    whole = project(panorama, 4)
    for values in (1, 34 * 3 * 2, 34 * 3 * 5):
        monkeypatch.setattr(rows, "BLOCK_VALUES", values)
        np.testing.assert_allclose(project(panorama, 4), whole, atol=1e-12)


def test_rows_that_no_block_brings_count_as_zero() -> None:
    weights = np.arange(12.0).reshape(3, 4)
    blocks = [(1, np.ones((2, 5)))]
    np.testing.assert_array_equal(rows.integrate_rows(weights, blocks), weights[:, 1:3].sum(1)[:, None] * np.ones(5))


@pytest.mark.parametrize("shape", [(1, 1, 1), (7, 300, 3), (1850, 200, 3), (2, 4, 200_000)])
def test_multiply_is_the_matrix_product(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    left, right = rng.random(shape[:2]), rng.random(shape[1:])
    np.testing.assert_allclose(rows.multiply(left, right), left @ right, rtol=1e-12)
