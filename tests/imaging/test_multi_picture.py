"""Further pictures in a JPEG file: by the MPF index, by the directory of the container, by their first bytes."""

from __future__ import annotations

import numpy as np
import pytest
from gain_map_files import directory, jpeg, packet, segment, with_mpf, xmp
from makers import noise

from lightprobe.imaging.formats.gain_map.multi_picture import app2, end_of, multi_picture, places, segments, xmp_of


def flat(value: int, *parts: bytes, **options: object) -> bytes:
    return jpeg(np.full((16, 16), value, np.uint8), *parts, **options)


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_index(order: str, count: int) -> None:
    others = [flat(40 * k) for k in range(count)]
    data = with_mpf(flat(1, xmp(packet(""))), *others, order=order)
    found = multi_picture(segments(data))
    assert found.pictures == 1 + count
    assert [data[place : place + len(other)] for place, other in zip(found.offsets, others, strict=True)] == others
    assert list(places(data, segments(data))) == found.offsets


def test_smaller_copies_are_no_other_pictures() -> None:
    data = with_mpf(flat(1), flat(2), flat(3), kinds=(0x010001, 0x010002))
    assert multi_picture(segments(data)).pictures == 1
    data = with_mpf(flat(1), flat(2), flat(3), kinds=(0x010001, 0x020002))
    assert multi_picture(segments(data)).pictures == 2


def test_directory() -> None:
    second, between = flat(9), flat(8)
    first = flat(1, xmp(directory(len(second), more=len(between))))
    data = first + between + second
    assert list(places(data, segments(data))) == [len(first), len(first) + len(between)]
    # what lies between need not be a JPEG
    data = first + bytes(len(between)) + second
    assert next(places(data, segments(data))) == len(first) + len(between)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 40}])
def test_the_next_start(options: dict[str, object]) -> None:
    first = jpeg(noise(64, 128, 3), **options)
    second = flat(9)
    for between in (b"", bytes(100), b"\xff\xd8 not"):
        data = first + between + second + b"tail"
        assert end_of(data) == len(first)
        assert list(places(data, segments(data))) == [len(first) + len(between)]
        assert data.startswith(second, len(first) + len(between))


def test_a_thumbnail_in_the_metadata_is_no_further_picture() -> None:
    data = flat(1, segment(0xE1, b"Exif\0\0" + flat(7)))
    assert list(places(data, segments(data))) == []


def test_a_wrong_index_does_not_hide_the_picture() -> None:
    second = flat(9)
    data = bytearray(with_mpf(flat(1), second))
    start = data.index(b"MPF\0")
    for place in range(start + 4, start + 4 + 8 + 42 + 32):
        copy = bytearray(data)
        copy[place] ^= 0x55
        found = [bytes(copy[place : place + len(second)]) for place in places(bytes(copy), segments(bytes(copy)))]
        assert second in found, place - start


def test_damage() -> None:
    whole = with_mpf(flat(1, xmp(directory(10))), flat(2))
    for end in range(len(whole)):
        data = whole[:end]
        parts = segments(data)
        assert all(0 < place < end for place in places(data, parts))
        multi_picture(parts)
        xmp_of(parts)
    assert multi_picture(segments(flat(1, segment(0xE2, b"MPF\0II*\0")))) == ([], 1)
    assert app2(segments(flat(1)), b"MPF\0") is None
    assert end_of(b"\xff\xd8\xff") is None
