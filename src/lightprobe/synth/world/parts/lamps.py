"""Lamps of known radiance: the sun, spheres and panels; and portals, which help rays to find windows."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Vector

from ..sky.clear import DISC
from ..sky.clouds import CloudySky
from .stage import SmallLamp, Stage

SMALL = 120
"""Pixels below which a panel is composited instead of rendered."""
MOST_SMALL = 90
"""Small lamps of one world that are composited."""


def add_sun(stage: Stage, sky: CloudySky) -> None:
    """The sun's disc as a lamp that the camera does not see; its picture is composited."""
    strength = float(sky.normal.max())
    if strength <= 0:
        return
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.color, sun.angle = strength, (sky.normal / strength).tolist(), math.radians(DISC)
    thing = bpy.data.objects.new("sun", sun)
    thing.rotation_euler = Vector(sky.toward.tolist()).to_track_quat("Z", "Y").to_euler()
    thing.visible_camera = False
    stage.scene.collection.objects.link(thing)


def add_globe(stage: Stage, center, radiance: np.ndarray, radius: float) -> None:
    """A sphere of this radiance."""
    radiance = np.asarray(radiance, float) * stage.gain
    strength = float(radiance.max())
    lamp = bpy.data.lights.new("globe", "POINT")
    lamp.energy, lamp.color = 4 * math.pi**2 * radius**2 * strength, (radiance / strength).tolist()
    lamp.shadow_soft_size, lamp.use_soft_falloff = radius, False
    thing = bpy.data.objects.new("globe", lamp)
    thing.location, thing.visible_camera = list(center), False
    stage.scene.collection.objects.link(thing)
    stage.lamps.append(SmallLamp(center=np.asarray(center, float), radiance=radiance, radius=radius))


def add_panel(stage: Stage, center, radiance: np.ndarray, half_width, half_height) -> None:
    """A parallelogram that shines to both sides; a small one is composited."""
    center, u, v = (np.asarray(value, float) for value in (center, half_width, half_height))
    distance = max(float(np.linalg.norm(center - stage.camera)), 0.1)
    pixels = 4 * np.linalg.norm(np.cross(u, v)) / distance**2 / (math.pi / stage.pixels) ** 2
    small = pixels < SMALL and len(stage.lamps) < MOST_SMALL
    part = f"small lamp {len(stage.lamps)}" if small else ""
    stage.quad(stage.emitter(radiance), center, u, v, part, hidden=small)
    if small:
        lamp = np.asarray(radiance, float) * stage.gain
        stage.lamps.append(SmallLamp(center=center, radiance=lamp, half_width=u, half_height=v))


def add_portal(stage: Stage, center, half_width, half_height, inward) -> None:
    """A window: rays look for the sky through it."""
    light = bpy.data.lights.new("portal", "AREA")
    light.shape = "RECTANGLE"
    light.size = float(2 * np.linalg.norm(half_width))
    light.size_y = float(2 * np.linalg.norm(half_height))
    light.cycles.is_portal = True
    thing = bpy.data.objects.new("portal", light)
    thing.location = list(center)
    thing.rotation_euler = Vector(list(inward)).to_track_quat("-Z", "Y").to_euler()
    stage.scene.collection.objects.link(thing)
