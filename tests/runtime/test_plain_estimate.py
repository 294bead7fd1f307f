"""The plain estimator against the truth it was given, and at its edges."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from makers import noise, smooth
from PIL import Image

import lightprobe
from lightprobe import load
from lightprobe.errors import ImageError
from lightprobe.imaging import RESPONSES, Picture, as_picture
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.picture import Crop
from lightprobe.imaging.tone import curves
from lightprobe.runtime.plain_estimate import plain_estimate, project_picture
from lightprobe.sphere import SH, project
from lightprobe.sphere.panorama import equirect

plain = load("plain")


def world(toward: np.ndarray) -> np.ndarray:
    """Smooth radiance between 0.05 and 0.75, of the mild colors of a room."""
    x, y, z = np.moveaxis(toward, -1, 0)
    level = 0.36 + 0.2 * y + 0.1 * np.sin(2 * z + x)
    return level[..., None] * (1 + 0.12 * np.stack([np.sin(3 * x), np.cos(2 * z), np.sin(y + z)], axis=-1))


def scene(height: int = 256) -> np.ndarray:
    return world(equirect.directions(height, 2 * height))


def eight_bits(display: np.ndarray, seed: int = 0) -> np.ndarray:
    """Dithered, as noise of a sensor does; plain rounding leaves bands in a scene as smooth as this."""
    noise = np.random.default_rng(seed).random(display.shape) - 0.5
    return np.clip(np.round(255 * display + noise), 0, 254).astype(np.uint8)


# Exactness


@pytest.mark.parametrize(
    ("response", "tolerance"), [("srgb", 1e-3), ("filmic", 5e-3), ("agx", 5e-3), ("aces", 1e-2), ("reinhard", 5e-3)]
)
def test_an_unclipped_picture_gives_the_light_of_the_scene(response: str, tolerance: float) -> None:
    truth = scene()
    picture = eight_bits(curves.encode(truth, response))
    result = plain(picture, response=response)
    expected = project(truth)
    assert np.abs(result.sh.coeffs - expected).max() <= tolerance * np.abs(expected).max()
    assert result.response == response
    assert result.clipped == 0
    assert result.seen == 1


def test_every_response_was_tested() -> None:
    assert set(RESPONSES) == {"srgb", "filmic", "agx", "aces", "reinhard"}


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-7), (np.float16, 1e-3)])
def test_radiance_is_projected_exactly(dtype: type, tolerance: float) -> None:
    truth = 1000 * scene(64)
    result = plain(truth.astype(dtype))
    expected = project(truth)
    assert np.abs(result.sh.coeffs - expected).max() <= tolerance * np.abs(expected).max()
    assert result.response == "linear"
    np.testing.assert_allclose(result.sh.coeffs, SH.from_equirect(truth.astype(dtype)).coeffs, rtol=0, atol=1e-9)


def test_16_bits_are_finer_than_8() -> None:
    truth = scene(64)
    expected = project(truth)
    display = curves.encode(truth, "srgb")
    deep = np.round(65535 * display).astype(np.uint16)
    assert np.abs(plain(deep).sh.coeffs - expected).max() < 1e-5
    flat = np.round(255 * display).astype(np.uint8)
    np.testing.assert_allclose(plain(flat.astype(np.uint16) * 257).sh.coeffs, plain(flat).sh.coeffs, atol=1e-6)


def test_auto_means_srgb() -> None:
    picture = smooth(32, 64)
    auto, srgb = plain(picture), plain(picture, response="srgb")
    assert auto.response == "srgb"
    np.testing.assert_array_equal(auto.sh.coeffs, srgb.sh.coeffs)


def test_a_response_of_float_pixels_is_an_error() -> None:
    truth = scene(32).astype(np.float32)
    with pytest.raises(
        ValueError, match="expected no response for float pixels, which are linear radiance, got 'filmic'"
    ):
        plain(truth, response="filmic")
    assert plain(truth).response == "linear"


@pytest.mark.parametrize("height", [1, 2, 3, 31, 33, 100, 257])
def test_odd_sizes(height: int) -> None:
    truth = scene(height)
    result = plain(truth)
    np.testing.assert_allclose(result.sh.coeffs, project(truth), atol=1e-12)
    np.testing.assert_allclose(result.panorama, equirect.resize(truth, *CELLS), rtol=1e-5)


def test_pictures_of_several_blocks_have_the_same_result() -> None:
    picture = noise(420, 840, 3)
    result = plain(picture)
    expected = project(curves.decode(picture, "srgb"))
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=1e-6)
    again = plain(picture)
    np.testing.assert_array_equal(result.sh.coeffs, again.sh.coeffs)


def test_panorama_is_small_float32_and_holds_the_same_light() -> None:
    result = plain(eight_bits(curves.encode(scene(), "srgb")))
    assert result.panorama.shape == (32, 64, 3)
    assert result.panorama.dtype == np.float32
    np.testing.assert_allclose(project(result.panorama), result.sh.coeffs, atol=5e-3)


def test_turning_the_world_turns_the_coefficients() -> None:
    truth = scene(64)
    turned = plain(equirect.turn(truth, 37)).sh
    angle = 2 * math.pi * 37 / 128
    matrix = [[math.cos(angle), 0, -math.sin(angle)], [0, 1, 0], [math.sin(angle), 0, math.cos(angle)]]
    np.testing.assert_allclose(turned.coeffs, plain(truth).sh.rotated(np.array(matrix)).coeffs, atol=1e-12)


# The light


@pytest.mark.parametrize(("row", "column"), [(20, 100), (60, 300), (5, 10), (100, 511), (64, 256)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_bright_dot_is_the_light(row: int, column: int, dtype: type) -> None:
    pixels = np.full((256, 512, 3), 12 if dtype == np.uint8 else 0.004, dtype)
    pixels[row - 1 : row + 2, column - 1 : column + 2] = 255 if dtype == np.uint8 else 500
    light = plain(pixels).light
    expected = equirect.directions(256, 512)[row, column]
    assert math.degrees(math.acos(min(1, light.direction @ expected))) < 0.5
    assert light.elevation == pytest.approx(90 - 180 * (row + 0.5) / 256, abs=0.5)


def test_darkness() -> None:
    result = plain(np.zeros((32, 64, 3), np.uint8))
    assert not result.sh.coeffs.any()
    assert not result.panorama.any()
    assert result.light.intensity == 0
    assert np.linalg.norm(result.light.direction) == pytest.approx(1)


# Clipped


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_clipped_counts_solid_angle_not_pixels(dtype: type) -> None:
    top = np.iinfo(dtype).max
    for rows in (slice(0, 8), slice(28, 36), slice(56, 64)):
        pixels = np.full((64, 128, 3), top // 3, dtype)
        pixels[rows, :64, 1] = top  # one channel is enough
        expected = (math.cos(math.pi * rows.start / 64) - math.cos(math.pi * rows.stop / 64)) / 4
        assert plain(pixels).clipped == pytest.approx(expected, abs=1e-12)
    assert plain(np.full((64, 128, 3), top - 1, dtype)).clipped == 0
    assert plain(np.full((64, 128, 3), top, dtype)).clipped == pytest.approx(1)


def test_hdr_never_clips() -> None:
    assert plain(np.full((4, 8, 3), 1e6, np.float32)).clipped == 0


def test_what_is_not_seen_is_not_clipped() -> None:
    pixels = np.full((64, 128, 4), 255, np.uint8)
    pixels[:32, :, :3] = 80
    pixels[32:, :, 3] = 0
    result = plain(pixels)
    assert result.clipped == 0
    assert result.seen == pytest.approx(0.5)
    np.testing.assert_allclose(result.panorama, curves.decode(pixels[:1, :1, :3], "srgb")[0, 0, 0], rtol=1e-5)


# What may be given


def same(one: lightprobe.Estimate, two: lightprobe.Estimate, tolerance: float = 0) -> bool:
    return bool(np.abs(one.sh.coeffs - two.sh.coeffs).max() <= tolerance)


def test_grey_arrays() -> None:
    grey = smooth(32, 64)[..., 0]
    assert same(plain(grey), plain(np.repeat(grey[..., None], 3, axis=2)))
    radiance = scene(32)[..., 0]
    assert same(plain(radiance), plain(np.repeat(radiance[..., None], 3, axis=2)))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_fourth_channel_is_opacity(dtype: type) -> None:
    top = 1 if dtype == np.float32 else np.iinfo(dtype).max
    pixels = np.concatenate([noise(32, 64, 3), np.full((32, 64, 1), 255, np.uint8)], axis=-1) / 255 * top
    pixels = pixels.astype(dtype)
    assert same(plain(pixels), plain(np.ascontiguousarray(pixels[..., :3])))
    assert plain(pixels).seen == 1
    pixels[16:, :, 3] = 0
    assert plain(pixels).seen == pytest.approx(0.5)
    pixels[..., 3] = 0
    with pytest.raises(ImageError, match="array: all pixels are transparent"):
        plain(pixels)


@pytest.mark.parametrize("view", [np.s_[::2, ::2], np.s_[::-1], np.s_[:, ::-1], np.s_[..., ::-1]])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_views_count_as_what_they_show(view: tuple[slice, ...], dtype: type) -> None:
    pixels = noise(64, 128, 3).astype(dtype)
    shown = pixels[view]
    assert same(plain(shown), plain(shown.copy()))


@pytest.mark.parametrize("dtype", [">u2", ">f4", ">f8", "<f8", ">f2"])
def test_byte_order(dtype: str) -> None:
    pixels = (noise(16, 32, 3, np.uint16) / (1 if "u" in dtype else 70000)).astype(dtype)
    assert as_picture(pixels).pixels.dtype.isnative
    assert same(plain(pixels), plain(pixels.astype(pixels.dtype.newbyteorder("="))))


def test_fortran_order_memoryviews_and_read_only_arrays() -> None:
    pixels = smooth(32, 64)
    expected = plain(pixels)
    assert same(plain(np.asfortranarray(pixels)), expected)
    assert same(plain(memoryview(pixels)), expected)
    locked = pixels.copy()
    locked.flags.writeable = False
    assert same(plain(locked), expected)


def test_pil_images_and_pictures() -> None:
    pixels = smooth(32, 64)
    expected = plain(pixels)
    assert same(plain(Image.fromarray(pixels)), expected)
    assert same(plain(as_picture(pixels)), expected)


@pytest.mark.parametrize("source", [smooth(32, 64), scene(32), np.dstack([smooth(32, 64), noise(32, 64, 1)])])
def test_what_is_given_is_left_alone(source: np.ndarray) -> None:
    before = source.copy()
    plain(source)
    plain(source, fov=60, repair=True)
    np.testing.assert_array_equal(source, before)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (np.zeros((4, 8, 3), np.int64), "ndarray (4, 8, 3) int64; convert it with astype"),
        (np.zeros((4, 8, 3), np.uint32), "ndarray (4, 8, 3) uint32; convert it with astype"),
        (np.zeros((4, 8, 3), bool), "ndarray (4, 8, 3) bool; convert it with astype"),
        (np.zeros((4, 8, 3), complex), "ndarray (4, 8, 3) complex128; convert it with astype"),
        (np.zeros((4, 8, 3), object), "ndarray (4, 8, 3) object; convert it with astype"),
        (np.zeros((4, 8, 2), np.uint8), "ndarray (4, 8, 2) uint8; give height, width and three channels"),
        (np.zeros((3, 4, 8), np.uint8), "ndarray (3, 4, 8) uint8; give height, width and three channels"),
        (np.zeros((1, 4, 8, 3), np.uint8), "ndarray (1, 4, 8, 3) uint8; give height, width and three channels"),
        (np.zeros((0, 0, 3), np.uint8), "ndarray (0, 0, 3) uint8; give height, width and three channels"),
        (np.zeros(24, np.uint8), "ndarray (24,) uint8; give height, width and three channels"),
        (np.uint8(3), "uint8 () uint8; give height, width and three channels"),
        ([[[0, 0, 0], [0, 0, 0]]], "list; convert it with astype"),
        ([[1, 2], [3]], "list; convert it to a numpy array"),
        (None, "NoneType; give height, width and three channels"),
        (b"bytes", "bytes; give height, width and three channels"),
        ({}, "dict; give height, width and three channels"),
    ],
)
def test_what_is_no_picture(source: object, shown: str) -> None:
    with pytest.raises(ValueError) as caught:
        as_picture(source)
    message = str(caught.value)
    assert message.startswith(
        "expected a path, a PIL image, or an array (h, w, 3) of uint8 sRGB or float radiance, got "
    )
    assert shown in message
    assert "\n" not in message


def test_a_webcam_picture_without_fov() -> None:
    with pytest.raises(
        ValueError,
        match=r"expected a 2:1 panorama \(width = 2 × height\), got 640×480; give the field of view of a "
        r"perspective picture \(fov=60, --fov 60\), or the angles of a part of a panorama \(hfov=360, vfov=90, "
        r"--hfov 360 --vfov 90\), or pad it to 2:1 with transparency, not with black$",
    ):
        plain(np.zeros((480, 640, 3), np.uint8))


@pytest.mark.parametrize("call", [lightprobe.estimate, lambda image, response: lightprobe.load(response=response)])
def test_unknown_responses(call) -> None:
    with pytest.raises(
        ValueError, match=r"expected a response of auto, srgb, filmic, agx, aces, reinhard, got 'gamma'"
    ):
        call(smooth(16, 32), response="gamma")


# Repair


def test_impossible_radiance() -> None:
    pixels = scene(32)
    pixels[0, 0], pixels[0, 1, 1], pixels[1, :3, 0] = np.nan, np.inf, -2
    with pytest.raises(ImageError, match=r"array: expected finite radiance, got 1 NaN, 1 infinite of 2048"):
        plain(pixels)
    mended = np.nan_to_num(pixels, nan=0, posinf=0)
    repaired = plain(pixels, repair=True)
    assert same(repaired, plain(mended))
    assert repaired.notes == (
        "1 NaN, 1 infinite of 2048 pixels were set to 0",
        "3 of 2048 pixels have negative values, which were kept",
    )
    assert same(plain(scene(32), repair=True), plain(scene(32)))


def test_impossible_radiance_in_a_view() -> None:
    pixels = np.ones((30, 40, 3), np.float32)
    pixels[15, 20] = np.nan
    with pytest.raises(ImageError, match="got 1 NaN of 1200 pixels"):
        plain(pixels, fov=60)
    assert np.isfinite(plain(pixels, fov=60, repair=True).panorama).all()


# Memory


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_no_float_copy_of_a_large_picture_is_made(dtype: type) -> None:
    pixels = np.zeros((1536, 3072, 3), dtype)
    plain(pixels)  # tables are made
    tracemalloc.start()
    plain(pixels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.4 * 4 * pixels.size  # of which most are the row sums, which do not grow with the height


def test_a_small_part_of_a_huge_panorama_takes_little() -> None:
    picture = Picture(
        pixels=np.full((50, 100, 3), 90, np.uint8),
        is_linear=False,
        name="a",
        crop=Crop(full_height=8192, left=9, top=4000),
    )
    plain(picture)
    tracemalloc.start()
    result = plain(picture)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16384 * 8192 / 4
    assert result.seen == pytest.approx(50 * 100 / (16384 * 8192) * math.pi / 2, rel=0.01)


def test_a_view_is_read_in_blocks() -> None:
    pixels = np.zeros((2400, 3200, 3), np.uint8)
    plain(pixels, fov=65)
    tracemalloc.start()
    plain(pixels, fov=65)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * pixels.size


# What it is made of


def test_project_picture_is_the_same_projection() -> None:
    picture = as_picture(smooth(64, 128))
    np.testing.assert_allclose(project_picture(picture).coeffs, plain_estimate(picture).sh.coeffs, atol=1e-7)
    doubled = project_picture(picture, 5, adjust=lambda radiance: 2 * radiance)
    np.testing.assert_allclose(doubled.coeffs[:9], 2 * project_picture(picture).coeffs, atol=1e-6)
    assert doubled.bands == 5


@pytest.mark.parametrize(
    "options", [{"seen": np.eye(8, 16, dtype=bool)}, {"crop": Crop(full_height=64, left=0, top=0)}]
)
def test_project_picture_takes_whole_panoramas_only(options: dict[str, object]) -> None:
    picture = Picture(pixels=smooth(8, 16), is_linear=False, name="part", **options)
    with pytest.raises(
        ValueError, match="part: expected a whole, opaque panorama, got a part; `estimate` fills the rest"
    ):
        project_picture(picture)
