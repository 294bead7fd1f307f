"""ICC profiles: curves become sRGB's, primaries are kept with their matrix, and nothing is clipped."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hdr_makers import BT2020_FROM_709, codes_of, hlg_signal, light_of, pq_signal, scene, srgb_signal
from makers import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    chunk,
    cmyk_profile,
    colorants,
    gray_profile,
    ink_color,
    noise,
    png,
    rgb_profile,
    smooth,
)
from PIL import Image, ImageCms

from lightprobe.errors import ImageError
from lightprobe.imaging import as_picture, read_picture
from lightprobe.imaging.color.lcms import to_srgb
from lightprobe.imaging.color.primaries import REC709, xyz_from_rgb

PROFILES = {"Display P3": (DISPLAY_P3, 2.2), "Adobe RGB": (ADOBE_RGB, 563 / 256), "linear sRGB": (SRGB, 1.0)}


def light_behind(signal: np.ndarray, primaries: tuple[tuple[float, float], ...], gamma: float) -> np.ndarray:
    """Light in linear Rec.709 of a signal 0 … 1 with these primaries and this gamma, as a profile rounds it."""
    linear = signal ** (round(gamma * 256) / 256)
    return linear @ np.linalg.solve(colorants(SRGB), colorants(primaries)).T


def gray_light(codes: np.ndarray, gamma: float) -> np.ndarray:
    return np.repeat((codes / 255)[..., None] ** (round(gamma * 256) / 256), 3, axis=2)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("name", PROFILES)
def test_profile(tmp_path: Path, name: str) -> None:
    primaries, gamma = PROFILES[name]
    pixels = smooth(16, 32)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=rgb_profile(primaries, gamma))
    picture = read_picture(tmp_path / "a.png")
    expected = light_behind(pixels / 255, primaries, gamma)
    assert np.abs(srgb_signal(expected) - pixels / 255).max() > 0.04
    np.testing.assert_allclose(light_of(picture), expected, atol=5e-4)
    assert picture.notes == ()


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
    expected = light_behind(stored / 255, *PROFILES["Adobe RGB"])
    np.testing.assert_allclose(light_of(read_picture(path)), expected, atol=5e-4)


def test_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    pixels = noise(16, 32, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=srgb_profile())
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert (picture.pixels.dtype, picture.matrix, picture.notes) == (np.uint8, None, ())


def test_a_profile_is_not_srgb_because_it_says_so() -> None:
    linear = rgb_profile(SRGB, 1.0).replace(b"made by a test", b"sRGB g1.0 test")
    image = Image.fromarray(np.full((4, 8, 3), 55, np.uint8))
    image.info["icc_profile"] = linear
    np.testing.assert_allclose(light_of(as_picture(image)), 55 / 255, atol=1e-4)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_16_bit_png_with_profile_keeps_them(tmp_path: Path, channels: int, gamma: float) -> None:
    """Also of gray pictures, with a profile of gray or of colors."""
    pixels = noise(16, 32, channels, np.uint16)
    for profile in (rgb_profile(DISPLAY_P3, gamma), *([gray_profile(gamma)] if channels < 3 else [])):
        (tmp_path / "a.png").write_bytes(png(pixels, chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))))
        picture = read_picture(tmp_path / "a.png")
        assert picture.pixels.dtype == np.uint16
        color = pixels.reshape(16, 32, -1)[..., : 3 if channels > 2 else 1] * np.ones(3)
        expected = light_behind(color / 65535, DISPLAY_P3, gamma)
        np.testing.assert_allclose(light_of(picture), expected, atol=1e-4)


def test_16_bit_png_of_srgb_is_left_alone(tmp_path: Path) -> None:
    pixels = noise(16, 32, 3, np.uint16)
    (tmp_path / "a.png").write_bytes(png(pixels, chunk(b"iCCP", b"x\0\0" + zlib.compress(srgb_profile()))))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, pixels)


def test_colors_outside_rec709_are_kept(tmp_path: Path) -> None:
    """A green of Display P3 alone: red and blue are negative. Its largest code stays the largest: display white."""
    Image.new("RGB", (8, 4), (0, 255, 128)).save(tmp_path / "a.png", icc_profile=rgb_profile(DISPLAY_P3, 2.0))
    picture = read_picture(tmp_path / "a.png")
    expected = np.linalg.solve(colorants(SRGB), colorants(DISPLAY_P3)) @ [0, 1, (128 / 255) ** 2]
    assert expected[0] < -0.2
    np.testing.assert_allclose(light_of(picture)[0, 0], expected, atol=1e-4)
    assert tuple(picture.pixels[0, 0] == 65535) == (False, True, False)


def test_only_the_largest_code_becomes_the_largest(tmp_path: Path) -> None:
    """Of a curve that is flat at its end too."""
    curve = b"curv\0\0\0\0" + struct.pack(">I3H", 3, 0, 65535, 65535)
    pixels = np.array([[[0, 200, 254], [255, 254, 255]]], np.uint8)
    image = Image.fromarray(pixels)
    image.info["icc_profile"] = rgb_profile(SRGB, 1.0, curve)
    np.testing.assert_array_equal(as_picture(image).pixels == 65535, pixels == 255)


def parametric(number: int, *parameters: float) -> bytes:
    fixed = b"".join(struct.pack(">i", round(value * 65536)) for value in parameters)
    return b"para\0\0\0\0" + struct.pack(">HH", number, 0) + fixed


def sampled(light: np.ndarray) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(f">I{len(light)}H", len(light), *np.rint(light * 65535).astype(int))


STEP, KNOTS = np.linspace(0, 1, 256), np.linspace(0, 1, 33)
CURVES = {
    "no curve": (b"curv" + bytes(8), STEP),
    "table": (
        sampled(np.linspace(0, 1, 33) ** 1.5),
        np.interp(STEP, np.linspace(0, 1, 33), np.linspace(0, 1, 33) ** 1.5),
    ),
    "type 0": (parametric(0, 2.6), STEP**2.6),
    "type 1": (parametric(1, 2.0, 1.25, -0.25), np.where(STEP >= 0.2, np.maximum(1.25 * STEP - 0.25, 0) ** 2, 0)),
    "type 2": (
        parametric(2, 2.0, 1.25, -0.25, 0.125),
        np.minimum(np.where(STEP >= 0.2, np.maximum(1.25 * STEP - 0.25, 0) ** 2 + 0.125, 0.125), 1),
    ),
    "type 3": (
        parametric(3, 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081),
        np.where(STEP >= 0.081, ((STEP + 0.099) / 1.099) ** (1 / 0.45), STEP / 4.5),
    ),
    "type 4": (
        parametric(4, 3.0, 0.75, 0.125, 0.25, 0.5, 0.0625, 0.03125),
        np.where(STEP >= 0.5, (0.75 * STEP + 0.125) ** 3 + 0.0625, 0.25 * STEP + 0.03125),
    ),
}


@pytest.mark.parametrize("kind", CURVES)
def test_curve(kind: str) -> None:
    """Expected by ICC.1:2022, tables 35 and 68."""
    tag, light = CURVES[kind]
    ramp = np.arange(256, dtype=np.uint8).reshape(8, 32, 1) * np.ones(3, np.uint8)
    image = Image.fromarray(ramp)
    image.info["icc_profile"] = rgb_profile(SRGB, 1.0, tag)
    found = light_of(as_picture(image))[..., 0].ravel()
    np.testing.assert_allclose(found[:-1], light[:-1], atol=5e-4)
    assert found[-1] == pytest.approx(1, abs=1e-3)


def test_curves_of_three_channels() -> None:
    image = Image.fromarray(np.full((4, 8, 3), 100, np.uint8))
    profile = rgb_profile(SRGB, 1.0)
    tags = [parametric(0, gamma) for gamma in (1.0, 2.0, 3.0)]
    image.info["icc_profile"] = rgb_profile(SRGB, 1.0, *tags)
    assert image.info["icc_profile"] != profile
    np.testing.assert_allclose(light_of(as_picture(image))[0, 0], (100 / 255) ** np.arange(1, 4), atol=5e-4)


def test_little_cms_agrees() -> None:
    """Inside Rec.709, to the last bits of its 8."""
    pixels = smooth(16, 32) // 2 + 64
    image = Image.fromarray(pixels)
    image.info["icc_profile"] = rgb_profile(ADOBE_RGB, 563 / 256)
    theirs = ImageCms.profileToProfile(
        image, io.BytesIO(image.info["icc_profile"]), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    ours = 255 * srgb_signal(light_of(as_picture(image)))
    assert np.abs(ours - np.asarray(theirs)).max() <= 1.5


@pytest.mark.parametrize(("transfer", "title"), [(16, "PQ"), (18, "HLG")])
def test_profile_with_code_points(tmp_path: Path, transfer: int, title: str) -> None:
    """ICC.1:2022, 9.2.17: the cicp tag says what matrix and curve cannot."""
    light = scene(16, 32)
    display = 203 * light @ BT2020_FROM_709.T
    signal = pq_signal(display) if transfer == 16 else hlg_signal(display)
    profile = rgb_profile(SRGB, 2.2, extra={b"cicp": b"cicp" + bytes(4) + bytes([9, transfer, 0, 1])})
    (tmp_path / "a.png").write_bytes(png(codes_of(signal, 16), chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_allclose(light_of(picture), light, rtol=3e-3, atol=1e-3)
    assert picture.is_linear
    assert picture.notes[0].startswith(f"{title} (cicp tag of the ICC profile) was decoded")


def test_code_points_of_a_display_leave_the_profile_to_its_curve() -> None:
    image = Image.fromarray(np.full((4, 8, 3), 100, np.uint8))
    image.info["icc_profile"] = rgb_profile(SRGB, 3.0, extra={b"cicp": b"cicp" + bytes(4) + bytes([9, 13, 0, 1])})
    np.testing.assert_allclose(light_of(as_picture(image)), (100 / 255) ** 3, atol=5e-4)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_profiles_are_refused_or_read(seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = rgb_profile(DISPLAY_P3, 1.0, parametric(3, 2.4, 0.9, 0.1, 0.07, 0.04))
    image = Image.fromarray(smooth(8, 16))
    for _ in range(100):
        copy = bytearray(whole[: int(rng.integers(100, len(whole) + 1))])
        for place in rng.integers(100, len(copy), 4):
            copy[place] = rng.integers(256)
        image.info["icc_profile"] = bytes(copy)
        try:
            assert np.isfinite(light_of(as_picture(image))).all()
        except ImageError as error:
            assert "the ICC profile cannot be used" in str(error)  # noqa: PT017


def test_profile_beside_transparency(tmp_path: Path) -> None:
    pixels = np.dstack([smooth(16, 32), np.full((16, 32), 255, np.uint8)])
    pixels[12:, :, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=rgb_profile(DISPLAY_P3, 2.2))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_array_equal(picture.seen, pixels[..., 3] > 0)
    np.testing.assert_allclose(light_of(picture), light_behind(pixels[..., :3] / 255, DISPLAY_P3, 2.2), atol=5e-4)


def test_gray_profile_of_a_palette_and_of_bits(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    image = Image.fromarray(ramp, "P")
    image.putpalette([level for level in range(256) for _ in range(3)])
    image.save(tmp_path / "a.png", icc_profile=gray_profile(1.8))
    np.testing.assert_allclose(light_of(read_picture(tmp_path / "a.png")), gray_light(ramp, 1.8), atol=5e-4)
    Image.fromarray(ramp > 99).save(tmp_path / "b.png", icc_profile=gray_profile(1.8))
    np.testing.assert_array_equal(read_picture(tmp_path / "b.png").pixels[..., 0], 65535 * (ramp > 99))


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_gray_profile(tmp_path: Path, mode: str) -> None:
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    stored = {"L": ramp, "LA": np.dstack([ramp, np.full_like(ramp, 255)]), "I;16": ramp.astype(np.uint16) * 257}[mode]
    Image.fromarray(stored).save(tmp_path / "a.png", icc_profile=gray_profile(1.8))
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_allclose(light_of(picture), gray_light(ramp, 1.8), atol=5e-4)


def test_gray_picture_with_the_profile_of_colors(tmp_path: Path) -> None:
    """Common: a picture made gray that keeps its old profile."""
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    Image.fromarray(ramp).save(tmp_path / "a.jpg", icc_profile=rgb_profile(SRGB, 1.8), quality=100)
    np.testing.assert_allclose(light_of(read_picture(tmp_path / "a.jpg")), gray_light(ramp, 1.8), atol=0.02)


def test_palette_with_profile(tmp_path: Path) -> None:
    image = Image.fromarray(smooth(16, 32)).quantize(16)
    image.save(tmp_path / "a.png", icc_profile=rgb_profile(DISPLAY_P3, 2.2))
    expected = light_behind(np.asarray(image.convert("RGB")) / 255, DISPLAY_P3, 2.2)
    np.testing.assert_allclose(light_of(read_picture(tmp_path / "a.png")), expected, atol=5e-4)


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
