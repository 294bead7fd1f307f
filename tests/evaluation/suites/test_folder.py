"""Suites on disk: the same bytes, reading back, and damaged folders."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

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


@pytest.mark.parametrize(
    "text", ["{", "[]", "3", "null", '{"format": 2}', "[" * 100_000, '{"a":' * 100_000, '{"format": 2, "truth": []}']
)
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


HOSTILE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a path out": (lambda m: m["pictures"][0].update(file="../x.png"), "picture 1: expected the path of a file in the"),
    "an absolute path": (
        lambda m: m["pictures"][1].update(file="/etc/passwd"),
        "picture 2: expected the path of a file",
    ),
    "a Windows path": (lambda m: m["pictures"][0].update(file="C:\\x.png"), "it leads to another folder"),
    "a file of no text": (lambda m: m["pictures"][0].update(file=3), "it is not text"),
    "an id that leads out": (
        lambda m: m["pictures"][0].update(id="../../x"),
        "expected an id such as scene/curve_exposure",
    ),
    "an id twice": (lambda m: m["pictures"][0].update(id=m["pictures"][1]["id"]), "two pictures have the same id"),
    "no id": (lambda m: m["pictures"][0].pop("id"), "manifest.json has no 'id'"),
    "a foreign truth": (lambda m: m.update(truth={"/dev/zero": "0"}), "manifest.json has no 'coeffs.npy'"),
    "truth of no digests": (lambda m: m.update(truth=[]), "differs from the manifest's SHA-256"),
    "no pictures": (lambda m: m.update(pictures=[]), "expected a list of pictures, got \\[\\]"),
    "pictures of text": (lambda m: m.update(pictures="abc"), "expected a list of pictures, got 'abc'"),
    "rows of numbers": (lambda m: m["pictures"].__setitem__(0, 3), "expected a list of pictures"),
    "fewer pictures": (lambda m: m["pictures"].pop(), "expected coeffs.npy of 38 × "),
    "a nameless suite": (lambda m: m.update(name=None), "expected name to be a line of at most 500 letters, got None"),
    "a name with escapes": (lambda m: m.update(name="x\x1b[2J"), "expected name to be a line"),
    "an endless name": (lambda m: m.update(about="x" * 10**6), "expected about to be a line"),
    "half a picture": (lambda m: m.update(width=63), "expected a 2:1 size"),
    "a huge size": (lambda m: m.update(width=2**62, height=2**61), "expected width to be a whole number"),
    "a size of text": (lambda m: m.update(height="32"), "expected height to be a whole number from 0, got '32'"),
    "no seed": (lambda m: m.pop("seed"), "manifest.json has no 'seed'"),
    "gain NaN": (lambda m: m["pictures"][0].update(gain=float("nan")), "expected gain to be a number from 0, got nan"),
    "clipped of text": (lambda m: m["pictures"][0].update(clipped_sr="much"), "expected clipped_sr to be a number"),
    "yaw of half": (lambda m: m["pictures"][0].update(yaw=0.5), "expected yaw to be a whole number"),
    "mirror of text": (lambda m: m["pictures"][0].update(mirror="no"), "expected mirror to be true or false"),
    "scene of no text": (lambda m: m["pictures"][0].update(scene=["a"]), "expected scene to be a line"),
    "an unknown curve": (lambda m: m["pictures"][0].update(curve="log"), "expected the curve to be one of"),
    "a curve of no text": (
        lambda m: m["pictures"][0].update(curve=[]),
        "expected curve to be a line of at most 500 letters",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_manifests_are_one_line(folder: Path, tmp_path: Path, kind: str) -> None:
    change, problem = HOSTILE[kind]
    copy = shutil.copytree(folder, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text())
    change(manifest)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ImageError, match=problem) as caught:
        list(read_suite(copy).items())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def signed(folder: Path, name: str, data: bytes) -> Path:
    """The suite with other bytes in one file, and a manifest that fits them; a picture if `name` is empty."""
    manifest = json.loads((folder / "manifest.json").read_text())
    digest = hashlib.sha256(data).hexdigest()
    if name:
        manifest["truth"][name] = digest
    else:
        name = manifest["pictures"][0]["file"]
        manifest["pictures"][0]["sha256"] = digest
    (folder / name).write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        npy(np.ones((39, 9))),
        npy(np.ones((39, 9, 3), np.float32)),
        npy(np.full((39, 9, 3), np.nan)),
        npy(np.array([None, {}], object)),
        npy(np.array(3.0)),
        npy(np.ones((39, 9, 3))).replace(b"(39, 9, 3)", b"(10**12, 9)"),
        npy(np.ones((39, 9, 3))).replace(b"(39, 9, 3)", b"(39999999,)"),
        npy(np.ones((39, 9, 3)))[:100],
        b"",
        b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 65535,
    ],
    ids=["shape", "type", "nan", "objects", "scalar", "expression", "huge", "cut", "empty", "deep"],
)
def test_a_truth_of_another_kind_is_one_line(folder: Path, tmp_path: Path, data: bytes) -> None:
    copy = signed(shutil.copytree(folder, tmp_path / "copy"), "coeffs.npy", data)
    with pytest.raises(ImageError, match="the suite is damaged") as caught:
        read_suite(copy)
    assert str(caught.value).isprintable()


def picture_bytes(size: tuple[int, int], format: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, format)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 32\nshowpage\n", "expected a whole PNG or JPEG file"),
        (picture_bytes((64, 32), "EPS"), "expected a whole PNG or JPEG file"),
        (picture_bytes((64, 32), "TGA"), "expected a whole PNG or JPEG file"),
        (picture_bytes((64, 32), "PNG")[:60], "the picture is damaged"),
        (picture_bytes((6400, 3200), "PNG"), "expected at most 2048 pixels, got 6400×3200"),
        (picture_bytes((32, 64), "PNG"), "expected 64×32 pixels"),
        (b"", "expected a whole PNG or JPEG file"),
    ],
    ids=["eps", "eps2", "tga", "cut", "huge", "turned", "empty"],
)
def test_a_picture_of_another_kind_is_one_line(
    folder: Path, tmp_path: Path, data: bytes, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above all, no EPS reaches Ghostscript."""
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a program was started"))
    suite = read_suite(signed(shutil.copytree(folder, tmp_path / "copy"), "", data))
    with pytest.raises(ImageError, match=problem) as caught:
        list(suite.items())
    assert str(caught.value).isprintable()


def test_devices_and_pipes_are_no_pictures(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    suite = read_suite(copy)
    path = copy / json.loads((copy / "manifest.json").read_text())["pictures"][0]["file"]
    for make in (lambda: path.symlink_to("/dev/zero"), lambda: os.mkfifo(path)):
        path.unlink()
        make()
        with pytest.raises(ImageError, match="cannot read this picture of the suite: not a regular file"):
            list(suite.items())


def test_shots_stay_in_the_folder(tmp_path: Path) -> None:
    suite = toy_suite()
    bad = replace(suite.shots[0], id="../../escape")
    whole = replace(suite, shots=(bad,), load=lambda shot: replace(suite.load(suite.shots[0]), shot=bad))
    with pytest.raises(ValueError, match="expected an id that is the path of a file"):
        build_suite(SuitePlan(suite=whole, more={}), tmp_path / "deep" / "out")
    assert [path.name for path in tmp_path.rglob("*")] == ["deep", "out"]
