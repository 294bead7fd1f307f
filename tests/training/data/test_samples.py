"""Samples: made from HDRIs or read from pairs, the same whenever they are asked for."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.camera.sampling.recipe import draw_shot
from lightprobe.data.pairs.journal import read_manifest
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama import equirect
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.samples import (
    StoredSamples,
    SyntheticSamples,
    parse_pair,
    with_curve_given,
    with_curve_unknown,
)


@pytest.fixture
def synthetic(toys: ModuleType, hdris: Path) -> SyntheticSamples:
    samples = open_dataset(hdris, toys.toy()).train
    assert isinstance(samples, SyntheticSamples)
    return samples


@pytest.fixture
def stored(toys: ModuleType, pairs: Path) -> StoredSamples:
    samples = open_dataset(pairs, toys.toy()).train
    assert isinstance(samples, StoredSamples)
    return samples


def test_a_sample_depends_on_its_number_alone(synthetic: SyntheticSamples) -> None:
    elsewhere = pickle.loads(pickle.dumps(synthetic))
    for number in (0, synthetic.count - 1):
        one, other = synthetic(number), elsewhere(number)
        np.testing.assert_array_equal(one.picture_srgb, other.picture_srgb)
        np.testing.assert_array_equal(one.coeffs, other.coeffs)
    assert not np.array_equal(synthetic(0).picture_srgb, synthetic(1).picture_srgb)


def test_pictures_in_part_are_exposed_for_that_part(synthetic: SyntheticSamples) -> None:
    metered = replace(synthetic, recipe=replace(synthetic.recipe, auto_exposed=0.0))
    in_part = replace(metered, partial=1.0)
    slugs = [source.slug for source in synthetic.sources]
    for number in range(6):
        whole, part = metered(number), in_part(number)
        assert whole.seen is None
        assert part.seen is not None
        assert 0.02 < part.seen.mean() < 0.6
        factor = float(part.coeffs[0].sum() / whole.coeffs[0].sum())
        np.testing.assert_allclose(part.coeffs, factor * whole.coeffs, rtol=1e-5, atol=1e-6)  # it is all of the light
        variant, index = divmod(number, len(slugs))
        shot = draw_shot(metered.recipe, slugs[index], variant, slugs)
        weights = equirect.coverage(part.seen, 32, 64) * equirect.solid_angles(32, 64)
        luminance = part.panorama @ LUMINANCE
        order = np.argsort(luminance, axis=None)
        area = np.cumsum(weights.ravel()[order])
        median = luminance.ravel()[order[np.searchsorted(area, area[-1] / 2)]]
        assert median == pytest.approx(0.18 * 2**shot.compensation, rel=0.15)  # cells are coarse


def test_more_variants_are_appended(synthetic: SyntheticSamples) -> None:
    more = replace(synthetic, variants=synthetic.variants + 2)
    assert more.count == synthetic.count + 2 * len(synthetic.sources)
    last = synthetic.count - 1
    np.testing.assert_array_equal(more(last).picture_srgb, synthetic(last).picture_srgb)
    assert more.identity() == synthetic.identity()


def test_the_identity_tells_different_samples_apart(synthetic: SyntheticSamples, stored: StoredSamples) -> None:
    others = (
        replace(synthetic, p_response_given=0.1),
        replace(synthetic, recipe=replace(synthetic.recipe, seed=9)),
        replace(synthetic, partial=0.5, several=0.3),
        replace(synthetic, partial=0.5, several=0.4),
        replace(synthetic, sources=synthetic.sources[1:]),
        stored,
        replace(stored, pairs=with_curve_unknown(stored.pairs)),
        replace(stored, pairs=stored.pairs[:3]),
    )
    identities = [str(each.identity()) for each in (synthetic, *others)]
    assert len(set(identities)) == len(identities)


def test_the_clipped_share_is_that_of_the_sphere(stored: StoredSamples) -> None:
    """A pixel counts by its solid angle, which only a picture that clips unevenly shows."""
    samples = [stored(number) for number in range(stored.count)]
    for sample in samples:
        white = (sample.picture_srgb == 255).any(axis=2)
        angle = equirect.solid_angles(*white.shape)
        assert sample.clipped == pytest.approx((white * angle).sum() / angle.sum(), abs=1e-6)
    assert any(sample.clipped > 0 for sample in samples)


def test_a_stored_sample_is_its_row(pairs: Path, stored: StoredSamples) -> None:
    rows = {row["id"]: row for row in read_manifest(pairs)}
    sample, row = stored(1), rows[stored.pairs[1].id]
    np.testing.assert_array_equal(sample.picture_srgb, read_picture(pairs / row["picture"]).pixels)
    assert sample.coeffs.ravel().tolist() == [float(value) for value in row["sh"].split()]
    with pytest.raises(KeyError):
        parse_pair(pairs, {"id": "x"}, 0.5, 0)
    for key, path in (("picture", "../x.png"), ("panorama", "/etc/x.exr"), ("picture", ""), ("panorama", "..")):
        with pytest.raises(ValueError, match=r"expected the path of a file in the same folder, got"):
            parse_pair(pairs, row | {key: path}, 0.5, 0)


def test_curves_given_and_unknown(stored: StoredSamples) -> None:
    given, unknown = with_curve_given(stored.pairs), with_curve_unknown(stored.pairs)
    assert {pair.response for pair in unknown} == {RESPONSE_CODES.index("auto")}
    assert len(unknown) == len(stored.pairs)
    assert [pair.id for pair in given] == [pair.id for pair in stored.pairs if pair.curve != "camera"]
    assert all(RESPONSE_CODES[pair.response] == pair.curve for pair in given)
