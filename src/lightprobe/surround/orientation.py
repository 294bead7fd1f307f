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


def rotation(vector: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """The matrix of a rotation about a vector by its length [rad], which acts on column vectors.

    Source: Rodrigues' formula.
    """
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def rotation_vector(matrix: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, " 3"]:
    """The vector of which this is the `rotation`, at most π long."""
    skew = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]]) / 2
    sine, cosine = float(np.linalg.norm(skew)), (float(np.trace(matrix)) - 1) / 2
    if sine < 1e-9:
        if cosine > 0:
            return skew
        axis = np.sqrt(np.maximum((np.diag(matrix) + 1) / 2, 0))  # half a turn: signs follow from the largest
        largest = int(np.argmax(axis))
        return math.pi * axis * np.where(np.arange(3) == largest, 1, np.sign(matrix[largest]))
    return math.atan2(sine, cosine) * skew / sine
