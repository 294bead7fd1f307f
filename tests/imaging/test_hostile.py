"""Files that are damaged, lie about their size, or are something else: one line of ours, nothing else."""

from __future__ import annotations

import functools
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import OpenEXR
import pillow_heif
import pytest
from hdr_makers import avif, avif_grid, heic, nclx_box
from makers import (
    SRGB,
    chunk,
    cmyk_profile,
    crop_properties,
    gpano,
    hdr,
    noise,
    png,
    rgb_profile,
    rgbe,
    smooth,
    tiff,
    video,
    xmp_chunk,
)
from makers import exr as exr_bytes
from PIL import Image, features

from lightprobe.errors import ImageError
from lightprobe.imaging import picture, read_picture
from lightprobe.imaging.codecs.damage import damaged
from lightprobe.imaging.formats.video import read_video
from lightprobe.imaging.picture import Picture, check_radiance

COLOR = smooth(32, 64)
HDR = np.tile(COLOR, (2, 1, 1)) / 255
GAMMA = chunk(b"gAMA", struct.pack(">I", 60_000)) + chunk(b"cHRM", struct.pack(">8I", *8 * [31_000]))
PACKET = gpano(**crop_properties((128, 64), (64, 32), (10, 10)))


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = 3
    tags[0x010F] = "maker"
    return tags


def exr(path: Path, pixels: np.ndarray, **header: object) -> None:
    OpenEXR.File({"type": OpenEXR.scanlineimage, **header}, {"RGBA" if pixels.shape[2] == 4 else "RGB": pixels}).write(
        str(path)
    )


def tiles() -> OpenEXR.TileDescription:
    description = OpenEXR.TileDescription()
    description.xSize = description.ySize = 16
    return description


def save(**options: object) -> Callable[[Path], None]:
    return lambda path: Image.fromarray(COLOR).save(path, **options)


RADIANCE = (COLOR / 20.0).astype(np.float32)
FRAMES = [noise(32, 64, 3, seed=k) for k in range(6)]
WHOLE: dict[str, Callable[[Path], object]] = {
    "baseline.jpg": save(quality=90, exif=exif(), xmp=PACKET, icc_profile=rgb_profile(SRGB, 1.8)),
    "progressive.jpg": save(progressive=True),
    "cmyk.jpg": lambda path: Image.fromarray(COLOR).convert("CMYK").save(path, icc_profile=cmyk_profile()),
    "plain.png": save(),
    "said.png": save(exif=exif(), icc_profile=rgb_profile(SRGB, 1.8)),
    "gamma.png": lambda path: path.write_bytes(png(COLOR, GAMMA)),
    "deepgamma.png": lambda path: path.write_bytes(png(noise(32, 64, 2, np.uint16), GAMMA)),
    "pq.png": lambda path: path.write_bytes(png(noise(32, 64, 3, np.uint16), chunk(b"cICP", bytes([9, 16, 0, 1])))),
    "palette.png": lambda path: Image.fromarray(COLOR).quantize(16).save(path, transparency=3),
    "deep.png": lambda path: path.write_bytes(png(noise(32, 64, 4, np.uint16), xmp_chunk(PACKET))),
    "deepgray.png": lambda path: path.write_bytes(png(noise(32, 64, 1, np.uint16))),
    "lossy.webp": save(exif=exif(), xmp=PACKET),
    "lossless.webp": lambda path: Image.fromarray(noise(32, 64, 4)).save(path, lossless=True),
    "lzw.tif": save(compression="tiff_lzw"),
    "raw.tif": save(),
    "jpeg.tif": save(compression="jpeg"),
    "deflate.tif": lambda path: Image.fromarray(noise(32, 64, 1, np.uint16)).save(path, compression="tiff_deflate"),
    "a.bmp": save(),
    "a.gif": save(),
    "a.heic": lambda path: pillow_heif.from_pillow(Image.fromarray(COLOR)).save(path, exif=exif().tobytes()),
    "pq.heic": lambda path: heic(path, COLOR / 255, nclx=(9, 16, 9)),
    "zip.exr": lambda path: exr(path, RADIANCE, compression=OpenEXR.ZIP_COMPRESSION),
    "piz.exr": lambda path: exr(path, RADIANCE.astype(np.float16), compression=OpenEXR.PIZ_COMPRESSION),
    "dwaa.exr": lambda path: exr(path, RADIANCE.astype(np.float16), compression=OpenEXR.DWAA_COMPRESSION),
    "tiled.exr": lambda path: exr(path, RADIANCE, type=OpenEXR.tiledimage, tiles=tiles()),
    "chroma.exr": lambda path: path.write_bytes(
        exr_bytes({"Y": RADIANCE[..., 0], "RY": RADIANCE[::2, ::2, 0], "BY": RADIANCE[::2, ::2, 1]}, {"RY": 2, "BY": 2})
    ),
    "parts.exr": lambda path: OpenEXR.File(
        [
            OpenEXR.Part({"type": OpenEXR.scanlineimage}, {"Z": RADIANCE[..., 0].copy()}, "depth"),
            OpenEXR.Part({"type": OpenEXR.scanlineimage}, {"RGB": RADIANCE}, "beauty"),
        ]
    ).write(str(path)),
    "float.tif": lambda path: path.write_bytes(tiff(RADIANCE, compression=8, predictor=3)),
    "tiles.tif": lambda path: path.write_bytes(tiff(RADIANCE, compression=5, tile=(16, 32), order=">", big=True)),
    "deep.tif": lambda path: path.write_bytes(tiff(noise(32, 64, 4, np.uint16), planar=True, tags={338: (3, [2])})),
    "a.pfm": lambda path: path.write_bytes(b"PF\n64 32\n-1.0\n" + RADIANCE.tobytes()),
    "rle.hdr": lambda path: path.write_bytes(hdr(rgbe(RADIANCE.astype(float)))),
    "flat.hdr": lambda path: path.write_bytes(hdr(rgbe(RADIANCE.astype(float)), "flat")),
    "a.mp4": lambda path: video(path, FRAMES, "mpeg4", "yuv420p"),
    "a.mkv": lambda path: video(path, FRAMES),
    "a.avi": lambda path: video(path, FRAMES, "mpeg4", "yuv420p"),
}
if features.check("avif"):
    WHOLE["a.avif"] = save(quality=90)
    WHOLE["pq.avif"] = lambda path: path.write_bytes(avif(HDR, colr=nclx_box(9, 16, 9)))
    WHOLE["tiles.avif"] = lambda path: path.write_bytes(
        avif_grid(np.tile(HDR, (2, 2, 1)), 1, 2, colr=nclx_box(9, 18, 9), in_idat=True)
    )


