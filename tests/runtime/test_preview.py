"""The drawing: what it shows is what was estimated."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from makers import noise, smooth
from PIL import Image, ImageFont

from lightprobe import load
from lightprobe.imaging import Picture, as_picture
from lightprobe.imaging.picture import Crop
from lightprobe.imaging.tone import curves
from lightprobe.runtime import preview
from lightprobe.runtime.preview import BALL, CAPTION, MARGIN, MARK, UNSEEN, WIDTH, ball_normals, display_exposure
from lightprobe.sphere.panorama import equirect

plain = load("plain")

TOP = MARGIN + CAPTION
RIGHT = 2 * MARGIN + WIDTH


def world(height: int = 128) -> np.ndarray:
    """A dim even room with a lamp to the right, above the horizon."""
    pixels = np.full((height, 2 * height, 3), (0.10, 0.12, 0.15))
    toward = equirect.directions(height, 2 * height)
    lamp = np.array([math.cos(0.9) * math.cos(0.5), math.sin(0.5), math.sin(0.9) * math.cos(0.5)])
    pixels[toward @ lamp > math.cos(0.12)] = (60, 50, 40)
    return pixels


def eight_bits(radiance: np.ndarray) -> np.ndarray:
    return np.round(255 * curves.encode(radiance, "srgb")).astype(np.uint8)


def marks(image: Image.Image, left: int, top: int, width: int, height: int) -> np.ndarray:
    """Row and column of all pixels of the mark's color in a box."""
    box = np.asarray(image)[top : top + height, left : left + width]
    return np.argwhere((box == MARK).all(axis=-1))


def draw(source, **options: object) -> tuple[Image.Image, lightprobe.Estimate]:
    result = plain(source, **options)
    return result.preview(source), result


@pytest.mark.parametrize("source", [eight_bits(world()), world(), eight_bits(world()).astype(np.uint16) * 257])
def test_the_mark_is_where_the_light_is(source: np.ndarray) -> None:
    image, result = draw(source)
    assert image.mode == "RGB"
    assert image.size == (1328, TOP + 320 + MARGIN + CAPTION + BALL + MARGIN)
    row, column = equirect.positions(result.light.direction, 320, 640)
    for left in (MARGIN, RIGHT):
        found = marks(image, left, TOP, WIDTH, 320)
        assert len(found) > 50
        np.testing.assert_allclose(found.mean(axis=0), (row, column), atol=1)


def test_the_mark_is_on_the_lamp() -> None:
    image, _ = draw(eight_bits(world()))
    found = marks(image, MARGIN, TOP, WIDTH, 320).mean(axis=0)
    lamp = np.argwhere((eight_bits(world()) == 255).all(axis=-1)).mean(axis=0)
    np.testing.assert_allclose(found, lamp * 320 / 128, atol=4)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_picture_is_shown_as_it_is(dtype: type) -> None:
    pixels = smooth(320, 640)
    image, _ = draw(pixels if dtype == np.uint8 else pixels.astype(np.uint16) * 257)
    shown = np.asarray(image)[TOP : TOP + 320, MARGIN : MARGIN + WIDTH].astype(int)
    away = np.abs(shown - pixels).max(axis=-1) > 1
    assert away.mean() < 0.02  # the mark


def test_the_white_ball_shows_irradiance_over_pi() -> None:
    image, result = draw(world())
    exposure = display_exposure(as_picture(world()))
    top = TOP + 320 + MARGIN + CAPTION
    for row, column in ((120, 120), (60, 160), (200, 90), (120, 30), (30, 120)):
        right, up = (column + 0.5) / BALL * 2 - 1, 1 - (row + 0.5) / BALL * 2
        normal = np.array([-math.sqrt(1 - right**2 - up**2), up, right])
        shown = result.sh.irradiance(normal) / np.pi * exposure
        expected = 255 * curves.encode(shown[None], "srgb")[0]
        assert np.abs(image.getpixel((MARGIN + column, top + row)) - expected).max() <= 1


def test_the_mirror_ball_shows_what_is_behind_the_viewer() -> None:
    pixels = np.full((64, 128, 3), 40, np.uint8)
    pixels[:, :4], pixels[:, -4:] = 200, 200  # behind
    pixels[:16] = (200, 0, 0)  # above
    image, _ = draw(pixels)
    top, left = TOP + 320 + MARGIN + CAPTION, MARGIN + BALL + 3 * MARGIN
    assert np.abs(np.array(image.getpixel((left + 120, top + 120))) - 200).max() < 12
    red = image.getpixel((left + 120, top + 30))
    assert red[0] > 150 > 60 > red[1]


