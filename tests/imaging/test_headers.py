"""Headers of files: what is found in them, and that damage and size do no harm."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from video_makers import (
    box,
    code_frame,
    coded_video,
    element,
    equi_box,
    full_box,
    spherical_box,
    with_boxes,
    with_elements,
)

from lightprobe.errors import ImageError
from lightprobe.imaging.formats.video import read_video
from lightprobe.imaging.formats.video.headers import TrackBoxes, read_track_boxes

UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")


def plain(path: Path) -> Path:
    frame = code_frame((100, 128, 128), "yuv420p")
    return coded_video(path, [frame], "ffv1" if path.suffix == ".mkv" else "mpeg4")


def full(path: Path) -> Path:
    """A file with all that is looked for."""
    if path.suffix == ".mkv":
        parts = element(0x7671, b"\3") + element(0x7672, bytes(8))
        return with_elements(plain(path), element(0x7670, parts) + element(0x54CC, b"\2"))
    entry = b"".join(
        [
            full_box(b"st3d", b"\1"),
            spherical_box(equi_box(0.1, 0.2, 0.3, 0.4), pose=(1, -2, 3)),
            box(b"clap", struct.pack(">8i", 60, 1, 30, 1, 0, 1, 0, 1)),
            dolby_vision(8, 4),
        ]
    )
    return with_boxes(plain(path), entry=entry, track=box(b"uuid", UUID, b"<a>\xff</a>"))


def dolby_vision(profile: int, compatible: int) -> bytes:
    """Version 1.0, level 6, RPU and base layer. Source: Dolby Vision Streams Within the ISO BMFF, 3.2."""
    bits = (profile << 9) | (6 << 3) | 0b101
    return box(b"dvvC", bytes([1, 0]), struct.pack(">H", bits), bytes([compatible << 4]), bytes(19))


def test_all_that_is_looked_for(tmp_path: Path) -> None:
    found = read_track_boxes(full(tmp_path / "a.mp4"), 0)
    assert found.stereo_mode == 1
    assert found.projection == "equi"
    assert found.pose == (1, -2, 3)
    assert found.bounds == pytest.approx((0.1, 0.2, 0.3, 0.4), abs=1e-8)
    assert found.cropping == (2, 1, 2, 1)
    assert found.dolby_vision == (8, 4)
    assert found.xml == "<a>\ufffd</a>"
    assert read_track_boxes(full(tmp_path / "a.mkv"), 0) == TrackBoxes(projection="mshp", cropping=(2, 0, 0, 0))


def test_other_tracks_and_files_say_nothing(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv"):
        assert read_track_boxes(full(tmp_path / name), 1) == TrackBoxes()
        assert read_track_boxes(plain(tmp_path / name), 0) == TrackBoxes()
    assert read_track_boxes(plain(tmp_path / "a.avi"), 0) == TrackBoxes()
    (tmp_path / "short").write_bytes(b"\0\0\0\1")
    assert read_track_boxes(tmp_path / "short", 0) == TrackBoxes()


def test_sizes_of_64_bits_and_to_the_end(tmp_path: Path) -> None:
    path = full(tmp_path / "a.mp4")
    expected, data = read_track_boxes(path, 0), path.read_bytes()
    start = data.index(b"moov") - 4
    path.write_bytes(data[:start] + bytes(4) + data[start + 4 :])  # up to the end of the file
    assert read_track_boxes(path, 0) == expected
    size = struct.unpack_from(">I", data, start)[0]
    path.write_bytes(data[:start] + struct.pack(">I4sQ", 1, b"moov", size + 8) + data[start + 8 :])
    assert read_track_boxes(path, 0) == expected


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_damage_does_no_harm(tmp_path: Path, name: str) -> None:
    data = full(tmp_path / name).read_bytes()
    rng = np.random.default_rng(0)
    target = tmp_path / "damaged"
    for case in range(400):
        copy = bytearray(data[: rng.integers(8, len(data))] if case % 4 == 0 else data)
        for place in rng.integers(4, len(copy), rng.integers(1, 12)):
            copy[place] = rng.choice([0, 255, rng.integers(256)])
        target.write_bytes(copy)
        assert isinstance(read_track_boxes(target, 0), TrackBoxes)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_large_and_many_boxes_are_not_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.mp4":
        with_boxes(plain(path), entry=box(b"junk", bytes(40_000_000)), track=8 * 1_000_000 * b"\0\0\0\x08")
    else:
        with_elements(plain(path), element(0xEC, bytes(40_000_000)))
    tracemalloc.start()
    read_track_boxes(path, 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


# What becomes of Dolby Vision


@pytest.mark.parametrize(("profile", "compatible"), [(5, 0), (10, 0), (20, 0)])
def test_dolby_vision_with_colors_of_its_own_is_refused(tmp_path: Path, profile: int, compatible: int) -> None:
    path = with_boxes(plain(tmp_path / "a.mp4"), entry=dolby_vision(profile, compatible))
    message = (
        rf"a.mp4: Dolby Vision profile {profile} is not supported, for its colors need its metadata; "
        r"export it as HDR10, HLG or SDR$"
    )
    with pytest.raises(ImageError, match=message):
        list(read_video(path))


@pytest.mark.parametrize(("profile", "compatible"), [(8, 4), (8, 1), (7, 6), (10, 1)])
def test_dolby_vision_over_another_layer_is_named(tmp_path: Path, profile: int, compatible: int) -> None:
    path = with_boxes(plain(tmp_path / "a.mp4"), entry=dolby_vision(profile, compatible))
    (frame,) = read_video(path)
    assert frame.picture.notes == ("Dolby Vision metadata were not used; the base layer was",)
