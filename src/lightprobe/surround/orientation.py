"""Orientation: where a camera looks.

Convention: spec/SURROUND.md#orientation. Yaw turns to the right, pitch looks up, roll lowers the camera's right side;
with all at 0, the camera looks along +X, up is +Y, right is +Z (spec/CONVENTIONS.md#pose).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.geometry.pose import camera_axes


class Orientation(NamedTuple):
    """Yaw, pitch and roll [°]."""

    yaw: float
    pitch: float = 0.0
    roll: float = 0.0

    @property
    def axes(self) -> Float[np.ndarray, "3 3"]:
        """Where the camera's forward, up and right axis (rows) point in the world.

        Raises: ValueError for angles that are not finite.
        """
        if not all(map(math.isfinite, self)):
            raise ValueError(f"expected yaw, pitch and roll in degrees, got {tuple(self)}; leave such frames out")
        c, s = math.cos(math.radians(self.yaw)), math.sin(math.radians(self.yaw))
        return camera_axes(self.pitch, self.roll) @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def from_axes(axes: Float[np.ndarray, "3 3"]) -> Orientation:
    """The angles of a camera whose forward, up and right axis (rows) point there."""
    forward, up, right = axes
    pitch = math.asin(float(np.clip(forward[1], -1, 1)))
    yaw = math.atan2(forward[2], forward[0])
    roll = math.atan2(-right[1], up[1])
    return Orientation(*(math.degrees(angle) for angle in (yaw, pitch, roll)))
