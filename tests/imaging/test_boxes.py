"""Boxes and items of HEIC and AVIF files."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hdr_makers import Part, full_box, heif, nclx_box, picture_size

from lightprobe.imaging.containers.boxes import Items, read_data, read_items

TILES = [Part(b"av01", bytes([k]) * (k + 1), [picture_size(64, 64)]) for k in range(4)]


def grid(colr: bytes | None = None) -> list[Part]:
    return [
        Part(b"grid", b"\0\0\1\1" + bytes(4), [picture_size(96, 96), *([colr] if colr else [])], [2, 3, 4, 5]),
        *TILES,
    ]


def read(data: bytes) -> tuple[Items, io.BytesIO]:
    file = io.BytesIO(data)
    file.seek(3)
    items = read_items(file)
    assert file.tell() == 3
    return items, file


@pytest.mark.parametrize("in_idat", [False, True])
def test_grid(in_idat: bool) -> None:
    data = heif(grid(nclx_box(9, 16, 9)), in_idat=in_idat)
    items, file = read(data)
    assert items.picture.kind == b"grid"
    assert read_data(file, items.picture, 100) == b"\0\0\1\1" + bytes(4)
    assert [read_data(file, tile, 100) for tile in items.tiles] == [bytes([k]) * (k + 1) for k in range(4)]
    assert items.tiles[0].find(b"ispe") == bytes(4) + struct.pack(">II", 64, 64)
    assert items.tiles[0].find(b"irot") is None
    assert items.color == (9, 16, 9, True)


def test_color_of_a_grid_may_be_that_of_its_tiles() -> None:
    parts = grid()
    parts[1] = Part(b"av01", b"abc", [nclx_box(12, 13, 6, full=False)])
    assert read(heif(parts))[0].color == (12, 13, 6, False)
    assert read(heif(grid()))[0].color is None


def test_icc_is_no_code_point() -> None:
    profile = struct.pack(">I", 16) + b"colrprof" + b"icc!"
    part = Part(b"hvc1", b"abc", [profile, nclx_box(1, 18, 1)])
    assert read(heif([part], b"heic"))[0].color == (1, 18, 1, True)
    assert read(heif([Part(b"hvc1", b"abc", [profile])], b"heic"))[0].color is None


def test_data_must_be_there() -> None:
    data = heif([Part(b"av01", bytes(100))])
    items, _ = read(data)
    with pytest.raises(ValueError, match="cut short"):
        read_data(io.BytesIO(data[:-1]), items.picture, len(data))
    with pytest.raises(ValueError, match="longer than the file"):
        read_data(io.BytesIO(data), items.picture, 50)


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x10ftypavif", bytes(100), b"\0\0\0\1meta" + bytes(20)])
def test_other_files_have_no_items(data: bytes) -> None:
    items, _ = read(data)
    assert (items.items, items.color, items.picture.kind) == ({}, None, b"")


def test_a_location_box_of_many_pieces_is_not_read() -> None:
    """65535 extents of no size for each item would take minutes."""
    places = b"".join(struct.pack(">HHH", number, 0, 65535) for number in range(1, 20_000))
    meta = full_box(b"meta", full_box(b"iloc", struct.pack(">HH", 0, 19_999) + places))
    assert read(meta)[0].items == {}


def test_damaged_files_have_fewer_items_or_none() -> None:
    rng = np.random.default_rng(0)
    whole = heif(grid(nclx_box(9, 16, 9)), in_idat=True)
    for _ in range(1000):
        copy = bytearray(whole[: int(rng.integers(1, len(whole) + 1))])
        for place in rng.integers(0, len(copy), 3):
            copy[place] = rng.integers(256)
        items, file = read(bytes(copy))
        for item in items.items.values():
            try:
                assert len(read_data(file, item, len(copy))) <= len(copy)
            except ValueError as error:
                assert "its data are" in str(error)  # noqa: PT017
        assert items.color is None or len(items.color) == 4
