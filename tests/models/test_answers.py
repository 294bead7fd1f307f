"""Answers: the levels that follow from a distribution, found here by brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.models.answers import answer_levels, balanced_level, wholeness

MIXTURES = {
    "narrow": ([0.3, 0.2, 0.4], [0.3, 0.4, 0.35], [0.3, 0.3, 0.4]),
    "wide": ([-1.0, 0.5, 3.0], [1.0, 1.5, 2.0], [0.5, 0.3, 0.2]),
    "two hills": ([-3.0, 4.0, 4.0], [0.5, 0.6, 0.6], [0.45, 0.3, 0.25]),
}
LOBE = np.repeat([np.pi, 2 * np.pi / 3, np.pi / 4], (1, 3, 5))[:, None]
FINE = np.arange(-7.125, 11.125, 0.001)


def coefficients(seed: int, scale: float) -> np.ndarray:
    """Of light that has all of its nine coefficients."""
    found = np.random.default_rng(seed).normal(0, 0.3 * scale, (9, 3))
    found[0] = scale
    return found


def levels(name: str, known: np.ndarray, lost: np.ndarray, seen: float = 1.0) -> np.ndarray:
    level = torch.tensor([[*MIXTURES[name][0], *MIXTURES[name][1], *MIXTURES[name][2]]])
    light = (torch.from_numpy(coeffs)[None].float() for coeffs in (known, lost))
    return answer_levels(level, wholeness(torch.tensor([[seen]])), *light, temperature=(1.5, 1.1))[0].numpy()


def density(name: str, heat: float) -> np.ndarray:
    """Probability of fine levels, stretched about the mean."""
    middle, width, weight = (np.array(part)[:, None] for part in MIXTURES[name])
    center = (weight * middle).sum()
    z = (FINE - (center + heat * (middle - center))) / (heat * width)
    p = (weight / (heat * width * (2 * np.cosh(z / 2)) ** 2)).sum(axis=0)
    return p / p.sum()


@pytest.mark.parametrize("seen", [1.0, 0.5])
@pytest.mark.parametrize("name", MIXTURES)
def test_median_and_interval(name: str, seen: float) -> None:
    found = levels(name, coefficients(1, 1.0), coefficients(2, 0.5), seen)
    below = np.cumsum(density(name, 1.5 if seen == 1 else 1.1))
    for stops, quantile in zip(found[1:], (0.5, 0.1, 0.9), strict=True):
        assert np.interp(stops, FINE, below) == pytest.approx(quantile, abs=0.01)


@pytest.mark.parametrize("name", MIXTURES)
def test_best_has_the_least_expected_relative_error(name: str) -> None:
    known, lost = coefficients(1, 1.0), coefficients(2, 0.5)
    best = levels(name, known, lost)[0]
    p, factors = density(name, 1.5)[::40], 2.0 ** FINE[::40]
    truths = LOBE * (known + factors[:, None, None] * lost)
    sizes = np.linalg.norm(truths, axis=(1, 2))

    def expected(stops: float) -> float:
        answer = LOBE * (known + 2.0**stops * lost)
        return float((p / p.sum() * np.linalg.norm(truths - answer, axis=(1, 2)) / sizes).sum())

    tried = np.arange(-6, 8, 0.05)
    least = min(expected(stops) for stops in tried)
    assert expected(best) <= least * 1.002
    assert expected(best + 1) > expected(best) < expected(best - 1)


def test_temperatures_meet_where_nearly_all_is_seen() -> None:
    known, lost = coefficients(1, 1.0), coefficients(2, 0.5)
    widths = [np.ptp(levels("wide", known, lost, seen)[2:]) for seen in (0.1, 0.9, 0.95, 1.0)]
    assert widths[0] == pytest.approx(widths[1], rel=1e-5)
    assert widths[1] < widths[2] < widths[3]


@pytest.mark.parametrize(
    ("known", "lost", "is_whole", "share"),
    [
        (1.0, 0.5, 1, 0.5),  # best makes it as much as is seen
        (1.0, 0.25, 1, 0.5 - 0.3),
        (1.0, 0.25, 0, 0.5 - 0.3),
        (1.0, 1e-6, 1, -1.0),
        (1.0, 0.0, 1, -1.0),
        (1.0, 64.0, 1, 0.5),
        (0.0, 1.0, 1, 0.5),
        (0.0, 1.0, 0, 0.2),
    ],
)
def test_balanced(known: float, lost: float, is_whole: float, share: float) -> None:
    stops = torch.tensor([[1.0, 3.0, 0.0, 0.0]])
    each = (torch.tensor([[value]]) for value in (is_whole, known, lost))
    found = balanced_level(stops, *each, blend=(0.5, 0.3, -1.0, 0.5, 0.2))
    assert float(found) == pytest.approx(1 + 2 * share, abs=1e-6)
