"""Arrays of .npz files that anyone may have written: their shapes are checked before memory is taken.

Source: NumPy enhancement proposal 1, the .npy format.
"""

from __future__ import annotations

import math
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

MOST_ARRAYS = 512 << 20
"""Most that the arrays of a file may take together [bytes]."""

_HEADER_ERRORS = (ValueError, SyntaxError, RecursionError, MemoryError, TypeError, KeyError, tokenize.TokenError)
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, struct.error, UnicodeError)


def read_arrays(path: Path, most: int = MOST_ARRAYS) -> dict[str, np.ndarray]:
    """All arrays of an .npz file by name; objects are refused.

    Raises: OSError if the file cannot be read; ValueError in one line if it is not an .npz, or its arrays take more
    than `most` bytes.
    """
    arrays: dict[str, np.ndarray] = {}
    left = most
    if path.exists() and not path.is_file():
        raise OSError(21, "not a regular file", str(path))
    with path.open("rb") as stored:
        try:
            with zipfile.ZipFile(stored) as archive:
                for member in archive.infolist():
                    name = member.filename.removesuffix(".npy")
                    with archive.open(member) as file:
                        left -= _size(file, name, member.file_size)
                    if left < 0:
                        raise ValueError(f"its arrays take more than {most >> 20} MiB")
                    with archive.open(member) as file:
                        arrays[name] = np.lib.format.read_array(file, allow_pickle=False)
        except _ZIP_ERRORS as error:
            reason = str(error).splitlines()
            raise ValueError(f"it is not a whole .npz ({reason[0][:80] if reason else type(error).__name__})") from None
    return arrays


def _size(file: Any, name: str, held: int) -> int:
    """Bytes of the array whose header comes next in the file, of which `held` bytes are stored. Raises: ValueError."""
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    except _HEADER_ERRORS:
        raise ValueError(f"{name[:60]!r} is not an array") from None
    return _bytes(shape, dtype, name, held)


def _bytes(shape: tuple[int, ...], dtype: np.dtype[Any], name: str, held: int) -> int:
    if dtype.hasobject:
        raise ValueError(f"{name[:60]!r} holds Python objects")
    count = math.prod(shape)
    size = count * dtype.itemsize
    if size > held or count > max(held, 1) or any(length < 0 for length in shape):
        raise ValueError(f"{name[:60]!r} has the shape {str(shape)[:60]}, but less data")
    return size
