"""Arrays of files that may be hostile."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lightprobe.untrusted.npz_arrays import read_arrays


def with_header(path: Path, header: str, data: bytes = b"", magic: bytes = b"\x93NUMPY\x01\x00") -> Path:
    """An .npz with one array `a` of this header."""
    text = header.encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", magic + len(text).to_bytes(2, "little") + text + data)
    return path


def test_arrays_of_all_kinds_are_read(tmp_path: Path) -> None:
    arrays = {
        "scalar": np.array("name"),
        "ids": np.array(["a", "ü/1"]),
        "coeffs": np.arange(54.0).reshape(2, 9, 3),
        "fortran": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
        "empty": np.zeros((0, 3)),
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", **arrays)
        found = read_arrays(tmp_path / "a.npz")
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == array.dtype


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", "but less data"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000, 9, 3)}", "but less data"),
        ("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,)}", "but less data"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "but less data"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "holds Python objects"),
        ("{'descr': '<f8', 'fortran_order': False}", "'a' is not an array"),
        ("(" * 9000, "'a' is not an array"),
        ("{'descr': " * 900, "'a' is not an array"),
        ("", "'a' is not an array"),
    ],
)
def test_hostile_headers_are_one_line_and_take_no_memory(tmp_path: Path, header: str, problem: str) -> None:
    path = with_header(tmp_path / "a.npz", header, b"\0" * 64)
    tracemalloc.start()
    with pytest.raises(ValueError, match=problem) as caught:
        read_arrays(path)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
    assert str(caught.value).isprintable()


def test_bombs_are_bounded_and_not_unpacked(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", **{name: np.zeros(1 << 17) for name in "abc"})
    assert len(read_arrays(tmp_path / "a.npz", most=3 << 20)) == 3
    with pytest.raises(ValueError, match="more than 2 MiB"):
        read_arrays(tmp_path / "a.npz", most=2 << 20)


def test_files_that_are_no_npz(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "text").write_text("hello")
    for name in ("one.npy", "text"):
        with pytest.raises(ValueError, match=r"it is not a whole \.npz"):
            read_arrays(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello, this is text")
    with pytest.raises(ValueError, match="is not an array"):
        read_arrays(tmp_path / "other.zip")
    with pytest.raises(OSError, match="No such file"):
        read_arrays(tmp_path / "none.npz")


def test_mutations_end_in_a_value_error(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, ids=np.array(["a", "b"]), coeffs=np.ones((2, 9, 3)))
    whole, rng, path = buffer.getvalue(), np.random.default_rng(1), tmp_path / "a.npz"
    for _ in range(400):
        data = bytearray(whole)
        for place in rng.integers(0, len(data), rng.integers(1, 5)):
            data[place] = rng.integers(256)
        path.write_bytes(data[: rng.integers(1, len(data))] if rng.random() < 0.3 else data)
        with contextlib.suppress(ValueError):
            read_arrays(path)
