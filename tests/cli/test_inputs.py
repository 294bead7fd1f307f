"""Files that the command line is given: folders, patterns, kinds that are passed over."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from lightprobe.cli.inputs import expand
from lightprobe.imaging.kinds import KINDS, PICTURE_SUFFIXES, REFUSED, VIDEO_SUFFIXES


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_folders_are_searched_for_the_suffixes_of_the_table(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    touch(tmp_path, *(f"deep/{suffix[1:]}{suffix}" for kind in KINDS for suffix in kind.suffixes), "UPPER.JPG")
    found = expand([str(tmp_path)])
    assert found == sorted(found)
    assert sorted(file.suffix.lower() for file in found) == sorted([*PICTURE_SUFFIXES, *VIDEO_SUFFIXES, ".jpg"])
    refused = [suffix for kind in KINDS if kind.role == REFUSED for suffix in kind.suffixes]
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"lightprobe: skipped {len(refused)} of kinds that are not read: ")
    assert all(f"1 {suffix} (" in err for suffix in refused)


def test_skipped_files_are_counted_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    touch(tmp_path, "a.jpg", "b.DNG", "deep/c.dng", "d.ktx", "notes.txt", "e.json", "f.dng/inner.png")
    assert [file.name for file in expand([str(tmp_path)])] == ["a.jpg", "inner.png"]
    assert capfd.readouterr().err == (
        "lightprobe: skipped 3 of kinds that are not read: 2 .dng (a raw photograph), 1 .ktx (a KTX texture)\n"
    )


def test_nothing_is_said_of_other_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    touch(tmp_path, "a.jpg", "notes.txt", "README")
    assert len(expand([str(tmp_path)])) == 1
    assert capfd.readouterr() == ("", "")


def test_files_that_are_named_stay(tmp_path: Path) -> None:
    touch(tmp_path, "a.dng", "b.txt", "c.jpg")
    paths = [str(tmp_path / name) for name in ("a.dng", "b.txt", "missing.png")]
    assert expand(paths) == [Path(path) for path in paths]
    assert len(expand([str(tmp_path / "*")])) == 3


def test_a_folder_without_pictures(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    touch(tmp_path, "a.dng")
    with pytest.raises(click.BadParameter, match="no pictures or videos in"):
        expand([str(tmp_path)])
    assert "skipped 1 of kinds" in capfd.readouterr().err
