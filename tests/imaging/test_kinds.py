"""The table of kinds: each kind that is read has an example that is read, each refused one an example that is not."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from makers import exr, hdr, noise, png, rgbe, smooth, tiff, video
from PIL import Image

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture
from lightprobe.imaging.formats.video import read_video
from lightprobe.imaging.kinds import (
    KINDS,
    PICTURE,
    PICTURE_SUFFIXES,
    REFUSED,
    VIDEO,
    VIDEO_SUFFIXES,
    Kind,
    find_kind,
    help_of_kinds,
    kind_of_suffix,
)

COLOR = smooth(32, 64)
RADIANCE = (COLOR / 20.0).astype(np.float32)


def save(**options: object) -> Callable[[Path], object]:
    return lambda path: Image.fromarray(COLOR).save(path, **options)


def save_mpo(path: Path) -> None:
    Image.fromarray(COLOR).save(path, format="MPO", save_all=True, append_images=[Image.fromarray(COLOR[::-1])])


READ: dict[str, Callable[[Path], object]] = {
    "JPEG": save(format="JPEG", quality=95),
    "MPO": save_mpo,
    "PNG": lambda path: path.write_bytes(png(COLOR)),
    "WebP": save(lossless=True),
    "AVIF": save(quality=95),
    "HEIC": lambda path: pillow_heif.from_pillow(Image.fromarray(COLOR)).save(path, quality=95),
    "TIFF": lambda path: path.write_bytes(tiff(COLOR)),
    "GIF": save(),
    "BMP": save(),
    "OpenEXR": lambda path: path.write_bytes(exr({c: RADIANCE[..., k] for k, c in enumerate("RGB")})),
    "Radiance HDR": lambda path: path.write_bytes(hdr(rgbe(RADIANCE.astype(float)))),
    "PFM": lambda path: path.write_bytes(b"PF\n64 32\n-1.0\n" + RADIANCE[::-1].tobytes()),
}
"""Files of COLOR, or of radiance COLOR / 20."""

REFUSALS = {
    "Raw photographs": [
        b"II*\0\x10\0\0\0CR\x02\0" + bytes(60),
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
        b"FUJIFILMCCD-RAW 0201FF389501",
        b"FOVb\0\0\3\0",
        b"IIRO\x08\0\0\0",
        b"MMOR\0\0\0\x08",
        b"IIU\0\x18\0\0\0",
        b"\0MRM\0\1\0\0",
        b"II\x1a\0\0\0HEAPCCDR",
        tiff(noise(8, 16, 3), tags={50706: (1, [1, 4, 0, 0])}),
    ],
    "Insta360 and GoPro 360": [b"\xff\xd8\xff\xe1\0\x10Exif\0\0", b"\0\0\0\x18ftypmp42"],
    "KTX": [b"\xabKTX 11\xbb\r\n\x1a\n", b"\xabKTX 20\xbb\r\n\x1a\n"],
    "DDS": [b"DDS \x7c\0\0\0"],
    "JPEG 2000": [b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51\0\x2f"],
    "JPEG XR": [b"II\xbc\1\x20\0\0\0"],
    "Photoshop": [b"8BPS\0\1"],
    "SVG": [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>"],
    "PDF": [b"%PDF-1.7\n"],
}
"""First bytes of refused files."""

ELSEWHERE = {
    "JPEG with a gain map": "the tests of gain maps",
    "JPEG XL": "test_jpeg_xl_needs_its_plugin",
    "Video": "test_videos",
}
"""Kinds whose examples are not among these."""


def named(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)


def test_each_kind_has_an_example() -> None:
    assert {kind.name for kind in KINDS} == {*READ, *REFUSALS, *ELSEWHERE}
    assert {kind.name for kind in KINDS if kind.role == REFUSED} == set(REFUSALS)


@pytest.mark.parametrize("name", READ)
def test_what_the_table_says_is_read_is_read(tmp_path: Path, name: str) -> None:
    for suffix in named(name).suffixes:
        path = tmp_path / f"a{suffix}"
        READ[name](path)
        found = read_picture(path)
        values = found.pixels * 20 if found.is_linear else found.pixels
        assert np.abs(values.astype(float) - COLOR).mean() < 8, suffix
        assert found.is_linear == (name in ("OpenEXR", "Radiance HDR", "PFM"))


@pytest.mark.parametrize("name", REFUSALS)
def test_what_the_table_says_is_refused_is_refused(tmp_path: Path, name: str) -> None:
    kind = named(name)
    for number, data in enumerate(REFUSALS[name]):
        path = tmp_path / f"{number}{kind.suffixes[0]}"
        path.write_bytes(data)
        with pytest.raises(ImageError) as caught:
            read_picture(path)
        found = re.fullmatch(r"(.*): this is (.*), (which .*; .*)", str(caught.value))
        assert found, str(caught.value)
        assert found[1] == str(path)
        assert found[2].startswith(kind.title)
        assert found[3] == kind.advice


@pytest.mark.parametrize("name", [name for name in REFUSALS if named(name).magic])
def test_first_bytes_tell_what_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.jpg").write_bytes(REFUSALS[name][0])
    with pytest.raises(ImageError, match=f"this is {re.escape(named(name).title)}"):
        read_picture(tmp_path / "a.jpg")


def test_videos(tmp_path: Path) -> None:
    for suffix, codec in ((".mp4", "mpeg4"), (".mkv", "ffv1"), (".mov", "mpeg4"), (".avi", "mpeg4")):
        path = video(tmp_path / f"a{suffix}", [COLOR], codec, "yuv420p")
        assert len(list(read_video(path))) == 1
        assert kind_of_suffix(suffix) == named("Video")
        path.rename(tmp_path / "a.jpg")
        with pytest.raises(ImageError, match=r"this is a video, which is no picture; give it a suffix such as \.mp4"):
            read_picture(tmp_path / "a.jpg")


def test_jpeg_xl_needs_its_plugin(tmp_path: Path) -> None:
    (tmp_path / "a.jxl").write_bytes(b"\xff\x0a" + bytes(20))
    expected = (
        "the picture is damaged|unknown picture"
        if importlib.util.find_spec("pillow_jxl")
        else (r"JPEG XL files need pillow-jxl-plugin; pip install 'lightprobe\[jxl\]'")
    )
    with pytest.raises(ImageError, match=expected):
        read_picture(tmp_path / "a.jxl")


def test_a_suffix_has_one_kind() -> None:
    suffixes = [suffix for kind in KINDS for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)
    assert {*PICTURE_SUFFIXES, *VIDEO_SUFFIXES} <= set(suffixes)
    assert {".insp", ".jfif", ".mpo", ".gif", ".jxl", ".pfm", ".dng", ".bmp", ".ktx"} <= set(suffixes)


def test_the_table_is_complete() -> None:
    for kind in KINDS:
        assert kind.role in (PICTURE, VIDEO, REFUSED)
        assert bool(kind.read) == (kind.role != REFUSED)
        assert bool(kind.advice and kind.title) == (kind.role != PICTURE)
        assert kind.role != REFUSED or not kind.unused
        assert "|" not in kind.read + kind.obeyed + kind.unused + kind.advice


def test_help_names_every_kind() -> None:
    assert all(kind.name in help_of_kinds() for kind in KINDS)


def test_other_files_have_no_kind() -> None:
    for data in (b"", b"I am a text file.", b"PK\x03\x04", b"\x7fELF"):
        assert find_kind(data, ".txt") is None
    assert kind_of_suffix(".txt") is None
