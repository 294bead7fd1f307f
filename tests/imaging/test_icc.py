"""Color spaces: embedded profiles become sRGB, other primaries Rec.709."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from makers import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    chunk,
    cmyk_profile,
    gray_profile,
    ink_color,
    noise,
    png,
    rgb_profile,
    smooth,
    srgb_of,
)
from PIL import Image, ImageCms

from lightprobe.errors import ImageError
from lightprobe.imaging import as_picture, read_picture
from lightprobe.imaging.color.lcms import to_srgb
from lightprobe.imaging.color.primaries import REC709, xyz_from_rgb

PROFILES = {"Display P3": (DISPLAY_P3, 2.2), "Adobe RGB": (ADOBE_RGB, 563 / 256), "linear sRGB": (SRGB, 1.0)}


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("name", PROFILES)
def test_profile(tmp_path: Path, name: str) -> None:
    primaries, gamma = PROFILES[name]
    pixels = smooth(16, 32)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=rgb_profile(primaries, gamma))
    converted = read_picture(tmp_path / "a.png").pixels
    expected = srgb_of(pixels, primaries, gamma)
    assert np.abs(expected - pixels).max() > 10
    assert np.abs(converted - expected).max() <= 2
    assert np.abs(converted - expected).mean() < 0.5


@pytest.mark.parametrize(
    ("suffix", "options"), [(".jpg", {"quality": 98, "subsampling": 0}), (".webp", {"lossless": True})]
)
def test_profile_in_other_formats(tmp_path: Path, suffix: str, options: dict[str, object]) -> None:
    pixels = smooth(32, 64)
    path = tmp_path / f"a{suffix}"
    Image.fromarray(pixels).save(path, icc_profile=rgb_profile(*PROFILES["Adobe RGB"]), **options)
    with Image.open(path) as image:
        stored = np.asarray(image.convert("RGB"))
    assert np.abs(stored.astype(int) - pixels).max() <= 4
    assert np.abs(read_picture(path).pixels - srgb_of(stored, *PROFILES["Adobe RGB"])).max() <= 2


def test_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    pixels = noise(16, 32, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=srgb_profile())
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, pixels)


def test_a_profile_is_not_srgb_because_it_says_so() -> None:
    linear = rgb_profile(SRGB, 1.0).replace(b"made by a test", b"sRGB g1.0 test")
    image = Image.fromarray(np.full((4, 8, 3), 55, np.uint8))
    image.info["icc_profile"] = linear
    assert np.abs(as_picture(image).pixels - srgb_of(np.full(3, 55), SRGB, 1.0)).max() <= 1


def test_16_bit_png_with_profile(tmp_path: Path) -> None:
    """sRGB keeps its 16 bits; another profile is applied with 8."""
    import zlib

    pixels = smooth(16, 32).astype(np.uint16) * 257
    for is_srgb, profile in ((True, srgb_profile()), (False, rgb_profile(DISPLAY_P3, 2.2))):
        extra = chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))
        (tmp_path / "a.png").write_bytes(png(pixels, extra))
        picture = read_picture(tmp_path / "a.png")
        if is_srgb:
            np.testing.assert_array_equal(picture.pixels, pixels)
        else:
            assert np.abs(picture.pixels - srgb_of(pixels / 257, DISPLAY_P3, 2.2)).max() <= 2


def test_profile_beside_transparency(tmp_path: Path) -> None:
    pixels = np.dstack([smooth(16, 32), np.full((16, 32), 255, np.uint8)])
    pixels[12:, :, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=rgb_profile(DISPLAY_P3, 2.2))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(picture.seen, pixels[..., 3] > 0)
    assert np.abs(picture.pixels - srgb_of(pixels[..., :3], DISPLAY_P3, 2.2)).max() <= 2


def test_gray_profile_of_a_palette_and_of_bits(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    image = Image.fromarray(ramp, "P")
    image.putpalette([level for level in range(256) for _ in range(3)])
    image.save(tmp_path / "a.png", icc_profile=gray_profile(1.8))
    expected = srgb_of(np.repeat(ramp[..., None], 3, axis=2), SRGB, 1.8)
    assert np.abs(read_picture(tmp_path / "a.png").pixels - expected).max() <= 1.5
    Image.fromarray(ramp > 99).save(tmp_path / "b.png", icc_profile=gray_profile(1.8))
    np.testing.assert_array_equal(read_picture(tmp_path / "b.png").pixels[..., 0], 255 * (ramp > 99))


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_gray_profile(tmp_path: Path, mode: str) -> None:
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    stored = {"L": ramp, "LA": np.dstack([ramp, np.full_like(ramp, 255)]), "I;16": ramp.astype(np.uint16) * 257}[mode]
    Image.fromarray(stored).save(tmp_path / "a.png", icc_profile=gray_profile(1.8))
    picture = read_picture(tmp_path / "a.png")
    expected = srgb_of(np.repeat(ramp[..., None], 3, axis=2), SRGB, 1.8)
    assert np.abs(picture.pixels - expected).max() <= 1.5


def test_gray_picture_with_the_profile_of_colors(tmp_path: Path) -> None:
    """Common: a picture made gray that keeps its old profile."""
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    Image.fromarray(ramp).save(tmp_path / "a.jpg", icc_profile=rgb_profile(SRGB, 1.8), quality=100)
    expected = srgb_of(np.repeat(ramp[..., None], 3, axis=2), SRGB, 1.8)
    assert np.abs(read_picture(tmp_path / "a.jpg").pixels - expected).max() <= 3


def test_palette_with_profile(tmp_path: Path) -> None:
    image = Image.fromarray(smooth(16, 32)).quantize(16)
    image.save(tmp_path / "a.png", icc_profile=rgb_profile(DISPLAY_P3, 2.2))
    expected = srgb_of(np.asarray(image.convert("RGB")), DISPLAY_P3, 2.2)
    assert np.abs(read_picture(tmp_path / "a.png").pixels - expected).max() <= 2


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_cmyk_profile(tmp_path: Path, suffix: str) -> None:
    """Full inks, for which the profile has points, and which plain subtraction would show quite differently."""
    for amounts in itertools.product((0, 1), repeat=4):
        inks = Image.new("CMYK", (16, 16), tuple(255 * amount for amount in amounts))
        path = tmp_path / f"a{suffix}"
        inks.save(path, icc_profile=cmyk_profile(), **({"quality": 100} if suffix == ".jpg" else {}))
        expected = 255 * ink_color(amounts) * np.ones(3)
        assert np.abs(read_picture(path).pixels - expected).max() <= 6, amounts  # Lab in 8 bits


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        (b"not a profile", "cannot open profile"),
        (rgb_profile(SRGB, 1.0)[:200], "cannot"),
        (gray_profile(2.2), "it describes L pixels"),
        (cmyk_profile(), "it describes CMYK pixels"),
    ],
)
def test_unusable_profile(tmp_path: Path, profile: bytes, reason: str) -> None:
    Image.fromarray(smooth(4, 8)).save(tmp_path / "a.png", icc_profile=profile)
    with pytest.raises(
        ImageError, match=rf"a.png: the ICC profile cannot be used for RGB pixels .*{reason}.*; remove the profile"
    ) as caught:
        read_picture(tmp_path / "a.png")
    assert "\n" not in str(caught.value)


def test_cmyk_picture_with_the_profile_of_colors(tmp_path: Path) -> None:
    Image.new("CMYK", (16, 16)).save(tmp_path / "a.jpg", icc_profile=rgb_profile(SRGB, 1.0))
    with pytest.raises(ImageError, match="cannot be used for CMYK pixels \\(it describes RGB pixels"):
        read_picture(tmp_path / "a.jpg")


def test_lab_without_profile_is_d50_lab() -> None:
    image = Image.new("LAB", (4, 4), (136, 128 + 80, 128 + 67))  # sRGB red: L 54.3, a 80.8, b 69.9
    red = np.asarray(to_srgb(image, "a"))[0, 0]
    assert red[0] >= 250
    assert red[1:].max() <= 30


def test_rec709_matrix() -> None:
    """The published matrix. Source: SMPTE RP 177-1993, annex B."""
    expected = [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
    np.testing.assert_allclose(xyz_from_rgb(REC709), expected, atol=1e-6)


def test_profile_that_cannot_be_unpacked_is_none(tmp_path: Path) -> None:
    """Pillow passes over it, and so do browsers."""
    pixels = noise(4, 8, 3)
    (tmp_path / "a.png").write_bytes(png(pixels, chunk(b"iCCP", b"x\0\0no zlib stream")))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, pixels)
