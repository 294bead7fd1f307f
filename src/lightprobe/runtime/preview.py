"""A drawing of an estimate: the picture, the estimated surroundings, lit balls, the light marked.

Convention: the balls stand in front of the viewer, who looks along the panorama's center (+X), so one sees
the light from behind the viewer; the image's right is +Z.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lightprobe._shapes import Bool, Float, UInt8
from lightprobe.imaging.picture import Crop, Picture
from lightprobe.imaging.tone import curves
from lightprobe.sphere import LUMINANCE, Light
from lightprobe.sphere.panorama import equirect

if TYPE_CHECKING:  # estimates draw their previews: the import goes the other way
    from lightprobe.runtime.estimate import Estimate

WIDTH, MARGIN, CAPTION = 640, 16, 26
BALL = 240
BACKGROUND, INK, FAINT, MARK = (24, 25, 28), (236, 236, 232), (150, 152, 156), (255, 196, 40)
UNSEEN = (48, 50, 56)
WHOLE = (0.0, 0.0, 1.0, 1.0)
"""Left, top, width and height of a whole panorama, in its own width and height."""


def draw_preview(picture: Picture, estimate: Estimate) -> Image.Image:
    """The drawing, 1328 pixels wide: the picture, the panorama, a white and a mirror ball, the light marked."""
    exposure = display_exposure(picture)
    original = _picture_panel(picture, exposure)
    surroundings = _panel(_surroundings(estimate.panorama, exposure), WIDTH // 2)
    top = MARGIN + CAPTION
    second = top + max(original.height, surroundings.height) + MARGIN + CAPTION
    canvas = Image.new("RGB", (2 * WIDTH + 3 * MARGIN, second + BALL + MARGIN), BACKGROUND)
    pen = ImageDraw.Draw(canvas)
    left, right = MARGIN, 2 * MARGIN + WIDTH
    canvas.paste(original, (left, top))
    canvas.paste(surroundings, (right, top))
    _caption(pen, left, top, "Picture", _describe(picture, estimate, exposure))
    _caption(pen, right, top, "Estimated surroundings", f"seen {estimate.seen:.0%}, clipped {estimate.clipped:.1%}")
    if _stands_out(estimate.light):
        _mark_in_picture(pen, (left, top, *original.size), picture, estimate)
        _mark(pen, (right, top, *surroundings.size), *_position(estimate.light.direction, WHOLE))
    normals, inside = ball_normals(BALL)
    diffuse = estimate.sh.irradiance(normals) / np.pi
    view = np.array([1.0, 0.0, 0.0])
    mirror = normals * (-2 * (normals @ view))[..., None] + view
    reflected = equirect.sample(estimate.panorama.astype(np.float64), mirror)
    for position, name, values in ((0, "White ball, lit by the SH", diffuse), (1, "Mirror ball", reflected)):
        x = left + position * (BALL + 3 * MARGIN)
        canvas.paste(_ball(values * exposure, inside), (x, second))
        _caption(pen, x, second, name, "")
    _numbers(pen, left + 2 * (BALL + 3 * MARGIN) + MARGIN, second - CAPTION, estimate)
    return canvas


def display_exposure(picture: Picture) -> float:
    """Factor that brings an HDR picture's median luminance to 0.18 of display white; 1 for LDR pictures."""
    if not picture.is_linear:
        return 1.0
    step = max(1, picture.pixels.shape[0] // 256)
    median = float(np.median(picture.pixels[::step, ::step].astype(np.float64) @ LUMINANCE))
    return 0.18 / median if median > 0 else 1.0


def ball_normals(size: int) -> tuple[Float[np.ndarray, "{size} {size} 3"], Bool[np.ndarray, "{size} {size}"]]:
    """Normals of a ball as the viewer sees it, and which pixels it covers."""
    u = (2 * np.arange(size) + 1) / size - 1
    right, up = np.meshgrid(u, -u)
    inside = right**2 + up**2 <= 1
    toward = -np.sqrt(np.maximum(1 - right**2 - up**2, 0))
    normals = np.stack([toward, up, right], axis=-1)
    return normals / np.linalg.norm(normals, axis=-1, keepdims=True), inside


def to_display(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Linear light as 8-bit sRGB, clipped."""
    return np.round(255 * curves.encode(np.maximum(radiance, 0), "srgb")).astype(np.uint8)


def _surroundings(panorama: np.ndarray, exposure: float) -> np.ndarray:
    return to_display(panorama.astype(np.float64) * exposure)


def _picture_panel(picture: Picture, exposure: float) -> Image.Image:
    pixels, seen = picture.pixels, picture.seen
    if picture.is_linear:
        step = max(1, pixels.shape[1] // (2 * WIDTH))
        pixels = to_display(pixels[::step, ::step].astype(np.float64) * exposure)
        seen = None if seen is None else seen[::step, ::step]
    elif pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    if seen is not None:
        pixels = np.where(seen[..., None], pixels, np.array(UNSEEN, np.uint8))
    return _panel(pixels, max(WIDTH // 2, min(WIDTH, round(WIDTH * pixels.shape[0] / pixels.shape[1]))))


def _fitted(size: tuple[int, int], panel: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, width and height [pixels] of a picture of one size, as large as fits into a panel, centered."""
    scale = min(panel[0] / size[0], panel[1] / size[1])
    width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    return (panel[0] - width) // 2, (panel[1] - height) // 2, width, height


def _panel(pixels: np.ndarray, height: int) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    left, top, *size = _fitted(image.size, (WIDTH, height))
    panel = Image.new("RGB", (WIDTH, height), BACKGROUND)
    panel.paste(image.resize((size[0], size[1]), Image.Resampling.BICUBIC, reducing_gap=3), (left, top))
    return panel


def _ball(values: Float[np.ndarray, "h w 3"], inside: Bool[np.ndarray, "h w"]) -> Image.Image:
    pixels = to_display(values)
    pixels[~inside] = BACKGROUND
    return Image.fromarray(pixels)


def _part(picture: Picture) -> tuple[float, float, float, float]:
    """Left, top, width and height of a panorama, or of a part of one, in the whole."""
    height, width = picture.pixels.shape[:2]
    crop = picture.crop or Crop(full_height=height, full_width=width, left=0, top=0)
    return crop.left / crop.columns, crop.top / crop.full_height, width / crop.columns, height / crop.full_height


def _position_in_view(direction: np.ndarray, picture: Picture, fov: float) -> tuple[float, float]:
    """Where a perspective picture shows a direction: 0 … 1 from its left to its right, from its top to its bottom."""
    height, width = picture.pixels.shape[:2]
    ahead, up, right = (float(value) for value in direction)
    if ahead <= 1e-6:
        return math.inf, math.inf  # behind the viewer
    scale = 2 * math.tan(math.radians(fov) / 2) * ahead
    return 0.5 + right / scale, 0.5 - up / scale * width / height


def _position(direction: np.ndarray, part: tuple[float, float, float, float]) -> tuple[float, float]:
    """Where a part of a panorama shows a direction: 0 … 1 from its left to its right, from its top to its bottom."""
    row, column = equirect.positions(direction, 1, 1)
    return (float(column) + 0.5 - part[0]) / part[2], (float(row) + 0.5 - part[1]) / part[3]


def _mark_in_picture(
    pen: ImageDraw.ImageDraw, panel: tuple[int, int, int, int], picture: Picture, estimate: Estimate
) -> None:
    direction = estimate.light.direction
    if picture.fov is not None:
        across, down = _position_in_view(direction, picture, picture.fov)
    else:
        across, down = _position(direction, _part(picture))
    if 0 <= across <= 1 and 0 <= down <= 1:
        left, top, width, height = _fitted(picture.pixels.shape[1::-1], panel[2:])
        _mark(pen, (panel[0] + left, panel[1] + top, width, height), across, down)


def _mark(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], across: float, down: float) -> None:
    """A ring with rays, at a place in a box of left, top, width and height."""
    x, y = box[0] + across * box[2] - 0.5, box[1] + down * box[3] - 0.5
    for color, extra in (((0, 0, 0), 1), (MARK, 0)):
        pen.ellipse((x - 9 - extra, y - 9 - extra, x + 9 + extra, y + 9 + extra), outline=color, width=2 + 2 * extra)
        for k in range(8):
            c, s = math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)
            near, far = 13 - extra, 19 + extra
            pen.line((x + near * c, y + near * s, x + far * c, y + far * s), fill=color, width=2 + 2 * extra)


