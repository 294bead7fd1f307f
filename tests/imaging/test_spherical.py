"""What files say of projection, eyes and pose, and what pictures get of it."""

from __future__ import annotations

import struct
from pathlib import Path

import av
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
from lightprobe.imaging.formats.video.spherical import Spherical, frame_spherical, with_tags
from lightprobe.imaging.picture import Crop, Picture, Tags

PIXELS = np.random.default_rng(0).integers(20, 230, (32, 64), dtype=np.uint8)
MODES = {0: None, 1: "top-bottom", 2: "left-right", 3: None, 4: "left-right"}
"""Of st3d. Source: Spherical Video V2 RFC."""
UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")


def plain(path: Path, size: tuple[int, int] = (32, 64), **options: object) -> Path:
    pixels = np.resize(PIXELS, size)
    frame = code_frame((pixels, 128, 128), "yuv444p", size, full_range=True)
    codec = "mpeg4" if path.suffix == ".mp4" else "ffv1"
    if codec == "mpeg4":
        frame = frame.reformat(format="yuv420p")
        frame.pts = None
    return coded_video(path, [frame], codec, **options)  # type: ignore[arg-type]


def read(path: Path) -> Picture:
    (frame,) = read_video(path)
    return frame.picture


def xml(**values: object) -> bytes:
    """The packet of version 1."""
    parts = "".join(f"<GSpherical:{name}>{value}</GSpherical:{name}>" for name, value in values.items())
    return (
        '<?xml version="1.0"?><rdf:SphericalVideo xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:GSpherical="http://ns.google.com/videos/1.0/spherical/">{parts}</rdf:SphericalVideo>'
    ).encode()


def version_1(**values: object) -> bytes:
    said = {"Spherical": "true", "Stitched": "true", "StitchingSoftware": "test", "ProjectionType": "equirectangular"}
    return box(b"uuid", UUID, xml(**{**said, **values}))


