"""A lock on a folder: between processes, between threads, and after a process was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lightprobe.errors import OutputError
from lightprobe.folder_lock import LOCK_NAME, folder_lock

HOLD = """
import sys, time
from pathlib import Path
from lightprobe.folder_lock import folder_lock
with folder_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
BUSY = r"another lightprobe is writing to this folder; wait until it has ended, or choose another --out"


def holder(folder: Path) -> subprocess.Popen[str]:
    """Another process that has locked the folder, until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_process_is_refused_in_one_line(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(OutputError, match=BUSY) as caught, folder_lock(tmp_path):
            pass
        assert str(caught.value).isprintable()
        process.communicate("", timeout=10)
    with folder_lock(tmp_path):
        assert os.listdir(tmp_path) == [LOCK_NAME]
    assert os.listdir(tmp_path) == []


def test_a_killed_owner_hinders_nobody(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)
    assert os.listdir(tmp_path) == [LOCK_NAME]
    with folder_lock(tmp_path):
        pass
    assert os.listdir(tmp_path) == []


def test_the_same_process_is_refused_too_by_any_name_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with folder_lock(tmp_path / "a"):
        with pytest.raises(OutputError, match=BUSY), folder_lock(tmp_path / "b"):
            pass
        with holder(tmp_path) as other:  # another folder
            other.communicate("", timeout=10)
    with folder_lock(tmp_path / "b"):
        pass


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), folder_lock(tmp_path):
            raise KeyError
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for _ in range(2):
        with (
            pytest.raises(OutputError, match="nowhere: cannot write there: No such file"),
            folder_lock(tmp_path / "nowhere"),
        ):
            pass


def test_forked_children_do_not_keep_the_lock(tmp_path: Path) -> None:
    """As the workers of a killed training would."""
    code = HOLD.replace(
        'print("held"', "import os\n    child = os.fork()\n    child or time.sleep(20)\n    print(child"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
        with folder_lock(tmp_path):
            pass
        os.kill(child, signal.SIGKILL)
