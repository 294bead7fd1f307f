"""Which of a file's statements about color wins, and what its user is told."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hdr_makers import (
    BT2020_FROM_709,
    codes_of,
    hlg_signal,
    light_of,
    pq_signal,
    scene,
    srgb_light,
    srgb_signal,
)
from makers import ADOBE_RGB, DISPLAY_P3, SRGB, chunk, colorants, noise, png, rgb_profile, smooth
from PIL import Image

from lightprobe.imaging import Picture, as_picture, read_picture


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    return chunk(b"cICP", bytes([primaries, transfer, matrix, full]))


def iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))


LINEAR_GAMA = chunk(b"gAMA", struct.pack(">I", 100_000))
SRGB_CHUNK = chunk(b"sRGB", b"\0")
P3_FROM_709 = np.linalg.solve(colorants(DISPLAY_P3), colorants(SRGB))


def read(tmp_path: Path, pixels: np.ndarray, *chunks: bytes) -> Picture:
    (tmp_path / "a.png").write_bytes(png(pixels, b"".join(chunks)))
    return read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("transfer", [16, 18])
@pytest.mark.parametrize("primaries", [1, 9, 12])
def test_hdr_png(tmp_path: Path, depth: int, transfer: int, primaries: int) -> None:
    light = scene(16, 32)
    own = light @ {1: np.eye(3), 9: BT2020_FROM_709, 12: P3_FROM_709}[primaries].T
    if transfer == 18 and primaries != 9:
        light = own = np.repeat(light[..., :1], 3, axis=2)  # the maker's luminance is that of BT.2020
    signal = pq_signal(203 * own) if transfer == 16 else hlg_signal(203 * own)
    picture = read(tmp_path, codes_of(signal, depth), cicp(primaries, transfer))
    assert picture.is_linear
    np.testing.assert_allclose(picture.pixels, own, rtol=0.09 if depth == 8 else 1e-3, atol=1e-4)
    if depth == 16:
        np.testing.assert_allclose(light_of(picture), light, rtol=3e-3, atol=1e-3)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("alpha", [False, True])
def test_gray_hdr_png(tmp_path: Path, depth: int, alpha: bool) -> None:
    """With transparency, the opaque half is seen; the largest code is white."""
    codes = np.tile(codes_of(np.linspace(0.1, 1, 32), depth), (16, 1))
    top = (1 << depth) - 1
    codes[:, 30] = top
    opacity = np.where(np.arange(16) < 8, top, 0)[:, None] * np.ones((1, 32), int)
    pixels = np.dstack([codes, opacity]).astype(codes.dtype) if alpha else codes
    picture = read(tmp_path, pixels, cicp(9, 16))
    np.testing.assert_allclose(pq_signal(203 * picture.pixels[0, :, 1]) * top, codes[0], atol=0.02 * top / 255)
    assert picture.white is not None
    np.testing.assert_array_equal(picture.white.all(axis=-1), codes == top)
    assert (picture.seen is not None) == alpha
    if alpha:
        np.testing.assert_array_equal(picture.seen, opacity == top)


def test_palette_of_pq(tmp_path: Path) -> None:
    image = Image.fromarray(noise(8, 16, 1) % 4, "P")
    image.putpalette([255, 0, 0, 0, 148, 0, 0, 0, 148, 9, 8, 7])
    data = io.BytesIO()
    image.save(data, "PNG")
    (tmp_path / "a.png").write_bytes(data.getvalue()[:33] + cicp(9, 16) + data.getvalue()[33:])
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_allclose(picture.pixels.max(axis=(0, 1)), (10000 / 203, 1, 1), rtol=0.02)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_display_png_with_other_primaries(tmp_path: Path, dtype: type) -> None:
    pixels = noise(16, 32, 3, dtype)
    picture = read(tmp_path, pixels, cicp(12, 13))
    np.testing.assert_array_equal(picture.pixels, pixels)
    expected = srgb_light(pixels / np.iinfo(dtype).max) @ np.linalg.inv(P3_FROM_709).T
    np.testing.assert_allclose(light_of(picture), expected, atol=2e-3)
    assert picture.notes == ("Display P3 primaries (cICP) were converted to Rec.709",)


def test_narrow_range_png(tmp_path: Path) -> None:
    signal = np.random.default_rng(0).random((4, 8, 3))
    picture = read(tmp_path, np.rint(256 * (16 + 219 * signal)).astype(np.uint16), cicp(1, 16, full=0))
    np.testing.assert_allclose(pq_signal(203 * picture.pixels), signal, atol=1e-4)
    assert "Black is 16/255 and white 235/255 (narrow range, cICP)" in picture.notes


STATEMENTS = {
    "cICP": cicp(1, 8),
    "iCCP": iccp(rgb_profile(SRGB, 1.5)),
    "sRGB": SRGB_CHUNK,
    "gAMA": chunk(b"gAMA", struct.pack(">I", 50_000)),
}
GAMMAS = {"cICP": 1.0, "iCCP": 1.5, "sRGB": 0.0, "gAMA": 2.0}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_precedence(tmp_path: Path, dtype: type, count: int) -> None:
    """PNG (Third Edition), section 4.3: cICP, iCCP, sRGB, gAMA; in any order in the file."""
    pixels = noise(8, 16, 3, dtype)
    for names in itertools.combinations(STATEMENTS, count):
        gamma = GAMMAS[names[0]]
        signal = pixels / np.iinfo(dtype).max
        expected = signal**gamma if gamma else srgb_light(signal)
        for order in (names, names[::-1]):
            picture = read(tmp_path, pixels, *(STATEMENTS[name] for name in order))
            np.testing.assert_allclose(light_of(picture), expected, atol=5e-4, err_msg=str(order))


@pytest.mark.parametrize(
    ("winner", "reason"),
    [
        (SRGB_CHUNK, "the sRGB chunk says otherwise"),
        (iccp(rgb_profile(SRGB, 2.0)), "the ICC profile wins"),
        (cicp(1, 16), "the cICP chunk says otherwise"),
    ],
)
def test_linear_gamma_that_is_contradicted(tmp_path: Path, winner: bytes, reason: str) -> None:
    picture = read(tmp_path, noise(8, 16, 3), winner, LINEAR_GAMA)
    assert picture.notes[-1] == f"The gAMA chunk says linear (1.0), which was not obeyed, because {reason}"
    ordinary = read(tmp_path, noise(8, 16, 3), winner, chunk(b"gAMA", struct.pack(">I", 45_455)))
    assert ordinary.notes == picture.notes[:-1]


def test_two_statements_of_linear_agree(tmp_path: Path) -> None:
    assert len(read(tmp_path, noise(8, 16, 3), cicp(1, 8), LINEAR_GAMA).notes) == 1


@pytest.mark.parametrize("wrong", [cicp(9, 16, 9), cicp(9, 16, 0, 7), chunk(b"cICP", b"\x09\x10")])
def test_code_points_that_are_not_valid(tmp_path: Path, wrong: bytes) -> None:
    """PNG (Third Edition), 11.3.2.6: four bytes, the matrix 0, the range 0 or 1. The next statement counts."""
    picture = read(tmp_path, noise(8, 16, 3), wrong, STATEMENTS["gAMA"])
    np.testing.assert_allclose(light_of(picture), (noise(8, 16, 3) / 255) ** 2, atol=5e-4)
    assert picture.notes[-1] == "The cICP chunk is not valid, and was not obeyed"


def test_unspecified_code_points_say_nothing(tmp_path: Path) -> None:
    picture = read(tmp_path, noise(8, 16, 3), cicp(2, 2))
    np.testing.assert_array_equal(picture.pixels, noise(8, 16, 3))
    assert picture.notes == ()


@pytest.mark.parametrize("is_loaded", [False, True])
def test_png_image_in_memory(tmp_path: Path, is_loaded: bool) -> None:
    """Its cICP is obeyed as long as Pillow has the file open; its profile always."""
    pixels = codes_of(pq_signal(203 * scene(8, 16)), 8)
    extra = iccp(rgb_profile(SRGB, 1.0)) if is_loaded else cicp(1, 16)
    (tmp_path / "a.png").write_bytes(png(pixels, extra))
    with Image.open(tmp_path / "a.png") as image:
        if is_loaded:
            image.load()
        light = light_of(as_picture(image))
    expected = pixels / 255 if is_loaded else scene(8, 16)
    np.testing.assert_allclose(light, expected, rtol=0.09, atol=1e-3)


def exif(index: object = "R03", color_space: int = 0xFFFF, orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    camera = tags.get_ifd(0x8769)
    camera[0xA001] = color_space
    if index is not None:
        camera[0xA005] = {1: index}
    return tags


@pytest.mark.parametrize(
    ("suffix", "options"), [(".jpg", {"quality": 100, "subsampling": 0}), (".png", {}), (".webp", {"lossless": True})]
)
def test_adobe_rgb_by_exif_alone(tmp_path: Path, suffix: str, options: dict[str, object]) -> None:
    """As cameras write it. Source: DCF 2.0, section 4.4."""
    path = tmp_path / f"a{suffix}"
    Image.fromarray(smooth(16, 32)).save(path, exif=exif(), **options)
    with Image.open(path) as image:
        stored = np.asarray(image)
    picture = read_picture(path)
    expected = (stored / 255) ** (563 / 256) @ np.linalg.solve(colorants(SRGB), colorants(ADOBE_RGB)).T
    np.testing.assert_allclose(light_of(picture), expected, atol=2e-3)
    assert picture.notes == ("The picture counts as Adobe RGB (EXIF)",)


def test_adobe_rgb_by_exif_turns_and_has_16_bits(tmp_path: Path) -> None:
    pixels = noise(6, 12, 3, np.uint16)
    data = exif(orientation=6).tobytes().removeprefix(b"Exif\0\0")
    picture = read(tmp_path, pixels, chunk(b"eXIf", data))
    linear = (pixels / 65535) ** (563 / 256) @ np.linalg.solve(colorants(SRGB), colorants(ADOBE_RGB)).T
    np.testing.assert_allclose(light_of(picture), linear.swapaxes(0, 1)[:, ::-1], atol=2e-3)


@pytest.mark.parametrize(
    ("tags", "profile"),
    [
        (exif("R98", 1), None),
        (exif("R98"), None),
        (exif(None), None),
        (exif("R03", 1), None),  # says sRGB too
        (exif(), rgb_profile(SRGB, 2.2)),
    ],
)
def test_what_is_not_adobe_rgb(tmp_path: Path, tags: Image.Exif, profile: bytes | None) -> None:
    Image.fromarray(smooth(16, 32)).save(tmp_path / "a.png", exif=tags, icc_profile=profile)
    picture = read_picture(tmp_path / "a.png")
    assert picture.matrix is None
    assert picture.notes == ()


@pytest.mark.parametrize("seed", range(3))
def test_damaged_exif_says_nothing_of_color(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = exif().tobytes().removeprefix(b"Exif\0\0")
    for _ in range(60):
        copy = bytearray(whole[: int(rng.integers(8, len(whole) + 1))])
        copy[int(rng.integers(8, len(copy) + 1)) - 1] = rng.integers(256)
        Image.fromarray(smooth(8, 16)).save(tmp_path / "a.jpg", exif=bytes(copy))
        assert read_picture(tmp_path / "a.jpg").pixels.size == 384


def test_display_signal_of_the_makers() -> None:
    """The makers agree with themselves."""
    light = np.linspace(0, 1, 100)
    np.testing.assert_allclose(srgb_light(srgb_signal(light)), light, atol=1e-5)
