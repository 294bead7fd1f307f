"""JPEG with a gain map as written: read by our reader, by the numbers in the file, and as a normal picture."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from gain_map_files import scene, srgb_codes, srgb_decoded
from PIL import Image

from lightprobe.imaging import read_picture
from lightprobe.imaging.envmap import write_environment
from lightprobe.imaging.formats.gain_map.encoder import encode_gain_map_jpeg

RADIANCE = scene(64, 128, peak=300).astype(np.float32)


def streams(data: bytes) -> tuple[bytes, bytes]:
    """The two JPEG streams, by the MPF index."""
    index = data.index(b"MPF\0") + 4
    (_, first, _, _, _), (_, length, offset, _, _) = struct.iter_unpack(">IIIHH", data[index + 50 : index + 82])
    return data[:first], data[index + offset : index + offset + length]


def test_our_reader_finds_the_radiance(tmp_path: Path) -> None:
    write_environment(tmp_path / "env.jpg", RADIANCE)
    picture = read_picture(tmp_path / "env.jpg")
    assert picture.is_linear
    assert picture.white is None
    error = np.abs(np.log2((picture.pixels + 0.02) / (RADIANCE + 0.02)))
    assert np.median(error) < 0.03
    assert np.quantile(error, 0.99) < 0.3
    assert picture.pixels.max() == pytest.approx(RADIANCE.max(), rel=0.05)


def test_the_formula_by_hand() -> None:
    """ISO 21496-1, clause 6, from the file's own numbers; the same by both forms."""
    first, second = streams(encode_gain_map_jpeg(RADIANCE))
    base, codes = (np.asarray(Image.open(io.BytesIO(stream))) for stream in (first, second))
    place = second.index(b"urn:iso:std:iso:ts:21496:-1\0") + 28
    assert second[place : place + 5] == b"\0\0\0\0\xc0"
    pairs = struct.unpack_from(">" + 17 * "iI", second, place + 5)
    numbers = np.array(pairs[0::2]) / np.array(pairs[1::2])
    channels = numbers[2:].reshape(3, 5)
    gain = channels[:, 0] + (channels[:, 1] - channels[:, 0]) * codes / 255
    radiance = (srgb_decoded(base) + channels[:, 3]) * 2**gain - channels[:, 4]
    assert np.median(np.abs(np.log2((radiance + 0.02) / (RADIANCE + 0.02)))) < 0.03
    for key, column in (("GainMapMin", 0), ("GainMapMax", 1)):
        listed = re.search(f"<hdrgm:{key}>(.*?)</hdrgm:{key}>".encode(), second)
        assert listed is not None
        values = [float(text) for text in re.findall(rb"<rdf:li>([^<]*)<", listed[1])]
        np.testing.assert_allclose(values, channels[:, column], atol=1e-4)
    assert numbers[1] == pytest.approx(channels[:, 1].max(), abs=1e-4)
    length = re.search(rb'Item:Semantic="GainMap" Item:Length="(\d+)"', first)
    assert length is not None
    assert int(length[1]) == len(second)


def test_it_opens_as_a_normal_picture() -> None:
    with Image.open(io.BytesIO(encode_gain_map_jpeg(RADIANCE))) as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(shown - srgb_codes(RADIANCE)).mean() < 3


def test_dark_and_negative_light() -> None:
    radiance = np.full((16, 32, 3), -0.5, np.float32)
    radiance[4:8] = 0.2
    assert encode_gain_map_jpeg(radiance)[:2] == b"\xff\xd8"


def test_large_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected sides of at most 65535 pixels for JPEG, got 70000×1; write \.exr"):
        encode_gain_map_jpeg(np.zeros((1, 70000, 3), np.float32))
