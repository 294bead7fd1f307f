"""Numbers of a gain map: the three ways of writing them give the same, and impossible ones are refused."""

from __future__ import annotations

import struct

import pytest
from gain_map_files import ADOBE, apple_xmp, hdrgm, iso, packet

from lightprobe.errors import ImageError
from lightprobe.imaging.formats.gain_map.metadata import (
    AppleGainMap,
    GainMapMetadata,
    apple_gain_map,
    is_apple,
    is_newer_iso,
    parse_adobe,
    parse_iso,
    xmp_values,
)

GRAY = GainMapMetadata(
    least=(-1.5, -1.5, -1.5),
    most=(3.25, 3.25, 3.25),
    gamma=(0.5, 0.5, 0.5),
    base_offset=(0.25, 0.25, 0.25),
    alternate_offset=(0.125, 0.125, 0.125),
)
COLOR = GainMapMetadata(
    least=(0.0, -0.5, 0.25),
    most=(2.0, 3.5, 4.25),
    gamma=(1.0, 0.75, 1.5),
    base_offset=(0.0, 0.5, 0.25),
    alternate_offset=(0.125, 0.0, -0.25),
)


def values(numbers: GainMapMetadata) -> dict[str, object]:
    fields = {
        "GainMapMin": numbers.least,
        "GainMapMax": numbers.most,
        "Gamma": numbers.gamma,
        "OffsetSDR": numbers.base_offset,
        "OffsetHDR": numbers.alternate_offset,
    }
    return {key: value[0] if len({*value}) == 1 else list(value) for key, value in fields.items()}


def channels(numbers: GainMapMetadata) -> list[tuple[float, float, float, float, float]]:
    columns = (numbers.least, numbers.most, numbers.gamma, numbers.base_offset, numbers.alternate_offset)
    return [tuple(column[k] for column in columns) for k in range(1 if len({*numbers.most}) == 1 else 3)]


@pytest.mark.parametrize("numbers", [GRAY, COLOR])
@pytest.mark.parametrize("style", ["attributes", "elements"])
@pytest.mark.parametrize("prefix", ["hdrgm", "GM.1"])
def test_xmp(numbers: GainMapMetadata, style: str, prefix: str) -> None:
    assert parse_adobe(hdrgm(style, prefix, **values(numbers), HDRCapacityMax=4), "a") == numbers


@pytest.mark.parametrize("numbers", [GRAY, COLOR])
@pytest.mark.parametrize("common", [False, True])
def test_binary(numbers: GainMapMetadata, common: bool) -> None:
    data = iso((0, 4), channels(numbers), common=common)
    assert parse_iso(data, "a") == numbers
    assert parse_iso(data + b"more", "a") == numbers


def test_what_is_missing_has_the_default_of_the_specification() -> None:
    found = parse_adobe(hdrgm(GainMapMax=2, HDRCapacityMax=2), "a")
    assert found == GainMapMetadata(least=(0, 0, 0), most=(2, 2, 2), gamma=(1, 1, 1))
    assert found.base_offset == found.alternate_offset == (0.015625, 0.015625, 0.015625)
    assert not found.is_base_hdr
    assert found.is_in_base_space


def test_the_packet_of_a_base_picture_has_no_numbers() -> None:
    assert parse_adobe(hdrgm(), "a") is None
    assert parse_adobe(packet("", 'xmlns:hdrgm="http://example.org/other/"', 'hdrgm:GainMapMax="2"'), "a") is None
    assert parse_adobe("", "a") is None
    assert parse_iso(struct.pack(">HH", 0, 0), "a") is None


def test_base_hdr() -> None:
    """Offsets belong to renditions in XMP, to base and alternate in the binary form."""
    found = parse_adobe(hdrgm(GainMapMax=2, OffsetSDR=0.5, OffsetHDR=0.25, BaseRenditionIsHDR="True"), "a")
    assert found is not None
    assert (found.is_base_hdr, found.base_offset[0], found.alternate_offset[0]) == (True, 0.25, 0.5)
    found = parse_iso(iso((3, 0), [(-3, 0, 1, 0.25, 0.5)]), "a")
    assert found is not None
    assert (found.is_base_hdr, found.base_offset[0], found.alternate_offset[0]) == (True, 0.25, 0.5)


def test_the_alternate_space() -> None:
    found = parse_iso(iso((0, 3), [(0, 3, 1, 0, 0)], in_base_space=False), "a")
    assert found is not None
    assert not found.is_in_base_space


