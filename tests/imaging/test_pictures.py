"""What a file says of further pictures that it does not hold."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from gain_map_files import directory, hdrgm, jpeg, scene, srgb_codes, with_mpf, xmp
from makers import png, xmp_chunk
from PIL import Image

from lightprobe.imaging import as_picture, read_picture
from lightprobe.imaging.formats.gain_map import pictures


def ultra_hdr() -> bytes:
    base = srgb_codes(scene(32, 64, 2.0))
    second = jpeg(base[..., 0], xmp(hdrgm(GainMapMax=3)))
    return with_mpf(jpeg(base, xmp(directory(len(second)))), second)


def test_a_picture_that_was_changed_has_no_gain_map_any_more() -> None:
    with Image.open(io.BytesIO(ultra_hdr())) as image:
        smaller = image.resize((32, 16))
    assert smaller.info.get("xmp")
    (note,) = as_picture(smaller).notes
    assert note == "The gain map for HDR was not used (it is not in this picture); the SDR picture was"
    with Image.open(io.BytesIO(ultra_hdr())) as image:
        image.load()
        image.fp = None
        (note,) = as_picture(image).notes
    assert "(the file is closed)" in note


def test_a_copy_in_another_format_that_kept_the_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(srgb_codes(scene(16, 32, 1.0)), xmp_chunk(directory(100).encode())))
    assert "it is not in this picture" in read_picture(path).notes[0]
    path.write_bytes(png(srgb_codes(scene(16, 32, 1.0))))
    assert read_picture(path).notes == ()


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    path = tmp_path / "a.jpg"
    path.write_bytes(ultra_hdr())
    picture = read_picture(path)
    assert "(the file is too large)" in picture.notes[0]
    assert not picture.is_linear


def test_gray_and_cmyk_bases(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    base = srgb_codes(scene(32, 64, 2.0))
    second = jpeg(base[..., 0], xmp(hdrgm(GainMapMax=3)))
    parts = xmp(directory(len(second)))
    path.write_bytes(jpeg(base[..., 1], parts) + second)
    gray = read_picture(path)
    assert gray.is_linear
    np.testing.assert_array_equal(gray.pixels[..., 0], gray.pixels[..., 2])
    file = io.BytesIO()
    Image.fromarray(base).convert("CMYK").save(file, "JPEG", quality=98)
    data = file.getvalue()
    path.write_bytes(data[:2] + parts + data[2:] + second)
    inks = read_picture(path)
    assert inks.is_linear
    assert inks.pixels.shape == (32, 64, 3)
