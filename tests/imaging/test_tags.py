"""Tags: what the metadata of files say of their geometry."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from makers import gpano, noise, png, smooth, xmp_chunk
from PIL import Image

from lightprobe.imaging import read_picture
from lightprobe.imaging.geometry.tags import field_of_view, read_focal_length
from lightprobe.imaging.picture import Tags

EXIF, FOCAL, RENDERED = 0x8769, 0xA405, 0xA401


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_pose_of_files(tmp_path: Path, suffix: str) -> None:
    packet = gpano(PosePitchDegrees=3, PoseRollDegrees=-2)
    image, path = Image.fromarray(smooth(40, 80)), tmp_path / f"a{suffix}"
    if suffix == ".png":
        path.write_bytes(png(np.asarray(image), xmp_chunk(packet)))
    elif suffix == ".tif":
        image.save(path, tiffinfo={700: packet})
    else:
        image.save(path, xmp=packet)
    assert read_picture(path).tags == Tags(pitch=3.0, roll=-2.0)


def test_pose_of_a_16_bit_png(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(noise(40, 80, 3, np.uint16), xmp_chunk(gpano(PoseHeadingDegrees=7))))
    assert read_picture(tmp_path / "a.png").tags == Tags(heading=7.0)


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_focal_length_of_files(tmp_path: Path, suffix: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(EXIF)[FOCAL] = 26
    path = tmp_path / f"a{suffix}"
    Image.fromarray(smooth(30, 40)).save(path, exif=exif)
    assert read_picture(path).tags == Tags(focal_length=26.0)


@pytest.mark.parametrize(
    ("exif", "expected"),
    [
        ({FOCAL: 50}, 50.0),
        ({FOCAL: 0}, None),
        ({}, None),
        ({FOCAL: 26, RENDERED: 6}, None),
        ({FOCAL: 26, RENDERED: 2}, 26.0),
        ({FOCAL: "wide"}, None),
        ({FOCAL: (1, 2)}, None),
        ({FOCAL: math.nan}, None),
        ({FOCAL: math.inf}, None),
        ({FOCAL: -5}, None),
    ],
)
def test_focal_lengths(exif: dict[int, object], expected: float | None) -> None:
    assert read_focal_length(exif) == expected


def test_fields_of_view() -> None:
    """On the film itself, 36 mm × 24 mm, the width stands for the width."""
    for focal in (14, 24, 50, 200):
        assert field_of_view(focal, 600, 400) == pytest.approx(2 * math.degrees(math.atan(18 / focal)))
        assert field_of_view(focal, 400, 600) == pytest.approx(2 * math.degrees(math.atan(12 / focal)))
    # 4:3, with the diagonal of 43.267 mm: 34.613 mm × 25.960 mm
    assert field_of_view(26, 4000, 3000) == pytest.approx(67.30, abs=0.01)
    assert field_of_view(26, 2400, 1000) is not None
    assert field_of_view(26, 2500, 1000) is None
    assert field_of_view(26, 1000, 2500) is None


def test_a_file_without_them_has_none(tmp_path: Path) -> None:
    Image.fromarray(smooth(30, 40)).save(tmp_path / "a.jpg")
    picture = read_picture(tmp_path / "a.jpg")
    assert (picture.tags, picture.notes) == (Tags(), ())