def test_ball_normals() -> None:
    normals, inside = ball_normals(64)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=-1), 1)
    np.testing.assert_allclose(normals[32, 32], (-1, 0, 0), atol=0.05)
    assert normals[32, 60, 2] > 0.8
    assert normals[4, 32, 1] > 0.8
    assert inside.mean() == pytest.approx(math.pi / 4, rel=0.01)


def seen_by_a_camera(height: int, width: int, fov: float) -> tuple[np.ndarray, tuple[float, float]]:
    """A dim view with a bright lamp, and its row and column."""
    pixels = np.full((height, width, 3), 30, np.uint8)
    row, column = round(0.3 * height), round(0.65 * width)
    pixels[row - 3 : row + 4, column - 3 : column + 4] = 255
    return pixels, (row + 0.5, column + 0.5)


@pytest.mark.parametrize(("shape", "fov"), [((96, 128), 65), ((128, 96), 40), ((64, 128), 90)])
def test_a_view_has_its_mark_on_the_lamp(shape: tuple[int, int], fov: float) -> None:
    """The last one is as wide as a panorama."""
    pixels, (row, column) = seen_by_a_camera(*shape, fov)
    image, result = draw(pixels, fov=fov)
    height = image.height - TOP - MARGIN - CAPTION - BALL - MARGIN
    scale = min(WIDTH / shape[1], height / shape[0])
    inset = (WIDTH - shape[1] * scale) / 2
    found = marks(image, MARGIN, TOP, WIDTH, height).mean(axis=0)
    # by the estimate, whose direction follows from cells of 5.6 degrees
    ahead, up, right = result.light.direction
    half = math.tan(math.radians(fov) / 2)
    across, down = 0.5 + right / ahead / half / 2, 0.5 - up / ahead / half / 2 * shape[1] / shape[0]
    np.testing.assert_allclose(found, (down * shape[0] * scale, across * shape[1] * scale + inset), atol=1.5)
    slack = 6 / math.degrees(math.atan(half)) * WIDTH / 2
    np.testing.assert_allclose(found, (row * scale, column * scale + inset), atol=slack)


def test_light_outside_a_view_has_no_mark_in_it() -> None:
    pixels = np.full((48, 64, 3), 30, np.uint8)
    pixels[4:8, -8:-4] = 255
    image, result = draw(pixels, fov=65)
    assert result.light.share > 0.005
    for direction in ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.0, 0.8)):
        light = replace(result.light, direction=np.array(direction))
        image = replace(result, light=light).preview(pixels)
        height = image.height - TOP - MARGIN - CAPTION - BALL - MARGIN
        assert not len(marks(image, MARGIN, TOP, WIDTH, height))
        assert len(marks(image, RIGHT, TOP, WIDTH, 320)) > 50


