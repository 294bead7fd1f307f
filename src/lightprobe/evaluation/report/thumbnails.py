"""Thumbnails of the page: panoramas, lit balls and error maps, as data inside the HTML.

Convention: balls stand in front of a viewer who looks along the panorama's center (+X), as in the preview. An estimate
and its truth have the same exposure, that of the truth.
"""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.tone import curves
from lightprobe.runtime.preview import ball_normals
from lightprobe.sphere import LUMINANCE, irradiance
from lightprobe.sphere.panorama import equirect

BALL = 96
SHARPNESS = 48.0
"""Exponent of the glossy ball's lobe: cos^48, which falls to one half at 10°."""
BRIGHT = 0.85
"""Display value, linear, of the truth's bright side."""
WIDE = (240, 120)
"""Size of panoramas and maps on the page."""
TOO_DARK, FINE, TOO_BRIGHT = (40, 96, 200), (246, 246, 244), (200, 60, 30)


def data_uri(pixels: UInt8[np.ndarray, "h w c"]) -> str:
    """PNG of RGB or RGBA pixels."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def panorama_thumbnail(radiance: Float[np.ndarray, "h w 3"], exposure: float = 1.0) -> UInt8[np.ndarray, "m n 3"]:
    """HDR surroundings through the AgX curve, which keeps suns distinct from bright skies."""
    display = curves.encode(np.maximum(radiance, 0).astype(np.float32) * np.float32(exposure), "agx")
    image = Image.fromarray(np.rint(display * 255).astype(np.uint8))
    return np.asarray(image.resize(WIDE, Image.Resampling.BICUBIC))


def picture_thumbnail(image_srgb: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "m n 3"]:
    """The input, at most twice as wide as on the page, for displays with twice the pixels."""
    image = Image.fromarray(image_srgb)
    image.thumbnail((2 * WIDE[0], 2 * WIDE[1]), Image.Resampling.LANCZOS)
    return np.asarray(image)


def ball_exposure(coeffs: Float[np.ndarray, "9 3"]) -> float:
    """Factor at which the bright side of a white ball in this light is nearly white."""
    normals, inside = ball_normals(BALL)
    luminance = irradiance(coeffs, normals[inside]) @ LUMINANCE / np.pi
    top = float(np.quantile(luminance, 0.98))
    return BRIGHT / top if top > 0 else 1.0


def diffuse_ball(coeffs: Float[np.ndarray, "9 3"], exposure: float) -> UInt8[np.ndarray, "b b 4"]:
    """A white ball, lit by the coefficients."""
    normals, inside = ball_normals(BALL)
    radiance = np.clip(irradiance(coeffs, normals) / np.pi * exposure, 0, None)
    return _ball(curves.encode(radiance, "srgb"), inside)


def glossy_ball(panorama: Float[np.ndarray, "32 64 3"], exposure: float) -> UInt8[np.ndarray, "b b 4"]:
    """A ball of brushed metal that reflects the panorama, through the AgX curve."""
    _, inside = ball_normals(BALL)
    radiance = np.zeros((BALL, BALL, 3), np.float32)
    radiance[inside] = _reflection() @ np.maximum(panorama, 0).reshape(-1, 3).astype(np.float32)
    return _ball(curves.encode(radiance * np.float32(exposure), "agx"), inside)


@lru_cache(maxsize=1)
def _reflection() -> Float[np.ndarray, "p 2048"]:
    """Weight of each cell in the reflection at each pixel of the ball; rows add up to 1."""
    normals, inside = ball_normals(BALL)
    view = np.array([1.0, 0.0, 0.0])
    normals = normals[inside]
    toward = view - 2 * (normals @ view)[:, None] * normals
    cosine = np.clip(toward @ equirect.directions(*CELLS).reshape(-1, 3).T, 0, 1).astype(np.float32)
    weight = cosine ** np.float32(SHARPNESS) * equirect.solid_angles(*CELLS).ravel().astype(np.float32)
    return weight / weight.sum(axis=1, keepdims=True)


def _ball(display: Float[np.ndarray, "b b 3"], inside: np.ndarray) -> UInt8[np.ndarray, "b b 4"]:
    pixels = np.zeros((BALL, BALL, 4), np.uint8)
    pixels[..., :3] = np.rint(np.clip(display, 0, 1) * 255)
    pixels[..., 3] = 255 * inside
    return pixels


def error_map(coeffs: Float[np.ndarray, "9 3"], truth: Float[np.ndarray, "9 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Error of the irradiance at each normal, as a panorama: blue is too dark, red too bright.

    White is no error; the full color is an error as large as the mean irradiance.
    """
    normals = equirect.directions(*CELLS)
    wanted, got = (irradiance(light, normals) @ LUMINANCE for light in (truth, coeffs))
    mean = float((wanted * equirect.solid_angles(*CELLS)).sum() / (4 * np.pi))
    part = np.clip((got - wanted) / mean, -1, 1)[..., None]
    end = np.where(part < 0, np.array(TOO_DARK), np.array(TOO_BRIGHT))
    colors = np.array(FINE) + np.abs(part) * (end - np.array(FINE))
    image = Image.fromarray(np.rint(colors).astype(np.uint8))
    return np.asarray(image.resize(WIDE, Image.Resampling.BICUBIC))
