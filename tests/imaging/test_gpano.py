"""GPano: what a picture says about its place on the sphere, and what that does to the estimate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from makers import crop_properties, gpano, noise, png, smooth, xmp_chunk
from PIL import Image

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, read_picture
from lightprobe.imaging.geometry.gpano import LIMIT, Crop, read_crop, read_pose
from lightprobe.imaging.picture import Tags
from lightprobe.imaging.placement import fill, filling
from lightprobe.sphere import project
from lightprobe.sphere.panorama import equirect

FULL, SIZE, CORNER = (1000, 500), (300, 100), (200, 150)
PROPERTIES = crop_properties(FULL, SIZE, CORNER)


def crop(size: tuple[int, int] = SIZE, style: str = "attributes", **changes: object) -> Crop | None:
    properties = {key: value for key, value in {**PROPERTIES, **changes}.items() if value is not None}
    return read_crop(gpano(style, **properties), *size, "a.jpg")


@pytest.mark.parametrize("style", ["attributes", "elements"])
def test_both_ways_of_writing(style: str) -> None:
    assert crop(style=style) == Crop(full_height=500, left=200, top=150)


def test_text_and_single_quotes() -> None:
    packet = gpano(**PROPERTIES).decode().replace('"', "'")
    assert read_crop(packet, *SIZE, "a") == Crop(full_height=500, left=200, top=150)


def test_elements_with_attributes_and_spaces() -> None:
    packet = gpano("elements", **PROPERTIES).replace(
        b"<GPano:FullPanoWidthPixels>", b"<GPano:FullPanoWidthPixels x='1'>\n "
    )
    assert read_crop(packet, *SIZE, "a") == Crop(full_height=500, left=200, top=150)


def test_scaled_after_it_was_taken() -> None:
    assert crop((150, 50)) == Crop(full_height=250, left=100, top=75)
    assert crop((100, 33)) == Crop(full_height=167, left=67, top=50)


def test_all_of_it_is_no_crop() -> None:
    whole = crop_properties((1000, 500), (1000, 500), (0, 0))
    assert read_crop(gpano(**whole), 1000, 500, "a") is None
    assert read_crop(gpano(**whole), 512, 256, "a") is None


def test_full_width_with_a_band_missing() -> None:
    assert read_crop(gpano(**crop_properties((1000, 500), (1000, 300), (0, 100))), 1000, 300, "a") == Crop(
        full_height=500, left=0, top=100
    )


def test_nothing_said() -> None:
    assert read_crop(b"<x:xmpmeta/>", 10, 5, "a") is None
    assert read_crop(b"", 10, 5, "a") is None
    assert crop(CroppedAreaTopPixels=None) is None


def test_without_projection_type_it_is_equirectangular() -> None:
    assert crop(ProjectionType=None) == Crop(full_height=500, left=200, top=150)


@pytest.mark.parametrize("numbers", [PROPERTIES, {"ProjectionType": ""}])
def test_cylindrical(numbers: dict[str, object]) -> None:
    packet = gpano(**{**numbers, "ProjectionType": "cylindrical"})
    with pytest.raises(
        ImageError, match=r"a.jpg: expected an equirectangular GPano projection, got 'cylindrical'; convert the"
    ):
        read_crop(packet, *SIZE, "a.jpg")


@pytest.mark.parametrize(
    "changes",
    [
        {"FullPanoWidthPixels": 1500},
        {"CroppedAreaImageHeightPixels": 200},
        {"CroppedAreaLeftPixels": -50},
        {"CroppedAreaLeftPixels": 800},
        {"CroppedAreaTopPixels": 450},
        {"FullPanoWidthPixels": 0, "FullPanoHeightPixels": 0},
    ],
)
def test_numbers_that_contradict_each_other(changes: dict[str, object]) -> None:
    with pytest.raises(
        ImageError, match=r"expected GPano data of a crop of a 2:1 panorama, got full .* pixels; correct or remove"
    ) as caught:
        crop(**changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["wide", "nan", "inf", "1e999", "", "0", "-5", "1\n2"])
@pytest.mark.parametrize("key", ["FullPanoHeightPixels", "CroppedAreaImageWidthPixels"])
def test_numbers_that_are_none(key: str, value: str) -> None:
    with pytest.raises(ImageError, match=r"a.jpg: expected .*; correct"):
        crop(**{key: value})


def test_a_small_picture_cannot_claim_a_huge_panorama() -> None:
    huge = crop_properties((2_000_000, 1_000_000), (20, 10), (0, 0))
    with pytest.raises(ImageError, match=f"panorama of at most {LIMIT} rows, got 1000000"):
        read_crop(gpano(**huge), 20, 10, "a")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_in_files(tmp_path: Path, suffix: str) -> None:
    packet = gpano(**PROPERTIES)
    image = Image.fromarray(smooth(100, 300))
    path = tmp_path / f"a{suffix}"
    if suffix == ".png":
        path.write_bytes(png(np.asarray(image), xmp_chunk(packet)))
    elif suffix == ".tif":
        image.save(path, tiffinfo={700: packet})
    else:
        image.save(path, xmp=packet)
    assert read_picture(path).crop == Crop(full_height=500, left=200, top=150)


def test_in_a_16_bit_png(tmp_path: Path) -> None:
    pixels = noise(100, 300, 3, np.uint16)
    (tmp_path / "a.png").write_bytes(png(pixels, xmp_chunk(gpano(**PROPERTIES))))
    picture = read_picture(tmp_path / "a.png")
    assert picture.crop == Crop(full_height=500, left=200, top=150)
    np.testing.assert_array_equal(picture.pixels, pixels)


def test_turned_pictures_are_placed_as_they_are_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(smooth(300, 100)).save(tmp_path / "a.jpg", xmp=gpano(**PROPERTIES), exif=exif)
    picture = read_picture(tmp_path / "a.jpg")
    assert picture.pixels.shape == (100, 300, 3)
    assert picture.crop == Crop(full_height=500, left=200, top=150)


def test_a_panorama_a_column_off_is_whole() -> None:
    for size in ((999, 500), (1000, 499), (1001, 500)):
        assert read_crop(gpano(**crop_properties(size, size, (0, 0))), *size, "a") is None


# Pose


@pytest.mark.parametrize("style", ["attributes", "elements"])
def test_pose(style: str) -> None:
    packet = gpano(style, PosePitchDegrees="10.5", PoseRollDegrees=-5, PoseHeadingDegrees=350, InitialViewRollDegrees=9)
    assert read_pose(packet) == (Tags(pitch=10.5, roll=-5.0, heading=350.0), ())
    assert read_pose(packet.decode()) == read_pose(packet)
    assert read_pose(gpano(style, PoseHeadingDegrees="0.0"))[0].heading == 0
    assert read_pose(b"<x/>") == (Tags(), ())


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        ("PosePitchDegrees", "91", "-90 to 90"),
        ("PosePitchDegrees", "up", "-90 to 90"),
        ("PoseRollDegrees", "nan", "-180 to 180"),
        ("PoseRollDegrees", "1e999", "-180 to 180"),
        ("PoseHeadingDegrees", "-3", "0 to 360"),
        ("PoseHeadingDegrees", "1" * 500, "0 to 360"),
    ],
)
def test_an_impossible_pose_is_not_used(name: str, value: str, limits: str) -> None:
    tags, (note,) = read_pose(gpano(**{name: value}))
    assert tags == Tags()
    assert note == f"GPano:{name} was not used: expected {limits} degrees, got {value[:20]!r}"


def test_the_right_eye_of_a_vr_photo_is_named() -> None:
    packet = gpano(**PROPERTIES).replace(b"</rdf:RDF>", b"<GImage:Mime>image/jpeg</GImage:Mime></rdf:RDF>")
    assert read_pose(packet) == (
        Tags(),
        ("This is the left eye of a stereo picture; the right eye, in its GImage data, was not used",),
    )


# What is made of it


def scene(height: int) -> np.ndarray:
    y, x = np.mgrid[:height, : 2 * height] / height
    return np.stack([1.2 + np.sin(3 * y + x), 1.5 + np.cos(2 * np.pi * x), 1.1 + y * np.sin(np.pi * x)], axis=-1)


def part(radiance: np.ndarray, left: int, top: int, width: int, height: int, **options: object) -> Picture:
    return Picture(
        pixels=np.ascontiguousarray(radiance[top : top + height, left : left + width]),
        is_linear=True,
        name="part",
        crop=Crop(full_height=len(radiance), left=left, top=top),
        **options,
    )


@pytest.mark.parametrize("corner", [(0, 0), (130, 50), (372, 192), (129, 33)])
def test_sh_is_the_seen_part_plus_the_fill(corner: tuple[int, int]) -> None:
    radiance = scene(256)
    left, top = corner
    width, height = 140, 64
    result = lightprobe.estimate(part(radiance, left, top, width, height))
    mask = np.zeros((256, 512), bool)
    mask[top : top + height, left : left + width] = True
    share = equirect.coverage(mask, 32, 64)
    means = equirect.resize(radiance * mask[..., None], 32, 64) / np.maximum(share, 1e-9)[..., None]
    sums = means * share[..., None]
    panorama = sums + fill(sums, filling(share))
    np.testing.assert_allclose(result.sh.coeffs, project(panorama), atol=1e-10)
    np.testing.assert_allclose(result.panorama, panorama, rtol=1e-5)
    # cells stand for the pixels of the seen part
    pixels = project(radiance * mask[..., None])
    np.testing.assert_allclose(project(sums), pixels, atol=0.01 * np.abs(pixels).max())
    analytic = (np.sin(np.pi * (0.5 - top / 256)) - np.sin(np.pi * (0.5 - (top + height) / 256))) / 2 * width / 512
    assert result.seen == pytest.approx(analytic, abs=1e-12)


def test_a_crop_is_the_same_as_a_panorama_with_the_rest_transparent() -> None:
    radiance = scene(128).astype(np.float32)
    cropped = lightprobe.estimate(part(radiance, 40, 30, 100, 50))
    alpha = np.zeros((128, 256, 1), np.float32)
    alpha[30:80, 40:140] = 1
    masked = lightprobe.estimate(np.concatenate([radiance, alpha], axis=-1))
    np.testing.assert_allclose(cropped.sh.coeffs, masked.sh.coeffs, atol=1e-9)
    np.testing.assert_allclose(cropped.panorama, masked.panorama, rtol=1e-6)
    assert cropped.seen == pytest.approx(masked.seen)


def test_a_crop_with_transparent_parts() -> None:
    radiance = scene(128).astype(np.float32)
    mask = np.ones((50, 100), bool)
    mask[:10, :30] = False
    both = lightprobe.estimate(part(radiance, 40, 30, 100, 50, seen=mask))
    alpha = np.zeros((128, 256, 1), np.float32)
    alpha[30:80, 40:140, 0] = mask
    np.testing.assert_allclose(
        both.sh.coeffs, lightprobe.estimate(np.concatenate([radiance, alpha], axis=-1)).sh.coeffs, atol=1e-9
    )


def test_full_panorama_with_transparent_nadir(tmp_path: Path) -> None:
    pixels = np.dstack([smooth(128, 256), np.full((128, 256), 255, np.uint8)])
    pixels[112:] = (255, 255, 255, 0)  # white, but not seen
    (tmp_path / "a.png").write_bytes(png(pixels))
    result = lightprobe.estimate(tmp_path / "a.png")
    assert result.seen == pytest.approx((1 + np.sin(np.pi * (112 / 128 - 0.5))) / 2, abs=1e-12)
    assert result.clipped == 0
    pixels[112:] = 0  # what is not seen may have any color
    (tmp_path / "b.png").write_bytes(png(pixels))
    np.testing.assert_array_equal(lightprobe.estimate(tmp_path / "b.png").panorama, result.panorama)


def test_a_scaled_crop_may_be_a_pixel_too_large() -> None:
    picture = Picture(
        pixels=np.full((51, 101, 3), 0.5, np.float32),
        is_linear=True,
        name="a",
        crop=Crop(full_height=100, left=100, top=50),
    )
    assert lightprobe.estimate(picture).seen == pytest.approx(0.25, abs=1e-12)
    ldr = Picture(
        pixels=np.full((51, 101, 3), 255, np.uint8),
        is_linear=False,
        name="a",
        crop=Crop(full_height=100, left=100, top=50),
    )
    # shares of 8-bit pictures are summed in single precision
    assert lightprobe.estimate(ldr).clipped == pytest.approx(0.25, abs=1e-8)


def test_a_crop_as_wide_as_high_again_is_still_a_crop() -> None:
    """Two to one, but not a whole panorama: it must not be projected as one."""
    from lightprobe.runtime.plain_estimate import project_picture

    picture = part(scene(128), 0, 0, 64, 32)
    assert lightprobe.estimate(picture).seen < 0.1
    with pytest.raises(ValueError, match="part: expected a whole, opaque panorama, got a part"):
        project_picture(picture)
