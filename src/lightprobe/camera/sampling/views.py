"""Views: which part of a panorama one camera sees, or several from the same place.

Convention: the first view looks at the panorama's center, up or down by its pitch; the others look anywhere
(spec/CONVENTIONS.md#frames).
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from lightprobe._shapes import Bool
from lightprobe.camera.geometry.rotations import turn_matrix
from lightprobe.camera.sampling import rng
from lightprobe.camera.view import View
from lightprobe.sphere.panorama import equirect

SHAPES = ((4, 3), (16, 9), (3, 4), (9, 16), (1, 1))
"""Width and height of pictures, all equally likely."""
NARROWEST, WIDEST, WIDEST_OF_SEVERAL = 50, 120, 90
"""Horizontal fields of view [°]."""
LEVEL, MOST_PITCH, SPREAD_OF_PITCH = 0.4, 22, 25
"""Share of first views that look at the horizon; largest pitch of the others; deviation of the pitch of further views
[°]."""
MOST_VIEWS = 8


def shown_by(view: View, height: int, width: int, yaw: int = 0) -> Bool[np.ndarray, "{height} {width}"]:
    """The pixels of a panorama whose centers a view shows; `yaw` turns the camera to the right [columns]."""
    matrix = view.matrix @ turn_matrix(-yaw, width)
    ahead, up, right = np.moveaxis(equirect.directions(height, width) @ matrix.T, -1, 0)
    half = math.tan(math.radians(view.fov) / 2) * np.maximum(ahead, 1e-6)
    return (ahead > 0) & (np.abs(right) <= half) & (np.abs(up) <= half * (view.height / view.width))


def drawn_views(
    seed: int, scene: str, variant: int, several: float, height: int, width: int
) -> Bool[np.ndarray, "{height} {width}"]:
    """What a random camera sees of a panorama; with probability `several`, what two to eight views see together."""
    u = partial(rng.uniform, seed, scene, variant)
    count = 2 + int(u("views") * (MOST_VIEWS - 1)) if u("several views") < several else 1
    widest = WIDEST if count == 1 else WIDEST_OF_SEVERAL
    seen = np.zeros((height, width), bool)
    for k in range(count):
        columns, rows = rng.choice(u(f"view {k} shape"), SHAPES)
        level = rng.rest(u(f"view {k} pitch"), LEVEL)
        pitch = 0.0 if level is None else rng.between(level, -MOST_PITCH, MOST_PITCH)
        if k:
            pitch = rng.normal(u(f"view {k} pitch"), 0, SPREAD_OF_PITCH)
        fov = rng.between(u(f"view {k} fov"), NARROWEST, widest)
        view = View(width=columns, height=rows, fov=fov, pitch=pitch)
        seen |= shown_by(view, height, width, int(u(f"view {k} yaw") * width) if k else 0)
    return seen
