"""Axes of other tools: the directions of a panorama's center, right and top in their coordinates.

Convention: spec/CONVENTIONS.md#frames; the evidence for each row is in spec/golden/frames.json.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float


def frame_matrix(
    center: tuple[int, int, int], right: tuple[int, int, int], up: tuple[int, int, int]
) -> Float[np.ndarray, "3 3"]:
    """3×3 matrix from directions in the three.js frame (center +X, right +Z, up +Y) to a frame with these axes."""
    matrix = np.array([center, up, right], np.float64).T
    matrix.flags.writeable = False
    return matrix


FRAMES: dict[str, Float[np.ndarray, "3 3"]] = {
    "three": frame_matrix(center=(1, 0, 0), right=(0, 0, 1), up=(0, 1, 0)),
    "filament": frame_matrix(center=(0, 0, 1), right=(-1, 0, 0), up=(0, 1, 0)),
    "filament-unmirrored": frame_matrix(center=(0, 0, 1), right=(1, 0, 0), up=(0, 1, 0)),
    "blender": frame_matrix(center=(1, 0, 0), right=(0, -1, 0), up=(0, 0, 1)),
    "babylon": frame_matrix(center=(0, 0, 1), right=(1, 0, 0), up=(0, 1, 0)),
    "playcanvas": frame_matrix(center=(0, 0, 1), right=(-1, 0, 0), up=(0, 1, 0)),
    "unity": frame_matrix(center=(1, 0, 0), right=(0, 0, -1), up=(0, 1, 0)),
    "unreal": frame_matrix(center=(0, -1, 0), right=(1, 0, 0), up=(0, 0, 1)),
    "godot": frame_matrix(center=(0, 0, 1), right=(-1, 0, 0), up=(0, 1, 0)),
    "usd": frame_matrix(center=(0, 0, 1), right=(-1, 0, 0), up=(0, 1, 0)),
    "cesium": frame_matrix(center=(0, 0, 1), right=(1, 0, 0), up=(0, 1, 0)),
}
"""Matrices from directions in the three.js frame to those of other tools."""


def frame_axes(name: str) -> dict[str, list[int]]:
    """The directions of a panorama's center, right and top in a frame, as unit vectors of whole numbers."""
    columns = FRAMES[name].astype(int).T.tolist()
    return {"center": columns[0], "right": columns[2], "up": columns[1]}
