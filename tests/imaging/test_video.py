"""Frames: their colors, their times, and what is held of them. Everything is encoded here, by PyAV."""

from __future__ import annotations

import gc
import struct
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from makers import noise, smooth, video
from PIL import Image

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, picture
from lightprobe.imaging.formats.video import frames, read_video, video_length
from lightprobe.imaging.formats.video.codes import frame_colors

COLORS = [(200, 40, 30), (30, 180, 60), (20, 50, 210), (128, 128, 128), (255, 255, 255), (0, 0, 0), (240, 200, 40)]
FLAT = [np.full((64, 96, 3), color, np.uint8) for color in COLORS]
has_h264 = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this FFmpeg was built without x264")


def noisy(count: int = 20) -> list[np.ndarray]:
    return [noise(64, 96, 3, seed=k) for k in range(count)]


def assert_colors(path: Path, tolerance: float = 3) -> None:
    frames = list(read_video(path))
    assert len(frames) == len(COLORS)
    for frame, color in zip(frames, COLORS, strict=True):
        assert frame.pixels.dtype == np.uint8
        assert np.abs(frame.pixels.astype(int) - color).max() <= tolerance, color


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize(("matrix", "tag"), [("ITU709", 1), ("ITU601", 5), ("ITU601", 6), ("ITU601", None)])
def test_colors(tmp_path: Path, matrix: str, tag: int | None, full_range: bool) -> None:
    assert_colors(video(tmp_path / "a.mkv", FLAT, matrix=matrix, tag=tag, full_range=full_range))


@has_h264
@pytest.mark.parametrize(("matrix", "tag"), [("ITU709", 1), ("ITU601", 6), ("ITU601", None)])
def test_colors_of_h264(tmp_path: Path, matrix: str, tag: int | None) -> None:
    assert_colors(video(tmp_path / "a.mp4", FLAT, "libx264", "yuv420p", matrix=matrix, tag=tag, crf="4"))


def test_colors_of_mpeg4(tmp_path: Path) -> None:
    assert_colors(video(tmp_path / "a.avi", FLAT, "mpeg4", "yuv420p", qscale="1"), tolerance=5)


def test_without_a_word_large_frames_are_bt709(tmp_path: Path) -> None:
    frames = [np.full((720, 64, 3), color, np.uint8) for color in COLORS[:3]]
    path = video(tmp_path / "a.mkv", frames, matrix="ITU709")
    for frame, color in zip(read_video(path), COLORS[:3], strict=True):
        assert np.abs(frame.pixels.astype(int) - color).max() <= 3


def test_rgb_needs_no_matrix(tmp_path: Path) -> None:
    pixels = noise(64, 96, 3)
    (frame,) = read_video(video(tmp_path / "a.mkv", [pixels], pix_fmt="bgr0"))
    np.testing.assert_array_equal(frame.pixels, pixels)


def test_ten_bits(tmp_path: Path) -> None:
    assert_colors(video(tmp_path / "a.mkv", FLAT, pix_fmt="yuv444p10le"))


