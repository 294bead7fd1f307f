"""Directions, solid angles and pixels of a 2:1 panorama in Blender's axes: center +Y, right +X, up +Z."""

from __future__ import annotations

import numpy as np


def pixel_rays(height: int) -> np.ndarray:
    """Unit direction of the center of each pixel, [height, 2·height, 3]."""
    latitude = (0.5 - (np.arange(height) + 0.5) / height) * np.pi
    azimuth = ((np.arange(2 * height) + 0.5) / (2 * height) - 0.5) * 2 * np.pi
    return along(*np.meshgrid(azimuth, latitude))


def along(azimuth: np.ndarray | float, latitude: np.ndarray | float) -> np.ndarray:
    """Unit directions from azimuth [rad, clockwise from +Y seen from above] and latitude [rad]."""
    x, y = np.sin(azimuth) * np.cos(latitude), np.cos(azimuth) * np.cos(latitude)
    return np.stack(np.broadcast_arrays(x, y, np.sin(latitude)), axis=-1)


def pixel_angles(height: int) -> np.ndarray:
    """Solid angle of a pixel of each row [sr]; the whole panorama has 4π."""
    edges = np.cos(np.pi * np.arange(height + 1) / height)
    return (edges[:-1] - edges[1:]) * np.pi / height


def pixels_at(directions: np.ndarray, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of the pixel in each direction."""
    unit = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    row = (0.5 - np.arcsin(np.clip(unit[..., 2], -1, 1)) / np.pi) * height
    column = (np.arctan2(unit[..., 0], unit[..., 1]) / (2 * np.pi) + 0.5) * 2 * height
    return np.clip(row.astype(int), 0, height - 1), column.astype(int) % (2 * height)


def upper_illuminance(radiance: np.ndarray) -> np.ndarray:
    """Irradiance of the upper hemisphere of a panorama on the horizontal plane, per channel."""
    height = len(radiance)
    half = height // 2
    weight = pixel_angles(height)[:half, None] * pixel_rays(height)[:half, :, 2]
    return (radiance[:half] * weight[..., None]).sum(axis=(0, 1))
