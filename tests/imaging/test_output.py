"""Results are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lightprobe.errors import OutputError
from lightprobe.imaging.output import atomic, remove_temporaries, write_text


def test_text_is_utf8_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "first")
    write_text(str(path), "grün × 2\n")
    assert path.read_bytes() == "grün × 2\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with atomic(path) as temporary:
            temporary.write_text("half")
            raise KeyError("no reason")

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_temporary_file_has_the_suffix_and_is_beside(tmp_path: Path) -> None:
    with atomic(tmp_path / "a.exr") as temporary:
        assert temporary.suffix == ".exr"
        assert temporary.parent == tmp_path
        assert not (tmp_path / "a.exr").exists()


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "x")
    (tmp_path / "b.txt").write_text("x")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.txt", "b.txt")}
    assert len(modes) == 1


def test_a_name_without_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_text("a.txt", "x")
    assert (tmp_path / "a.txt").read_text() == "x"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none/a.txt", "No such file or directory"), (".", "it is a folder"), ("file/a.txt", "Not a directory")],
)
def test_places_that_are_none(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=f"cannot write: {reason}; choose another path"):
        write_text(tmp_path / name, "x")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        write_text(folder / "a.txt", "x")


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    def fail() -> None:
        with atomic(tmp_path / "a.txt"):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"a.txt: cannot write: No space left on device; choose another path"):
        fail()
    assert not list(tmp_path.iterdir())


def test_temporary_files_of_killed_processes_are_removed_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name in ("a.png", "coeffs.npy", "catalog.csv", "0001.sh.txt", "below/c.json"):
        with atomic(tmp_path / name) as temporary:
            os.link(temporary, tmp_path / "kept")
            killed = temporary
        os.rename(tmp_path / "kept", killed)
    others = [".gitignore", ".a.hdr.0123abcd.part", ".a.Z1234567.png", ".hidden.png", ".config.json", "x.abcd1234.png"]
    for name in others:
        (tmp_path / name).touch()
    remove_temporaries(tmp_path, tmp_path / "nowhere")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*others, "a.png", "coeffs.npy", "catalog.csv", "0001.sh.txt", "below"}
    assert len(list((tmp_path / "below").iterdir())) == 2
    remove_temporaries(tmp_path / "below")
    assert os.listdir(tmp_path / "below") == ["c.json"]
