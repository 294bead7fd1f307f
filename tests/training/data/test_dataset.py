"""The two sides of a fold, from HDRIs and from pairs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.camera.sampling.recipe import ShotRecipe
from lightprobe.data.catalog.table import Entry, read_catalog, write_catalog
from lightprobe.data.pairs import Run, make_pairs
from lightprobe.data.pairs.journal import MANIFEST, SETTINGS, read_manifest
from lightprobe.errors import OutputError
from lightprobe.sphere import project
from lightprobe.training.data.dataset import Dataset, ScoredSamples, open_dataset
from lightprobe.training.data.mixture import AddedCatalog
from lightprobe.training.data.samples import StoredSamples, SyntheticSamples, hdri_cache, seen_name
from lightprobe.training.data.validation_set import ValidationSet
from lightprobe.training.recipes import serialize


def test_a_folder_of_hdris(toys: ModuleType, hdris: Path) -> None:
    dataset = open_dataset(hdris, toys.toy())
    assert isinstance(dataset.train, SyntheticSamples)
    (part,) = dataset.validation
    assert isinstance(part.samples, ValidationSet)
    assert part.held_out
    assert len(part.conditions) == part.samples.count
    trained = [source.slug for source in dataset.train.sources]
    scored = [source.slug for source in part.samples.sources]
    assert dataset.provenance["scenes"] == trained
    assert dataset.provenance["scored"] == scored
    assert sorted(trained + scored) == sorted(path.stem for path in hdris.iterdir())


def test_groups_to_hold_out_are_scored_by_fold_minus_1(toys: ModuleType, hdris: Path) -> None:
    everything = open_dataset(hdris, serialize.with_changes(toys.toy(), ["fold=-1"]))
    assert [part.held_out for part in everything.validation] == [False]
    dataset = open_dataset(hdris, serialize.with_changes(toys.toy(), ["fold=-1", "hold_out=aaa,ccc"]))
    assert dataset.provenance["scored"] == ["aaa", "ccc"]
    assert not {"aaa", "ccc"} & set(dataset.provenance["scenes"])
    assert [part.held_out for part in dataset.validation] == [True]


def stored(part: Dataset | ScoredSamples) -> StoredSamples:
    samples = part.train if isinstance(part, Dataset) else part.samples
    assert isinstance(samples, StoredSamples)
    return samples


def test_a_folder_of_pairs(toys: ModuleType, pairs: Path) -> None:
    dataset = open_dataset(pairs, serialize.with_changes(toys.toy(), ["data.response_given=1"]))
    assert dataset.provenance["source"] == "pairs"
    held = set(dataset.provenance["scored"])
    assert held
    assert not held & set(dataset.provenance["scenes"])
    assert not {pair.id.split("/")[0] for pair in stored(dataset).pairs} & held
    rows = {row["id"]: row for row in read_manifest(pairs)}
    for pair in stored(dataset).pairs:
        assert rows[pair.id]["partner"] not in held
    for part in dataset.validation:
        assert {pair.id.split("/")[0] for pair in stored(part).pairs} <= held
        assert {rows[pair.id]["partner"] for pair in stored(part).pairs} <= held | {""}
        assert len(part.conditions) == part.samples.count
    sample = dataset.train(0)
    np.testing.assert_allclose(project(sample.panorama), sample.coeffs, rtol=0.1, atol=0.1)
    assert {key.split()[-1] for part in dataset.validation for key in part.conditions} == {"told", "auto"}


def test_a_model_that_is_never_given_the_curve_is_not_scored_with_it(toys: ModuleType, pairs: Path) -> None:
    dataset = open_dataset(pairs, serialize.with_changes(toys.toy(), ["data.response_given=0"]))
    assert {key.split()[-1] for part in dataset.validation for key in part.conditions} == {"auto"}


def test_pairs_that_cannot_be_read(toys: ModuleType, pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs").mkdir()
    for name in (MANIFEST, SETTINGS):
        shutil.copy(pairs / name, tmp_path / "pairs" / name)
    (tmp_path / "pairs" / SETTINGS).write_text("{}")
    with pytest.raises(
        OutputError, match=r"cannot read these pairs: KeyError .*make them again with `lightprobe pairs"
    ):
        open_dataset(tmp_path / "pairs", toys.toy())


def test_worlds_are_added_and_never_scored(toys: ModuleType, hdris: Path, worlds: Path) -> None:
    added = AddedCatalog(folder=worlds, share=Fraction(1, 4))
    plain, dataset = open_dataset(hdris, toys.toy()), open_dataset(hdris, toys.toy(), [added])
    assert dataset.train == plain.train
    assert dataset.validation == plain.validation
    (more,) = dataset.added
    assert isinstance(more.samples, SyntheticSamples)
    slugs = [source.slug for source in more.samples.sources]
    # the photograph shows a scene of the first catalog: it is left out if that is held out
    held = "ccc" in plain.provenance["scored"]
    assert slugs == ([] if held else ["again"]) + ["world0", "world1", "world2"]
    (about,) = dataset.provenance["added"]
    assert (about["share"], about["worlds"]) == ("0.25", 3)
    assert dataset.provenance["digest"] != plain.provenance["digest"]


def test_a_scene_held_out_is_not_added_either(toys: ModuleType, hdris: Path, worlds: Path) -> None:
    for fold in range(3):
        recipe = serialize.with_changes(toys.toy(), [f"fold={fold}"])
        dataset = open_dataset(hdris, recipe, [AddedCatalog(folder=worlds, share=Fraction(1, 4))])
        samples = dataset.added[0].samples
        assert isinstance(samples, SyntheticSamples)
        groups = {source.group for source in samples.sources}
        assert ("ccc" in groups) == ("ccc" not in dataset.provenance["scored"])


def test_a_world_is_seen_through_several_lenses(toys: ModuleType, hdris: Path, worlds: Path) -> None:
    recipe = serialize.with_changes(toys.toy(), ["data.variants=2"])
    samples = open_dataset(hdris, recipe, [AddedCatalog(folder=worlds, share=Fraction(1, 4))]).added[0].samples
    assert isinstance(samples, SyntheticSamples)
    hdri = hdri_cache(samples.sources, 64)
    world, photograph = samples.sources[-1], replace(samples.sources[-1], glare=0.0)
    assert [seen_name(world, variant) for variant in (0, 1, 5)] == ["world2/0", "world2/1", "world2/1"]
    assert seen_name(photograph, 1) == "world2"
    one, two = hdri("world2/0"), hdri("world2/1")
    np.testing.assert_allclose(one.coeffs[0], two.coeffs[0], rtol=1e-5)
    assert np.abs(one.coeffs - two.coeffs).max() > 1e-4
    assert samples(0).picture_srgb.shape == (64, 128, 3)


def test_worlds_alone_cannot_be_scored(toys: ModuleType, worlds: Path) -> None:
    with pytest.raises(ValueError, match="expected at least 3 scene groups for 3 folds, got 1"):
        open_dataset(worlds, toys.toy())


def test_pairs_cannot_be_added(toys: ModuleType, hdris: Path, pairs: Path) -> None:
    with pytest.raises(ValueError, match="expected a catalog of HDRIs or worlds to add, got pairs"):
        open_dataset(hdris, toys.toy(), [AddedCatalog(folder=pairs, share=Fraction(1, 4))])


def test_pairs_of_worlds_are_not_scored(toys: ModuleType, hdris: Path, worlds: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    shutil.copytree(worlds, both)
    entries = read_catalog(worlds)
    for path in hdris.iterdir():
        shutil.copy(path, both)
        entries.append(Entry(slug=path.stem, file=path.name, group=path.stem, stratum="soft"))
    write_catalog(both, entries)
    make_pairs(Run(folder=both, out=tmp_path / "pairs", variants=2, recipe=ShotRecipe(width=128, height=64)))
    dataset = open_dataset(tmp_path / "pairs", toys.toy())
    assert dataset.provenance["scored"]
    assert not any(slug.startswith("world") for slug in dataset.provenance["scored"])
    assert {"world0", "world1", "world2"} <= set(dataset.provenance["scenes"])