Outcomes = list[tuple[str, str, str, float, float]]


def run(folder: Path, *options: str) -> Outcomes:
    """What came of each file, in a process of its own that says nothing else."""
    script = Path(__file__).with_name("fuzz.py")
    done = subprocess.run([sys.executable, script, folder, *options], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-500:]
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    folders = [tmp_path_factory.mktemp("fuzz") for _ in range(2)]
    for k, (name, write) in enumerate(WHOLE.items()):
        write(folders[k % 2] / f"whole.{name}")
    with ThreadPoolExecutor(2) as pool:
        return [outcome for outcomes in pool.map(run, folders) for outcome in outcomes]


@pytest.mark.parametrize("name", WHOLE)
def test_a_damaged_file_is_a_picture_or_one_line(fuzzed: Outcomes, name: str) -> None:
    outcomes = [(case, result) for file, case, result, *_ in fuzzed if file == f"whole.{name}"]
    assert len(outcomes) == 100
    assert not [(case, result) for case, result in outcomes if not result.startswith(("picture", "error: "))]
    assert sum(result.startswith("error: ") for _, result in outcomes) >= 20


def test_no_damaged_file_takes_long_or_much(fuzzed: Outcomes) -> None:
    """Sizes up to a million pixels are allowed in that process."""
    assert max(seconds for *_, seconds, _ in fuzzed) < 5
    assert sum(grown for *_, grown in fuzzed) < 300


