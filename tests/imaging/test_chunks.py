"""Chunks of PNG files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from makers import chunk, noise, png

from lightprobe.imaging.containers.chunks import SIGNATURE, read_chunk, without_pixels


def test_the_first_chunk_of_a_kind_counts() -> None:
    data = png(noise(4, 8, 3), chunk(b"tEXt", bytes(5000)) + chunk(b"cICP", b"abcd") + chunk(b"cICP", b"efgh"))
    file = io.BytesIO(data)
    file.seek(7)
    assert read_chunk(file, b"cICP") == b"abcd"
    assert read_chunk(file, b"gAMA") is None
    assert read_chunk(file, b"tEXt") is None  # longer than was asked for
    assert file.tell() == 7


def test_what_follows_the_pixels_does_not_count() -> None:
    data = png(noise(4, 8, 3)).removesuffix(chunk(b"IEND", b"")) + chunk(b"cICP", b"abcd")
    assert read_chunk(io.BytesIO(data), b"cICP") is None


@pytest.mark.parametrize("length", range(0, 80, 7))
def test_files_that_break_off(length: int) -> None:
    data = png(noise(4, 8, 3), chunk(b"gAMA", bytes(4)) + chunk(b"cICP", b"abcd"))[:length]
    found = read_chunk(io.BytesIO(data), b"cICP")
    assert found == (b"abcd" if length >= 33 + 16 + 12 else None)
    assert without_pixels(data).startswith(SIGNATURE)


def test_endless_chunks_end() -> None:
    assert read_chunk(io.BytesIO(SIGNATURE + 100_000 * chunk(b"tEXt", b"")), b"cICP") is None


def test_without_pixels_all_else_stays() -> None:
    before, after, end = chunk(b"gAMA", bytes(4)), chunk(b"tEXt", b"a\0b"), chunk(b"IEND", b"")
    data = png(np.zeros((4, 8, 3), np.uint8), before)
    assert without_pixels(data.removesuffix(end) + after + end) == data[:33] + before + after + end
