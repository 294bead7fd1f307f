"""View: a perspective picture of a part of the sphere, as from a phone or a webcam.

Convention: the camera looks along +X, up is +Y, right is +Z, as the center of a panorama does
(spec/CONVENTIONS.md#frames). `pitch` lifts the optical axis above the horizon; `roll` turns the camera clockwise, as
seen from behind it. The light of a view is given in the camera's frame: the optical axis is the panorama's center.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.camera.geometry.rotations import roll_matrix, tilt_matrix
from lightprobe.sphere.panorama import equirect

MOST_TAPS = 8
"""Largest number of samples along each side of a pixel."""
METERED = 24
"""Rows of the small picture for automatic exposure."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Size and direction of a perspective picture.

    Raises: ValueError for a size below one pixel, a field of view outside 1 … 170°, or an angle that is not finite.
    """

    width: int
    height: int
    fov: float
    """Horizontal field of view [°]."""
    pitch: float = 0.0
    """Elevation of the optical axis [°]."""
    roll: float = 0.0
    """Turn about the optical axis, clockwise [°]."""

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(
                f"expected a view of at least 1×1 pixels, got {self.width}×{self.height}; choose a larger size"
            )
        if not 1 <= self.fov <= 170:
            raise ValueError(f"expected a field of view from 1° to 170°, got {self.fov:g}°; take a panorama instead")
        if not (math.isfinite(self.pitch) and math.isfinite(self.roll)):
            raise ValueError(
                f"expected finite angles in degrees, got a pitch of {self.pitch} and a roll of {self.roll}"
            )

    @property
    def matrix(self) -> Float[np.ndarray, "3 3"]:
        """From directions in the level panorama to directions in the camera's frame."""
        return roll_matrix(self.roll) @ tilt_matrix(-self.pitch)


def rays(view: View, taps: int) -> Float[np.ndarray, "h w 3"]:
    """Directions in the camera's frame of taps × taps points of each pixel, evenly spaced; not normalized."""
    half = math.tan(math.radians(view.fov) / 2)
    rows, columns = view.height * taps, view.width * taps
    right = half * (2 * (np.arange(columns) + 0.5) / columns - 1)
    up = half * (1 - 2 * (np.arange(rows) + 0.5) / rows) * view.height / view.width
    return np.stack(np.broadcast_arrays(1.0, up[:, None], right[None]), axis=-1)


def view_solid_angles(view: View) -> Float[np.ndarray, "h w"]:
    """Solid angle of each pixel [sr], by its center: pixel area times cos³ of the angle to the optical axis."""
    side = 2 * math.tan(math.radians(view.fov) / 2) / view.width
    return side**2 * np.linalg.norm(rays(view, 1), axis=-1) ** -3


def taps_for(view: View, source_height: int) -> int:
    """Samples along each side of a pixel so that, at the picture's center, no pixel of the source is left out."""
    pixel = 2 * math.tan(math.radians(view.fov) / 2) / view.width
    return min(max(1, math.ceil(pixel * source_height / math.pi)), MOST_TAPS)


def photograph(
    view: View, panorama: Num[np.ndarray, "H W c"], matrix: Float[np.ndarray, "3 3"]
) -> Float[np.ndarray, "h w c"]:
    """The view's pixels, each the mean of bilinear samples of an equirectangular panorama.

    `matrix` maps directions in the panorama to directions in the camera's frame.
    """
    taps = taps_for(view, len(panorama))
    out = np.empty((view.height, view.width, panorama.shape[2]), np.float32)
    directions = rays(view, taps)
    for row in range(view.height):  # a row at a time: pictures may be large
        samples = equirect.sample(panorama, directions[row * taps : (row + 1) * taps] @ matrix)
        out[row] = samples.reshape(taps, view.width, taps, -1).mean(axis=(0, 2))
    return out


def metered(
    view: View, panorama: Float[np.ndarray, "H W 3"], matrix: Float[np.ndarray, "3 3"]
) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w"]]:
    """A small picture of the view and the solid angle of each of its pixels [sr]."""
    width = max(1, round(METERED * view.width / view.height))
    small = View(width=width, height=METERED, fov=view.fov, pitch=view.pitch, roll=view.roll)
    return photograph(small, panorama, matrix), view_solid_angles(small)
