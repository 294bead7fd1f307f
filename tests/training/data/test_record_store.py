"""Rows on disk: whole, or not there."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import OutputError
from lightprobe.training.data.record_store import MARKS, ROWS, RecordStore

DTYPE = np.dtype([("values", np.float32, (5,)), ("name", np.int8)])


def row(number: int) -> np.void:
    made = np.zeros(1, DTYPE)[0]
    made["values"], made["name"] = number + np.arange(5), number
    return made


def store(folder: Path, count: int = 4, about: str = "one") -> RecordStore:
    return RecordStore(folder, {"about": about}, DTYPE, count)


def test_rows_are_found_again_by_others(tmp_path: Path) -> None:
    one, other = store(tmp_path), pickle.loads(pickle.dumps(store(tmp_path)))
    assert one.get(2) is None
    other.put(2, row(2))
    found = one.get(2)
    assert found is not None
    assert found["values"].tolist() == [2, 3, 4, 5, 6]
    assert (one.get(1), one.written()) == (None, 1)


def test_more_rows_keep_those_that_are_there(tmp_path: Path) -> None:
    store(tmp_path, 2).put(1, row(1))
    larger = store(tmp_path, 40)
    assert larger.get(1) is not None
    larger.put(39, row(39))
    assert store(tmp_path, 2).get(1) is not None
    assert store(tmp_path, 40).get(39) is not None


@pytest.mark.slow
def test_what_rows_depend_on_keeps_them_apart(tmp_path: Path) -> None:
    store(tmp_path).put(0, row(0))
    assert store(tmp_path, about="another").get(0) is None


def test_a_row_without_its_mark_is_not_there(tmp_path: Path) -> None:
    """What a kill between the two writes leaves."""
    one = store(tmp_path)
    one.put(0, row(0))
    (one.folder / MARKS).write_bytes(bytes(4 * 8))
    assert store(tmp_path).get(0) is None


def test_a_torn_row_is_not_there(tmp_path: Path) -> None:
    """What a power cut may leave: the mark is on disk, the row is not."""
    one = store(tmp_path)
    one.put(0, row(0))
    with (one.folder / ROWS).open("r+b") as file:
        file.seek(3)
        file.write(b"\xff")
    again = store(tmp_path)
    assert again.get(0) is None
    again.put(0, row(0))
    assert again.get(0) is not None


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = store(tmp_path)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OutputError, match=r"No space left on device; make room, or choose another --cache$"):
        one.put(0, row(0))
    assert one.get(0) is None


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write records"):
        store(tmp_path / "file")
