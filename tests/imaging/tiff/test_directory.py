"""Directories of TIFF files, whole and damaged."""

from __future__ import annotations

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pytest
from makers import tiff, tiff_directory

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture
from lightprobe.imaging.formats.tiff.directory import Directory, Tag, read_directories

PIXELS = np.ones((4, 8, 3), np.float32)


def directories(tmp_path: Path, data: bytes) -> list[Directory]:
    (tmp_path / "a.tif").write_bytes(data)
    with (tmp_path / "a.tif").open("rb") as file:
        data_map = mmap(file.fileno(), 0, access=ACCESS_READ)
    return read_directories(data_map, "a.tif")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_numbers_and_bytes(tmp_path: Path, order: str, big: bool) -> None:
    tags = {271: (2, b"a maker\0"), 338: (3, [1, 2, 3]), 34675: (7, b"abc")}
    (page,) = directories(tmp_path, tiff(PIXELS, order=order, big=big, tags=tags))
    assert page.numbers(Tag.BITS) == (32, 32, 32)
    assert page.numbers(Tag.EXTRA) == (1, 2, 3)
    assert page.number(Tag.WIDTH) == 8
    assert page.bytes_of(Tag.MAKE) == b"a maker\0"
    assert page.bytes_of(Tag.PROFILE) == b"abc"
    assert (page.number(Tag.ORIENTATION, 1), page.bytes_of(Tag.XMP)) == (1, b"")


def test_pages_that_follow_in_a_circle(tmp_path: Path) -> None:
    data = bytearray(tiff(PIXELS))
    place = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, place)[0]
    struct.pack_into("<I", data, place + 2 + 12 * count, place)
    assert len(directories(tmp_path, bytes(data))) == 1


@pytest.mark.parametrize(
    "data", [b"II*\0", b"II*\0\0\0\0\0", b"II*\0\xff\xff\xff\xff", b"MM\0+\0\x08\0\0" + b"\xff" * 8]
)
def test_no_directory(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(ImageError, match=r"the TIFF file is damaged \(.*\); download or export it again"):
        read_picture(tmp_path / "a.tif")


def test_a_directory_that_is_cut_short(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="a directory of it is cut short"):
        directories(tmp_path, b"II*\0\x08\0\0\0" + tiff_directory({256: (4, [1])}, 8, "<", False)[:-8])