def test_a_newer_version_is_not_read() -> None:
    data = iso((0, 3), [(0, 3, 1, 0, 0)], version=1)
    assert parse_iso(data, "a") is None
    assert is_newer_iso(data)
    assert not is_newer_iso(iso((0, 3), [(0, 3, 1, 0, 0)]))
    assert not is_newer_iso(b"")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"GainMapMax": "nan"}, r"gains of at most 2\^64 in the gain map metadata, got nan"),
        ({"GainMapMax": "inf"}, "got inf"),
        ({"GainMapMin": -100}, "got -100"),
        ({"Gamma": 0}, "a gamma above 0 in the gain map metadata, got 0"),
        ({"Gamma": [1, -1, 1]}, "got 1, -1, 1"),
        ({"Gamma": "inf"}, "a gamma above 0"),
        ({"OffsetSDR": 1e9}, "offsets of at most 1024"),
        ({"GainMapMax": "two"}, "one or three numbers GainMapMax in the gain map metadata, got two"),
        ({"GainMapMax": [1, 2]}, "one or three numbers GainMapMax"),
    ],
)
def test_impossible_numbers(changes: dict[str, object], expected: str) -> None:
    with pytest.raises(ImageError, match=rf"^name\.jpg: expected .*{expected}.*; export the picture again"):
        parse_adobe(hdrgm(**{"GainMapMax": 2, **changes}), "name.jpg")


def test_impossible_binary_numbers() -> None:
    whole = iso((0, 3), [(0, 3, 1, 0, 0)])
    with pytest.raises(ImageError, match="expected 56 bytes in the gain map metadata, got 55"):
        parse_iso(whole[:-1], "a")
    with pytest.raises(ImageError, match="a denominator of 0"):
        parse_iso(whole[:-4] + bytes(4), "a")
    with pytest.raises(ImageError, match="a gamma above 0"):
        parse_iso(iso((0, 3), [(0, 3, 0, 0, 0)]), "a")
    with pytest.raises(ImageError, match=r"gains of at most 2\^64"):
        parse_iso(iso((0, 3), [(0, 100, 1, 0, 0)]), "a")


def note(first: float | None, second: float | None, kind: int = 10) -> bytes:
    """Apple's maker note; the fractions lie behind the entries."""
    fields = [(tag, value) for tag, value in ((33, first), (48, second)) if value is not None]
    behind = 16 + 12 * len(fields)
    entries = b"".join(struct.pack(">HHII", tag, kind, 1, behind + 8 * k) for k, (tag, _) in enumerate(fields))
    numbers = b"".join(struct.pack(">ii", round(value * 1000), 1000) for _, value in fields)
    return b"Apple iOS\0\0\1MM" + struct.pack(">H", len(fields)) + entries + numbers


@pytest.mark.parametrize(
    ("first", "second", "stops"),
    [
        # the four cases of Apple's document, and where it has no second number
        (0.5, 0.005, 1.7),
        (0.5, 2.0, 1.399),
        (1.5, 0.01, 2.3),
        (1.5, 1.0, 2.0),
        (1.5, 100.0, 0.0),
        (1.0, None, 3.0),
    ],
)
def test_apple_by_the_maker_note(first: float, second: float | None, stops: float) -> None:
    found = apple_gain_map(apple_xmp(None), note(first, second), "a")
    assert found is not None
    assert found.headroom == pytest.approx(2**stops, rel=1e-6)


def test_apple_by_xmp() -> None:
    assert is_apple(apple_xmp(None))
    assert not is_apple(hdrgm(GainMapMax=2))
    assert apple_gain_map(apple_xmp(4.5), note(0.5, 2), "a") == AppleGainMap(headroom=4.5)
    for missing in (b"", note(None, 0.1), note(1, 1, kind=5), note(1, 1)[:30], b"Apple iOS\0\0\1II" + bytes(40)):
        assert apple_gain_map(apple_xmp(None), missing, "a") is None
    for impossible in (0.5, "nan", "inf"):
        with pytest.raises(ImageError, match="a headroom of 1 or more in the gain map metadata"):
            apple_gain_map(apple_xmp(impossible), b"", "a")


def test_xmp_values() -> None:
    text = packet(
        "<h:A>\n 1 </h:A><h:B x='y'><rdf:Seq><rdf:li>1</rdf:li>\n<rdf:li> 2</rdf:li></rdf:Seq></h:B>",
        f"xmlns:h='{ADOBE}'",
    )
    assert xmp_values(text, ADOBE, "A") == ["1"]
    assert xmp_values(text, ADOBE, "B") == ["1", "2"]
    assert xmp_values(text, ADOBE, "C") is None
    assert xmp_values(text, "http://example.org/", "A") is None
