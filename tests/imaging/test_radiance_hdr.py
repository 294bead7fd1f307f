"""Radiance HDR in all its encodings, against an encoder of our own."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from makers import hdr, radiance_of, rgbe

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, read_picture
from lightprobe.imaging.formats import radiance_hdr
from lightprobe.imaging.picture import rec709


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
        b"#?RADIANCE\n# a comment\nEXPOSURE=1.0\nGAMMA=1\nFORMAT=32-bit_rle_rgbe\nSOFTWARE=test\n",
        b"#?AUTOPANO\n",
    ],
)
def test_headers(tmp_path: Path, head: bytes) -> None:
    stored = pixels()
    np.testing.assert_array_equal(read_picture(write(tmp_path, hdr(stored, head=head))).pixels, radiance_of(stored))


@pytest.mark.parametrize(
    ("new", "shown"),
    [
        (b"-Y twelve", "'-Y twelve'"),
        (b"-Y 12 -Y 24", "'-Y 12 -Y 24'"),
        (b"-Y 99999999999999 +X 24", "'-Y 99999999999999"),
    ],
)
def test_sizes_that_are_none(tmp_path: Path, new: bytes, shown: str) -> None:
    with pytest.raises(
        ImageError, match=rf"expected a size such as '-Y 512 \+X 1024' after the header, got {shown}.*; export the file"
    ):
        read_picture(write(tmp_path, hdr(pixels()).replace(b"-Y 12 +X 24", new)))


def test_other_formats(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"expected the format 32-bit_rle_rgbe or 32-bit_rle_xyze, got '16-bit_luv'"):
        read_picture(write(tmp_path, hdr(pixels()).replace(b"32-bit_rle_rgbe", b"16-bit_luv")))


# Order of the pixels. Source: "Radiance File Formats": the first axis is the slower one; -Y is top to bottom.
ORDERS = {
    b"-Y 12 +X 24": lambda a: a,
    b"-Y 12 -X 24": lambda a: a[:, ::-1],
    b"+Y 12 +X 24": lambda a: a[::-1],
    b"+Y 12 -X 24": lambda a: a[::-1, ::-1],
    b"+X 24 -Y 12": lambda a: a.swapaxes(0, 1),
    b"-X 24 -Y 12": lambda a: a[:, ::-1].swapaxes(0, 1),
    b"+X 24 +Y 12": lambda a: a[::-1].swapaxes(0, 1),
    b"-X 24 +Y 12": lambda a: a[::-1, ::-1].swapaxes(0, 1),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("style", ["rle", "flat", "old"])
def test_orders_of_pixels(tmp_path: Path, order: bytes, style: str) -> None:
    stored = pixels()
    data = hdr(ORDERS[order](stored), style)
    line = re.search(rb"-Y \d+ \+X \d+", data)[0]
    picture = read_picture(write(tmp_path, data.replace(line, order)))
    np.testing.assert_array_equal(picture.pixels, radiance_of(stored))


def test_ends_of_lines_as_on_windows(tmp_path: Path) -> None:
    stored = pixels()
    head = b"#?RADIANCE\r\nFORMAT=32-bit_rle_rgbe\r\nEXPOSURE=2\r\n"
    data = hdr(stored, head=head).replace(b"\n\n-Y 12 +X 24\n", b"\n\r\n-Y 12 +X 24\r\n")
    assert b"\r\n\r\n" in data
    np.testing.assert_array_equal(read_picture(write(tmp_path, data)).pixels, radiance_of(stored) / 2)


# Variables of the header


def read(tmp_path: Path, *lines: str, stored: np.ndarray | None = None, format: str = "rgbe") -> Picture:
    head = "\n".join(["#?RADIANCE", *lines, f"FORMAT=32-bit_rle_{format}", ""]).encode()
    stored = pixels() if stored is None else stored
    return read_picture(write(tmp_path, hdr(stored, "rle" if stored.shape[1] >= 8 else "flat", head=head)))


@pytest.mark.parametrize(
    ("lines", "divisor", "count"),
    [
        (["EXPOSURE=4"], 4, 1),
        (["EXPOSURE= 2.5", "EXPOSURE=0.2"], 0.5, 2),
        (["COLORCORR=2 1 0.5"], (2, 1, 0.5), 1),
        (["COLORCORR= 2 1 1", "EXPOSURE=3", "COLORCORR=1 4 1"], (6, 12, 3), 3),
        (["GAMMA=1", "EXPOSURE=8"], 8, 1),
        (["EXPOSURE=8", "GAMMA=1"], 8, 1),
        (["EXPOSURE=1", "COLORCORR=1 1 1"], 1, 0),
        (["EXPOSURE=0"], 1, 1),
        (["EXPOSURE=0.000000", "EXPOSURE=2"], 2, 2),
        (["EXPOSURE=-1"], 1, 1),
        (["EXPOSURE=nan", "EXPOSURE=one", "EXPOSURE=inf", "COLORCORR=1 2"], 1, 4),
        (["\tEXPOSURE=16"], 1, 0),
        (["# EXPOSURE=16"], 1, 0),
    ],
)
def test_exposure_and_color_correction_are_undone(
    tmp_path: Path, lines: list[str], divisor: float | tuple[float, ...], count: int
) -> None:
    picture = read(tmp_path, *lines)
    np.testing.assert_allclose(picture.pixels, radiance_of(pixels()) / divisor, rtol=1e-6)
    assert picture.pixels.dtype == np.float32
    assert len(picture.notes) == count


def test_exposures_are_named(tmp_path: Path) -> None:
    assert read(tmp_path, "EXPOSURE=4").notes == ("The header's EXPOSURE=4 was undone",)
    assert read(tmp_path, "EXPOSURE=0").notes == ("The header's EXPOSURE=0 was ignored",)


def test_imagemagick_copies_the_exposure_without_applying_it(tmp_path: Path) -> None:
    lines = ["EXPOSURE=0.1", "GAMMA=1", "PRIMARIES=0.64 0.33 0.3 0.6 0.15 0.06 0.3127 0.329"]
    picture = read(tmp_path, *lines)
    np.testing.assert_array_equal(picture.pixels, radiance_of(pixels()))
    assert picture.notes == ("The header's EXPOSURE=0.1 was not undone, for ImageMagick copies it unapplied",)
    assert (read(tmp_path, *lines[::-1]).pixels == np.float32(radiance_of(pixels()) / 0.1)).all()


def test_what_is_not_applied_is_named(tmp_path: Path) -> None:
    picture = read(tmp_path, "GAMMA=2.2", "PIXASPECT=0.5")
    np.testing.assert_array_equal(picture.pixels, radiance_of(pixels()))
    assert picture.notes == ("The header's GAMMA=2.2 was not applied", "The header's PIXASPECT=0.5 was not applied")


def test_primaries(tmp_path: Path) -> None:
    p3 = "PRIMARIES=0.680 0.320 0.265 0.690 0.150 0.060 0.3127 0.3290"
    stored = rgbe(np.array([[[64.0, 0, 0], [64, 64, 64]]]))
    picture = read(tmp_path, p3, stored=stored)
    np.testing.assert_allclose(rec709(picture)[0] / 64, [[1.2249, -0.0421, -0.0196], [1, 1, 1]], atol=1e-4)
    assert picture.notes == ("Colors were converted from the header's PRIMARIES to Rec.709",)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("PRIMARIES=0 0 0 0 0 0 0 0", 0),
        ("PRIMARIES=0.64 0.33 0.30 0.60 0.15 0.06 0.3127 0.3290", 0),
        ("PRIMARIES=0.64 0.33 0.30 0.60 0.15 0.06", 1),
        ("PRIMARIES=0.3 0.3 0.3 0.3 0.3 0.3 0.3 0.3", 1),
        ("PRIMARIES=red green blue", 1),
    ],
)
def test_primaries_that_say_nothing(tmp_path: Path, line: str, count: int) -> None:
    picture = read(tmp_path, line)
    assert picture.matrix is None
    assert len(picture.notes) == count


def test_xyz(tmp_path: Path) -> None:
    """XYZ of Rec.709's white and red. Source: ITU-R BT.709-6 and CIE 15."""
    xyz = np.array([[[0.9505, 1.0, 1.0891], [0.4124, 0.2126, 0.0193]]]) * 100
    picture = read(tmp_path, stored=rgbe(xyz), format="xyze")
    np.testing.assert_allclose(rec709(picture)[0] / 100, [[1, 1, 1], [1, 0, 0]], atol=0.01)
    assert picture.notes == ()


