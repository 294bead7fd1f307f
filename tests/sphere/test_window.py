"""Windows: what they multiply by, that they leave nothing negative, and no more than they must."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import FEW, SEEDS, orthogonal, unit_vectors
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from lightprobe.sphere import basis, cosine_lobe, fibonacci, irradiance, radiance, rotate, window
from lightprobe.sphere.harmonics.window import (
    automatic_cutoff,
    laplacian_window,
    quadratic_minimum,
    sinc_window,
    sloan_bound,
    sloan_damping,
)

LOBE = cosine_lobe()[:, None]
BANDS = np.array([0, 2, 6])
"""Places of one coefficient of each band."""
CONSTANT = np.array([[1.0, 2.0, 3.0]] + [[0.0] * 3] * 8)


def suns(seed: int, count: int = 3) -> np.ndarray:
    """Light that is nowhere negative and mostly rings: a few suns over some gray."""
    rng = np.random.default_rng(seed)
    colors = rng.uniform(0, 1, (count, 3)) * 10.0 ** rng.uniform(-1, 1, (count, 1))
    coeffs = basis(unit_vectors(rng, count)).T @ colors
    coeffs[0] += rng.uniform(0, 1, 3) * 10.0 ** rng.uniform(-2, 1)
    return coeffs


# ------------------------------------------------------------------------------------------- factors


def test_sinc_window() -> None:
    np.testing.assert_allclose(sinc_window(4.0)[BANDS], [1, (np.sin(np.pi / 4) / (np.pi / 4)) ** 4, (2 / np.pi) ** 4])
    np.testing.assert_array_equal(sinc_window(2.0, 4)[[0, 4, 9]], [1, 0, 0])
    assert sinc_window(2.0)[2] > 0
    np.testing.assert_array_equal(sinc_window(0.5)[BANDS], [1, 0, 0])


def test_laplacian_window() -> None:
    np.testing.assert_allclose(laplacian_window(0.1)[BANDS], [1, 1 / 1.4, 1 / 4.6])
    np.testing.assert_array_equal(laplacian_window(0.0, 4), np.ones(16))


@pytest.mark.parametrize("kind", ["auto", "auto-radiance", "sloan", "none", 3.5, 7])
def test_one_factor_per_band_and_one_for_the_mean(kind: str | float) -> None:
    factors = window(suns(1), kind)
    assert factors[0] == 1
    for l in range(3):
        assert len(set(factors[l * l : (l + 1) ** 2])) == 1
    assert 1 >= factors[2] >= factors[6] >= 0


def test_numbers_and_none() -> None:
    np.testing.assert_array_equal(window(suns(2), 5), sinc_window(5.0))
    np.testing.assert_array_equal(window(np.zeros((25, 3)), 5.0), sinc_window(5.0, 5))
    np.testing.assert_array_equal(window(np.zeros((25, 3)), "none"), np.ones(25))


# ---------------------------------------------------------------------------------------------- auto


@pytest.mark.parametrize(("channels", "cutoff"), [(1, 12.921875), (2, 12.844360), (3, 12.767451)])
def test_auto_shrinks_a_little_with_each_channel_that_does_not_ring(channels: int, cutoff: float) -> None:
    # from 13 down to within 0.1 of it, seven halvings of the interval; then the next channel starts there
    assert automatic_cutoff(CONSTANT[:, :channels]) == pytest.approx(cutoff, abs=1e-6)
    expected = 13.0
    for _ in range(channels):
        expected -= (expected - 3) / 2**7
    assert automatic_cutoff(CONSTANT[:, :channels]) == pytest.approx(expected, abs=1e-12)


def test_auto_factors_of_light_that_does_not_ring() -> None:
    assert window(CONSTANT, "auto")[BANDS] == pytest.approx([1, 0.9604, 0.8498], abs=5e-5)


@pytest.mark.parametrize(("bands", "start"), [(1, 5.0), (2, 9.0)])
def test_auto_with_fewer_bands(bands: int, start: float) -> None:
    assert start - 0.3 < automatic_cutoff(CONSTANT[: bands * bands]) < start
    with pytest.raises(ValueError, match=r"^expected at most 3 bands for an automatic window, got 4; give a cut-off"):
        automatic_cutoff(np.zeros((16, 3)))


@FEW
@given(SEEDS)
def test_auto_leaves_no_negative_irradiance(seed: int) -> None:
    coeffs = suns(seed)
    windowed = window(coeffs, "auto")[:, None] * coeffs
    least = min(quadratic_minimum(channel) for channel in (LOBE * windowed).T)
    assert least >= -1e-9 * np.abs(coeffs).max()


@FEW
@given(SEEDS)
def test_auto_radiance_leaves_no_negative_radiance_or_goes_as_far_as_it_can(seed: int) -> None:
    coeffs = suns(seed)
    cutoff = automatic_cutoff(coeffs)
    windowed = sinc_window(cutoff)[:, None] * coeffs
    least = min(quadratic_minimum(channel) for channel in windowed.T)
    assert least >= -1e-9 * np.abs(coeffs).max() or cutoff == 3.0


@FEW
@given(SEEDS)
def test_auto_is_near_the_mildest(seed: int) -> None:
    coeffs = suns(seed)
    cutoff = automatic_cutoff(LOBE * coeffs)
    milder = sinc_window(cutoff + 0.35)[:, None] * LOBE * coeffs  # 0.1 for each channel's search, and a little
    assert cutoff > 12.7 or min(sloan_bound(channel) for channel in milder.T) < 0


def test_auto_takes_the_channel_that_rings_most() -> None:
    ringing = basis(np.array([[0.6, 0.8, 0.0]])).T * 5
    both = np.concatenate([CONSTANT[:, :1], ringing], axis=1)
    alone, together = automatic_cutoff(LOBE * ringing), automatic_cutoff(LOBE * both)
    assert together == pytest.approx(alone, abs=0.1)
    assert together < 12


# ------------------------------------------------------------------------------------------- minimum


def dense_minimum(coeffs: np.ndarray) -> float:
    """On 4000 directions, then refined."""
    directions = fibonacci(4000)
    start = directions[np.argmin(radiance(coeffs[:, None], directions)[:, 0])]

    def value(v: np.ndarray) -> float:
        return float(radiance(coeffs[:, None], v / np.linalg.norm(v))[0])

    return minimize(value, start, method="BFGS").fun


@FEW
@given(SEEDS, st.sampled_from([0.0, 0.1, 1.0, 10.0]))
def test_quadratic_minimum_is_the_minimum(seed: int, linear: float) -> None:
    coeffs = np.random.default_rng(seed).normal(size=9)
    coeffs[1:4] *= linear
    assert quadratic_minimum(coeffs) == pytest.approx(dense_minimum(coeffs), abs=1e-8 * max(1.0, linear))


@FEW
@given(SEEDS, st.integers(-250, 150))
def test_quadratic_minimum_scales(seed: int, exponent: int) -> None:
    coeffs = np.random.default_rng(seed).normal(size=9)
    scaled = quadratic_minimum(coeffs * 10.0**exponent)
    assert scaled / 10.0**exponent == pytest.approx(quadratic_minimum(coeffs), rel=1e-9, abs=1e-9)


@FEW
@given(SEEDS)
def test_quadratic_minimum_does_not_turn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    coeffs = rng.normal(size=9)
    turned = rotate(coeffs[:, None], orthogonal(rng, reflects=bool(seed % 2)))[:, 0]
    assert quadratic_minimum(turned) == pytest.approx(quadratic_minimum(coeffs), abs=1e-10)


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("sign", [1, -1])
def test_quadratic_minimum_where_nothing_is_unique(place: int, sign: int) -> None:
    coeffs = sign * np.eye(9)[place]
    expected = {0: 0.282095 * sign, 6: -0.315392 if sign > 0 else -0.630783}.get(
        place, -0.488603 if place < 4 else -0.546274
    )
    assert quadratic_minimum(coeffs) == pytest.approx(expected, abs=1e-6)
    assert quadratic_minimum(np.zeros(9)) == 0


def test_quadratic_minimum_when_the_linear_part_misses_the_lowest_axis() -> None:
    # the "hard case": band 1 across the axis along which band 2 is least; overflowed once
    coeffs = basis(np.array([1.0, 0, 0])) * 1.0 - 5 * basis(np.array([0.0, 0, 1])) * (np.arange(9) > 3)
    assert quadratic_minimum(coeffs) == pytest.approx(dense_minimum(coeffs), abs=1e-8)


@FEW
@given(SEEDS)
def test_sloan_bound_is_below_the_minimum(seed: int) -> None:
    coeffs = np.random.default_rng(seed).normal(size=9)
    assert sloan_bound(coeffs) <= quadratic_minimum(coeffs) + 1e-7


@FEW
@given(SEEDS, st.floats(0.01, 2), st.floats(-2, 2))
def test_sloan_bound_is_the_minimum_of_light_about_one_axis(seed: int, first: float, second: float) -> None:
    toward = unit_vectors(np.random.default_rng(seed), 1)[0]
    coeffs = basis(toward) * np.array([1.0, *3 * [first], *5 * [second]])
    assert sloan_bound(coeffs) == pytest.approx(quadratic_minimum(coeffs), abs=1e-5)


def test_sloan_bound_without_a_direction() -> None:
    assert sloan_bound(CONSTANT[:, 0]) == pytest.approx(0.282095, abs=1e-6)
    assert sloan_bound(np.zeros(9)) == 0


# ---------------------------------------------------------------------------------------------- sloan


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_sloan_leaves_light_that_does_not_ring_as_it_is(scale: float) -> None:
    coeffs = np.random.default_rng(4).normal(size=(9, 3)) * 0.1
    coeffs[0] = 3
    np.testing.assert_array_equal(window(coeffs * scale, "sloan"), np.ones(9))
    assert sloan_damping(np.zeros((9, 3))) == 0


@FEW
@given(SEEDS)
def test_sloan_is_the_smallest_damping_that_does(seed: int) -> None:
    coeffs = suns(seed, count=1)
    damping = sloan_damping(coeffs)

    def least(value: float) -> float:
        damped = laplacian_window(value)[:, None] * LOBE * coeffs
        return min(quadratic_minimum(channel) for channel in damped.T)

    scale = np.abs(coeffs).max()
    assert least(damping) >= -1e-9 * scale
    assert damping == 0 or least(damping * (1 - 1e-6)) < 0


def test_sloan_is_milder_than_auto() -> None:
    for seed in range(8):
        coeffs = suns(seed)
        assert window(coeffs, "sloan")[2] >= window(coeffs, "auto")[2]


# --------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("coeffs", "kind", "message"),
    [
        (CONSTANT, "lanczos", r"^expected a window 'auto', 'sloan', 'none' or a cut-off in bands, got 'lanczos'$"),
        (CONSTANT, 0, r"^expected a cut-off above 0 bands, got 0(\.0)?; 'auto' finds one, 'none' applies no window$"),
        (CONSTANT, -1.5, r"^expected a cut-off above 0 bands, got -1\.5;"),
        (CONSTANT, float("nan"), r"^expected a cut-off above 0 bands, got nan;"),
        (
            np.ones((16, 3)),
            "auto",
            r"^expected at most 3 bands for an automatic window, got 4; give a cut-off or 'none'$",
        ),
        (np.ones((4, 3)), "sloan", r"^expected 3 bands for the window 'sloan', got 2; give a cut-off or 'none'$"),
        (
            -CONSTANT,
            "sloan",
            r"^expected light with a positive mean in each channel, got a mean of 0 or less; check the picture$",
        ),
    ],
)
def test_what_cannot_be_windowed_is_refused_with_advice(coeffs: np.ndarray, kind: str | float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        window(coeffs, kind)


def test_windows_are_needed() -> None:
    sun = np.outer(basis(np.array([0.0, 1, 0])), np.ones(3))
    assert irradiance(sun, -np.array([0.0, 0.6, 0.8])).min() < 0
