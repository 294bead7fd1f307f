"""Item: a picture of a suite with its true light."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, UInt8
from lightprobe.camera import Capture, Hdri, capture
from lightprobe.camera.view import view_solid_angles
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.imaging.cells import CELLS
from lightprobe.sphere.panorama import equirect


@dataclass(frozen=True, kw_only=True, eq=False)
class SuiteItem:
    """A picture with its true light, in the picture's scale: 1.0 is display white of a hard-clipped picture."""

    shot: SuiteShot
    image_srgb: UInt8[np.ndarray, "h w 3"]
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients, three frame."""
    panorama: Float[np.ndarray, "32 64 3"]
    """Mean radiance of 32 × 64 cells, row 0 up."""
    clipped_sr: float
    """Solid angle in which a channel is at display white [sr]."""
    gain: float
    """Factor from the scene's radiance to the picture's scale."""
    file: bytes
    """The JPEG that the picture was decoded from; empty where the picture never was a JPEG."""
    radiance: Float[np.ndarray, "m n 3"] | None = None
    """The true surroundings at the size of the suite's panoramas; None where the suite has no more than `panorama`."""


def capture_item(shot: SuiteShot, hdri: Hdri, *, width: int, height: int) -> SuiteItem:
    """The picture that a shot of a suite describes, and its true light.

    Raises: as `lightprobe.camera.capture`.
    """
    taken = capture(shot.camera_shot(width, height), hdri)
    return SuiteItem(
        shot=shot,
        image_srgb=taken.picture_srgb,
        coeffs=taken.coeffs,
        panorama=equirect.resize(taken.panorama.astype(np.float64), *CELLS).astype(np.float32),
        clipped_sr=_clipped_sr(shot, taken),
        gain=float(taken.gains[0]),
        file=taken.jpeg or b"",
        radiance=taken.panorama,
    )


def _clipped_sr(shot: SuiteShot, taken: Capture) -> float:
    if shot.view is None:
        return 4 * np.pi * equirect.mean(taken.clipped)
    return float((taken.clipped * view_solid_angles(shot.view)).sum())


def picture_file(item: SuiteItem) -> tuple[bytes, str]:
    """The bytes of the picture's file, and its suffix: the JPEG that it came from, or a PNG."""
    if item.file:
        return item.file, ".jpg"
    buffer = io.BytesIO()
    Image.fromarray(item.image_srgb).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue(), ".png"