def test_xyz_by_radiance_is_in_lumens(tmp_path: Path) -> None:
    xyz = np.array([[[0.9505, 1.0, 1.0891]]]) * 179
    picture = read(tmp_path, "ra_xyze -c a.hdr", stored=rgbe(xyz), format="xyze")
    np.testing.assert_allclose(rec709(picture)[0], 1, atol=0.02)
    assert "179 lumens per watt" in picture.notes[0]


@pytest.mark.parametrize("size", [b"-Y 0 +X 24", b"-Y 12 +X 0"])
def test_no_pixels(tmp_path: Path, size: bytes) -> None:
    with pytest.raises(ImageError, match=r"the picture has [0-9]+×[0-9]+ pixels; download"):
        read_picture(write(tmp_path, hdr(pixels()).replace(b"-Y 12 +X 24", size)))


def test_header_without_end(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="expected a size such as"):
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


def test_bands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radiance_hdr, "BAND", 100)  # pixels
    stored = pixels(13, 24)
    data = hdr(stored)
    np.testing.assert_array_equal(read_picture(write(tmp_path, data)).pixels, radiance_of(stored))
    upwards = data.replace(b"-Y 13 +X 24", b"+Y 13 +X 24")
    np.testing.assert_array_equal(read_picture(write(tmp_path, upwards)).pixels, radiance_of(stored)[::-1])
    for end in range(len(data) - 200, len(data), 7):
        with pytest.raises(ImageError, match="the Radiance file is damaged"):
            read_picture(write(tmp_path, data[:end]))


