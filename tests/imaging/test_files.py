"""Every format and mode: the pixels that were written are the pixels that are read."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from makers import chunk, noise, png, smooth
from PIL import Image, features

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, as_picture, read_picture
from lightprobe.imaging.formats.png import encode_png

heif = pytest.importorskip("pillow_heif", reason="HEIC needs the extra lightprobe[heif]")


def save(path: Path, pixels: np.ndarray | Image.Image, **options: object) -> Path:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path


def assert_close(picture: Picture, expected: np.ndarray, tolerance: float) -> None:
    assert not picture.is_linear
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.shape == expected.shape
    assert np.abs(picture.pixels.astype(int) - expected).max() <= tolerance


@pytest.mark.parametrize(
    ("suffix", "options", "tolerance"),
    [
        (".jpg", {"quality": 98, "subsampling": 0}, 4),
        (".jpg", {"quality": 98, "subsampling": 0, "progressive": True}, 4),
        (".png", {}, 0),
        (".png", {"interlace": True}, 0),
        (".webp", {"lossless": True, "exact": True}, 0),
        (".webp", {"quality": 98}, 12),
        (".tif", {}, 0),
        (".tif", {"compression": "tiff_lzw"}, 0),
        (".tif", {"compression": "tiff_deflate"}, 0),
        (".bmp", {}, 0),
        pytest.param(
            ".avif",
            {"quality": 95, "subsampling": "4:4:4"},
            8,
            marks=pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF"),
        ),
    ],
)
def test_color(tmp_path: Path, suffix: str, options: dict[str, object], tolerance: float) -> None:
    pixels = smooth(40, 80)
    picture = read_picture(save(tmp_path / f"a{suffix}", pixels, **options))
    assert_close(picture, pixels, tolerance)
    assert picture.seen is None
    assert picture.crop is None
    assert picture.name == str(tmp_path / f"a{suffix}")
    assert picture.size == "80×40"


@pytest.mark.parametrize("suffix", [".heic", ".heif"])
def test_heic(tmp_path: Path, suffix: str) -> None:
    pixels = smooth(48, 96)
    path = tmp_path / f"a{suffix}"
    heif.from_pillow(Image.fromarray(pixels)).save(path, quality=95, chroma=444)
    assert_close(read_picture(path), pixels, 8)


def test_heic_without_its_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.heic"
    heif.from_pillow(Image.fromarray(smooth(16, 32))).save(path)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageError, match=r"a.heic: HEIC files need pillow-heif; pip install 'lightprobe\[heif\]'"):
        read_picture(path)


@pytest.mark.parametrize("options", [{"quality": 98}, {"quality": 98, "progressive": True}])
def test_gray_jpeg(tmp_path: Path, options: dict[str, object]) -> None:
    gray = smooth(40, 80)[..., 0]
    assert_close(read_picture(save(tmp_path / "a.jpg", gray, **options)), np.stack(3 * [gray], axis=-1), 3)


def test_cmyk_jpeg_without_profile(tmp_path: Path) -> None:
    """Pillow writes CMYK JPEGs as Photoshop does: inverted, with an Adobe marker."""
    inks = np.zeros((16, 32, 4), np.uint8)
    inks[:, :16] = (255, 0, 0, 0)
    inks[:, 16:] = (0, 0, 0, 128)
    path = save(tmp_path / "a.jpg", Image.fromarray(inks, "CMYK"), quality=100, subsampling=0)
    assert b"Adobe" in path.read_bytes()[:64]
    pixels = read_picture(path).pixels.astype(int)
    assert np.abs(pixels[8, 4] - (0, 255, 255)).max() <= 3
    assert np.abs(pixels[8, 28] - 127).max() <= 3


def test_cmyk_jpeg_without_adobe_marker_counts_as_inverted_too(tmp_path: Path) -> None:
    """As in browsers: nobody writes the other kind."""
    inks = np.full((16, 16, 4), (255, 0, 0, 0), np.uint8)
    path = save(tmp_path / "a.jpg", Image.fromarray(inks, "CMYK"), quality=100, subsampling=0)
    data = path.read_bytes()
    start = data.index(b"\xff\xee")
    path.write_bytes(data[:start] + data[start + 2 + int.from_bytes(data[start + 2 : start + 4]) :])
    assert b"Adobe" not in path.read_bytes()
    assert np.abs(read_picture(path).pixels[8, 8].astype(int) - (0, 255, 255)).max() <= 3


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_of_8_bits(tmp_path: Path, channels: int) -> None:
    pixels = noise(9, 18, channels)
    (tmp_path / "a.png").write_bytes(png(pixels))
    picture = read_picture(tmp_path / "a.png")
    color = pixels.reshape(9, 18, -1)[..., : 1 if channels < 3 else 3]
    assert_close(picture, np.broadcast_to(color, (9, 18, 3)), 0)
    if channels in (2, 4):
        assert picture.seen is not None
        np.testing.assert_array_equal(picture.seen, pixels[..., -1] >= 128)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_of_16_bits_keeps_them(tmp_path: Path, channels: int) -> None:
    pixels = noise(9, 18, channels, np.uint16)
    (tmp_path / "a.png").write_bytes(png(pixels))
    picture = read_picture(tmp_path / "a.png")
    assert picture.pixels.dtype == np.uint16
    assert not picture.is_linear
    color = pixels.reshape(9, 18, -1)[..., : 1 if channels < 3 else 3]
    np.testing.assert_array_equal(picture.pixels, np.broadcast_to(color, (9, 18, 3)))
    if channels in (2, 4):
        np.testing.assert_array_equal(picture.seen, pixels[..., -1] >= 32768)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_png_with_one_transparent_color(tmp_path: Path, dtype: type, channels: int) -> None:
    pixels = noise(9, 18, channels, dtype)
    clear = pixels[2, 3].reshape(-1)
    extra = chunk(b"tRNS", b"".join(int(value).to_bytes(2) for value in clear))
    (tmp_path / "a.png").write_bytes(png(pixels, extra))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(picture.seen, (pixels.reshape(9, 18, -1) != clear).any(axis=-1))
    np.testing.assert_array_equal(picture.pixels[..., 0], pixels.reshape(9, 18, -1)[..., 0])


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = Image.fromarray(noise(8, 16, 1) % 4, "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7])
    expected = np.asarray(image.convert("RGB"))
    opaque = read_picture(save(tmp_path / "opaque.png", image))
    assert opaque.seen is None
    assert_close(opaque, expected, 0)
    picture = read_picture(save(tmp_path / "a.png", image, transparency=bytes([255, 0, 127, 128])))
    np.testing.assert_array_equal(picture.seen, np.isin(np.asarray(image), [0, 3]))
    assert_close(picture, expected, 0)
    picture = read_picture(save(tmp_path / "a.gif", image, transparency=2))
    assert (~picture.seen).sum() == (np.asarray(image) == 2).sum()


def test_one_bit(tmp_path: Path) -> None:
    bits = noise(9, 18, 1) > 127
    picture = read_picture(save(tmp_path / "a.png", Image.fromarray(bits)))
    assert_close(picture, np.repeat(255 * bits[..., None], 3, axis=2), 0)


@pytest.mark.parametrize("suffix", [".webp", ".tif"])
def test_alpha(tmp_path: Path, suffix: str) -> None:
    pixels = noise(9, 18, 4)
    pixels[..., 3] = np.where(pixels[..., 3] > 127, 255, 0)
    picture = read_picture(save(tmp_path / f"a{suffix}", pixels, **({"lossless": True} if suffix == ".webp" else {})))
    seen = pixels[..., 3] == 255
    np.testing.assert_array_equal(picture.seen, seen)
    np.testing.assert_array_equal(picture.pixels[seen], pixels[seen][:, :3])


def test_opaque_alpha_is_no_mask(tmp_path: Path) -> None:
    pixels = noise(8, 16, 4)
    pixels[..., 3] = 128
    assert read_picture(save(tmp_path / "a.png", pixels)).seen is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_nothing_but_transparent(tmp_path: Path, dtype: type) -> None:
    (tmp_path / "a.png").write_bytes(png(np.zeros((4, 8, 4), dtype)))
    with pytest.raises(ImageError, match="all pixels are transparent; remove the alpha"):
        read_picture(tmp_path / "a.png")


def test_16_bit_gray_tiff(tmp_path: Path) -> None:
    pixels = noise(9, 18, 1, np.uint16)
    picture = read_picture(save(tmp_path / "a.tif", Image.fromarray(pixels)))
    assert picture.pixels.dtype == np.uint16
    np.testing.assert_array_equal(picture.pixels[..., 1], pixels)


def test_float_tiff_is_radiance(tmp_path: Path) -> None:
    radiance = np.random.default_rng(0).random((6, 12), np.float32) * 100
    picture = read_picture(save(tmp_path / "a.tif", Image.fromarray(radiance)))
    assert picture.is_linear
    np.testing.assert_array_equal(picture.pixels, np.repeat(radiance[..., None], 3, axis=2))


def test_32_bit_gray_must_fit_into_16(tmp_path: Path) -> None:
    gray = np.arange(32, dtype=np.int32).reshape(4, 8) * 1000
    picture = read_picture(save(tmp_path / "a.tif", Image.fromarray(gray)))
    np.testing.assert_array_equal(picture.pixels[..., 2], gray)
    with pytest.raises(ImageError, match=r"expected 16-bit gray, got values 0 to 3100000; convert it to RGB"):
        read_picture(save(tmp_path / "b.tif", Image.fromarray(gray * 100)))


# What each orientation does to the stored picture. Source: EXIF 2.32, tag 274.
TURNS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a.swapaxes(0, 1)[:, ::-1],
    7: lambda a: a.swapaxes(0, 1)[::-1, ::-1],
    8: lambda a: a.swapaxes(0, 1)[::-1],
}


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_orientation(tmp_path: Path, orientation: int, suffix: str) -> None:
    pixels = noise(6, 12, 3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if suffix == ".webp" else {}
    picture = read_picture(save(tmp_path / f"a{suffix}", pixels, exif=exif, **options))
    np.testing.assert_array_equal(picture.pixels, TURNS[orientation](pixels))


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_orientation_of_jpeg_and_heic(tmp_path: Path, orientation: int) -> None:
    pixels = smooth(48, 96)
    exif = Image.Exif()
    exif[0x0112] = orientation
    expected = TURNS[orientation](pixels)
    assert_close(read_picture(save(tmp_path / "a.jpg", pixels, exif=exif, quality=98, subsampling=0)), expected, 6)
    heif.from_pillow(Image.fromarray(pixels)).save(tmp_path / "a.heic", exif=exif.tobytes(), quality=95, chroma=444)
    assert_close(read_picture(tmp_path / "a.heic"), expected, 8)


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_orientation_turns_the_mask_and_16_bits_too(tmp_path: Path, orientation: int, dtype: type) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = noise(6, 12, 4, dtype)
    (tmp_path / "a.png").write_bytes(png(pixels, chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(picture.seen, TURNS[orientation](pixels[..., 3]) >= np.iinfo(dtype).max / 2)
    np.testing.assert_array_equal(picture.pixels, TURNS[orientation](pixels)[..., :3])


def test_16_bit_png_with_metadata_after_its_pixels(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    pixels = noise(6, 12, 3, np.uint16)
    data, end = png(pixels), chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(
        data.removesuffix(end) + chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")) + end
    )
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, TURNS[8](pixels))


@pytest.mark.parametrize(
    "mode",
    ["1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "LA", "PA", "RGBX", "RGBa", "La", "I", "I;16", "F"],
)
def test_pil_images_of_every_mode(mode: str) -> None:
    color = Image.fromarray(smooth(16, 32))
    if mode == "I;16":
        image = Image.fromarray(np.full((16, 32), 1000, np.uint16))
    elif mode == "LAB":
        image = Image.new("LAB", (32, 16), (255, 128, 128))
    elif mode in ("RGBa", "La"):
        image = color.convert(mode.upper() if mode == "La" else "RGBA").convert(mode)
    elif mode == "PA":
        image = color.convert("P").convert("PA")
    else:
        image = color.convert(mode)
    assert image.mode == mode
    before = image.tobytes()
    picture = as_picture(image)
    assert picture.pixels.shape == (16, 32, 3)
    assert picture.is_linear == (mode == "F")
    assert picture.seen is None
    assert image.tobytes() == before
    if mode == "LAB":
        assert picture.pixels.min() >= 253
    elif mode not in ("F", "I;16"):
        first = {"I": "L", "La": "LA", "RGBa": "RGBA"}.get(mode, mode)
        expected = np.asarray(image.convert(first).convert("RGB"), int)
        assert np.abs(picture.pixels - expected).max() <= 1


def test_unreadable_pil_image() -> None:
    data = io.BytesIO()
    Image.fromarray(smooth(64, 128)).save(data, "JPEG")
    image = Image.open(io.BytesIO(data.getvalue()[:700]))
    with pytest.raises(ImageError, match="picture: the picture is damaged"):
        as_picture(image)


def test_the_first_bytes_tell_the_kind(tmp_path: Path) -> None:
    pixels = noise(8, 16, 3)
    (tmp_path / "a.jpg").write_bytes(png(pixels))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.jpg").pixels, pixels)


def test_paths_may_be_strings_and_pictures_pass(tmp_path: Path) -> None:
    (tmp_path / "a%03d b.png").write_bytes(png(noise(8, 16, 3, np.uint16)))
    picture = as_picture(str(tmp_path / "a%03d b.png"))
    assert as_picture(picture) is picture


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 8), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    for name in ("a.gif", "a.webp"):
        picture = read_picture(tmp_path / name)
        assert (picture.pixels == (255, 0, 0)).all()
        assert picture.notes == ("The first frame of an animation was read",)


def test_formats_that_start_programs_are_not_tried(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 10\n%%EndComments\nshowpage\n")
    with pytest.raises(ImageError, match="unknown picture format"):
        read_picture(tmp_path / "a.jpg")


def test_warnings_filter_is_whole_after_reading_in_threads(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(noise(64, 128, 3)))
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        pictures = list(pool.map(read_picture, 40 * [tmp_path / "a.png"]))
    assert all((picture.pixels == pictures[0].pixels).all() for picture in pictures)
    assert list(warnings.filters) == before


def modules_after(code: str) -> set[str]:
    probe = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_readers_are_imported_when_they_are_needed(tmp_path: Path) -> None:
    heavy = {"av", "OpenEXR", "pillow_heif"}
    assert heavy <= modules_after("import av, OpenEXR, pillow_heif")  # the probe can see them
    (tmp_path / "a.png").write_bytes(png(noise(8, 16, 3)))
    held = modules_after(
        f"import lightprobe, lightprobe.imaging, lightprobe.runtime\nlightprobe.estimate({str(tmp_path / 'a.png')!r})"
    )
    assert "PIL" in held
    assert not heavy & held


@pytest.mark.parametrize("shape", [(16, 32), (3, 5), (1, 1)])
def test_png_files_are_written_as_they_are_read(shape: tuple[int, int], tmp_path: Path) -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (*shape, 3), np.uint8)
    (tmp_path / "a.png").write_bytes(encode_png(pixels))
    with Image.open(tmp_path / "a.png") as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        np.testing.assert_array_equal(np.asarray(image), pixels)
