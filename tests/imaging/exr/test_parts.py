"""Headers of OpenEXR files, and parts of many."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from makers import exr, exr_attribute

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture

PLANES = dict.fromkeys("RGB", np.ones((4, 8)))


@pytest.mark.parametrize("compression", ["NO", "RLE", "ZIPS", "ZIP", "PIZ"])
@pytest.mark.parametrize("is_tiled", [False, True])
def test_a_part_is_read_as_it_was_written(tmp_path: Path, compression: str, is_tiled: bool) -> None:
    """Parts of different types, the second with more channels than are read."""
    header: dict[str, object] = {"type": OpenEXR.scanlineimage}
    if is_tiled:
        tiles = OpenEXR.TileDescription()
        tiles.xSize = tiles.ySize = 16
        header = {"type": OpenEXR.tiledimage, "tiles": tiles}
    header["compression"] = getattr(OpenEXR, f"{compression}_COMPRESSION")
    values = (np.random.default_rng(0).random((37, 70, 3)) * 100).astype(np.float32)
    depth = {"Z": np.ones((37, 70), np.float32)}
    channels = {"RGB": values, "depth.Z": values[..., 0].copy()}
    parts = [
        OpenEXR.Part({"type": OpenEXR.scanlineimage}, depth, "depth"),
        OpenEXR.Part(header, channels, "beauty"),
        OpenEXR.Part({"type": OpenEXR.scanlineimage}, depth, "more"),
    ]
    OpenEXR.File(parts).write(str(tmp_path / "a.exr"))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.exr").pixels, values)


def test_parts_that_are_cut_short(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    depth = {"Z": np.ones((9, 18), np.float32)}
    color = {"RGB": np.random.default_rng(0).random((9, 18, 3), np.float32)}
    parts = [OpenEXR.Part({"type": OpenEXR.scanlineimage}, *part) for part in ((depth, "depth"), (color, "beauty"))]
    OpenEXR.File(parts).write(str(tmp_path / "a.exr"))
    data = (tmp_path / "a.exr").read_bytes()
    for end in (*range(9, len(data), 41), len(data) - 1):
        (tmp_path / "b.exr").write_bytes(data[:end])
        with pytest.raises(ImageError, match=r"the OpenEXR file is damaged \(.*\); download or export it again"):
            read_picture(tmp_path / "b.exr")
    assert capfd.readouterr() == ("", "")


def test_too_many_channels(tmp_path: Path) -> None:
    names = [f"c{k}".encode() + b"\0" + struct.pack("<IIii", 2, 0, 1, 1) for k in range(10_002)]
    data = exr(PLANES)
    old = exr_attribute(
        "channels", "chlist", b"".join(b"%c\0" % c + struct.pack("<IIii", 2, 0, 1, 1) for c in b"BGR") + b"\0"
    )
    assert old in data
    (tmp_path / "a.exr").write_bytes(data.replace(old, exr_attribute("channels", "chlist", b"".join(names) + b"\0")))
    with pytest.raises(
        ImageError, match="expected at most 10000 channels, got more; export the color channels R, G, B"
    ):
        read_picture(tmp_path / "a.exr")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"dataWindow\0box2i", b"dataWindoo\0box2i", "the OpenEXR file is damaged (its header has no dataWindow)"),
        (
            b"lineOrder\0",
            b"line" + b"x" * 400 + b"\0",
            "the OpenEXR file is damaged (a name in its header does not end)",
        ),
        (b"displayWindow\0box2i\0\x10", b"dataWindow\0box2i\0\x10", "its header has two attributes 'dataWindow'"),
        (b"box2i\0\x10\0\0\0", b"box2i\0\xff\xff\xff\xff", "its header is cut short"),
        (b"R\0\x02\0", b"\xc4\0\x02\0", "expected channel names in UTF-8"),
    ],
)
def test_headers_that_are_damaged(tmp_path: Path, old: bytes, new: bytes, reason: str) -> None:
    data = exr(PLANES)
    assert old in data
    (tmp_path / "a.exr").write_bytes(data.replace(old, new, 1))
    with pytest.raises(ImageError) as caught:
        read_picture(tmp_path / "a.exr")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
