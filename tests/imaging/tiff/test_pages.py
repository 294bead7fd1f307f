"""TIFF pages as pictures: which page, what its samples mean, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from makers import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    colorants,
    crop_properties,
    gpano,
    noise,
    rgb_profile,
    smooth,
    tiff,
)
from PIL import Image

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, read_picture
from lightprobe.imaging.color.space import ColorSpace
from lightprobe.imaging.picture import Crop

FLOATS = (np.random.default_rng(0).random((12, 24, 4)) * 9).astype(np.float32)
# What each orientation does to the stored picture. Source: TIFF 6.0, section 8.
TURNS = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a.swapaxes(0, 1)[:, ::-1],
    7: lambda a: a.swapaxes(0, 1)[::-1, ::-1],
    8: lambda a: a.swapaxes(0, 1)[::-1],
}


def read(tmp_path: Path, data: bytes) -> Picture:
    (tmp_path / "a.tif").write_bytes(data)
    return read_picture(tmp_path / "a.tif")


def test_float_samples_are_radiance(tmp_path: Path) -> None:
    picture = read(tmp_path, tiff(FLOATS[..., :3]))
    assert picture.is_linear
    assert (picture.seen, picture.matrix, picture.white, picture.notes) == (None, None, None, ())
    np.testing.assert_array_equal(picture.pixels, FLOATS[..., :3])


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.float64])
def test_gray_becomes_color(tmp_path: Path, dtype: type) -> None:
    gray = FLOATS[..., :1].astype(dtype)
    np.testing.assert_array_equal(read(tmp_path, tiff(gray)).pixels, np.repeat(gray, 3, axis=2))
    white_is_0 = read(tmp_path, tiff(gray, tags={262: (3, [0])})).pixels
    np.testing.assert_allclose(white_is_0[..., 0], 1 - gray[..., 0].astype(float), rtol=1e-3)


@pytest.mark.parametrize("planar", [False, True])
def test_16_bits_are_kept(tmp_path: Path, planar: bool) -> None:
    stored = noise(9, 18, 3, np.uint16)
    picture = read(tmp_path, tiff(stored, planar=planar))
    assert not picture.is_linear
    np.testing.assert_array_equal(picture.pixels, stored)
    assert picture.pixels.dtype == np.uint16


@pytest.mark.parametrize("extra", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.uint16])
def test_opacity(tmp_path: Path, extra: int, dtype: type) -> None:
    stored = noise(12, 24, 4, np.uint16) if dtype == np.uint16 else FLOATS / 9
    picture = read(tmp_path, tiff(stored, tags={338: (3, [extra])}))
    np.testing.assert_array_equal(picture.seen, stored[..., 3] >= (32768 if dtype == np.uint16 else 0.5))
    np.testing.assert_array_equal(picture.pixels, stored[..., :3])


def test_gray_and_opacity_of_16_bits(tmp_path: Path) -> None:
    stored = noise(12, 24, 2, np.uint16)
    picture = read(tmp_path, tiff(stored, tags={338: (3, [2])}))
    np.testing.assert_array_equal(picture.pixels[..., 2], stored[..., 0])
    np.testing.assert_array_equal(picture.seen, stored[..., 1] >= 32768)


def test_an_extra_sample_that_is_not_opacity(tmp_path: Path) -> None:
    for tags in ({}, {338: (3, [0])}):
        picture = read(tmp_path, tiff(FLOATS, tags=tags))
        assert picture.seen is None
        np.testing.assert_array_equal(picture.pixels, FLOATS[..., :3])


@pytest.mark.parametrize("orientation", TURNS)
def test_orientation(tmp_path: Path, orientation: int) -> None:
    picture = read(tmp_path, tiff(FLOATS, tags={274: (3, [orientation]), 338: (3, [1])}))
    np.testing.assert_array_equal(picture.pixels, TURNS[orientation](FLOATS)[..., :3])
    np.testing.assert_array_equal(picture.seen, TURNS[orientation](FLOATS)[..., 3] >= 0.5)


def test_gpano_gives_the_crop(tmp_path: Path) -> None:
    packet = gpano(**crop_properties((64, 32), (24, 12), (10, 5)))
    picture = read(tmp_path, tiff(FLOATS[..., :3], tags={700: (1, packet)}))
    assert picture.crop == Crop(full_height=32, left=10, top=5)


def test_a_profile_of_display_values_is_obeyed(tmp_path: Path) -> None:
    colors = noise(12, 24, 3, np.uint16)
    picture = read(tmp_path, tiff(colors, tags={34675: (7, rgb_profile(ADOBE_RGB, 2.2))}))
    codes = picture.pixels / 65535
    light = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    exponent = round(2.2 * 256) / 256
    expected = (colors / 65535) ** exponent @ np.linalg.solve(colorants(SRGB), colorants(ADOBE_RGB)).T
    np.testing.assert_allclose(light @ picture.matrix.T, expected, atol=2e-4)


def test_a_profile_with_tables_is_applied_with_8_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    colors, profile = smooth(12, 24), rgb_profile(ADOBE_RGB, 2.2)
    monkeypatch.setattr("lightprobe.imaging.formats.tiff.pages.color_space", lambda *_: ColorSpace(profile=profile))
    picture = read(tmp_path, tiff(colors.astype(np.uint16) * 257, tags={34675: (7, profile)}))
    light = (colors / 255) ** (563 / 256) @ np.linalg.solve(colorants(SRGB), colorants(ADOBE_RGB)).T
    light = np.clip(light, 0, 1)
    codes = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(picture.pixels - codes).max() < 3
    assert picture.notes == ("8 of 16 bits were used, by the ICC profile",)


def test_a_profile_of_radiance_says_the_primaries(tmp_path: Path) -> None:
    matrix = np.linalg.solve(colorants(SRGB), colorants(DISPLAY_P3))
    for gamma, count in ((1.0, 0), (2.2, 1)):
        picture = read(tmp_path, tiff(FLOATS[..., :3], tags={34675: (7, rgb_profile(DISPLAY_P3, gamma))}))
        np.testing.assert_array_equal(picture.pixels, FLOATS[..., :3])
        np.testing.assert_allclose(picture.matrix, matrix, atol=1e-3)
        assert picture.notes == count * ("The curve of the ICC profile was not applied: float samples count as linear",)


def test_a_profile_that_is_none(tmp_path: Path) -> None:
    picture = read(tmp_path, tiff(FLOATS[..., :3], tags={34675: (7, b"no profile")}))
    assert picture.notes == ("The ICC profile was not used: float samples count as linear Rec.709",)
    with pytest.raises(ImageError, match="the ICC profile cannot be used for RGB pixels"):
        read(tmp_path, tiff(noise(8, 16, 3, np.uint16), tags={34675: (7, b"no profile")}))


def test_a_profile_of_srgb_changes_nothing(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stored = noise(9, 18, 3, np.uint16)
    np.testing.assert_array_equal(read(tmp_path, tiff(stored, tags={34675: (7, profile)})).pixels, stored)
    assert rgb_profile(SRGB, 2.2) != profile


# Which page


def pages(tmp_path: Path, *subfiles: int, size: tuple[int, int] = (8, 16)) -> Picture:
    """A file whose pages have the colors 10, 20, …, and these subfile types."""
    images = []
    for k, subfile in enumerate(subfiles, 1):
        image = Image.new("RGB", size[::-1], (10 * k, 0, 0))
        image.encoderinfo = {"tiffinfo": {254: subfile}}
        images.append(image)
    images[0].save(tmp_path / "a.tif", save_all=True, append_images=images[1:], tiffinfo={254: subfiles[0]})
    return read_picture(tmp_path / "a.tif")


def test_the_first_page_is_read_and_others_are_counted(tmp_path: Path) -> None:
    picture = pages(tmp_path, 0, 0, 0)
    assert (picture.pixels[..., 0] == 10).all()
    assert picture.notes == ("The first of 3 pages was read",)
    assert pages(tmp_path, 0).notes == ()


def test_previews_are_passed_over(tmp_path: Path) -> None:
    picture = pages(tmp_path, 1, 0)
    assert (picture.pixels[..., 0] == 20).all()
    assert picture.notes == ()


def test_nothing_but_a_preview(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"the file holds previews only .*; develop the photograph, or export"):
        pages(tmp_path, 1)


# Raw photographs


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({50706: (1, [1, 4, 0, 0])}, "DNG"),
        ({254: (4, [1]), 50706: (1, [1, 4, 0, 0])}, "DNG"),
        ({262: (3, [32803]), 271: (2, b"SONY\0")}, "SONY"),
        ({262: (3, [34892]), 271: (2, b"PENTAX  \0")}, "PENTAX"),
        ({262: (3, [32803])}, "of a camera"),
        ({259: (3, [34713]), 271: (2, b"NIKON\0")}, "NIKON"),
    ],
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_raw_photographs_are_refused(tmp_path: Path, tags: dict, kind: str, order: str) -> None:
    data = tiff(noise(8, 16, 3), tags=tags, order=order)
    with pytest.raises(ImageError) as caught:
        read(tmp_path, data)
    assert str(caught.value).endswith(
        f"a.tif: this is a raw photograph ({kind}), which needs developing; export it as OpenEXR, TIFF or JPEG"
    )


def test_a_preview_above_raw_pixels_is_not_answered_from(tmp_path: Path) -> None:
    from makers import tiff_directory

    preview = tiff(noise(8, 16, 3), tags={254: (4, [1]), 271: (2, b"FUJI\0"), 330: (4, [1000])})
    below = tiff_directory({254: (4, [0]), 262: (3, [32803])}, 5000, "<", False)
    data = tiff(noise(8, 16, 3), tags={254: (4, [1]), 271: (2, b"FUJI\0"), 330: (4, [5000])})
    assert len(preview) < 5000
    with pytest.raises(ImageError, match=r"a raw photograph \(FUJI\), which needs developing"):
        read(tmp_path, data.ljust(5000, b"\0") + below)


# Kinds that are not supported are named; a valid file is not called damaged


@pytest.mark.parametrize(
    ("pixels", "tags", "title"),
    [
        (noise(8, 16, 3, np.uint16), {258: (3, [12, 12, 12])}, "TIFF with 12-bit RGB samples and no compression"),
        (noise(8, 16, 3, np.int16), {}, "TIFF with 16-bit signed RGB samples and no compression"),
        (noise(8, 16, 3, np.uint16), {262: (3, [8])}, "TIFF with 16-bit Lab samples and no compression"),
        (FLOATS[..., :3], {262: (3, [8])}, "TIFF with 32-bit float Lab samples and no compression"),
        (FLOATS[..., :3], {258: (3, [24, 24, 24])}, "TIFF with 24-bit float RGB samples and no compression"),
        (FLOATS[..., :3], {258: (3, [32, 32, 16])}, "TIFF with 32-bit float RGB samples and no compression"),
        (noise(8, 16, 3), {259: (3, [34677])}, "TIFF with 8-bit RGB samples and SGI LogLuv of 24 bits"),
    ],
)
def test_what_is_not_supported_is_named(tmp_path: Path, pixels: np.ndarray, tags: dict, title: str) -> None:
    with pytest.raises(ImageError, match=f"{title} is not supported; export it as OpenEXR or PNG"):
        read(tmp_path, tiff(pixels, tags=tags))


def test_8_bits_in_planes(tmp_path: Path) -> None:
    stored = noise(9, 18, 3)
    np.testing.assert_array_equal(read(tmp_path, tiff(stored, planar=True)).pixels, stored)


def test_too_large(tmp_path: Path) -> None:
    for pixels in (FLOATS[..., :3], noise(8, 16, 3)):
        with pytest.raises(ImageError, match=r"expected at most 179 megapixels, got 100000×50000"):
            read(tmp_path, tiff(pixels, tags={256: (4, [100000]), 257: (4, [50000])}))
