"""Results are written whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
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


@pytest.mark.parametrize("step", ["os.close", "contextlib._GeneratorContextManager.__exit__"])
def test_nothing_is_left_of_an_interrupt_between_two_steps(tmp_path: Path, step: str) -> None:
    """An interrupt comes between any two steps: after the file is made, or when its block is just being left."""
    owner, name = step.rsplit(".", 1)
    program = f"""
import contextlib, os, sys
from lightprobe.imaging.output import atomic

def interrupted(*arguments):
    raise KeyboardInterrupt

{owner}.{name} = interrupted
with atomic(sys.argv[1]) as path:
    path.write_text("half")
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "a.txt")], capture_output=True, check=False)
    assert b"KeyboardInterrupt" in done.stderr
    assert list(tmp_path.iterdir()) == []


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


KILLED = """
import os, signal, sys
from pathlib import Path
from lightprobe.imaging.output import atomic, temporary_beside
with atomic(Path(sys.argv[1]) / "a.exr") as temporary:
    temporary.write_bytes(b"half")
    temporary_beside(Path(sys.argv[1]) / "model").mkdir()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    (tmp_path / ".a.mine.exr").write_text("not ours")
    subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert len(list(tmp_path.iterdir())) == 3
    with atomic(tmp_path / "b.txt"):  # of a process that runs
        write_text(tmp_path / "c.txt", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.mine.exr", "b.txt", "c.txt"]


def test_what_a_running_process_writes_is_left_alone(tmp_path: Path) -> None:
    with atomic(tmp_path / "a.txt") as temporary:
        temporary.write_text("x")
        program = "import sys; from lightprobe.imaging.output import write_text; write_text(sys.argv[1], 'y')"
        subprocess.run([sys.executable, "-c", program, tmp_path / "b.txt"], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_name_of_the_greatest_length(tmp_path: Path) -> None:
    path = tmp_path / (251 * "a" + ".txt")
    write_text(path, "x")
    assert path.read_text() == "x"


def test_folders_that_nobody_writes_into_are_cleaned_on_request(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        subprocess.run([sys.executable, "-c", KILLED, folder], check=False)
    remove_temporaries(tmp_path, tmp_path / "nowhere")
    assert os.listdir(tmp_path) == ["below"]
    assert len(os.listdir(tmp_path / "below")) == 2
