"""Completion: what is measured stays, what is lost or unseen is estimated."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import lightprobe
from lightprobe.surround.completion import as_estimate, complete, fill_unseen

ESTIMATOR, PLAIN = lightprobe.load(), lightprobe.load("plain")


def dim_room(rows: int = 64) -> np.ndarray:
    return np.random.default_rng(4).uniform(0.1, 0.3, (rows, 2 * rows, 3))


def test_a_surround_that_is_known_as_a_whole_passes_unchanged() -> None:
    radiance = dim_room()
    radiance[20:22, 30:32] = 400  # brighter than anything that a network sees
    found = complete(ESTIMATOR, radiance, np.zeros(radiance.shape), np.ones((64, 128)))
    assert found.radiance == pytest.approx(radiance)
    assert found.coeffs == pytest.approx(lightprobe.sphere.project(radiance, 3))
    assert (found.seen, found.clipped) == (pytest.approx(1), 0)


def test_lost_light_is_added_where_it_clipped_and_nowhere_else() -> None:
    radiance, clipped = dim_room(), np.zeros((64, 128, 3))
    radiance[20:24, 30:34], clipped[20:23, 30:33] = 1, 1
    found = complete(ESTIMATOR, radiance, clipped, np.ones((64, 128)))
    added = found.radiance - radiance
    assert (added[clipped == 0] == 0).all()
    assert added[clipped == 1].max() > 1
    assert (added >= 0).all()
    half = np.full((64, 128), 0.5)
    half[:30] = 1
    without = complete(PLAIN, radiance, clipped, half)
    assert without.radiance[:30] == pytest.approx(radiance[:30])
    assert without.radiance.max() <= 1.0001


def test_where_little_is_clipped_most_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bright:
        """A network that estimates ten times the median everywhere."""

        manifest = SimpleNamespace(planes=7)

        def __call__(self, cells: np.ndarray, response: str) -> dict[str, np.ndarray]:
            return {"panorama": np.full((32, 64, 3), 10 * 0.18 * 2**-0.5)}

    estimator = lightprobe.load("plain")
    monkeypatch.setattr(estimator, "network", Bright())
    radiance, clipped = np.ones((32, 64, 3)), np.zeros((32, 64, 3))
    clipped[20, 30:33] = np.array([1, 1 / 16, 1 / 256])[:, None]
    found = complete(estimator, radiance, clipped, np.ones((32, 64)))
    assert found.radiance[20, 29:34, 0] == pytest.approx([1, 10, 1 + 9 / 2, 1 + 9 / 4, 1])


def test_the_answer_scales_with_the_scale_of_the_surround() -> None:
    radiance, clipped, seen = dim_room(), np.zeros((64, 128, 3)), np.ones((64, 128))
    radiance[20:24, 30:34], clipped[20:24, 30:34], seen[40:] = 1, 1, 0
    once, eight = (complete(ESTIMATOR, radiance * scale, clipped, seen) for scale in (1, 8))
    assert eight.coeffs == pytest.approx(8 * once.coeffs, rel=1e-3, abs=1e-3)


def test_the_unseen_is_estimated_in_proportion() -> None:
    radiance, seen = np.full((64, 128, 3), 0.2), np.zeros((64, 128))
    seen[:, :64] = 1
    found = complete(PLAIN, radiance * seen[..., None], np.zeros(radiance.shape), seen)
    assert found.radiance == pytest.approx(radiance, rel=1e-5)
    assert found.seen == pytest.approx(0.5)
    assert np.isfinite(complete(PLAIN, 0 * radiance, 0 * radiance, 0 * seen).coeffs).all()


def test_filling_is_that_of_partial_pictures() -> None:
    from lightprobe.imaging.placement import fill, filling

    rng = np.random.default_rng(6)
    share = np.where(rng.random((32, 64)) < 0.3, rng.random((32, 64)), 0.0)
    sums = rng.random((32, 64, 3)) * share[..., None]
    expected = fill(sums, filling(share))
    assert (1 - share[..., None]) * fill_unseen(sums, share) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_the_estimate_has_the_panorama_as_its_environment() -> None:
    radiance = dim_room()
    result = as_estimate(complete(PLAIN, radiance, 0 * radiance, np.ones((64, 128))), PLAIN)
    assert result.panorama.shape == (32, 64, 3)
    assert result.environment() == pytest.approx(radiance, rel=1e-5)
