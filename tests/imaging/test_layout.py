"""Layout: what the caller says wins over metadata, and these over looks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from makers import crop_properties, gpano
from PIL import Image
from worlds import SUN, angle_between, eight_bits, fisheye, jpeg, panorama

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.imaging import Picture
from lightprobe.imaging.geometry.layout import Layout, lay_out, look
from lightprobe.imaging.picture import Crop, Tags
from lightprobe.sphere import project

plain = lightprobe.load("plain")


def picture(pixels: np.ndarray, **more: object) -> Picture:
    return Picture(pixels=np.ascontiguousarray(pixels), is_linear=pixels.dtype.kind == "f", name="a.jpg", **more)


@cache
def truth() -> np.ndarray:
    return project(panorama(1024))


def test_what_is_laid_out_stays_as_it_is() -> None:
    noted = picture(np.zeros((4, 8, 3), np.uint8), tags=Tags(heading=3.0))
    once = lay_out(noted, Layout(fov=60.0))
    assert (once.fov, once.tags, once.is_laid_out) == (60.0, Tags(), True)
    assert lay_out(once).fov == 60.0
    for pixels, tags in (
        (jpeg(eight_bits(np.tile(panorama(64)[:, 32:96], (1, 2, 1)))), Tags()),
        (panorama(32), Tags(pitch=20)),
    ):
        once = lay_out(picture(pixels, tags=tags))
        again = lay_out(once)
        assert (again.crop, again.notes) == (once.crop, once.notes)
        np.testing.assert_array_equal(again.pixels, once.pixels)


# One row or column off


@pytest.mark.parametrize("base", [128, 180])
@pytest.mark.parametrize(("rows", "columns"), [(0, -1), (0, 1), (-1, 0), (1, 0), (0, 2), (0, -2)])
def test_sizes_that_were_rounded(base: int, rows: int, columns: int) -> None:
    """The same world, on pixels that are not quite square: the same light, exactly."""
    height, width = base + rows, 2 * base + columns
    light = panorama(4 * height, 4 * width).reshape(height, 4, width, 4, 3).mean(axis=(1, 3))
    result, expected = plain(light), truth()
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=0.01 * expected[0].max())
    assert (result.seen, result.notes) == (1.0, ())
    assert angle_between(result.light.direction, SUN) < 2
    codes = eight_bits(light)
    white = (
        (codes == 255).any(axis=-1).mean(axis=1)
        @ -np.diff(np.cos(np.pi * np.arange(base + rows + 1) / (base + rows)))
        / 2
    )
    assert plain(codes).clipped == pytest.approx(white, abs=1e-9)


def test_ten_percent_off_is_none() -> None:
    for shape in ((128, 240), (128, 272), (1000, 1850)):
        with pytest.raises(ValueError, match="expected a 2:1 panorama"):
            plain(np.zeros((*shape, 3), np.uint8))


# Parts of a panorama


@pytest.mark.parametrize(("vfov", "elevation"), [(101.25, 0), (90, 10), (60, -30), (180, 0), (120, 30)])
@pytest.mark.parametrize("stretch", [1, 3])
def test_strips(vfov: float, elevation: float, stretch: int) -> None:
    """A strip is the same as a panorama with the rest transparent, also if its pixels are not square."""
    rows = round(320 * vfov / 180)
    top = round(320 * (90 - elevation) / 180 - rows / 2)
    full = panorama(320)
    strip = full[top : top + rows].repeat(stretch, axis=1)
    result = plain(strip, hfov=360, vfov=rows * 180 / 320, elevation=90 - (top + rows / 2) * 180 / 320)
    alpha = np.zeros((320, 640, 1))
    alpha[top : top + rows] = 1
    expected = plain(np.concatenate([full, alpha], axis=-1)) if rows < 320 else plain(full)
    np.testing.assert_allclose(result.sh.coeffs, expected.sh.coeffs, atol=0.005 * expected.sh.coeffs[0].max())
    assert result.seen == pytest.approx(expected.seen, abs=1e-9)


def test_one_angle_means_square_pixels() -> None:
    pixels = panorama(180)[40:140, 60:300]
    for options in ({"hfov": 240}, {"vfov": 100}, {"hfov": 240, "vfov": 100}):
        crop = lay_out(picture(pixels), Layout(**options)).crop
        assert crop is not None
        np.testing.assert_allclose((crop.full_height, crop.columns, crop.left, crop.top), (180, 360, 60, 40))


def test_angles_and_gpano_agree(tmp_path: Path) -> None:
    """The crop of a phone, in pixels and in degrees."""
    codes = eight_bits(panorama(200))[30:130, 60:340]
    crop = Crop(full_height=200, left=60, top=30)
    by_pixels = plain(picture(codes, crop=crop))
    by_angles = plain(codes, hfov=280 * 0.9, vfov=90, elevation=90 - 80 * 0.9)
    np.testing.assert_allclose(by_angles.sh.coeffs, by_pixels.sh.coeffs, atol=1e-6)
    wrong = gpano(**crop_properties((400, 200), (280, 100), (0, 0))).decode()
    Image.fromarray(codes).save(tmp_path / "a.webp", lossless=True, xmp=wrong.encode())
    said = plain(tmp_path / "a.webp", hfov=280 * 0.9, vfov=90, elevation=90 - 80 * 0.9)
    np.testing.assert_allclose(said.sh.coeffs, by_pixels.sh.coeffs, atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hfov": 0}, r"expected 0 < hfov ≤ 360 degrees, got 0; correct it"),
        ({"hfov": 361}, r"expected 0 < hfov ≤ 360 degrees, got 361"),
        ({"vfov": 181}, r"expected 0 < vfov ≤ 180 degrees, got 181"),
        ({"vfov": float("nan")}, r"expected 0 < vfov ≤ 180 degrees, got nan"),
        ({"fov": 60, "hfov": 90}, r"expected fov .* or hfov and vfov .*, got both; leave one out"),
        ({"elevation": 10}, r"expected hfov or vfov with an elevation, got neither"),
        ({"hfov": 360, "vfov": 90, "elevation": 91}, r"expected an elevation of -90 to 90 degrees, got 91"),
        (
            {"hfov": 360, "vfov": 90, "elevation": 50},
            r"array: expected a part between the zenith and the nadir, got 90 degr",
        ),
        (
            {"hfov": 360},
            r"array: expected a part of at most 360 × 180 degrees, got 360 × 270 of square pixels; give both",
        ),
        ({"stereo": "left"}, r"expected stereo to be none, top-bottom, left-right, got 'left'; choose one"),
    ],
)
def test_impossible_layouts(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        plain(np.zeros((30, 40, 3), np.uint8), **options)
    assert "\n" not in str(caught.value)


def test_unknown_keywords_are_named() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'fovv'"):
        plain(np.zeros((4, 8, 3), np.uint8), fovv=3)  # pyright: ignore[reportCallIssue]


# Stereo


def halves(kind: str) -> np.ndarray:
    codes = eight_bits(panorama(256))
    if kind == "top-bottom":
        return np.concatenate([codes[::2], codes[1::2]])
    if kind == "full":
        return np.concatenate([codes, codes])
    if kind == "wide":
        return np.concatenate([codes, codes], axis=1)
    return np.tile(codes[:, 128:384], (1, 2, 1))


@pytest.mark.parametrize("kind", ["top-bottom", "full", "wide", "vr180"])
def test_two_eyes_in_a_file(kind: str, tmp_path: Path) -> None:
    Image.fromarray(halves(kind)).save(tmp_path / "a.jpg", quality=92)
    result = plain(tmp_path / "a.jpg")
    expected = plain(eight_bits(panorama(256)))
    assert angle_between(result.light.direction, expected.light.direction) < 2
    way = "top-bottom" if kind in ("top-bottom", "full") else "left-right"
    half = "upper" if way == "top-bottom" else "left"
    assert result.notes[0] == (
        f"Its halves look alike, so it counts as stereo ({way}): the {half} half, the left eye, is used; "
        "--stereo none (stereo='none') takes it for one picture"
    )
    if kind == "vr180":
        assert result.seen == pytest.approx(0.5, abs=1e-9)
        assert "An eye counts as VR180" in result.notes[1]
    else:
        assert (result.seen, len(result.notes)) == (1, 1)
        np.testing.assert_allclose(result.sh.coeffs, expected.sh.coeffs, atol=0.02 * expected.sh.coeffs[0].max())


def test_the_caller_decides_on_stereo() -> None:
    one = eight_bits(panorama(128))
    both = np.concatenate([one[::2], 255 - one[::2]])  # nothing alike
    expected = plain(one[::2].repeat(2, axis=0))
    np.testing.assert_allclose(plain(both, stereo="top-bottom").sh.coeffs, expected.sh.coeffs, atol=1e-12)
    assert plain(both, stereo="top-bottom").notes == ()
    alike = halves("top-bottom")
    np.testing.assert_array_equal(plain(picture(alike), stereo="none").sh.coeffs, plain(alike).sh.coeffs)
    assert plain(picture(alike), stereo="none").notes == ()
    squeezed = plain(halves("vr180"), stereo="left-right", hfov=360, vfov=180)
    assert squeezed.seen == pytest.approx(1)


def test_arrays_are_not_looked_at() -> None:
    """They may be live frames."""
    assert plain(halves("top-bottom")).notes == ()
    assert plain(halves("vr180")).seen == 1
    assert plain(halves("full")).seen == 1  # would be refused otherwise


@pytest.mark.parametrize("degrees", [None, 180.0, 360.0])
def test_stereo_by_metadata(degrees: float | None) -> None:
    one = eight_bits(panorama(128))
    both = np.concatenate([one[:, 64:192], np.roll(one, 40, axis=1)[:, 64:192]], axis=1)
    found = lay_out(picture(both, tags=Tags(stereo="left-right", degrees=degrees)))
    assert found.notes[0] == "Stereo (left-right), as its metadata say: the left half, the left eye, is used"
    assert plain(found).seen == pytest.approx(1 if degrees == 360 else 0.5)
    if degrees != 360:
        np.testing.assert_array_equal(found.pixels, one[:, 64:192])
        assert angle_between(plain(found).light.direction, plain(one).light.direction) < 2
    else:
        assert found.pixels.shape == (128, 256, 3)


def test_half_a_panorama_by_metadata() -> None:
    one = eight_bits(panorama(128))
    front = one[:, 64:192]
    expected = plain(picture(front, crop=Crop(full_height=128, left=64, top=0)))
    for pixels in (front, front.repeat(2, axis=1)):
        result = plain(picture(pixels, tags=Tags(projection="equirectangular", degrees=180.0)))
        np.testing.assert_allclose(result.sh.coeffs, expected.sh.coeffs, atol=1e-6)


def test_an_equirectangular_video_of_another_shape() -> None:
    """16:9, stretched, as many 360° videos are."""
    light = panorama(180, 320)
    result = plain(picture(light, tags=Tags(projection="equirectangular")))
    np.testing.assert_allclose(result.sh.coeffs, plain(panorama(256)).sh.coeffs, atol=0.03 * result.sh.coeffs[0].max())
    assert result.notes == ("All of it counts as 360° × 180°, as its metadata say equirectangular",)


def test_frames_of_a_video_share_the_looks_of_the_first() -> None:
    first = look(picture(halves("top-bottom")))
    assert first.tags.stereo == "top-bottom"
    frame = replace(picture(np.zeros((256, 512, 3), np.uint8)), tags=first.tags, notes=first.notes, is_laid_out=True)
    found = lay_out(frame)
    assert (found.pixels.shape, found.notes) == ((256, 512, 3), first.notes)
    assert look(frame) is frame


# Other looks


def test_fisheye_files_are_refused(tmp_path: Path) -> None:
    pixels = np.concatenate([fisheye(160, np.array([x, 0.0, 0]), 190, 0.95) for x in (1.0, -1.0)], axis=1)
    Image.fromarray(eight_bits(pixels)).save(tmp_path / "a.jpg")
    with pytest.raises(ImageError, match="two fisheye circles"):
        plain(tmp_path / "a.jpg")
    assert plain(tmp_path / "a.jpg", hfov=360, vfov=180).seen == pytest.approx(1)
    with pytest.raises(ImageError, match="one circle on black"):
        plain(picture(eight_bits(pixels[:, :160]), tags=Tags(focal_length=15.0)))
    with pytest.raises(ImageError, match="one circle on black"):
        plain(eight_bits(pixels[:, :160]))


def test_black_bars_are_named_and_change_nothing(tmp_path: Path) -> None:
    codes = eight_bits(panorama(128))
    codes[:28], codes[100:] = 0, 0
    Image.fromarray(codes).save(tmp_path / "a.png")
    result = plain(tmp_path / "a.png")
    np.testing.assert_array_equal(result.sh.coeffs, plain(codes).sh.coeffs)
    assert [note.split(" are ")[0] for note in result.notes] == ["The upper 22% and lower 22%"]
    alpha = np.full((128, 256, 1), 255, np.uint8)
    alpha[:28], alpha[100:] = 0, 0
    Image.fromarray(np.concatenate([codes, alpha], axis=-1)).save(tmp_path / "b.png")
    assert plain(tmp_path / "b.png").notes == ()


def test_focal_length_gives_the_field_of_view() -> None:
    pixels = eight_bits(panorama(100))[20:80, 20:110]
    tags = Tags(focal_length=26.0)
    found = lay_out(picture(pixels, tags=tags))
    assert found.fov == pytest.approx(2 * np.degrees(np.arctan(18 / 26)))
    assert found.notes == ("Field of view 69° from the EXIF focal length (26 mm)",)
    assert lay_out(picture(pixels, tags=tags), Layout(fov=40)).fov == 40
    assert lay_out(picture(pixels, tags=tags), Layout(fov=40)).notes == ()
    whole = lay_out(picture(eight_bits(panorama(100)), tags=tags))
    assert (whole.fov, whole.notes) == (None, ())
    cropped = lay_out(picture(pixels, tags=tags, crop=Crop(full_height=100, left=20, top=20)))
    assert cropped.fov is None
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        plain(picture(eight_bits(panorama(100))[:30, :90], tags=tags))


def test_a_field_of_view_wins_over_everything() -> None:
    tags = Tags(pitch=20.0, heading=10.0, projection="equirectangular", focal_length=50.0)
    found = lay_out(picture(halves("top-bottom"), tags=tags, crop=Crop(full_height=512, left=0, top=0)), Layout(fov=90))
    assert (found.fov, found.crop, found.pixels.shape, found.notes) == (90, None, (256, 512, 3), ())
