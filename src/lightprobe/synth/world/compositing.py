"""The sun's disc and small lamps, put exactly into the denoised picture: their flux is right at any resolution."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Vector

from .panoramas import along, pixel_angles, pixels_at
from .parts.stage import SmallLamp, Stage
from .sky.clouds import CloudySky, disc_directions

RAYS = 6000
"""Sub-pixel rays of a lamp, about."""
CASTS = 1500
"""Rays of a lamp that look for things before it, at most."""


def composite(stage: Stage, picture: np.ndarray, sky: CloudySky | None) -> float:
    """Add all small lamps and the sun to the picture; returns the share of the sun's light that reaches the camera."""
    graph = bpy.context.evaluated_depsgraph_get()
    eye = Vector(stage.camera.tolist())

    def is_free(direction: np.ndarray, distance: float) -> bool:
        return not stage.scene.ray_cast(graph, eye, Vector(direction.tolist()), distance=distance)[0]

    for lamp in stage.lamps:
        _put_lamp(stage.camera, picture, lamp, is_free)
    if sky is None or sky.normal.max() <= 0:
        return 0.0
    directions, weight = disc_directions(sky.toward)
    visible = weight * np.array([is_free(direction, 1e5) for direction in directions])
    height = len(picture)
    rows, columns = pixels_at(directions, height)
    np.add.at(picture, (rows, columns), (visible / pixel_angles(height)[rows])[:, None] * sky.normal)
    return float(visible.sum())


def _put_lamp(camera: np.ndarray, picture: np.ndarray, lamp: SmallLamp, is_free) -> None:
    """Put a lamp over the pixels that it covers, in proportion to the part of each that it covers."""
    height, width = picture.shape[:2]
    offset = lamp.center - camera
    distance = float(np.linalg.norm(offset))
    reach = lamp.radius or float(np.linalg.norm(lamp.half_width) + np.linalg.norm(lamp.half_height))
    extent = math.asin(min(0.99, reach / distance)) + math.pi / height
    latitude = math.asin(float(np.clip(offset[2] / distance, -1, 1)))
    azimuth = math.atan2(offset[0], offset[1])
    top = max(0, int((0.5 - (latitude + extent) / math.pi) * height))
    bottom = min(height, int((0.5 - (latitude - extent) / math.pi) * height) + 1)
    at_pole = abs(latitude) + extent > 1.45
    turn = math.pi if at_pole else math.asin(min(1, math.sin(extent) / math.cos(latitude))) + 2 * math.pi / width
    left = int(((azimuth - turn) / (2 * math.pi) + 0.5) * width) - 1
    right = min(int(((azimuth + turn) / (2 * math.pi) + 0.5) * width) + 2, left + width)
    rows, columns = bottom - top, right - left
    parts = int(np.clip(math.sqrt(RAYS / (rows * columns)), 3, 16))
    latitudes = (0.5 - (top + (np.arange(rows * parts) + 0.5) / parts) / height) * math.pi
    azimuths = ((left + (np.arange(columns * parts) + 0.5) / parts) / width - 0.5) * 2 * math.pi
    directions = along(*np.meshgrid(azimuths, latitudes))
    hit, depth = _intersections(lamp, offset, distance, directions)
    visible = _visible(hit, depth, directions, is_free)
    weight = np.broadcast_to(np.cos(latitudes)[:, None], hit.shape)
    blocks = (rows, parts, columns, parts)
    covered = (visible * weight).reshape(blocks).sum(axis=(1, 3)) / weight.reshape(blocks).sum(axis=(1, 3))
    where = np.ix_(np.arange(top, bottom), np.arange(left, right) % width)
    picture[where] += covered[..., None] * (lamp.radiance - picture[where])


def _intersections(
    lamp: SmallLamp, offset: np.ndarray, distance: float, directions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which directions hit the lamp, and at which distance [m]."""
    if lamp.half_width is None or lamp.half_height is None:
        limit = math.cos(math.asin(min(0.99, lamp.radius / distance)))
        hit = directions @ (offset / distance) > limit
        return hit, np.full(hit.shape, distance - lamp.radius)
    normal = np.cross(lamp.half_width, lamp.half_height)
    slope = directions @ normal
    slope = np.where(np.abs(slope) > 1e-12, slope, 1e-12)
    depth = (offset @ normal) / slope
    point = directions * depth[..., None] - offset
    inside = [np.abs(point @ edge) <= edge @ edge for edge in (lamp.half_width, lamp.half_height)]
    return (depth > 0) & inside[0] & inside[1], depth


def _visible(hit: np.ndarray, depth: np.ndarray, directions: np.ndarray, is_free) -> np.ndarray:
    """1 where nothing stands between the camera and the lamp; of many rays, some stand for their neighbors."""
    visible = np.zeros(hit.shape)
    rows, columns = np.nonzero(hit)
    step = max(1, -(-len(rows) // CASTS))
    free = [
        is_free(directions[row, column], max(0.995 * depth[row, column] - 0.03, 0.01))
        for row, column in zip(rows[::step], columns[::step], strict=True)
    ]
    visible[rows, columns] = np.repeat(np.array(free, float), step)[: len(rows)] if free else 0.0
    return visible
