"""Portable float maps: Debevec's, Netpbm's and Photoshop's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture

RADIANCE = (np.random.default_rng(0).random((6, 12, 3)) ** 4 * 900 - 1).astype(np.float32)


def write(tmp_path: Path, head: bytes, rows: np.ndarray, order: str = "<") -> Path:
    (tmp_path / "a.pfm").write_bytes(head + rows.astype(f"{order}f4").tobytes())
    return tmp_path / "a.pfm"


@pytest.mark.parametrize(("order", "number"), [("<", b"-1.0"), (">", b"1.0"), ("<", b"-1"), (">", b"+1.000000")])
@pytest.mark.parametrize("channels", [1, 3])
def test_bottom_row_first(tmp_path: Path, order: str, number: bytes, channels: int) -> None:
    rows = RADIANCE[..., :channels]
    head = (b"PF" if channels == 3 else b"Pf") + b"\n12 6\n" + number + b"\n"
    picture = read_picture(write(tmp_path, head, rows[::-1], order))
    assert picture.is_linear
    assert (picture.pixels.dtype, picture.notes) == (np.float32, ())
    np.testing.assert_array_equal(picture.pixels, np.broadcast_to(rows, RADIANCE.shape))


@pytest.mark.parametrize(
    "head", [b"PF 12 6 -1.0 ", b"PF\r\n12 6\r\n-1.0\r\n", b"PF\n# by a program\n12 6\n-1.0\n", b"PF\n12 6\n-1e0\n"]
)
def test_headers(tmp_path: Path, head: bytes) -> None:
    np.testing.assert_array_equal(read_picture(write(tmp_path, head, RADIANCE[::-1])).pixels, RADIANCE)


def test_a_first_byte_that_looks_like_the_end_of_a_line(tmp_path: Path) -> None:
    rows = RADIANCE[::-1].copy()
    rows.reshape(-1)[:1] = np.frombuffer(b"\n\0\x80\x3f", "<f4")
    np.testing.assert_array_equal(read_picture(write(tmp_path, b"PF\n12 6\n-1.0\r", rows)).pixels, rows[::-1])


def test_photoshop_writes_the_top_row_first(tmp_path: Path) -> None:
    picture = read_picture(write(tmp_path, b"PF\n12\n6\n-1.000000\n", RADIANCE))
    np.testing.assert_array_equal(picture.pixels, RADIANCE)
    assert "as Photoshop writes PFM" in picture.notes[0]


def test_the_scale_is_a_unit(tmp_path: Path) -> None:
    picture = read_picture(write(tmp_path, b"PF\n12 6\n-2.5\n", RADIANCE[::-1]))
    np.testing.assert_array_equal(picture.pixels, RADIANCE)
    assert "scale factor 2.5 of the file was not applied" in picture.notes[0]


@pytest.mark.parametrize("head", [b"PF\n12 6\n0\n", b"PF\n12 6\n-1.e.5\n", b"PF\n12\n", b"PF \n", b"PF\n12 -6\n1\n"])
def test_headers_that_are_none(tmp_path: Path, head: bytes) -> None:
    with pytest.raises(ImageError, match=r"expected a PFM header such as 'PF 1024 512 -1.0', got another; export"):
        read_picture(write(tmp_path, head, np.zeros(0)))


def test_sizes_are_checked_before_reading(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"the PFM file is damaged \(864 bytes of pixels are expected, 860 are there"):
        read_picture(write(tmp_path, b"PF\n12 6\n-1.0\n", RADIANCE.ravel()[:-1]))
    with pytest.raises(ImageError, match=r"expected at most 179 megapixels, got 100000×50000"):
        read_picture(write(tmp_path, b"PF\n100000 50000\n-1.0\n", RADIANCE))
    with pytest.raises(ImageError, match=r"the picture has 0×6 pixels"):
        read_picture(write(tmp_path, b"PF\n0 6\n-1.0\n", RADIANCE))