def _caption(pen: ImageDraw.ImageDraw, x: int, y: int, title: str, note: str) -> None:
    font = ImageFont.load_default(15)
    pen.text((x, y - CAPTION + 3), title, fill=INK, font=font)
    pen.text((x + pen.textlength(title + "  ", font=font), y - CAPTION + 3), note, fill=FAINT, font=font)


def _describe(picture: Picture, estimate: Estimate, exposure: float) -> str:
    height, width = picture.pixels.shape[:2]  # Pillow's font has no multiplication sign
    if not picture.is_linear:
        return f"{width} x {height}, tone curve {estimate.response}"
    return f"{width} x {height}, HDR, shown at {math.log2(exposure):+.1f} EV"


def _stands_out(light: Light) -> bool:
    """It is worth being marked and described; in even light the direction is noise."""
    return light.share >= 0.005


def _describe_light(light: Light) -> tuple[str, ...]:
    if not _stands_out(light):
        return ("none stands out", f"intensity {light.intensity:.3g}")
    return (
        f"{abs(light.azimuth):.0f}° {'right' if light.azimuth >= 0 else 'left'} of the center, "
        f"{abs(light.elevation):.0f}° {'above' if light.elevation >= 0 else 'below'} the horizon",
        f"intensity {light.intensity:.3g} (irradiance, display white · sr)",
        f"{light.share:.0%} of the light on a surface facing it",
    )


def _numbers(pen: ImageDraw.ImageDraw, x: int, y: int, estimate: Estimate) -> None:
    title, plain, small = (ImageFont.load_default(size) for size in (15, 14, 12))
    pen.text((x, y + 3), "Dominant light", fill=INK, font=title)
    color = tuple(int(value) for value in to_display(estimate.light.color[None, None])[0, 0])
    pen.rounded_rectangle((x, y + 32, x + 56, y + 88), 8, fill=color)
    for k, line in enumerate(_describe_light(estimate.light)):
        pen.text((x + 70, y + 32 + 20 * k), line, fill=INK if k == 0 else FAINT, font=plain)
    pen.text((x, y + 112), "Radiance SH, as three.js takes them", fill=INK, font=title)
    labels = ("", "L00", "L1-1", "L10", "L11", "L2-2", "L2-1", "L20", "L21", "L22")
    rows = (("red", "green", "blue"), *(tuple(map(_decimal, rgb)) for rgb in estimate.sh.coeffs))
    for k, (label, texts) in enumerate(zip(labels, rows, strict=True)):
        pen.text((x, y + 134 + 13 * k), label, fill=FAINT, font=small)
        for column, text in enumerate(texts):
            pen.text((x + 110 + 76 * column, y + 134 + 13 * k), text, fill=FAINT, font=small, anchor="ra")


def _decimal(value: float) -> str:
    return f"{round(float(value), 4) + 0.0:.4f}" if abs(value) < 1000 else f"{value:.5g}"
