"""Rotations from directions in the scene to directions in the picture.

Convention: three frame (spec/CONVENTIONS.md#frames). The center of a panorama looks along +X, up is +Y, right is +Z.
"""

from __future__ import annotations

import math

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.rotation import MIRROR, about_y


def tilt_matrix(degrees: float) -> Float[np.ndarray, "3 3"]:
    """Rotation about the right axis (+Z) that lifts the center (+X) towards up (+Y)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def roll_matrix(degrees: float) -> Float[np.ndarray, "3 3"]:
    """Rotation about the optical axis (+X) that lifts the right (+Z) towards up (+Y)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])


def turn_matrix(columns: int, width: int) -> Float[np.ndarray, "3 3"]:
    """Rotation about the up axis by whole columns of a panorama, content moving right."""
    return about_y(2 * math.pi * columns / width)


def placement_matrix(*, pre_yaw: int, tilt: float, mirror: bool, yaw: int, width: int) -> Float[np.ndarray, "3 3"]:
    """From directions in the scene to directions in the panorama: turned, tilted, mirrored, turned again.

    `pre_yaw` and `yaw` are whole columns of a panorama `width` columns wide; `tilt` is in degrees.
    """
    matrix = tilt_matrix(tilt) @ turn_matrix(pre_yaw, width) if tilt else np.eye(3)
    return turn_matrix(yaw, width) @ (MIRROR @ matrix if mirror else matrix)
