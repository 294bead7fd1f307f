"""OpenEXR as other programs write it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from makers import exr, exr_attribute, exr_header

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, read_picture
from lightprobe.imaging.formats.exr import read_exr, write_exr
from lightprobe.imaging.picture import Crop, Tags, rec709

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
    np.testing.assert_allclose(read_exr(path).pixels, pixels.astype(np.float32), rtol=0.03)


def test_written_by_us(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", radiance())
    np.testing.assert_array_equal(read_exr(tmp_path / "a.exr").pixels, radiance())


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


@pytest.mark.parametrize("names", [("Z",), ("R", "G"), ("RY", "BY"), ("normal.X", "normal.Y", "normal.Z")])
def test_without_color(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = write(tmp_path / "a.exr", dict.fromkeys(names, radiance()[..., 0]))
    with pytest.raises(
        ImageError,
        match=rf"expected full-size channels R, G, B \(or Y\), got '{', '.join(sorted(names))}'; export these",
    ):
        read_picture(path)


def test_integers(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 1000, (16, 32), np.uint32)
    picture = read_picture(write(tmp_path / "a.exr", {"R": pixels, "G": 2 * pixels, "B": 3 * pixels}))
    np.testing.assert_array_equal(picture.pixels, pixels[..., None] * [1, 2, 3])


def test_mipmaps_are_read_at_full_size(tmp_path: Path) -> None:
    """Four levels of one tile each: 8×4, 4×2, 2×1 and 1×1 pixels."""
    sizes = [(4, 8), (2, 4), (1, 2), (1, 1)]
    extra = exr_attribute("tiles", "tiledesc", struct.pack("<IIB", 16, 16, 1))
    extra += exr_attribute("type", "string", b"tiledimage")
    head = struct.pack("<II", 20000630, 0x202) + exr_header(dict.fromkeys("RGB", radiance()), (8, 4), None, extra)
    chunks: list[bytes] = []
    for level, (height, width) in enumerate(sizes):
        rows = radiance(height, width)[..., ::-1].swapaxes(1, 2).astype("<f4").tobytes()
        chunks.append(struct.pack("<5I", 0, 0, level, level, len(rows)) + rows)
    starts = [len(head) + 8 * len(sizes) + sum(map(len, chunks[:k])) for k in range(len(sizes))]
    (tmp_path / "a.exr").write_bytes(head + struct.pack("<4Q", *starts) + b"".join(chunks))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.exr").pixels, radiance(4, 8))


def test_tiles(tmp_path: Path) -> None:
    tiles = OpenEXR.TileDescription()
    tiles.xSize, tiles.ySize = 8, 4
    path = write(tmp_path / "a.exr", {"RGB": radiance()}, type=OpenEXR.tiledimage, tiles=tiles)
    np.testing.assert_array_equal(read_exr(path).pixels, radiance())


def test_windows_that_start_elsewhere_but_agree(tmp_path: Path) -> None:
    window = ((5, 3), (36, 18))
    path = write(tmp_path / "a.exr", {"RGB": radiance()}, dataWindow=window, displayWindow=window)
    np.testing.assert_array_equal(read_exr(path).pixels, radiance())


# Data and display windows: (left, top), (right, bottom)


def framed(tmp_path: Path, data: tuple[int, int, int, int], display: tuple[int, int, int, int]) -> Picture:
    height, width = data[3] - data[1] + 1, data[2] - data[0] + 1
    windows = {
        key: ((window[0], window[1]), (window[2], window[3]))
        for key, window in (("dataWindow", data), ("displayWindow", display))
    }
    return read_picture(write(tmp_path / "a.exr", {"RGB": radiance(height, width)}, **windows))


@pytest.mark.parametrize("origin", [(0, 0), (-7, 5)])
def test_a_part_of_a_panorama_is_a_crop(tmp_path: Path, origin: tuple[int, int]) -> None:
    x, y = origin
    picture = framed(tmp_path, (x + 4, y + 2, x + 35, y + 17), (x, y, x + 63, y + 31))
    assert picture.crop == Crop(full_height=32, left=4, top=2)
    assert picture.notes == ("The file holds 32×16 of 64×32 pixels; the rest is not seen",)
    np.testing.assert_array_equal(picture.pixels, radiance(16, 32))


def test_a_part_of_another_picture_is_padded(tmp_path: Path) -> None:
    picture = framed(tmp_path, (4, 2, 35, 17), (0, 0, 63, 39))
    assert picture.crop is None
    assert picture.pixels.shape == (40, 64, 3)
    np.testing.assert_array_equal(picture.pixels[2:18, 4:36], radiance(16, 32))
    assert picture.seen.sum() == 16 * 32
    assert picture.seen[2:18, 4:36].all()


def test_overscan_is_cut_off(tmp_path: Path) -> None:
    picture = framed(tmp_path, (-3, -2, 35, 17), (0, 0, 31, 15))
    assert (picture.crop, picture.seen) == (None, None)
    assert picture.notes == ("Pixels outside the display window were cut off: 39×20 are stored",)
    np.testing.assert_array_equal(picture.pixels, radiance(20, 39)[2:18, 3:35])


def test_overscan_on_one_side_and_a_crop_on_another(tmp_path: Path) -> None:
    picture = framed(tmp_path, (-3, 4, 20, 17), (0, 0, 31, 15))
    assert picture.crop == Crop(full_height=16, left=0, top=4)
    np.testing.assert_array_equal(picture.pixels, radiance(14, 24)[:12, 3:])
    assert len(picture.notes) == 2


def test_windows_that_do_not_meet(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"expected pixels in the display window \(0, 0, 31, 15\), got .*; export the"):
        framed(tmp_path, (40, 0, 71, 15), (0, 0, 31, 15))


def test_a_display_window_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="expected at most 179 megapixels"):
        framed(tmp_path, (0, 0, 31, 15), (0, 0, 2**24 - 1, 2**23 - 1))


def test_opacity_is_cut_off_too(tmp_path: Path) -> None:
    pixels = np.dstack([radiance(), np.ones((16, 32), np.float32)])
    pixels[:, 20:, 3] = 0
    windows = {"dataWindow": ((-16, 0), (15, 15)), "displayWindow": ((0, 0), (15, 15))}
    picture = read_picture(write(tmp_path / "a.exr", {"RGBA": pixels}, **windows))
    np.testing.assert_array_equal(picture.seen, pixels[:, 16:, 3] == 1)


# Luminance and chroma


@pytest.mark.parametrize("step", [1, 2, 4])
@pytest.mark.parametrize("primaries", [None, (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)])
def test_luminance_and_chroma(tmp_path: Path, step: int, primaries: tuple[float, ...] | None) -> None:
    """Colors that vary linearly between samples of chroma are restored; the weights are those of white's luminance."""
    y, x = np.mgrid[:16, :32] / np.array([16, 32])[:, None, None]
    light = 1 + 3 * np.random.default_rng(0).random((16, 32))
    found = primaries or (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
    corners = np.array([[u, v, 1 - u - v] for u, v in zip(found[::2], found[1::2], strict=True)])
    weights = np.linalg.solve(corners[:3].T, corners[3] / corners[3, 1]) * corners[:3, 1]
    red, blue = 0.2 + x, 0.1 + y
    green = (1 - weights[0] * red - weights[2] * blue) / weights[1]
    channels = {"Y": light, "RY": (red - 1)[::step, ::step], "BY": (blue - 1)[::step, ::step]}
    extra = b"" if primaries is None else exr_attribute("chromaticities", "chromaticities", struct.pack("<8f", *found))
    (tmp_path / "a.exr").write_bytes(exr(channels, {"RY": step, "BY": step}, extra))
    picture = read_picture(tmp_path / "a.exr")
    inside = slice(0, 16 - step + 1), slice(0, 32 - step + 1)
    expected = np.stack([red, green, blue], axis=-1) * light[..., None]
    np.testing.assert_allclose(picture.pixels[inside], expected[inside], atol=1e-5)
    assert (picture.matrix is None) == (primaries is None)


def test_damaged_chroma_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plane = radiance()[..., 0]
    data = exr({"Y": plane, "RY": plane[::2, ::2], "BY": plane[::2, ::2], "A": plane}, {"RY": 2, "BY": 2})
    for end in (len(data) - 1, len(data) // 2):
        (tmp_path / "a.exr").write_bytes(data[:end])
        with pytest.raises(ImageError, match="the OpenEXR file is damaged"):
            read_picture(tmp_path / "a.exr")
    assert capfd.readouterr() == ("", "")


def test_chroma_among_many_channels(tmp_path: Path) -> None:
    planes = dict.fromkeys(["Y", "RY", "BY", *(f"a.{k}" for k in range(6))], radiance()[..., 0])
    (tmp_path / "a.exr").write_bytes(exr(planes))
    with pytest.raises(ImageError, match="expected at most 8 channels beside luminance and chroma, got 9; export R, G"):
        read_picture(tmp_path / "a.exr")


# What else a header says


def test_environment_maps(tmp_path: Path) -> None:
    for value, projection in ((b"\0", None), (b"\1", "cubemap")):
        (tmp_path / "a.exr").write_bytes(
            exr(
                {"R": np.ones((12, 2)), "G": np.ones((12, 2)), "B": np.ones((12, 2))},
                None,
                exr_attribute("envmap", "envmap", value),
            )
        )
        assert read_picture(tmp_path / "a.exr").tags == Tags(projection=projection)


def test_xyz(tmp_path: Path) -> None:
    pixels = np.array([[[0.9505, 1, 1.089], [0.4124, 0.2126, 0.0193]]], np.float32)
    path = write(tmp_path / "a.exr", {"RGB": pixels}, chromaticities=(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3))
    np.testing.assert_allclose(rec709(read_picture(path))[0], [[1, 1, 1], [1, 0, 0]], atol=1e-3)


def test_pixels_that_are_not_square_are_named(tmp_path: Path) -> None:
    picture = read_picture(write(tmp_path / "a.exr", {"RGB": radiance()}, pixelAspectRatio=2.0))
    assert picture.notes == ("The pixel aspect ratio of 2 was not applied",)


def test_texts_in_other_encodings(tmp_path: Path) -> None:
    planes = dict.fromkeys("RGB", radiance()[..., 0])
    (tmp_path / "a.exr").write_bytes(exr(planes, None, exr_attribute("owner", "string", "Müller".encode("latin-1"))))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.exr").pixels[..., 0], planes["R"])


def test_deep_data_is_named(tmp_path: Path) -> None:
    planes = dict.fromkeys("RGBA", radiance()[..., 0])
    (tmp_path / "a.exr").write_bytes(exr(planes, None, exr_attribute("type", "string", b"deepscanline"), flags=0x800))
    with pytest.raises(ImageError, match=r"a.exr: deep data is not supported; flatten the picture and export it again"):
        read_picture(tmp_path / "a.exr")


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
    np.testing.assert_array_equal(read_exr(write(tmp_path / "a.exr", {"RGB": pixels})).pixels, pixels)


@pytest.mark.parametrize("keep", [5, 100, 330, 400, 0.5, 0.9, 0.999])
def test_cut_short(tmp_path: Path, keep: float, capfd: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "a.exr", {"RGB": radiance()}).read_bytes()
    (tmp_path / "b.exr").write_bytes(data[: keep if isinstance(keep, int) else int(keep * len(data))])
    with pytest.raises(ImageError, match=r"b.exr: the OpenEXR file is damaged .*; download or export it again"):
        read_picture(tmp_path / "b.exr")
    assert capfd.readouterr() == ("", "")