def test_pixels_that_look_like_the_start_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radiance_hdr, "BAND", 50)
    stored = pixels(6, 24)
    stored[3, 4:8] = np.array([2, 2, 0, 24])[:, None]  # each channel of these four pixels holds the bytes
    data = hdr(stored)
    assert data.count(bytes((2, 2, 0, 24))) > 6
    np.testing.assert_array_equal(read_picture(write(tmp_path, data)).pixels, radiance_of(stored))


def test_exposures_whose_product_is_infinite(tmp_path: Path) -> None:
    stored = pixels()
    head = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\nEXPOSURE=1e300\nEXPOSURE=1e300\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = read_picture(write(tmp_path, hdr(stored, head=head)))
    assert "The header's EXPOSURE=1e300 was ignored" in picture.notes


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory of a process as Linux tells it")
def test_memory(tmp_path: Path) -> None:
    stored = np.tile(pixels(64, 2048), (32, 1, 1))
    code = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from lightprobe.imaging import read_picture\n"
        "peak = lambda: 1024 * int(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])\n"
        "read_picture(sys.argv[1])\n"
        "before = peak()\n"
        "picture = read_picture(sys.argv[2])\n"
        "print((peak() - before) / picture.pixels.nbytes)\n"
    )
    (tmp_path / "small.hdr").write_bytes(hdr(pixels()))
    paths = [str(tmp_path / "small.hdr"), str(write(tmp_path, hdr(stored)))]
    done = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True)
    assert 1 < float(done.stdout) < 1.5
