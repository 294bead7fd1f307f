"""Taking a shot: from a scene's radiance to an 8-bit picture and the truth about it.

As in lightprobe.data.formation: exposure, curve and 8 bits at the source's resolution and display values averaged
(photographs), or radiance averaged and then the curve (renderings), then mirror and turn, then JPEG. The truth is the
light itself in the picture's scale: coefficients of the whole scene, turned exactly, and means over 32 × 64 cells.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, UInt8
from lightprobe.data import metering, tilt
from lightprobe.data.areas import two_sizes
from lightprobe.data.cameras import GRAY
from lightprobe.data.display import block_sums
from lightprobe.errors import ImageError
from lightprobe.evaluation.shots import AS_IS, AUTO, STANDARD, UNCLIPPED, Shot
from lightprobe.evaluation.tones import find
from lightprobe.imaging import curves
from lightprobe.imaging.cells import CELLS
from lightprobe.sphere import LUMINANCE, equirect, project, rotate

BRIGHTEST = 0.98
"""Where an unclipped picture has its largest channel [display white]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """The light of one place, for pictures of one height."""

    slug: str
    source: Float[np.ndarray, "3 H W"]
    """Radiance, a plane per channel, a whole number of pixels to each of the picture."""
    small: Float[np.ndarray, "3 h w"]
    """Radiance at the picture's size."""
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients of all of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Item:
    """A picture with its truth, in the picture's scale: 1.0 is display white of a hard-clipped picture."""

    shot: Shot
    image_srgb: UInt8[np.ndarray, "h w 3"]
    coeffs: Float[np.ndarray, "9 3"]
    panorama: Float[np.ndarray, "32 64 3"]
    clipped_sr: float
    """Solid angle in which a channel is at display white [sr]."""
    gain: float
    """Factor from the scene's radiance to the picture's scale."""
    file: bytes
    """The picture as PNG, or as the JPEG that it was made to be; empty until it is asked for."""


def make_scene(
    slug: str, radiance: Float[np.ndarray, "H W 3"], height: int, coeffs: Float[np.ndarray, "9 3"] | None = None
) -> Scene:
    """Prepare linear radiance for pictures of this height; `coeffs` where they are known better than by projecting.

    Raises: ImageError if it is no 2:1 panorama, is black, or is smaller than the picture.
    """
    source, small = two_sizes(slug, radiance, height)
    if not radiance.any():
        raise ImageError(f"{slug}: expected light, got a black panorama; leave it out")
    return Scene(slug=slug, source=source, small=small, coeffs=project(radiance) if coeffs is None else coeffs)


def exposure(scene: Scene, shot: Shot) -> float:
    """Factor that brings the scene's radiance to the picture's scale.

    Raises: ValueError for an unknown exposure.
    """
    if shot.exposure == AS_IS:
        return 1.0
    if shot.exposure == UNCLIPPED:
        return _settled(BRIGHTEST / float(scene.source.max()))
    pixels = np.moveaxis(scene.small, 0, -1)
    if shot.exposure == AUTO:
        zones = equirect.resize(pixels, metering.ZONES, 2 * metering.ZONES)
        return metering.exposure(metering.Reading.of(zones), "auto", shot.protection, 0.0)
    if shot.exposure not in STANDARD:
        raise ValueError(f"expected an exposure of {', '.join(STANDARD)}, auto, unclipped, got {shot.exposure!r}")
    luminance = (pixels @ LUMINANCE).astype(np.float64)
    mean = float((equirect.solid_angles(*luminance.shape) * luminance).sum() / (4 * np.pi))
    median = max(metering.quantile(luminance, 0.5), 1e-3 * mean)
    return _settled(GRAY * 2.0 ** STANDARD[shot.exposure] / median)


def _settled(factor: float) -> float:
    """To nine digits, so that pictures do not depend on the order in which a machine adds up."""
    return float(f"{factor:.9g}")


def take(scene: Scene, shot: Shot) -> Item:
    """The picture that a shot describes, and its truth.

    Raises: ValueError for an unknown curve or exposure.
    """
    tone, gain = find(shot.curve), exposure(scene, shot)
    height, width = scene.small.shape[1:]
    if tone.at_source:
        display, clipped = _photograph(scene, shot.curve, gain)
    else:
        display = tone.encode(np.moveaxis(scene.small, 0, -1) * np.float32(gain))
        clipped = curves.clipped(display).astype(np.float32)
    image = np.rint(_placed(shot, display) * 255).astype(np.uint8)
    file = b""
    if tone.jpeg:
        image, file = _compressed(image, tone.jpeg)
    panorama = _placed(shot, np.moveaxis(scene.small, 0, -1).astype(np.float64)) * gain
    place = tilt.placement_matrix(toward=0, tilt=0, mirror=shot.mirror, yaw=shot.yaw, width=width)
    return Item(
        shot=shot,
        image_srgb=np.ascontiguousarray(image),
        coeffs=rotate(scene.coeffs * gain, place),
        panorama=equirect.resize(panorama, *CELLS).astype(np.float32),
        clipped_sr=float((clipped * equirect.solid_angles(height, width)).sum()),
        gain=gain,
        file=file,
    )


def _photograph(scene: Scene, curve: str, gain: float) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w"]]:
    """Display values 0 … 1 and the share of each pixel that is clipped; the curve works at the source's size."""
    factor = scene.source.shape[1] // scene.small.shape[1]
    source = np.moveaxis(scene.source, 0, -1) * np.float32(gain)
    steps = np.rint(find(curve).encode(source) * 255).astype(np.uint8)
    white = (steps == 255).any(axis=-1)
    sums = block_sums(np.ascontiguousarray(np.moveaxis(steps, -1, 0)), factor)
    share = block_sums(white.view(np.uint8)[None], factor)[0] / np.float32(factor**2)
    return np.moveaxis(sums, 0, -1).astype(np.float32) * np.float32(1 / (255 * factor**2)), share


def _placed(shot: Shot, pixels: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    return np.roll(pixels[:, ::-1] if shot.mirror else pixels, shot.yaw, axis=1)


def _compressed(image: UInt8[np.ndarray, "h w 3"], quality: int) -> tuple[UInt8[np.ndarray, "h w 3"], bytes]:
    """The picture after JPEG, and the file."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, "JPEG", quality=quality)
    with Image.open(io.BytesIO(buffer.getvalue())) as opened:
        return np.asarray(opened), buffer.getvalue()


def picture_file(item: Item) -> tuple[bytes, str]:
    """The picture as a file, and its suffix."""
    if item.file:
        return item.file, ".jpg"
    buffer = io.BytesIO()
    Image.fromarray(item.image_srgb).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue(), ".png"