def test_a_frame_is_a_picture(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", FLAT, pix_fmt="bgr0")
    for frame in read_video(path):
        assert isinstance(frame.picture, Picture)
        assert frame.pixels is frame.picture.pixels
        assert frame.picture.name == str(path)
        assert not frame.picture.is_linear


def test_skipped_frames_are_not_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[int] = []

    def counted(frame: av.VideoFrame, *rest: Any) -> Picture:
        converted.append(frame.width)
        return frame_colors(frame, *rest)

    monkeypatch.setattr(frames, "frame_colors", counted)
    assert len(list(read_video(video(tmp_path / "a.mkv", noisy(7)), every=3))) == len(converted) == 3


# Rotation, as phones write it: the matrix of the track header. Source: ISO/IEC 14496-12, 8.3.2.
ONE = 0x10000
MATRICES = {0: (ONE, 0, 0, ONE), 90: (0, ONE, -ONE, 0), 180: (-ONE, 0, 0, -ONE), 270: (0, -ONE, ONE, 0)}


@pytest.mark.parametrize("clockwise", MATRICES)
def test_rotation(tmp_path: Path, clockwise: int) -> None:
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:32, :48], pixels[:32, 48:], pixels[32:, :48], pixels[32:, 48:] = COLORS[:4]
    path = video(tmp_path / "a.mp4", [pixels], "mpeg4", "yuv420p", qscale="1")
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 4 + 20 + 8 + 8  # version and flags; times, id, duration; reserved; layer, volume
    assert struct.unpack_from(">4i", data, start)[0] == ONE
    a, b, c, d = MATRICES[clockwise]
    struct.pack_into(">9i", data, start, a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(data)
    (frame,) = read_video(path)
    expected = np.rot90(pixels, -clockwise // 90)
    assert frame.pixels.shape == expected.shape
    assert np.abs(frame.pixels.astype(int) - expected)[8:-8, 8:-8].mean() < 6


def test_times_and_numbers(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", noisy(7), rate=10)
    frames = list(read_video(path))
    assert [frame.index for frame in frames] == list(range(7))
    assert [frame.time for frame in frames] == pytest.approx([0.1 * k for k in range(7)], abs=1e-3)
    some = list(read_video(path, every=3))
    assert [frame.index for frame in some] == [0, 3, 6]
    assert [frame.time for frame in some] == pytest.approx([0, 0.3, 0.6], abs=1e-3)
    np.testing.assert_array_equal(some[1].pixels, frames[3].pixels)
    assert [frame.index for frame in read_video(path, every=100)] == [0]


@has_h264
def test_frames_come_in_the_order_they_are_shown(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", FLAT * 3, "libx264", "yuv420p", bf="3", crf="4")
    for frame, color in zip(read_video(path), COLORS * 3, strict=True):
        assert np.abs(frame.pixels.astype(int) - color).max() <= 4


def test_a_video_that_starts_late_starts_at_zero(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv444p"
        for k in range(3):
            frame = av.VideoFrame.from_ndarray(FLAT[k], format="rgb24")
            frame.pts = 50 + k
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    assert [frame.time for frame in read_video(path)] == pytest.approx([0, 0.1, 0.2], abs=1e-3)


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "ffv1"), ("a.mp4", "mpeg4"), ("a.avi", "mpeg4")])
def test_length(tmp_path: Path, name: str, codec: str) -> None:
    path = video(tmp_path / name, noisy(12), codec, "yuv420p")
    assert video_length(path) == pytest.approx(12, abs=1)


def test_every_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected every ≥ 1, got 0; 1 takes all frames"):
        list(read_video(tmp_path / "a.mp4", every=0))


# Memory


def test_frames_are_not_held(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", noisy(8))
    frames = read_video(path)
    held = weakref.ref(next(frames).pixels)
    gc.collect()
    assert held() is None
    next(frames)


def test_memory_does_not_grow_with_the_video(tmp_path: Path) -> None:
    frame = smooth(128, 256)
    estimator = lightprobe.load()
    peaks = []
    for count in (2, 2, 14):  # the first time makes tables
        path = video(tmp_path / "a.mkv", count * [frame], pix_fmt="bgr0")
        tracemalloc.start()
        assert sum(1 for _ in estimator.video(path, smoothing=0.5)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] + 3 * frame.nbytes


def test_a_video_left_in_the_middle_is_closed(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", noisy(8))
    frames = read_video(path)
    next(frames)
    frames.close()
    path.unlink()
    with pytest.raises(StopIteration):
        next(frames)


# What is no whole video


def test_missing_empty_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    for name, reason in (
        ("none.mp4", "no such file; check the path"),
        ("empty.mp4", "the file is empty; download or export it again"),
        (".", "unknown video format or damaged file"),
    ):
        with pytest.raises(ImageError, match=f"{name}: {reason}"):
            list(read_video(tmp_path / name))
        with pytest.raises(ImageError, match=f"{name}: {reason}"):
            video_length(tmp_path / name)


def test_metadata_in_latin_1(tmp_path: Path) -> None:
    """Cameras write titles as they like; the pictures are sound."""
    for name, codec in (("a.mkv", "ffv1"), ("a.avi", "mpeg4"), ("a.mp4", "mpeg4")):
        path = tmp_path / name
        with av.open(str(path), "w") as file:
            file.metadata["title"] = "caf#"
            stream = file.add_stream(codec, rate=10)
            stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
            stream.metadata["title"] = "th#"
            for packet in [*stream.encode(av.VideoFrame.from_ndarray(FLAT[0], format="rgb24")), *stream.encode()]:
                file.mux(packet)
        data = path.read_bytes()
        assert b"caf#" in data
        path.write_bytes(data.replace(b"caf#", b"caf\xe9").replace(b"th#", b"th\xe9"))
        assert len(list(read_video(path))) == 1
        assert video_length(path) in (0, 1)


def jpegs(path: Path, *sizes: tuple[int, int]) -> Path:
    """A video without a header, whose frames have any size."""
    with path.open("wb") as file:
        for width, height in sizes:
            Image.new("RGB", (width, height), (90, 60, 30)).save(file, "JPEG")
    return path


def test_frames_may_change_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = jpegs(tmp_path / "a.mjpeg", (64, 32), (128, 64), (32, 16))
    assert [frame.pixels.shape[:2] for frame in read_video(path)] == [(32, 64), (64, 128), (16, 32)]
    monkeypatch.setattr(picture, "MAX_PIXELS", 64 * 32)
    found = read_video(path)
    assert next(found).pixels.shape == (32, 64, 3)
    with pytest.raises(ImageError, match=r"a.mjpeg: expected at most 0 megapixels, got 128×64; reduce the picture"):
        next(found)


def test_frames_that_grow_beyond_all_limits_are_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = jpegs(tmp_path / "a.mjpeg", (64, 32), (128, 64))
    monkeypatch.setattr(frames, "MAX_PIXELS", 64 * 32)
    with pytest.raises(ImageError, match=r"a.mjpeg: the video breaks off \(Invalid argument\)"):
        list(read_video(path))


def test_side_data_that_pyav_does_not_know(tmp_path: Path) -> None:
    """Such as EXIF, in frames of JPEG."""
    path = tmp_path / "a.mjpeg"
    exif = Image.Exif()
    exif[0x010E] = "a title"
    with path.open("wb") as file:
        for color in ((90, 60, 30), (20, 40, 60)):
            Image.new("RGB", (64, 32), color).save(file, "JPEG", exif=exif)
    with av.open(str(path)) as file, pytest.raises(ValueError, match="not a valid Type"):
        list(next(file.decode(video=0)).side_data)
    first, second = read_video(path)
    assert np.abs(first.pixels.astype(int) - (90, 60, 30)).max() <= 3
    assert np.abs(second.pixels.astype(int) - (20, 40, 60)).max() <= 3


def test_sound_only(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=44100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44100
        for packet in [*stream.encode(sound), *stream.encode()]:
            file.mux(packet)
    with pytest.raises(ImageError, match=r"a.mp4: the file has no video stream that can be decoded; convert it to MP4"):
        list(read_video(path))


def test_text_named_video(tmp_path: Path) -> None:
    for name, text in (
        ("a.mp4", "hello\n"),
        ("b.mp4", "#EXTM3U\n#EXTINF:9,\nsecret.ts\n"),
        ("c.mp4", "ffconcat version 1.0\nfile 'd.mkv'\n"),
    ):
        (tmp_path / name).write_text(50 * text)
        with pytest.raises(ImageError, match=rf"{name}: unknown video format or damaged file .*; export it as MP4"):
            list(read_video(tmp_path / name))


def test_lists_of_other_files_are_not_followed(tmp_path: Path) -> None:
    video(tmp_path / "d.mkv", noisy(2))
    (tmp_path / "c.mp4").write_text("ffconcat version 1.0\nfile 'd.mkv'\n")
    with pytest.raises(ImageError, match="unknown video format or damaged file"):
        list(read_video(tmp_path / "c.mp4"))


def test_names_that_ffmpeg_would_read_as_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http:a.mkv", "a%03d.mkv", "a b?c#d.mkv", "concat:x|y.mkv"):
        video(Path("plain.mkv"), noisy(1)).rename(name)
        assert len(list(read_video(name))) == 1


# transport streams do not say how long they are, so one that ends between two frames is a whole one
CONTAINERS = [
    ("a.mp4", "mpeg4", {"movflags": "faststart"}),
    ("a.mp4", "mpeg4", {}),
    ("a.mkv", "ffv1", {}),
    ("a.avi", "mpeg4", {}),
    pytest.param("a.mp4", "libx264", {"movflags": "faststart"}, marks=has_h264),
    pytest.param("a.mkv", "libx264", {}, marks=has_h264),
]


@pytest.mark.parametrize(("name", "codec", "container"), CONTAINERS)
@pytest.mark.parametrize("keep", [0.03, 0.3, 0.6, 0.97])
def test_cut_short(
    tmp_path: Path,
    name: str,
    codec: str,
    container: dict[str, str],
    keep: float,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = video(tmp_path / name, noisy(), codec, "yuv420p", container=container, rate=25)
    assert sum(1 for _ in read_video(path)) == 20
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data))])
    capfd.readouterr()
    with pytest.raises(
        ImageError, match=rf"{name}: (the (file|video) |unknown video format ).*; (download or )?export it"
    ) as caught:
        list(read_video(path))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_frames_before_the_damage_are_given(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", noisy(40), "mpeg4", "yuv420p", container={"movflags": "faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: int(0.8 * len(data))])
    frames = read_video(path)
    for expected in noisy(20):
        assert np.corrcoef(next(frames).pixels.ravel(), expected.ravel())[0, 1] > 0.3
    with pytest.raises(ImageError, match="the video breaks off"):
        list(frames)


def test_estimates_of_a_video(tmp_path: Path) -> None:
    frames = [smooth(32, 64), smooth(32, 64)[:, ::-1], smooth(32, 64)]
    path = video(tmp_path / "a.mkv", frames, pix_fmt="bgr0")
    estimator = lightprobe.load()
    results = list(estimator.video(path))
    for (frame, result), pixels in zip(results, frames, strict=True):
        np.testing.assert_array_equal(frame.pixels, pixels)
        np.testing.assert_array_equal(result.sh.coeffs, estimator(np.ascontiguousarray(pixels)).sh.coeffs)
    smoothed = [result for _, result in estimator.video(path, smoothing=0.1)]
    share = 1 - np.exp(-1)
    expected = results[0][1].sh.coeffs + share * (results[1][1].sh.coeffs - results[0][1].sh.coeffs)
    np.testing.assert_allclose(smoothed[1].sh.coeffs, expected, rtol=1e-2, atol=1e-4)
    assert [frame.index for frame, _ in estimator.video(path, every=2)] == [0, 2]
    with pytest.raises(ValueError, match="expected a time constant"):
        next(estimator.video(path, smoothing=-1))