def test_a_video_that_says_nothing(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv", "a.avi"):
        picture = read(plain(tmp_path / name))
        assert picture.tags == Tags()
        assert (picture.crop, picture.fov, picture.notes) == (None, None, ())


@pytest.mark.parametrize("mode", MODES)
def test_stereo_in_mp4(tmp_path: Path, mode: int) -> None:
    path = with_boxes(plain(tmp_path / "a.mp4"), entry=full_box(b"st3d", bytes([mode])))
    assert read(path).tags.stereo == MODES[mode]


@pytest.mark.parametrize(
    ("mode", "stereo"),
    [("mono", None), ("left_right", "left-right"), ("top_bottom", "top-bottom"), ("bottom_top", "top-bottom")],
)
def test_stereo_in_matroska(tmp_path: Path, mode: str, stereo: str | None) -> None:
    assert read(plain(tmp_path / "a.mkv", metadata={"stereo_mode": mode})).tags.stereo == stereo


@pytest.mark.parametrize(
    ("mode", "note"),
    [
        ("checkerboard_lr", "the file says that its two eyes are interleaved in a checkerboard; both were used"),
        ("row_interleaved_rl", "the file says that its two eyes are interleaved row by row; both were used"),
        ("col_interleaved_lr", "the file says that its two eyes are interleaved column by column; both were used"),
        (
            "anaglyph_cyan_red",
            r"the file says that its two eyes are coded in color (anaglyph_cyan_red), so its colors are wrong",
        ),
    ],
)
def test_eyes_that_cannot_be_parted_are_named(tmp_path: Path, mode: str, note: str) -> None:
    picture = read(plain(tmp_path / "a.mkv", metadata={"stereo_mode": mode}))
    assert picture.tags.stereo is None
    assert picture.notes == (note,)


def test_pose_in_mp4(tmp_path: Path) -> None:
    """Counterclockwise about up: the center looks west of north. About right: it looks up. Clockwise about forward is
    counterclockwise for who looks forward; the picture shows the horizon turned the other way."""
    boxes = spherical_box(equi_box(), pose=(30.5, 12.25, -7))
    picture = read(with_boxes(plain(tmp_path / "a.mp4"), entry=boxes))
    assert picture.tags == Tags(projection="equirectangular", pitch=12.25, roll=7, heading=329.5)
    assert picture.crop is None


def projection(kind: int, private: bytes = b"", **pose: float) -> bytes:
    """A Projection element. Source: Spherical Video V2 RFC, WebM."""
    ids = {"yaw": 0x7673, "pitch": 0x7674, "roll": 0x7675}
    parts = [element(0x7671, bytes([kind])), element(0x7672, private) if private else b""]
    parts += [element(ids[name], struct.pack(">f", angle)) for name, angle in pose.items()]
    return element(0x7670, b"".join(parts))


def test_pose_in_matroska(tmp_path: Path) -> None:
    path = with_elements(plain(tmp_path / "a.mkv"), projection(1, yaw=-20, pitch=-4, roll=2.5))
    assert read(path).tags == Tags(projection="equirectangular", pitch=-4, roll=-2.5, heading=20)


def test_roll_has_the_sign_of_rotations_in_matroska(tmp_path: Path) -> None:
    """FFmpeg turns a flat picture by its roll, counterclockwise; a panorama's roll must level it the same way."""
    path = with_elements(plain(tmp_path / "a.mkv"), projection(0, roll=90))
    np.testing.assert_allclose(read(path).pixels[..., 0], np.rot90(PIXELS), atol=1)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_cubemap(tmp_path: Path, name: str) -> None:
    path = plain(tmp_path / name, (32, 48))
    if name == "a.mp4":
        with_boxes(path, entry=spherical_box(full_box(b"cbmp", struct.pack(">2I", 0, 0))))
    else:
        with_elements(path, projection(2, bytes(4) + struct.pack(">2I", 0, 0)))
    assert read(path).tags == Tags(projection="cubemap")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_mesh_is_refused(tmp_path: Path, name: str) -> None:
    path = plain(tmp_path / name)
    if name == "a.mp4":
        with_boxes(path, entry=spherical_box(full_box(b"mshp", bytes(8))))
    else:
        with_elements(path, projection(3, bytes(12)))
    message = (
        rf"{name}: the video has a mesh projection, which is not supported; convert it to a 2:1 panorama with the "
        r"software of the camera$"
    )
    with pytest.raises(ImageError, match=message):
        read(path)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_mesh_of_youtube_is_an_equi_angular_cubemap(tmp_path: Path, name: str) -> None:
    path = plain(tmp_path / name, (32, 48))
    if name == "a.mp4":
        with_boxes(path, entry=spherical_box(full_box(b"ytmp", bytes(8))))
    else:
        with_elements(path, projection(3, bytes(12)))
    picture = read(path)
    assert picture.tags.projection == "eac"
    assert picture.notes == ("the file has a mesh, as YouTube's have; 3:2 is taken for an equi-angular cubemap",)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("stereo", ["left-right", "top-bottom"])
def test_vr180(tmp_path: Path, name: str, stereo: str) -> None:
    path = plain(tmp_path / name, (32, 64) if stereo == "left-right" else (64, 32))
    bounds = equi_box(left=0.25, right=0.25)
    if name == "a.mp4":
        mode = b"\2" if stereo == "left-right" else b"\1"
        with_boxes(path, entry=full_box(b"st3d", mode) + spherical_box(bounds))
    else:
        mode = b"\1" if stereo == "left-right" else b"\3"
        with_elements(path, element(0x53B8, mode) + projection(1, bounds[8:]))
    picture = read(path)
    assert picture.tags == Tags(projection="equirectangular", stereo=stereo, degrees=180)
    assert picture.crop is None


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize(
    ("size", "bounds", "crop"),
    [
        ((32, 32), (0, 0, 0.25, 0.25), Crop(full_height=32, left=16, top=0)),
        ((16, 64), (0.25, 0.25, 0, 0), Crop(full_height=32, left=0, top=8)),
        ((24, 32), (0.0625, 0.1875, 0.125, 0.375), Crop(full_height=32, left=8, top=2)),
    ],
)
def test_bounds_of_one_eye(
    tmp_path: Path, name: str, size: tuple[int, int], bounds: tuple[float, ...], crop: Crop
) -> None:
    path, equi = plain(tmp_path / name, size), equi_box(*bounds)
    if name == "a.mp4":
        with_boxes(path, entry=spherical_box(equi))
    else:
        with_elements(path, projection(1, equi[8:]))
    picture = read(path)
    assert picture.crop == crop
    assert picture.pixels.shape[:2] == size
    assert picture.tags == Tags(projection="equirectangular")


def test_bounds_of_unlike_degrees_are_stretched(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.mkv", (16, 32))  # 360° × 90° in 2:1
    with_elements(path, projection(1, equi_box(0.25, 0.25)[8:]))
    picture = read(path)
    assert picture.crop == Crop(full_height=32, left=0, top=8)
    expected = np.resize(PIXELS, (16, 32)).repeat(2, axis=1)
    np.testing.assert_allclose(picture.pixels[..., 0], expected, atol=1)


def test_bounds_of_two_eyes_above_and_below(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.mkv", (32, 64))
    with_elements(path, element(0x53B8, b"\3") + projection(1, equi_box(0.25, 0.25)[8:]))
    picture = read(path)
    assert picture.crop == Crop(full_height=32, left=0, top=8)
    np.testing.assert_allclose(picture.pixels[..., 0], PIXELS[:16], atol=1)
    assert picture.tags.stereo is None
    assert picture.notes == (
        "two eyes, top-bottom by the file; the left one was taken, for it shows a part of the panorama",
    )


def test_bounds_that_leave_nothing_are_named(tmp_path: Path) -> None:
    path = with_boxes(plain(tmp_path / "a.mp4"), entry=spherical_box(equi_box(0.5, 0.5)))
    picture = read(path)
    assert picture.crop is None
    assert picture.notes == ("the bounds in the spherical metadata leave no picture; they were not used",)


# Version 1


@pytest.mark.parametrize("mode", ["mono", "left-right", "top-bottom"])
def test_version_1(tmp_path: Path, mode: str) -> None:
    """Its initial view is not the pose of the camera; FFmpeg gives it as such."""
    track = version_1(StereoMode=mode, InitialViewHeadingDegrees=90, InitialViewPitchDegrees=20)
    path = with_boxes(plain(tmp_path / "a.mp4"), track=track)
    with av.open(str(path)) as file:
        assert "SPHERICAL" in {data.type.name for data in next(file.decode(video=0)).side_data}  # type: ignore[attr-defined]
    picture = read(path)
    assert picture.tags == Tags(projection="equirectangular", stereo=None if mode == "mono" else mode)
    assert picture.notes == ()


def test_version_1_in_matroska(tmp_path: Path) -> None:
    packet = xml(Spherical="true", ProjectionType="equirectangular", StereoMode="top-bottom").decode()
    picture = read(plain(tmp_path / "a.mkv", metadata={"SPHERICAL-VIDEO": packet}))
    assert picture.tags == Tags(projection="equirectangular", stereo="top-bottom")


def crop_numbers(full: tuple[int, int], size: tuple[int, int], place: tuple[int, int]) -> dict[str, int]:
    names = ("FullPano", "CroppedAreaImage", "CroppedArea")
    parts = (("WidthPixels", "HeightPixels"), ("WidthPixels", "HeightPixels"), ("LeftPixels", "TopPixels"))
    return {
        name + part: value
        for name, both, values in zip(names, parts, (full, size, place), strict=True)
        for part, value in zip(both, values, strict=True)
    }


def test_crop_of_version_1(tmp_path: Path) -> None:
    numbers = crop_numbers((128, 64), (64, 32), (30, 16))
    path = with_boxes(plain(tmp_path / "a.mp4"), track=version_1(**numbers))
    assert read(path).crop == Crop(full_height=64, left=30, top=16)
    path = with_boxes(plain(tmp_path / "b.mp4"), track=version_1(**numbers, StereoMode="left-right"))
    picture = read(path)
    assert picture.crop is None
    assert picture.notes == ("the crop in the spherical metadata was not used, for there are two eyes",)


def test_a_wrong_crop_of_version_1_is_named(tmp_path: Path) -> None:
    """That of the RFC's own example, of which the crop is larger than the panorama."""
    numbers = crop_numbers((1900, 960), (1920, 1080), (15, 60))
    picture = read(with_boxes(plain(tmp_path / "a.mp4"), track=version_1(**numbers)))
    assert picture.crop is None
    assert picture.notes == ("the crop in the spherical metadata is no part of a 2:1 panorama; it was not used",)


def test_version_2_wins(tmp_path: Path) -> None:
    path = with_boxes(
        plain(tmp_path / "a.mp4"),
        entry=full_box(b"st3d", b"\1") + spherical_box(equi_box(), pose=(0, 5, 0)),
        track=version_1(StereoMode="left-right", **crop_numbers((128, 64), (64, 32), (30, 16))),
    )
    picture = read(path)
    assert picture.tags == Tags(projection="equirectangular", stereo="top-bottom", pitch=5)
    assert picture.crop is None


def test_a_packet_that_denies(tmp_path: Path) -> None:
    assert read(with_boxes(plain(tmp_path / "a.mp4"), track=version_1(Spherical="false"))).tags == Tags()


# Side data that no file here has: that of Apple's boxes, which FFmpeg reads


def side_data(kind: int, **numbers: int) -> dict[str, bytes]:
    names = ("yaw", "pitch", "roll", "left", "top", "right", "bottom", "padding")
    return {"SPHERICAL": struct.pack("=4i5I", kind, *(numbers.get(name, 0) for name in names))}


def stereo_data(kind: int, flags: int = 0, fov: tuple[int, int] = (0, 1)) -> dict[str, bytes]:
    return {"STEREO3D": struct.pack("=9i", kind, flags, 0, 0, 0, 0, 1, *fov)}


def flat(height: int, width: int) -> Picture:
    return Picture(pixels=np.zeros((height, width, 3), np.uint8), is_linear=False, name="a.mov")


def test_half_equirectangular() -> None:
    said = frame_spherical(Spherical(), {**side_data(3), **stereo_data(1)})
    assert with_tags(flat(32, 64), said).tags == Tags(projection="equirectangular", stereo="left-right", degrees=180)
    one = with_tags(flat(32, 32), frame_spherical(Spherical(), side_data(3)))
    assert one.tags == Tags(projection="equirectangular")
    assert one.crop == Crop(full_height=32, left=16, top=0)


@pytest.mark.parametrize("kind", [5, 6])
def test_fisheye_is_refused(kind: int) -> None:
    said = frame_spherical(Spherical(), side_data(kind))
    with pytest.raises(ImageError, match=r"^a.mov: the video has a fisheye projection, which is not supported"):
        with_tags(flat(32, 64), said)


def test_field_of_view_of_a_flat_picture() -> None:
    said = frame_spherical(Spherical(), {**side_data(4), **stereo_data(8, fov=(63_400, 1000))})
    assert with_tags(flat(30, 40), said).fov == pytest.approx(63.4)
    for fov in ((0, 1), (400, 1), (60, 0)):
        assert with_tags(flat(30, 40), frame_spherical(Spherical(), stereo_data(8, fov=fov))).fov is None


def test_eyes_of_a_frame_win() -> None:
    said = frame_spherical(Spherical(stereo="top-bottom"), stereo_data(1, flags=1))
    assert (said.stereo, said.is_right_first) == ("left-right", True)
    assert frame_spherical(Spherical(stereo="top-bottom"), {"STEREO3D": b""}).stereo == "top-bottom"
