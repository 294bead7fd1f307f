"""The two sides of a fold, from HDRIs and from pairs."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.data.pairs.journal import MANIFEST, SETTINGS, read_manifest
from lightprobe.errors import OutputError
from lightprobe.sphere import project
from lightprobe.training.data.dataset import Dataset, ScoredSamples, open_dataset
from lightprobe.training.data.samples import StoredSamples, SyntheticSamples
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