def test_the_picture_is_drawn_as_it_was_laid_out() -> None:
    """Of two eyes the left one, of a strip the strip."""
    upper = eight_bits(world())
    both = np.concatenate([upper, upper // 2])
    image, result = draw(both, stereo="top-bottom")
    row, column = equirect.positions(result.light.direction, 320, 640)
    np.testing.assert_allclose(marks(image, MARGIN, TOP, WIDTH, 320).mean(axis=0), (row, column), atol=1)
    image, result = draw(upper[20:84], hfov=360, vfov=90, elevation=90 - 52 * 180 / 128)
    row, column = equirect.positions(result.light.direction, 128, 256)
    found = marks(image, MARGIN, TOP, WIDTH, 320).mean(axis=0)
    np.testing.assert_allclose(found, ((row - 20 + 0.5) * 2.5 + 80, (column + 0.5) * 2.5), atol=2)


def test_a_crop_has_its_mark_in_its_own_place() -> None:
    pixels = eight_bits(world())
    crop = Crop(full_height=128, left=100, top=20)
    part = Picture(pixels=pixels[20:84, 100:200], is_linear=False, name="part", crop=crop)
    image, result = draw(part)
    row, column = equirect.positions(result.light.direction, 128, 256)
    scale = WIDTH / 100
    found = marks(image, MARGIN, TOP, WIDTH, round(64 * scale)).mean(axis=0)
    np.testing.assert_allclose(found, ((row - 20 + 0.5) * scale, (column - 100 + 0.5) * scale), atol=2)


def test_the_unseen_is_shown_as_unseen() -> None:
    pixels = np.dstack([eight_bits(world()), np.full((128, 256), 255, np.uint8)])
    pixels[112:, :, 3] = 0
    for source in (pixels, (pixels / 255.0).astype(np.float32)):
        image, _ = draw(source)
        assert image.getpixel((MARGIN + 100, TOP + 310)) == UNSEEN
        assert image.getpixel((MARGIN + 100, TOP + 200)) != UNSEEN
        assert len(marks(image, MARGIN, TOP, WIDTH, 320)) > 50


def test_even_light_has_no_mark() -> None:
    for source in (np.full((32, 64, 3), 128, np.uint8), np.zeros((32, 64, 3), np.uint8), np.zeros((32, 64, 3))):
        image, _ = draw(source)
        assert not len(marks(image, 0, 0, image.width, TOP + 320))


@pytest.mark.parametrize("shape", [(200, 100), (100, 200), (320, 240)])
def test_all_of_the_picture_is_shown(shape: tuple[int, int]) -> None:
    """Four corners of four colors, in the middle of a panel of their own."""
    height, width = shape
    pixels = np.zeros((height, width, 3), np.uint8)
    colors = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0)]
    pixels[: height // 2, : width // 2], pixels[: height // 2, width // 2 :] = colors[:2]
    pixels[height // 2 :, : width // 2], pixels[height // 2 :, width // 2 :] = colors[2:]
    image, _ = draw(pixels, fov=60)
    panel = np.asarray(image)[TOP : image.height - 2 * MARGIN - CAPTION - BALL, MARGIN : MARGIN + WIDTH]
    covered = [(np.abs(panel.astype(int) - color).max(axis=-1) < 5).sum() for color in colors]
    assert min(covered) > 0.97 * max(covered)
    assert sum(covered) == pytest.approx(min(WIDTH / width, len(panel) / height) ** 2 * width * height, rel=0.03)


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (np.zeros((1, 2, 3), np.uint8), {}),
        (np.full((1, 1, 3), 7, np.uint8), {"fov": 60}),
        (noise(4096, 8192, 3), {}),
        (noise(2000, 20, 3), {"fov": 20}),
        (noise(20, 2000, 3), {"fov": 120}),
        (noise(2000, 1, 3), {"fov": 1}),
        (np.full((256, 512, 3), 1e6, np.float32), {}),
        (np.full((256, 512, 3), 1e-9), {}),
    ],
)
def test_every_size_and_brightness(source: np.ndarray, options: dict[str, float]) -> None:
    result = plain(source, **options)
    start = time.perf_counter()
    image = result.preview(source)
    assert time.perf_counter() - start < 3
    assert image.width == 1328
    assert 650 <= image.height <= 1000


def test_hdr_is_exposed_for_its_median() -> None:
    picture = as_picture(np.full((32, 64, 3), 5.0))
    assert display_exposure(picture) == pytest.approx(0.18 / 5)
    assert display_exposure(as_picture(np.zeros((4, 8, 3)))) == 1
    assert display_exposure(as_picture(smooth(4, 8))) == 1
    image, _ = draw(np.full((32, 64, 3), 5.0))
    shown = image.getpixel((MARGIN + 100, TOP + 300))
    assert np.abs(np.array(shown) - 255 * curves.encode(np.full((1, 3), 0.18), "srgb")).max() <= 1


def test_a_file_can_be_drawn(tmp_path: Path) -> None:
    Image.fromarray(eight_bits(world())).save(tmp_path / "a.png")
    image = plain(tmp_path / "a.png").preview(tmp_path / "a.png")
    image.save(tmp_path / "preview.png")
    with Image.open(tmp_path / "preview.png") as saved:
        assert saved.size == image.size


def test_the_font_has_every_character_that_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's own font has no ×, ≥ or π: they come out as boxes."""
    drawn: list[str] = []
    text = preview.ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        preview.ImageDraw.ImageDraw,
        "text",
        lambda pen, xy, words, **kw: drawn.append(words) or text(pen, xy, words, **kw),
    )
    draw(eight_bits(world()))
    draw(-world() + 60.0)
    draw(smooth(30, 40), fov=60)
    draw(np.zeros((4, 8, 3), np.uint8))
    font = ImageFont.load_default(20)
    box = bytes(font.getmask("\uffff"))
    assert bytes(font.getmask("×")) == box  # the test can see it
    letters = set("".join(drawn))
    assert {"°", "·", "%"} <= letters
    assert not [letter for letter in letters if bytes(font.getmask(letter)) == box]
