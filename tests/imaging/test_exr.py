"""OpenEXR as other programs write it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture
from lightprobe.imaging.formats.exr import read_exr, write_exr
from lightprobe.imaging.picture import rec709

SCAN = {"type": OpenEXR.scanlineimage}
LOSSLESS = ("NO", "RLE", "ZIPS", "ZIP", "PIZ")


def radiance(height: int = 16, width: int = 32, dtype: type = np.float32) -> np.ndarray:
    return (np.random.default_rng(0).random((height, width, 3)) ** 4 * 500).astype(dtype)


def write(path: Path, channels: dict[str, np.ndarray], **header: object) -> Path:
    OpenEXR.File({**SCAN, **header}, {key: np.ascontiguousarray(value) for key, value in channels.items()}).write(
        str(path)
    )
    return path


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("compression", LOSSLESS)
def test_compressions_and_types(tmp_path: Path, dtype: type, compression: str) -> None:
    pixels = radiance(dtype=dtype)
    path = write(tmp_path / "a.exr", {"RGB": pixels}, compression=getattr(OpenEXR, f"{compression}_COMPRESSION"))
    picture = read_picture(path)
    assert picture.is_linear
    assert picture.pixels.dtype == np.float32
    assert picture.seen is None
    np.testing.assert_array_equal(picture.pixels, pixels)


@pytest.mark.parametrize("compression", ["PXR24", "B44", "B44A", "DWAA", "DWAB"])
def test_lossy_compressions(tmp_path: Path, compression: str) -> None:
    y, x = np.mgrid[:32, :64] / 32
    pixels = np.stack([1 + y, 1 + x, 2 + y * x], axis=-1).astype(np.float16)
    path = write(tmp_path / "a.exr", {"RGB": pixels}, compression=getattr(OpenEXR, f"{compression}_COMPRESSION"))
    np.testing.assert_allclose(read_exr(path), pixels.astype(np.float32), rtol=0.03)


def test_written_by_us(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", radiance())
    np.testing.assert_array_equal(read_exr(tmp_path / "a.exr"), radiance())


def test_alpha_is_what_is_seen(tmp_path: Path) -> None:
    pixels = np.dstack([radiance(), np.ones((16, 32), np.float32)])
    pixels[:4, :, 3] = 0
    picture = read_picture(write(tmp_path / "a.exr", {"RGBA": pixels}))
    np.testing.assert_array_equal(picture.pixels, pixels[..., :3])
    np.testing.assert_array_equal(picture.seen, pixels[..., 3] == 1)


def test_alpha_of_zero_everywhere(tmp_path: Path) -> None:
    pixels = np.dstack([radiance(), np.zeros((16, 32), np.float32)])
    with pytest.raises(ImageError, match="all pixels are transparent; remove the alpha channel"):
        read_picture(write(tmp_path / "a.exr", {"RGBA": pixels}))


def test_separate_channels_of_mixed_types(tmp_path: Path) -> None:
    pixels = radiance()
    channels = {"R": pixels[..., 0], "G": pixels[..., 1].astype(np.float16), "B": pixels[..., 2], "Z": pixels[..., 0]}
    picture = read_picture(write(tmp_path / "a.exr", channels))
    np.testing.assert_array_equal(picture.pixels[..., [0, 2]], pixels[..., [0, 2]])
    np.testing.assert_array_equal(picture.pixels[..., 1], pixels[..., 1].astype(np.float16))


def test_gray(tmp_path: Path) -> None:
    pixels = radiance()[..., 0]
    picture = read_picture(write(tmp_path / "a.exr", {"Y": pixels}))
    np.testing.assert_array_equal(picture.pixels, np.repeat(pixels[..., None], 3, axis=2))


@pytest.mark.parametrize("names", [("Z",), ("R", "G"), ("Y", "RY", "BY"), ("diffuse.R", "diffuse.G", "diffuse.B")])
def test_without_color(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = write(tmp_path / "a.exr", dict.fromkeys(names, radiance()[..., 0]))
    with pytest.raises(
        ImageError,
        match=rf"expected full-size channels R, G, B \(or Y\), got '{', '.join(sorted(names))}'; export these",
    ):
        read_picture(path)


def test_tiles(tmp_path: Path) -> None:
    tiles = OpenEXR.TileDescription()
    tiles.xSize, tiles.ySize = 8, 4
    path = write(tmp_path / "a.exr", {"RGB": radiance()}, type=OpenEXR.tiledimage, tiles=tiles)
    np.testing.assert_array_equal(read_exr(path), radiance())


def test_first_of_many_parts(tmp_path: Path) -> None:
    parts = [
        OpenEXR.Part({**SCAN, "name": "beauty"}, {"RGB": radiance()}),
        OpenEXR.Part({**SCAN, "name": "depth"}, {"Z": radiance()[..., 0]}),
    ]
    OpenEXR.File(parts).write(str(tmp_path / "a.exr"))
    np.testing.assert_array_equal(read_exr(tmp_path / "a.exr"), radiance())


def test_windows_that_start_elsewhere_but_agree(tmp_path: Path) -> None:
    window = ((5, 3), (36, 18))
    path = write(tmp_path / "a.exr", {"RGB": radiance()}, dataWindow=window, displayWindow=window)
    np.testing.assert_array_equal(read_exr(path), radiance())


def test_data_window_unlike_display_window(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.exr", {"RGB": radiance()}, dataWindow=((4, 2), (35, 17)), displayWindow=((0, 0), (63, 31))
    )
    with pytest.raises(ImageError, match=r"got \(4, 2, 35, 17\) and \(0, 0, 63, 31\); write the full frame"):
        read_picture(path)


def test_other_primaries(tmp_path: Path) -> None:
    p3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
    pixels = np.array([[[1, 0, 0], [1, 1, 1]]], np.float32)
    picture = read_picture(write(tmp_path / "a.exr", {"RGB": pixels}, chromaticities=p3))
    np.testing.assert_allclose(rec709(picture)[0, 0], [1.2249, -0.0421, -0.0196], atol=1e-4)
    np.testing.assert_allclose(rec709(picture)[0, 1], 1, atol=1e-6)


def test_primaries_that_are_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.exr", {"RGB": radiance()}, chromaticities=(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.0))
    with pytest.raises(ImageError, match=r"a.exr: "):
        read_picture(path)


def test_infinities_and_nan_are_read_as_they_are(tmp_path: Path) -> None:
    pixels = radiance()
    pixels[0, 0], pixels[0, 1], pixels[0, 2] = np.nan, np.inf, -1
    np.testing.assert_array_equal(read_exr(write(tmp_path / "a.exr", {"RGB": pixels})), pixels)


@pytest.mark.parametrize("keep", [5, 100, 330, 400, 0.5, 0.9, 0.999])
def test_cut_short(tmp_path: Path, keep: float, capfd: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "a.exr", {"RGB": radiance()}).read_bytes()
    (tmp_path / "b.exr").write_bytes(data[: keep if isinstance(keep, int) else int(keep * len(data))])
    with pytest.raises(ImageError, match=r"b.exr: the OpenEXR file is damaged .*; download or export it again"):
        read_picture(tmp_path / "b.exr")
    assert capfd.readouterr() == ("", "")
