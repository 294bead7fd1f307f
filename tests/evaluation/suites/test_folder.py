"""Suites on disk: the same bytes, reading back, and damaged folders."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import ImageError, OutputError
from lightprobe.evaluation.suites.build import SuitePlan, build_suite
from lightprobe.evaluation.suites.folder import read_suite
from lightprobe.evaluation.suites.item import SuiteItem
from lightprobe.evaluation.suites.lookup import open_suite
from lightprobe.evaluation.suites.shots import SuiteShot

from ..conftest import contents, toy_suite


def test_building_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    build_suite(SuitePlan(suite=toy_suite(), more={}), tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)
    build_suite(SuitePlan(suite=toy_suite(seed=4), more={}), tmp_path / "other")
    assert contents(tmp_path / "other") != contents(folder)


def test_building_replaces_a_suite_and_nothing_else(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "suite")
    build_suite(SuitePlan(suite=toy_suite(), more={}), tmp_path / "suite")
    assert contents(tmp_path / "suite") == contents(folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match=r"mine: expected an empty folder or a suite, got thesis.txt in it"):
        build_suite(SuitePlan(suite=toy_suite(), more={}), tmp_path / "mine")


def test_an_interrupted_suite_cannot_be_opened(folder: Path, tmp_path: Path) -> None:
    """Not even if a suite was there before: its pictures may have been overwritten."""
    shutil.copytree(folder, tmp_path / "suite")
    broken = toy_suite()

    def load(shot: SuiteShot) -> SuiteItem:
        if shot == broken.shots[3]:
            raise KeyboardInterrupt
        return broken.load(shot)

    with pytest.raises(KeyboardInterrupt):
        build_suite(SuitePlan(suite=replace(broken, load=load), more={}), tmp_path / "suite")
    with pytest.raises(ValueError, match=r"a folder with manifest.json"):
        open_suite(tmp_path / "suite")


def test_reading_gives_the_same_pictures(folder: Path) -> None:
    formed, read = toy_suite(), read_suite(folder)
    assert read.shots == formed.shots
    assert read.digest == formed.digest
    for one, other in zip(formed.items(), read.items(), strict=True):
        np.testing.assert_array_equal(one.image_srgb, other.image_srgb)
        np.testing.assert_array_equal(one.coeffs, other.coeffs)
        np.testing.assert_array_equal(one.panorama, other.panorama)
        assert one.clipped_sr == pytest.approx(other.clipped_sr, abs=1e-6)


def test_the_manifest_lists_everything(folder: Path) -> None:
    rows = json.loads((folder / "manifest.json").read_text())["pictures"]
    names = {"id", "scene", "group", "stratum", "exposure", "curve", "yaw", "mirror", "clipped_sr", "sha256", "file"}
    assert all(row.keys() >= names for row in rows)
    assert max(row["clipped_sr"] for row in rows) > 0


def test_a_changed_picture_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    suite = read_suite(copy)
    path = next((copy / "pictures").rglob("*.png"))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ImageError, match="the picture differs from the manifest's SHA-256; build the suite again"):
        list(suite.items())
    path.unlink()
    with pytest.raises(ImageError, match="cannot read this picture of the suite: No such file"):
        list(suite.items())


def test_a_changed_truth_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    np.save(copy / "coeffs.npy", 2 * np.load(copy / "coeffs.npy"))
    with pytest.raises(ImageError, match=r"coeffs.npy: the file differs from the manifest's SHA-256"):
        read_suite(copy)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}'])
def test_a_damaged_manifest_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ImageError, match="the suite is damaged") as caught:
        read_suite(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [1, 9])
def test_another_format_is_refused(folder: Path, tmp_path: Path, number: int) -> None:
    """Format 1 is that of lightprobe 0.1, with other exposures."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "format": number}))
    with pytest.raises(ImageError, match=f"expected a suite of format 2, got format {number}, .*; build it again"):
        read_suite(tmp_path)
