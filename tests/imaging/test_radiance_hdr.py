"""Radiance HDR in all its encodings, against an encoder of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from makers import hdr, radiance_of, rgbe

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture


def pixels(height: int = 12, width: int = 24, seed: int = 0) -> np.ndarray:
    """Noise with even stretches, so that there are runs and none."""
    rng = np.random.default_rng(seed)
    values = rgbe((rng.random((height, width, 3)) * 2.0 ** rng.integers(-10, 10, (height, width, 1))).astype(float))
    values[1] = values[1, :1]
    values[2, 3:15] = (200, 100, 50, 130)
    values[3, :, 3] = 128
    values[4, 5] = 0
    return values


def write(tmp_path: Path, data: bytes) -> Path:
    (tmp_path / "a.hdr").write_bytes(data)
    return tmp_path / "a.hdr"


@pytest.mark.parametrize("style", ["rle", "flat", "old"])
def test_encodings(tmp_path: Path, style: str) -> None:
    stored = pixels()
    picture = read_picture(write(tmp_path, hdr(stored, style)))
    assert picture.is_linear
    assert picture.pixels.dtype == np.float32
    np.testing.assert_array_equal(picture.pixels, radiance_of(stored))


@pytest.mark.parametrize("width", [1, 2, 7, 8, 127, 128, 129, 300])
def test_widths(tmp_path: Path, width: int) -> None:
    stored = pixels(6, max(width, 16))[:, :width]
    for style in ("rle", "flat") if width >= 8 else ("flat",):
        np.testing.assert_array_equal(read_picture(write(tmp_path, hdr(stored, style))).pixels, radiance_of(stored))


def test_rows_too_wide_for_run_lengths(tmp_path: Path) -> None:
    stored = np.tile(pixels()[:2], (1, 1400, 1))
    assert stored.shape[1] > 32767
    np.testing.assert_array_equal(read_picture(write(tmp_path, hdr(stored, "flat"))).pixels, radiance_of(stored))


def test_runs_longer_than_255_in_the_old_encoding(tmp_path: Path) -> None:
    stored = np.tile(np.array([10, 200, 30, 128], np.uint8), (2, 700, 1))
    np.testing.assert_array_equal(read_picture(write(tmp_path, hdr(stored, "old"))).pixels, radiance_of(stored))


@pytest.mark.parametrize(
    "head",
    [
        b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n",
        b"#?RGBE\nFORMAT=32-bit_rle_rgbe\n",
        b"#?RADIANCE\n# a comment\nEXPOSURE=2.5\nGAMMA=1\nFORMAT=32-bit_rle_rgbe\nSOFTWARE=test\n",
        b"#?AUTOPANO\n",
    ],
)
def test_headers(tmp_path: Path, head: bytes) -> None:
    stored = pixels()
    np.testing.assert_array_equal(read_picture(write(tmp_path, hdr(stored, head=head))).pixels, radiance_of(stored))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (b"rle_rgbe", b"rle_xyze", r"'-Y 12 \+X 24'"),
        (b"-Y 12 +X 24", b"+Y 12 +X 24", r"'\+Y 12 \+X 24'"),
        (b"-Y 12 +X 24", b"+X 24 -Y 12", r"'\+X 24 -Y 12'"),
        (b"-Y 12 +X 24", b"-Y 12 -X 24", "'-Y 12 -X 24'"),
        (b"-Y 12 +X 24", b"-Y twelve", "'-Y twelve'"),
        (b"-Y 12 +X 24", b"-Y 99999999999999 +X 24", "'-Y 99999999999999"),
    ],
)
def test_unusual_headers(tmp_path: Path, old: bytes, new: bytes, shown: str) -> None:
    with pytest.raises(
        ImageError, match=rf"expected RGBE rows from the top \('-Y h \+X w'\), got {shown}.*; convert it to EXR"
    ):
        read_picture(write(tmp_path, hdr(pixels()).replace(old, new)))


@pytest.mark.parametrize("size", [b"-Y 0 +X 24", b"-Y 12 +X 0"])
def test_no_pixels(tmp_path: Path, size: bytes) -> None:
    with pytest.raises(ImageError, match=r"the picture has [0-9]+×[0-9]+ pixels; download"):
        read_picture(write(tmp_path, hdr(pixels()).replace(b"-Y 12 +X 24", size)))


def test_header_without_end(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="expected RGBE rows"):
        read_picture(write(tmp_path, b"#?RADIANCE\n" + b"x" * 70000))


@pytest.mark.parametrize("style", ["rle", "flat", "old"])
def test_cut_short_anywhere(tmp_path: Path, style: str) -> None:
    data = hdr(pixels(), style)
    start = data.index(b"+X 24\n") + 6
    for end in [*range(start, len(data), 37), *range(len(data) - 40, len(data))]:
        with pytest.raises(ImageError, match="the Radiance file is damaged"):
            read_picture(write(tmp_path, data[:end]))


@pytest.mark.parametrize("style", ["rle", "flat"])
def test_bytes_after_the_picture_do_no_harm(tmp_path: Path, style: str) -> None:
    stored = pixels()
    picture = read_picture(write(tmp_path, hdr(stored, style) + b"trailing bytes"))
    np.testing.assert_array_equal(picture.pixels, radiance_of(stored))
