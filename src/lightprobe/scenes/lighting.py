"""The light as a scene holds it: an environment, and a lamp for the dominant light that the environment lacks.

Convention: three frame, linear Rec.709 (spec/CONVENTIONS.md). The lamp's color × intensity is the irradiance of a
surface that faces it, in the units of the environment's radiance times steradian: a lamp of irradiance π makes a white
matte surface as bright as an environment of radiance 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

import lightprobe
from lightprobe._shapes import Float
from lightprobe.sphere import FRAMES, Light


@dataclass(frozen=True, kw_only=True, eq=False)
class Lighting:
    """An environment and the lamp that completes it."""

    environment: Float[np.ndarray, "h w 3"]
    """Panorama of the surroundings without the dominant light."""
    lamp: Light
    """The sun, or else the dominant light."""
    angle: float
    """Angular diameter of the lamp [°], which the edges of its shadows have."""


def lamp_direction(lighting: Lighting, frame: str) -> Float[np.ndarray, " 3"]:
    """Unit vector towards the lamp, in the axes of a tool."""
    return FRAMES[frame] @ lighting.lamp.direction + 0.0


def origin() -> str:
    """What made a file: a note for its header."""
    return f"lightprobe {lightprobe.__version__}"


def turn_towards(direction: Float[np.ndarray, " 3"]) -> tuple[float, float, float, float]:
    """The shortest rotation that takes +Z to a unit vector, as a unit quaternion x, y, z, w.

    Lamps shine along −Z of their own axes, so this aims a lamp that stands in this direction at the origin.
    """
    x, y, z = (float(value) for value in direction)
    w = 1 + z
    if w < 1e-12:  # half a turn, about any axis across
        return 0.0, 1.0, 0.0, 0.0
    length = math.sqrt(x * x + y * y + w * w)
    return -y / length + 0.0, x / length, 0.0, w / length
