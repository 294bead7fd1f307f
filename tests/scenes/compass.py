"""A scene for the axes: a colored sun over the right shoulder of one who looks at the picture's center."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import lightprobe
from lightprobe import Estimate

ROW, COLUMN, HEIGHT = 22, 108, 64
AZIMUTH = np.radians(360 * (COLUMN + 0.5) / (2 * HEIGHT) - 180)
ELEVATION = np.radians(90 - 180 * (ROW + 0.5) / HEIGHT)
CENTER, RIGHT, UP = np.cos(ELEVATION) * np.cos(AZIMUTH), np.cos(ELEVATION) * np.sin(AZIMUTH), np.sin(ELEVATION)
"""The sun's direction along the picture's center, right and up: behind, right, above."""


def shoulder_light() -> Estimate:
    """The estimate of a sun behind the right shoulder; the sky is brighter and bluer on the left."""
    row, column = np.mgrid[0:HEIGHT, 0 : 2 * HEIGHT]
    left = 0.5 - 0.5 * np.sin(np.radians(360 * (column + 0.5) / (2 * HEIGHT) - 180))
    panorama = np.stack([0.2 + 0 * row, 0.2 + 0.1 * left, 0.1 + 0.5 * left], axis=-1).astype(np.float32)
    panorama[ROW, COLUMN] = 900, 600, 300
    return lightprobe.load("plain")(panorama)


def saved(folder: Path, name: str) -> tuple[Estimate, Path]:
    """The estimate, and the file that it was saved to."""
    result = shoulder_light()
    result.save(folder / name)
    return result, folder / name
