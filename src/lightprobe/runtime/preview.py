"""A drawing of an estimate: the picture, the estimated surroundings, lit balls, the light marked.

Convention: the balls stand in front of the viewer, who looks along the panorama's centre (+X), so one sees
what comes from behind the viewer; the image's right is +Z.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lightprobe._shapes import Bool, Float, UInt8
from lightprobe.imaging import curves
from lightprobe.imaging.picture import Picture
from lightprobe.runtime.estimate import Estimate
from lightprobe.sphere import LUMINANCE, equirect

WIDTH, MARGIN, CAPTION = 640, 16, 26
BALL = 240
BACKGROUND, INK, FAINT, MARK = (24, 25, 28), (236, 236, 232), (150, 152, 156), (255, 196, 40)


def draw(picture: Picture, estimate: Estimate) -> Image.Image:
    """The drawing, 1328 pixels wide."""
    exposure = display_exposure(picture)
    shown = _picture_panel(picture, exposure)
    is_panorama = picture.pixels.shape[1] == 2 * picture.pixels.shape[0]
    surroundings = _panel(_surroundings(estimate.panorama, exposure), WIDTH // 2)
    top = MARGIN + CAPTION
    second = top + max(shown.height, surroundings.height) + MARGIN + CAPTION
    canvas = Image.new("RGB", (2 * WIDTH + 3 * MARGIN, second + BALL + MARGIN), BACKGROUND)
    pen = ImageDraw.Draw(canvas)
    left, right = MARGIN, 2 * MARGIN + WIDTH
    canvas.paste(shown, (left, top))
    canvas.paste(surroundings, (right, top))
    _caption(pen, left, top, "Picture", _describe(picture, estimate, exposure))
    _caption(pen, right, top, "Estimated surroundings", f"seen {estimate.seen:.0%}, clipped {estimate.clipped:.1%}")
    if estimate.light.intensity > 0:
        if is_panorama:
            _mark(pen, (left, top), shown.size, estimate.light.direction)
        _mark(pen, (right, top), surroundings.size, estimate.light.direction)
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
    pixels = picture.pixels
    step = max(1, pixels.shape[1] // (2 * WIDTH))
    pixels = pixels[::step, ::step]
    if picture.is_linear:
        pixels = to_display(pixels.astype(np.float64) * exposure)
    elif pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return _panel(pixels, max(WIDTH // 2, min(WIDTH, round(WIDTH * pixels.shape[0] / pixels.shape[1]))))


def _panel(pixels: np.ndarray, height: int) -> Image.Image:
    """The picture, as large as fits into a panel of this height, centred."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    scale = min(WIDTH / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    panel = Image.new("RGB", (WIDTH, height), BACKGROUND)
    panel.paste(image.resize(size, Image.Resampling.BICUBIC), ((WIDTH - size[0]) // 2, (height - size[1]) // 2))
    return panel


def _ball(values: Float[np.ndarray, "h w 3"], inside: Bool[np.ndarray, "h w"]) -> Image.Image:
    pixels = to_display(values)
    pixels[~inside] = BACKGROUND
    return Image.fromarray(pixels)


def _mark(pen: ImageDraw.ImageDraw, corner: tuple[int, int], size: tuple[int, int], direction: np.ndarray) -> None:
    """A ring with rays where a panorama shows this direction."""
    row, column = equirect.positions(direction, size[1], size[0])
    x, y = corner[0] + float(column), corner[1] + float(row)
    for color, width in (((0, 0, 0), 4), (MARK, 2)):
        pen.ellipse((x - 9, y - 9, x + 9, y + 9), outline=color, width=width)
        for k in range(8):
            c, s = math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)
            pen.line((x + 13 * c, y + 13 * s, x + 19 * c, y + 19 * s), fill=color, width=width)


def _caption(pen: ImageDraw.ImageDraw, x: int, y: int, title: str, note: str) -> None:
    font = ImageFont.load_default(15)
    pen.text((x, y - CAPTION + 3), title, fill=INK, font=font)
    pen.text((x + pen.textlength(title + "  ", font=font), y - CAPTION + 3), note, fill=FAINT, font=font)


def _describe(picture: Picture, estimate: Estimate, exposure: float) -> str:
    if not picture.is_linear:
        return f"{picture.size}, tone curve {estimate.response}"
    return f"{picture.size}, HDR, shown at {math.log2(exposure):+.1f} EV"


def _numbers(pen: ImageDraw.ImageDraw, x: int, y: int, estimate: Estimate) -> None:
    light = estimate.light
    pen.text((x, y + 3), "Dominant light", fill=INK, font=ImageFont.load_default(15))
    color = tuple(int(value) for value in to_display(light.color[None, None])[0, 0])
    pen.rounded_rectangle((x, y + 32, x + 56, y + 88), 8, fill=color)
    font = ImageFont.load_default(14)
    lines = (
        f"{abs(light.azimuth):.0f}° {'right' if light.azimuth >= 0 else 'left'} of the centre, "
        f"{abs(light.elevation):.0f}° {'above' if light.elevation >= 0 else 'below'} the horizon",
        f"intensity {light.intensity:.3g} (irradiance, display white · sr)",
        f"{light.share:.0%} of the light on a surface facing it",
    )
    for k, line in enumerate(lines):
        pen.text((x + 70, y + 32 + 20 * k), line, fill=INK if k == 0 else FAINT, font=font)
    pen.text((x, y + 112), "Radiance SH (three.js order)", fill=INK, font=ImageFont.load_default(15))
    small = ImageFont.load_default(12)
    labels = ("L00", "L1-1", "L10", "L11", "L2-2", "L2-1", "L20", "L21", "L22")
    for k, (label, rgb) in enumerate(zip(labels, estimate.sh.coeffs, strict=True)):
        for column, text in enumerate((label, *(f"{value: .4f}" for value in rgb))):
            pen.text((x + 70 * column, y + 136 + 14 * k), text, fill=FAINT, font=small)
