"""Pose: leveling a panorama that a tilted camera took.

Convention: spec/CONVENTIONS.md#pose. The camera looks at an elevation of `pitch`, then rolls, its right side going
down where the roll is positive. Heading turns nothing: the center of the picture stays the center.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.geometry.resample import Pixels, fine_rows, resample
from lightprobe.imaging.picture import Crop, Picture

LEVEL = 0.1
"""Pitch and roll [°] up to which a camera counts as level."""


def camera_axes(pitch: float, roll: float) -> Float[np.ndarray, "3 3"]:
    """Where a camera's forward, up and right axis (rows) point in the world; angles in degrees.

    Source: Google, "Photo Sphere XMP Metadata": pitch is the elevation of the center of the image; as roll increases,
    the horizon rotates counterclockwise in the image.
    """
    c, s = math.cos(math.radians(pitch)), math.sin(math.radians(pitch))
    forward, up, right = np.array([c, s, 0.0]), np.array([-s, c, 0.0]), np.array([0.0, 0.0, 1.0])
    c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    return np.stack([forward, c * up + s * right, c * right - s * up])


class TiltedPixels(NamedTuple):
    """Finds the pixels of a panorama, or of a part of one, in the directions of the world."""

    height: int
    width: int
    crop: Crop
    pitch: float
    roll: float

    def __call__(self, toward: Float[np.ndarray, "3 n"]) -> Pixels:
        """The nearest pixel, and whether the picture covers the direction."""
        crop = self.crop
        # not by BLAS, which wakes other threads
        x, y, z = np.einsum("ij,jn->in", camera_axes(self.pitch, self.roll).astype(np.float32), toward)
        row = np.arccos(np.clip(y, -1, 1)) * (crop.full_height / math.pi)
        column = (np.arctan2(z, x) / (2 * math.pi) + 0.5) * crop.columns
        row, column = np.floor(row - crop.top).astype(np.int64), np.floor(column - crop.left).astype(np.int64)
        is_whole = self.height >= crop.full_height and self.width >= crop.columns
        inside = None
        if not is_whole:
            inside = (row >= 0) & (row < self.height) & (column >= 0) & (column < self.width)
        np.clip(row, 0, self.height - 1, out=row)
        np.clip(column, 0, self.width - 1, out=column)
        return row * self.width + column, inside


def leveled(picture: Picture, pitch: float, roll: float) -> Picture:
    """A panorama, or a part of one, turned so that the horizon is level; angles in degrees.

    The result is a panorama of about the same resolution, of which the part is seen that the picture shows.
    """
    height, width = picture.pixels.shape[:2]
    crop = picture.crop or Crop(full_height=height, full_width=width, left=0, top=0)
    return resample(picture, fine_rows(crop.full_height), TiltedPixels(height, width, crop, pitch, roll))
