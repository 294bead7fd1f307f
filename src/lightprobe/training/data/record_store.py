"""Record store: rows of one fixed size in one file, and a mark for each row that has been written.

A row is written first, its mark after it; the mark holds the row's checksum. So a process may be killed at any moment,
several may write the same row (they write the same bytes), and the file may have holes: a row that is incomplete is
made again. Rows are written by system calls, not through the memory map, so that a full disk is an error and not a
crash.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe.errors import OutputError
from lightprobe.imaging.output import write_text

ROWS, MARKS, ABOUT = "records.bin", "marks.bin", "about.json"
WRITTEN = 1 << 32
"""Added to a checksum, so that no mark is 0."""


class RecordStore:
    """Rows of one structured type, by number."""

    def __init__(self, folder: Path, key: dict[str, Any], dtype: np.dtype[Any], count: int) -> None:
        """Open or make the rows of a key, in a folder shared with rows of other keys.

        `key` holds everything that the rows depend on. Raises: OutputError if the folder cannot be written.
        """
        key_text = json.dumps({**key, "row": str(dtype.descr)}, sort_keys=True, default=list)
        self.folder = folder / hashlib.sha256(key_text.encode()).hexdigest()[:16]
        self._dtype, self._count = dtype, count
        self.itemsize = dtype.itemsize
        self._maps: tuple[np.ndarray, np.ndarray] | None = None
        self._files: tuple[int, int] | None = None
        self._trusted = np.zeros(count, bool)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / ABOUT).exists():
                write_text(self.folder / ABOUT, json.dumps(json.loads(key_text), indent=1) + "\n")
            for name, size in ((ROWS, dtype.itemsize), (MARKS, 8)):
                with (self.folder / name).open("ab") as file:
                    if file.tell() < count * size:
                        file.truncate(count * size)
        except OSError as error:
            raise self._unwritable(error) from None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_maps": None, "_files": None}

    def get(self, number: int) -> np.void | None:
        """A row; None if it has not been written, or not completely. Raises: OutputError if the file cannot be read."""
        if self._maps is None:
            self._maps = self._open_maps()
        rows, marks = self._maps
        mark = int(marks[number])
        if not mark:
            return None
        row = rows[number]
        if not self._trusted[number]:
            if mark != WRITTEN + zlib.crc32(row.tobytes()):
                return None
            self._trusted[number] = True
        return row

    def put(self, number: int, row: np.void) -> None:
        """Write a row. Raises: OutputError, for example if the disk is full."""
        data = row.tobytes()
        try:
            if self._files is None:
                self._files = tuple(os.open(self.folder / name, os.O_WRONLY) for name in (ROWS, MARKS))  # type: ignore
            assert self._files is not None
            _write(self._files[0], data, number * len(data))
            _write(self._files[1], (WRITTEN + zlib.crc32(data)).to_bytes(8, "little"), number * 8)
        except OSError as error:
            raise self._unwritable(error) from None

    def written(self) -> int:
        """Number of rows that have been written."""
        return int(np.count_nonzero(np.fromfile(self.folder / MARKS, "<u8", self._count)))

    def _open_maps(self) -> tuple[np.ndarray, np.ndarray]:
        try:
            return (
                np.memmap(self.folder / ROWS, self._dtype, "r", shape=(self._count,)),
                np.memmap(self.folder / MARKS, "<u8", "r", shape=(self._count,)),
            )
        except (OSError, ValueError) as error:
            raise OutputError(
                f"{self.folder}: cannot read the records: {error}; delete this folder, they are made again"
            ) from None

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.folder}: cannot write records: {error.strerror or error}; make room, or choose another --cache"
        )


def _write(file: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(file, view, offset)
        view, offset = view[count:], offset + count
