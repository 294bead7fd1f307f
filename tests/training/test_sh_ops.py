"""Tables for torch against the arithmetic of `lightprobe.sphere`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.sphere import SH, project
from lightprobe.training import sh_ops


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("turn", [0, 1, 17, 63])
def test_turned_coefficients_are_those_of_the_turned_panorama(turn: int, mirror: bool) -> None:
    panorama = np.random.default_rng(turn).random((32, 64, 3))
    moved = np.moveaxis(sh_ops.turned(np.moveaxis(panorama, 1, 2), turn, mirror), 2, 1)
    expected = np.roll(panorama[:, ::-1] if mirror else panorama, turn, axis=1)
    np.testing.assert_array_equal(moved, expected)
    np.testing.assert_allclose(sh_ops.turn_matrices()[int(mirror), turn] @ project(panorama), project(moved), atol=2e-6)


def test_a_finer_panorama_turns_by_the_same_angle() -> None:
    fine = np.arange(128.0)[None].repeat(64, axis=0)
    np.testing.assert_array_equal(sh_ops.turned(fine, 3, False), np.roll(fine, 6, axis=1))


def test_odd_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a panorama width that is a multiple of 64, got 60"):
        sh_ops.turned(np.zeros((30, 60)), 1, False)


def test_cmgen_and_back() -> None:
    coeffs = torch.from_numpy(np.random.default_rng(0).normal(size=(4, 9, 3))).float()
    there = sh_ops.convert_coeffs(coeffs, "cmgen")
    torch.testing.assert_close(sh_ops.convert_coeffs(there, "cmgen", back=True), coeffs, atol=1e-5, rtol=1e-4)


def test_cmgen_is_what_cmgen_writes_of_light_that_does_not_ring() -> None:
    coeffs = np.random.default_rng(1).normal(0, 0.05, (9, 3))
    coeffs[0] = 3.0
    ours = sh_ops.convert_coeffs(torch.from_numpy(coeffs)[None], "cmgen")[0].numpy()
    np.testing.assert_allclose(ours, SH(coeffs).to("cmgen"), rtol=1e-4, atol=1e-6)


def test_unknown_conventions_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a model's convention to be radiance or cmgen, got 'unity'"):
        sh_ops.convert_coeffs(torch.zeros(1, 9, 3), "unity")
