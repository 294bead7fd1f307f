"""What a network is shown: mean light and clipped share survive reducing, placing and filling."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from makers import noise, smooth

from lightprobe.imaging.picture import Crop, Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime.network_input import (
    IMAGE_COLUMNS,
    display,
    eight_bits,
    image_input,
    reduce,
    scattered,
    sdr_rendition,
)
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere.panorama import equirect


def picture(pixels: np.ndarray, **more: object) -> Picture:
    return Picture(pixels=pixels, is_linear=False, name="test", **more)


def lamps(height: int, seed: int = 0, sizes: tuple[float, float] = (0.001, 0.02)) -> np.ndarray:
    """A dim scene with lamps from a pixel upwards, white, red-hot or blue, clipped in their middle."""
    rng = np.random.default_rng(seed)
    light = np.full((height, 2 * height, 3), (0.1, 0.15, 0.2), np.float32)
    for _ in range(40):
        size, tint = rng.uniform(*sizes) * height, rng.uniform(0.3, 3, 3)
        reach = int(3 * size) + 1
        top, left = rng.integers(reach, height - reach), rng.integers(reach, 2 * height - reach)
        across = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * size**2))
        part = light[top - reach : top + reach + 1, left - reach : left + reach + 1]
        part += (across[:, None] * across)[..., None] * tint
    light *= rng.uniform(0.8, 1.2, light.shape).astype(np.float32)
    return np.rint(255 * curves.encode(light, "srgb")).astype(np.uint8)


def cells(pixels: np.ndarray, response: str = "srgb") -> tuple[np.ndarray, np.ndarray]:
    """Mean radiance and clipped share, channel by channel, of 32×64 cells."""
    light = equirect.resize(curves.decode(pixels, response), 32, 64)
    return light, equirect.resize((pixels == 255).astype(np.float32), 32, 64)


def test_small_pictures_are_shown_as_they_are() -> None:
    for height in (1, 17, IMAGE_COLUMNS // 2):
        pixels = noise(height, 2 * height, 3)
        shown = image_input(picture(pixels), "srgb", None)
        assert shown.values is pixels
        assert shown.seen == 1
        assert shown.clipped == pytest.approx(plain_estimate(picture(pixels)).clipped, abs=1e-12)


def test_sixteen_bits_are_rounded_and_255_means_clipped() -> None:
    codes = np.array([0, 128, 129, 257, 65278, 65407, 65534, 65535], np.uint16)
    pixels = np.broadcast_to(codes[:, None, None], (8, 16, 3))
    assert eight_bits(pixels)[:, 0, 0].tolist() == [0, 0, 1, 1, 254, 254, 254, 255]
    np.testing.assert_array_equal(image_input(picture(pixels.copy()), "srgb", None).values, eight_bits(pixels))


@pytest.mark.parametrize("height", [520, 1024, 1031])
def test_reducing_keeps_light_and_clipped_share(height: int) -> None:
    pixels = lamps(height)
    shown = image_input(picture(pixels), "srgb", None)
    assert IMAGE_COLUMNS // 2 < shown.values.shape[1] <= IMAGE_COLUMNS
    (light, share), (kept_light, kept_share) = cells(pixels), cells(shown.values)
    middle = slice(3, 29)  # near the poles, a pixel is a large part of a cell's solid angle
    # a pixel or two of the 16 × 16 of a cell; more where the edges of cells cut through pixels
    assert np.abs(kept_share - share)[middle].max() < (0.01 if height == 1024 else 0.06)
    assert abs(kept_share[middle].mean() - share[middle].mean()) < 1e-4
    assert np.abs(kept_light - light)[middle].max() < (0.01 if height == 1024 else 0.04)
    assert abs(kept_light.mean() / light.mean() - 1) < 1e-3
    assert shown.clipped == pytest.approx(plain_estimate(picture(pixels)).clipped, abs=1e-12)


def test_lamps_smaller_than_half_a_pixel_are_not_lost() -> None:
    rng = np.random.default_rng(1)
    pixels = np.full((2048, 4096, 3), 60, np.uint8)
    pixels[rng.integers(400, 1600, 3000), rng.integers(0, 4096, 3000)] = 255  # a pixel each, of the 16 that become one
    image = image_input(picture(pixels), "srgb", None).values
    assert (image == 255).mean() == pytest.approx((pixels == 255).mean(), rel=0.02)


@pytest.mark.parametrize("response", curves.RESPONSES)
def test_reducing_averages_radiance(response: str) -> None:
    pixels = np.clip(lamps(600, sizes=(0.02, 0.1)), 0, 250)
    reduced = reduce(pixels, response, 3)
    assert not reduced.clipped.any()
    expected = curves.decode(pixels, response).reshape(200, 3, 400, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(reduced.light, expected, rtol=1e-4, atol=1e-6)
    again = curves.decode(display(reduced, response), response)
    # half a code of 255, where the curve is steepest; radiance near white needs more
    assert np.median(np.abs(again - expected) / (expected + 0.05)) < 0.02


def test_a_clipped_picture_stays_clipped_and_only_there() -> None:
    pixels = np.full((800, 1600, 3), 100, np.uint8)
    pixels[:400, :, 0] = 255
    image = image_input(picture(pixels), "srgb", None).values
    assert (image[:200, :, 0] == 255).all()
    assert not (image[200:] == 255).any()
    assert not (image[..., 1:] == 255).any()
    near = np.full((800, 1600, 3), 254, np.uint8)
    assert (image_input(picture(near), "srgb", None).values == 254).all()
    nearer = np.full((800, 1600, 3), 65500, np.uint16)  # would round to 255, and is not clipped
    assert (image_input(picture(nearer), "srgb", None).values == 254).all()


def test_scattered_adds_up() -> None:
    rng = np.random.default_rng(0)
    share = np.clip(rng.normal(0, 0.4, (128, 256, 3)), 0, 1)
    flags = scattered(share)
    assert not flags[share == 0].any()
    assert flags[share == 1].all()
    for top in range(0, 128, 4):  # a band of a 32nd
        for left in range(0, 256, 32):
            part = np.s_[top : top + 4, left : left + 32]
            # what is carried into the part, and out of it, is at most half a pixel each
            np.testing.assert_allclose(flags[part].sum(axis=(0, 1)), share[part].sum(axis=(0, 1)), atol=1.01)


@pytest.mark.parametrize("height", [1, 3, 31, 33])
def test_scattered_of_few_rows(height: int) -> None:
    share = np.full((height, 2 * height, 3), 0.3)
    assert scattered(share).mean() == pytest.approx(0.3, abs=0.5 / (2 * height))  # half a pixel a row


def test_memory_does_not_grow_with_the_picture() -> None:
    pixels = lamps(256).repeat(16, axis=0).repeat(16, axis=1)
    tracemalloc.start()
    image_input(picture(pixels), "srgb", None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # the bits that counting clipped pixels takes, a byte a value, are the largest; as floats it would be 400 MB
    assert peak < 2 * pixels.size


def test_a_fixed_size() -> None:
    for height in (20, 128, 100, 700):
        image = image_input(picture(smooth(height, 2 * height)), "srgb", (128, 256)).values
        assert image.shape == (128, 256, 3)
        light, expected = (
            equirect.resize(curves.decode(x, "srgb"), 8, 16) for x in (image, smooth(height, 2 * height))
        )
        np.testing.assert_allclose(light, expected, atol=0.01)


def test_a_part_is_placed_and_filled_as_plain_does() -> None:
    pixels = smooth(80, 160)
    crop = Crop(full_height=160, left=90, top=40)
    for part in (
        picture(pixels, crop=crop),
        picture(smooth(64, 128), seen=np.arange(64 * 128).reshape(64, 128) % 7 > 2),
    ):
        shown, plain = image_input(part, "srgb", None), plain_estimate(part)
        assert shown.values.shape == (128, 256, 3)
        light = equirect.resize(curves.decode(shown.values, "srgb"), 32, 64)
        np.testing.assert_allclose(light, plain.panorama, atol=4e-3)  # half a code of 255
        assert shown.seen == pytest.approx(plain.seen, abs=1e-9)
        assert shown.clipped == pytest.approx(plain.clipped, abs=1e-9)


def test_a_view_is_placed_and_filled_as_plain_does() -> None:
    pixels = smooth(120, 160).copy()
    pixels[10:40, 30:80] = 255
    for seen in (None, np.mgrid[0:120, 0:160][1] > 50):
        part = picture(pixels, seen=seen, fov=65.0)
        shown, plain = image_input(part, "agx", None), plain_estimate(part, "agx")
        light = equirect.resize(curves.decode(shown.values, "agx"), 32, 64)
        # of plain, clipped pixels at the edge of a lamp are mixed with others; here they are one or the other
        # half a code of 255, near white
        assert np.median(np.abs(light - plain.panorama) / (plain.panorama + 0.05)) < 0.02
        assert light.mean() == pytest.approx(plain.panorama.mean(), rel=0.02)
        assert shown.seen == pytest.approx(plain.seen, abs=1e-9)
        assert shown.clipped == pytest.approx(plain.clipped, rel=1e-2, abs=1e-9)


def test_what_is_no_panorama() -> None:
    for size in ((90, 160), (700, 1600)):
        with pytest.raises(ValueError, match="expected a 2:1 panorama"):
            image_input(picture(noise(*size, 3)), "srgb", None)
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        image_input(picture(noise(9, 16, 3), seen=np.eye(9, 16, dtype=bool)), "srgb", None)
    with pytest.raises(ValueError, match="expected a horizontal field of view"):
        image_input(picture(noise(9, 16, 3), fov=400.0), "srgb", None)


def test_a_picture_that_was_rounded_is_an_image_of_two_to_one() -> None:
    """255 × 128 pixels: all of the sphere, with the same light as that of 256 × 128."""
    pixels = smooth(128, 255)
    light = plain_estimate(picture(pixels)).sh.coeffs
    for size in (None, (64, 128)):
        found = image_input(picture(pixels), "srgb", size)
        assert found.values.shape == (*(size or (128, 256)), 3)
        assert (found.seen, found.clipped) == (pytest.approx(1), pytest.approx(plain_estimate(picture(pixels)).clipped))
        np.testing.assert_allclose(plain_estimate(picture(found.values)).sh.coeffs, light, atol=0.01 * light[0].max())


def test_the_sdr_rendition_clips_at_display_white_and_only_there() -> None:
    light = np.array([0, 1e-4, 0.0031308, 0.18, 0.5, 0.999, np.nextafter(np.float32(1), np.float32(0)), 1, 1.5, 60])
    pixels = np.broadcast_to(light.astype(np.float32)[:, None, None], (10, 20, 3)).copy()
    hdr = Picture(pixels=pixels, is_linear=True, name="test", white=pixels > 50, notes=("note",), fov=60.0)
    shown, white = sdr_rendition(hdr)
    expected = np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))
    assert white == 1
    assert (shown.is_linear, shown.white, shown.fov, shown.notes) == (False, None, 60.0, ("note",))
    assert shown.pixels[:, 3, 1].tolist() == [*np.minimum(expected[:7], 254).astype(int), 255, 255, 255]
    assert shown.pixels[5:7, 0, 0].tolist() == [254, 254]
    negative = sdr_rendition(Picture(pixels=pixels - 0.5, is_linear=True, name="test"))[0].pixels
    assert negative[0, 0].tolist() == [0, 0, 0]


def test_a_picture_darker_than_display_white_is_shown_by_its_brightest_value() -> None:
    pixels = np.full((8, 16, 3), 0.05, np.float64)
    pixels[0, 0] = 0.1
    shown, white = sdr_rendition(Picture(pixels=pixels, is_linear=True, name="test", white=pixels > 0.09))
    assert white == pytest.approx(0.1)
    assert shown.pixels[0, 0].tolist() == [255, 255, 255]
    assert shown.pixels[5, 5].tolist() == [188, 188, 188]  # half of white, in sRGB
    black = sdr_rendition(Picture(pixels=np.zeros((4, 8, 3), np.float32), is_linear=True, name="test"))
    assert black[0].pixels.max() == 0