# Files that are no pictures, or only parts of one


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.jpg", b"", "the file is empty; download or export it again"),
        (
            "text.jpg",
            b"I am a text file.\n" * 20,
            "unknown picture format; convert it to JPEG or PNG",
        ),
        ("page.png", b"<!DOCTYPE html><html><body>404</body></html>", "unknown picture format; convert it"),
        ("short.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "the picture is damaged"),
        ("one.jpg", b"\xff", "unknown picture format"),
        ("start.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "the picture is damaged"),
        ("start.exr", b"\x76\x2f\x31\x01", "the OpenEXR file is damaged"),
        ("start.hdr", b"#?RADIANCE\n", "expected a size such as"),
        ("start.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "the picture is damaged"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "this is a drawing (SVG) or other XML, which is not"),
        ("a.zip", b"PK\x03\x04" + bytes(100), "unknown picture format"),
    ],
)
def test_what_is_no_picture(
    tmp_path: Path, name: str, data: bytes, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ImageError) as caught:
        read_picture(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none.jpg: no such file; check the path"):
        read_picture(tmp_path / "none.jpg")
    with pytest.raises(ImageError, match="cannot open the picture: Is a directory; check the path"):
        read_picture(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(ImageError, match="cannot open the picture: Not a directory; check the path"):
        read_picture(tmp_path / "file" / "a.jpg")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (ValueError("one\ntwo"), "one"),
        (ValueError("\n  two  \n"), "two"),
        (ValueError(), "ValueError"),
        (ValueError("\n"), "ValueError"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (RuntimeError("x" * 1000), "x" * 120),
        ("its rows do not add up", "its rows do not add up"),
    ],
)
def test_whatever_a_library_says_becomes_one_line(reason: BaseException | str, told: str) -> None:
    assert str(damaged("a.jpg", "picture", reason)) == (
        f"a.jpg: the picture is damaged ({told}); download or export it again"
    )


@pytest.mark.parametrize("keep", [20, 200, 0.5, 0.9])
def test_truncated_jpeg(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(noise(64, 128, 3)).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: keep if isinstance(keep, int) else int(keep * len(data))])
    with pytest.raises(ImageError, match=r"a.jpg: the picture is damaged .*; download or export"):
        read_picture(path)


# Files that say they are huge: 100,000 × 50,000, or the most that their header can say


def png_header(width: int, height: int, depth: int = 8) -> bytes:
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))
    return start + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(COLOR).save(out, "JPEG")
    data = out.getvalue()
    start = data.index(b"\xff\xc0") + 5
    return data[:start] + struct.pack(">HH", height, width) + data[start + 4 :]


def bmp_header(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 1000, 0, 0, 54) + info + bytes(1000)


def bare_tiff(width: int, height: int, samples: int = 1) -> bytes:
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, samples),
        (278, 4, height),
        (279, 4, 1000),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 1008) + bytes(1000) + struct.pack("<H", len(tags)) + entries + bytes(4)


def exr_header(width: int, height: int) -> bytes:
    def attribute(name: bytes, kind: bytes, data: bytes) -> bytes:
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(data)) + data

    channels = b"".join(name + b"\0" + struct.pack("<IIII", 1, 0, 1, 1) for name in (b"B", b"G", b"R")) + b"\0"
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    return b"\x76\x2f\x31\x01\x02\0\0\0" + b"".join(
        [
            attribute(b"channels", b"chlist", channels),
            attribute(b"compression", b"compression", b"\x03"),
            attribute(b"dataWindow", b"box2i", window),
            attribute(b"displayWindow", b"box2i", window),
            attribute(b"lineOrder", b"lineOrder", b"\0"),
            attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1)),
            attribute(b"screenWindowCenter", b"v2f", bytes(8)),
            attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1)),
            b"\0" + bytes(4000),
        ]
    )


