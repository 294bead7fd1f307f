"""Cropping, square pixels, the order of eyes, and orientation, through files."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from video_makers import box, code_frame, coded_video, element, full_box, with_boxes, with_elements

from lightprobe.errors import ImageError
from lightprobe.imaging import picture
from lightprobe.imaging.formats.video import read_video

pytestmark = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this FFmpeg was built without x264")

ONE = 0x10000
RNG = np.random.default_rng(0)
CODES = RNG.integers(30, 220, (32, 64), dtype=np.uint8)


def gray(pixels: np.ndarray = CODES, **colors: int) -> av.VideoFrame:
    return code_frame((pixels, 128, 128), "yuv444p", pixels.shape, full_range=True, **colors)


def lossless(path: Path, frame: av.VideoFrame, **options: Any) -> Path:
    return coded_video(path, [frame], "libx264", options={"qp": "0"}, **options)


def found(path: Path) -> np.ndarray:
    """The red channel of the only frame."""
    (frame,) = read_video(path)
    assert frame.pixels.flags.c_contiguous
    return frame.pixels[..., 0]


def assert_codes(pixels: np.ndarray, expected: np.ndarray) -> None:
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= 1


@pytest.mark.parametrize(("name", "size"), [("a.mp4", (36, 48)), ("a.ts", (30, 42)), ("a.mov", (18, 96))])
def test_wide_pixels_are_repeated(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    """As 1440×1080 of 4:3 is 1920×1080."""
    codes = RNG.integers(30, 220, size, dtype=np.uint8)
    path = lossless(tmp_path / name, gray(codes), aspect=Fraction(4, 3))
    columns = size[1]
    centers = np.floor((np.arange(columns * 4 // 3) + 0.5) * 3 / 4).astype(int)
    assert_codes(found(path), codes[:, centers])


def test_tall_pixels_are_repeated(tmp_path: Path) -> None:
    path = lossless(tmp_path / "a.mp4", gray(), aspect=Fraction(1, 2))
    assert_codes(found(path), CODES.repeat(2, axis=0))


def test_an_anamorphic_panorama_is_2_to_1(tmp_path: Path) -> None:
    path = lossless(tmp_path / "a.mp4", gray(CODES[:, :48]), aspect=Fraction(4, 3))
    assert found(path).shape == (32, 64)


def test_display_size_in_matroska(tmp_path: Path) -> None:
    path = coded_video(tmp_path / "a.mkv", [gray(CODES[:, :32])])
    sizes = {0x54B2: 0, 0x54B0: 64, 0x54BA: 32}  # DisplayUnit, DisplayWidth, DisplayHeight; RFC 9559, 5.1.4.1.28.12
    with_elements(path, b"".join(element(kind, bytes([size])) for kind, size in sizes.items()))
    assert_codes(found(path), CODES[:, :32].repeat(2, axis=1))


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_arranged_too(tmp_path: Path, transfer: int) -> None:
    codes = CODES.copy()
    codes[:8, :8] = 255
    matrix = (0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30)
    frames = [gray(codes, transfer=transfer, primaries=9, matrix=9)]
    (plain,) = read_video(coded_video(tmp_path / "a.mkv", frames))
    (turned,) = read_video(
        coded_video(
            tmp_path / "b.mp4", frames, "libx264", aspect=Fraction(2, 1), display_matrix=matrix, options={"qp": "0"}
        )
    )
    np.testing.assert_array_equal(turned.pixels, np.rot90(plain.pixels.repeat(2, axis=1), -1))
    assert plain.picture.white is not None
    assert turned.picture.white is not None
    np.testing.assert_array_equal(turned.picture.white, np.rot90(plain.picture.white.repeat(2, axis=1), -1))


# a, b, c, d of the matrix: column x and row y go to a·x + c·y and b·x + d·y. Source: ISO/IEC 14496-12, 8.3.2.
ORIENTATIONS = {
    (1, 0, 0, 1): lambda p: p,
    (-1, 0, 0, 1): np.fliplr,
    (-1, 0, 0, -1): lambda p: np.rot90(p, 2),
    (1, 0, 0, -1): np.flipud,
    (0, 1, 1, 0): np.transpose,
    (0, 1, -1, 0): lambda p: np.rot90(p, -1),
    (0, -1, 1, 0): lambda p: np.rot90(p, 1),
    (0, -1, -1, 0): lambda p: np.rot90(p, 2).T,
}


@pytest.mark.parametrize("entries", ORIENTATIONS)
def test_all_orientations(tmp_path: Path, entries: tuple[int, int, int, int]) -> None:
    a, b, c, d = (ONE * value for value in entries)
    frame = gray()
    path = coded_video(
        tmp_path / "a.mp4", [frame], "libx264", display_matrix=(a, b, 0, c, d, 0, 0, 0, 1 << 30), options={"qp": "0"}
    )
    assert_codes(found(path), ORIENTATIONS[entries](CODES))
    (read,) = read_video(path)
    assert read.picture.notes == ()


@pytest.mark.parametrize(("degrees", "turns"), [(10, 0), (80, 1), (200, 2)])
def test_other_angles_are_rounded_and_said(tmp_path: Path, degrees: float, turns: int) -> None:
    x, y = round(ONE * np.cos(np.radians(degrees))), round(ONE * np.sin(np.radians(degrees)))
    matrix = (x, -y, 0, y, x, 0, 0, 0, 1 << 30)  # counterclockwise
    path = coded_video(tmp_path / "a.mp4", [gray()], "libx264", display_matrix=matrix, options={"qp": "0"})
    (frame,) = read_video(path)
    assert_codes(frame.pixels[..., 0], np.rot90(CODES, turns))
    assert frame.picture.notes == (
        "the file turns its picture by an angle that is no quarter turn; the nearest one was applied",
    )


def clap(width: Fraction, height: Fraction, x: Fraction, y: Fraction) -> bytes:
    """A clean aperture. Source: ISO/IEC 14496-12, 12.1.4.1."""
    numbers = [part for value in (width, height, x, y) for part in (value.numerator, value.denominator)]
    return box(b"clap", struct.pack(">8i", *numbers))


def test_clean_aperture(tmp_path: Path) -> None:
    path = lossless(tmp_path / "a.mp4", gray())
    plain = found(path)
    with_boxes(path, entry=clap(Fraction(40), Fraction(20), Fraction(4), Fraction(-1)))
    assert_codes(found(path), plain[5:25, 16:56])


@pytest.mark.parametrize("width", [Fraction(200), Fraction(0), Fraction(-5)])
def test_an_impossible_clean_aperture_is_ignored(tmp_path: Path, width: Fraction) -> None:
    path = lossless(tmp_path / "a.mp4", gray())
    with_boxes(path, entry=clap(width, Fraction(20), Fraction(4), Fraction(-1)))
    assert found(path).shape == CODES.shape


def test_cropping_in_matroska(tmp_path: Path) -> None:
    path = coded_video(tmp_path / "a.mkv", [gray()])
    sides = {0x54CC: 3, 0x54BB: 2, 0x54DD: 9, 0x54AA: 6}  # left, top, right, bottom; RFC 9559, 5.1.4.1.28
    with_elements(path, b"".join(element(kind, bytes([count])) for kind, count in sides.items()))
    assert_codes(found(path), CODES[2:26, 3:55])


@pytest.mark.parametrize(("mode", "expected"), [("left_right", CODES), ("right_left", np.roll(CODES, 32, axis=1))])
def test_the_left_eye_comes_first(tmp_path: Path, mode: str, expected: np.ndarray) -> None:
    path = coded_video(tmp_path / "a.mkv", [gray()], metadata={"stereo_mode": mode})
    (frame,) = read_video(path)
    assert_codes(frame.pixels[..., 0], expected)
    assert frame.picture.tags.stereo == "left-right"
    swapped = ("the file says that the right eye comes first; the halves were swapped",)
    assert frame.picture.notes == (swapped if mode == "right_left" else ())


def test_the_upper_eye_may_be_the_right_one(tmp_path: Path) -> None:
    path = coded_video(tmp_path / "a.mkv", [gray()], metadata={"stereo_mode": "bottom_top"})
    assert_codes(found(path), np.roll(CODES, 16, axis=0))


def test_right_left_in_mp4(tmp_path: Path) -> None:
    path = lossless(tmp_path / "a.mp4", gray())
    plain = found(path)
    with_boxes(path, entry=full_box(b"st3d", b"\4"))
    assert_codes(found(path), np.roll(plain, 32, axis=1))


def test_stretched_pixels_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lossless(tmp_path / "a.mp4", gray(), aspect=Fraction(20, 1))
    monkeypatch.setattr(picture, "MAX_PIXELS", 64 * 32)
    message = r"a.mp4, in square pixels: expected at most 0 megapixels, got 1280×32; reduce the picture first"
    with pytest.raises(ImageError, match=message):
        list(read_video(path))