def webp_header(width: int, height: int) -> bytes:
    """An extended WebP whose canvas says 24 bits of each."""
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = (
        b"WEBPVP8X"
        + struct.pack("<I", 10)
        + bytes(4)
        + sizes
        + b"VP8L"
        + struct.pack("<I", 6)
        + b"\x2f\xff\xff\xff\x0f\0"
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


HUGE = {
    "a.png": png_header(100_000, 50_000),
    "deep.png": png_header(100_000, 50_000, 16),
    "most.png": png_header(2**31 - 1, 2**31 - 1),
    "a.jpg": jpeg_header(65_500, 65_500),
    "a.bmp": bmp_header(100_000, 50_000),
    "a.tif": bare_tiff(100_000, 50_000),
    "a.exr": exr_header(100_000, 50_000),
    "most.exr": exr_header(2**31 - 1, 2**31 - 1),
    "a.hdr": b"#?RADIANCE\n\n-Y 50000 +X 100000\n" + bytes(1000),
    "most.hdr": b"#?RADIANCE\n\n-Y 999999999 +X 999999999\n" + bytes(1000),
    "a.webp": webp_header(16_000, 16_000),
}


@functools.cache
def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


BOMBS = {
    f"{depth}.{kind}.png": (dtype, kind.encode(), head)
    for depth, dtype in ((8, np.uint8), (16, np.uint16))
    for kind, head in (("zTXt", b"a\0\0"), ("iTXt", b"a\0\1\0\0\0"), ("iCCP", b"a\0\0"), ("eXIf", b"II*\0"))
}
"""Chunks whose text unpacks to a hundred megabytes, three times."""


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float, float]]:
    """Outcome, seconds and memory [MiB] of each."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, data in HUGE.items():
        (folder / name).write_bytes(data)
    exr(folder / "tiles.exr", RADIANCE, type=OpenEXR.tiledimage, tiles=tiles())
    data = (folder / "tiles.exr").read_bytes()
    small, large = (b"tiledesc\0" + struct.pack("<III", 9, 16, height) for height in (16, 16_000_000))
    assert small in data
    (folder / "tiles.exr").write_bytes(data.replace(small, large))
    (folder / "logged.tif").write_bytes(bare_tiff(8, 4, samples=259))
    for name, (dtype, kind, head) in BOMBS.items():
        (folder / name).write_bytes(png(noise(4, 8, 3, dtype), 3 * chunk(kind, head + zeros(100))))
    return {file: (result, seconds, grown) for file, _, result, seconds, grown in run(folder, "--once")}


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_picture_is_refused_at_once(bombs: dict[str, tuple[str, float, float]], name: str) -> None:
    result, seconds, grown = bombs[name]
    if name in ("a.webp", "most.exr"):  # libraries refuse these before the size is known
        assert result.startswith("error: ")
    else:
        assert result.startswith("error: expected at most 179 megapixels, got ")
        assert result.endswith("; reduce the picture first (256×128 pixels are enough)")
    assert seconds < 2
    assert grown < 60


@pytest.mark.parametrize("name", BOMBS)
def test_text_that_unpacks_to_gigabytes_is_not_unpacked(bombs: dict[str, tuple[str, float, float]], name: str) -> None:
    result, seconds, grown = bombs[name]
    assert result.startswith(("picture", "error: "))
    assert seconds < 2
    assert grown < 90


@pytest.mark.parametrize("name", [name for name in WHOLE if name.split(".")[-1] not in ("mp4", "mkv", "avi")])
def test_every_reader_asks_whether_the_size_is_allowed(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    WHOLE[name](path)
    size = read_picture(path).size
    assert size in ("64×32", "64×64", "128×128")  # the last two of AV1
    monkeypatch.setattr(picture, "MAX_PIXELS", 2000)
    with pytest.raises(ImageError, match=f"expected at most 0 megapixels, got {size}; reduce the picture first"):
        read_picture(path)


def test_rows_too_long_to_decode(tmp_path: Path) -> None:
    """OpenEXR would keep 32 rows four times: more than two gigabytes."""
    picture.check_picture_size(picture.MAX_SIDE, 32, "a")
    WHOLE["piz.exr"](tmp_path / "a.exr")
    data = bytearray((tmp_path / "a.exr").read_bytes())
    window = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    data[window + 8 : window + 12] = (2_097_215).to_bytes(4, "little")  # the last column
    (tmp_path / "a.exr").write_bytes(data)
    with pytest.raises(ImageError, match="a height of at most 131072 pixels, got 2097216×32; reduce the picture first"):
        read_picture(tmp_path / "a.exr")


def test_videos_are_asked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WHOLE["a.mkv"](tmp_path / "a.mkv")
    monkeypatch.setattr(picture, "MAX_PIXELS", 2000)
    with pytest.raises(ImageError, match="expected at most 0 megapixels, got 64×32; reduce the picture first"):
        next(read_video(tmp_path / "a.mkv"))


def test_tiles_larger_than_any_picture(bombs: dict[str, tuple[str, float, float]]) -> None:
    """OpenEXR would take two minutes and twelve gigabytes."""
    result, seconds, grown = bombs["tiles.exr"]
    assert "the OpenEXR file is damaged (tiles much larger than the picture)" in result
    assert seconds < 2
    assert grown < 60


def test_what_pillow_logs_is_not_printed(bombs: dict[str, tuple[str, float, float]]) -> None:
    assert bombs["logged.tif"][0].startswith(
        "error: TIFF with 259 8-bit gray samples and no compression is not supported"
    )


# Values that light cannot have


def linear(pixels: np.ndarray) -> Picture:
    return Picture(pixels=pixels, is_linear=True, name="sky.exr")


def test_impossible_radiance_is_counted() -> None:
    pixels = np.ones((10, 20, 3), np.float32)
    pixels[0, 0], pixels[0, 1, 1] = np.nan, np.nan
    pixels[1, :3, 0] = np.inf
    pixels[2, 0, 2] = -np.inf
    pixels[3, :5] = -0.5
    pixels[4, 0] = (np.nan, np.inf, -1)
    with pytest.raises(
        ImageError,
        match=r"sky.exr: expected finite radiance, got 3 NaN, 5 infinite of 200 pixels; "
        r"repair the file, or set these values to 0 with repair=True \(--repair\)",
    ):
        check_radiance(linear(pixels))
    repaired = check_radiance(linear(pixels), repair=True).pixels
    np.testing.assert_array_equal(repaired[1, 0], (0, 1, 1))
    np.testing.assert_array_equal(repaired[4, 0], (0, 0, -1))
    assert repaired.sum() == 600 - 3 - 1 - 3 - 1 - 15 * 1.5 - 4
    assert np.isnan(pixels[0, 0]).all()  # the input is left alone


def test_doubles_beyond_single_precision_count_as_infinite() -> None:
    pixels = np.ones((2, 4, 3))
    pixels[0, 0, 0] = 1e39
    with pytest.raises(ImageError, match="got 1 infinite of 8 pixels"):
        check_radiance(linear(pixels))


def test_possible_radiance_passes_as_it_is() -> None:
    pixels = np.zeros((2, 4, 3), np.float32)
    pixels[0, 0] = np.finfo(np.float32).max
    possible = linear(pixels)
    assert check_radiance(possible) is possible
    ldr = Picture(pixels=np.zeros((2, 4, 3), np.uint8), is_linear=False, name="a")
    assert check_radiance(ldr, repair=True) is ldr


def test_other_threads_keep_their_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """What is printed while OpenEXR reads comes out afterwards, less OpenEXR's own lines."""
    from lightprobe.imaging.codecs.quiet import stderr_of_codecs

    with stderr_of_codecs:
        os.write(2, b"a.exr: (EXR_ERR_BAD_CHUNK_LEADER) corrupt\nZIPDecode: bad\nsomebody else\n")
        with stderr_of_codecs:
            os.write(2, b"tempfile.tif: Using code not yet in table.\nTIFFFillStrip: no\n")
        assert capfd.readouterr().err == ""
    assert capfd.readouterr().err == "somebody else\n"
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_without_a_place_for_temporary_files_pictures_are_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    exr(tmp_path / "a.exr", RADIANCE)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.exr").pixels, RADIANCE)


def test_without_stderr_pictures_are_read_all_the_same(tmp_path: Path) -> None:
    exr(tmp_path / "a.exr", RADIANCE)
    code = "import os, sys; os.close(2); from lightprobe.imaging import read_picture; read_picture(sys.argv[1])"
    assert subprocess.run([sys.executable, "-c", code, tmp_path / "a.exr"], check=False).returncode == 0


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_too_few_bytes_for_its_size(tmp_path: Path, progressive: bool) -> None:
    """libjpeg takes an end mark in the middle for the end, and fills the rest with gray."""
    data = io.BytesIO()
    Image.new("L", (4096, 2048), 90).save(data, "JPEG", quality=50, progressive=progressive, optimize=True)
    (tmp_path / "whole.jpg").write_bytes(data.getvalue())
    assert read_picture(tmp_path / "whole.jpg").size == "4096×2048"
    (tmp_path / "cut.jpg").write_bytes(data.getvalue()[:1900] + b"\xff\xd9")
    with pytest.raises(ImageError, match=r"cut.jpg: the picture is damaged \(4096×2048 pixels in 1902 bytes\)"):
        read_picture(tmp_path / "cut.jpg")
