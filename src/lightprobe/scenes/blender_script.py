"""A Python script for Blender (.py): it sets the world to the environment, and adds a sun lamp.

Convention: frame blender (spec/CONVENTIONS.md#frames): Z up; the panorama's center is +X, its right −Y, as an
Environment Texture without a mapping shows it.

Units: the strength of a sun lamp is the irradiance of a surface that faces it, so strength × color is the lamp's
color × intensity; the world's strength is 1. Both were rendered in Blender 4.5 (tests/scenes/test_in_blender.py).

Source: Blender manual, "Light Objects", Sun: strength in watts per square meter.
"""

from __future__ import annotations

import math

from lightprobe.scenes.lighting import Lighting, lamp_direction, origin

_SCRIPT = '''"""The light of a picture for Blender 4 and later; made by {origin}.

Run it in Blender's text editor, or as `blender scene.blend --python SCRIPT.py`. The environment map must lie beside
this file. Frame blender: the center of the picture is +X, its right -Y, up +Z. To turn the light, parent the lamp
to an empty and add a Mapping node before the texture.
"""

from pathlib import Path

import bpy
from mathutils import Vector

ENVIRONMENT = {environment!r}
TOWARDS_LAMP = {direction}
COLOR = {color}
STRENGTH = {strength}  # irradiance of a surface that faces the lamp; the radiance of the world is in the same units
ANGLE = {angle}  # radians


def environment_path():
    """The environment map beside this script."""
    folders = [Path(__file__).parent] if "__file__" in globals() else []
    folders += [Path(bpy.path.abspath(text.filepath)).parent for text in bpy.data.texts if text.filepath]
    for folder in folders:
        if (folder / ENVIRONMENT).is_file():
            return folder / ENVIRONMENT
    raise FileNotFoundError(f"expected {{ENVIRONMENT}} beside this script, got none; put the two in one folder")


def set_world(scene):
    """Show the environment map as the world."""
    world = bpy.data.worlds.new("Light of a picture")
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    nodes.clear()
    texture = nodes.new("ShaderNodeTexEnvironment")
    texture.projection = "EQUIRECTANGULAR"
    texture.image = bpy.data.images.load(str(environment_path()), check_existing=True)
    texture.image.colorspace_settings.name = "Linear Rec.709"
    background = nodes.new("ShaderNodeBackground")
    background.inputs["Strength"].default_value = 1
    output = nodes.new("ShaderNodeOutputWorld")
    texture.location, background.location, output.location = (-600, 0), (-200, 0), (0, 0)
    links.new(texture.outputs["Color"], background.inputs["Color"])
    links.new(background.outputs["Background"], output.inputs["Surface"])
    scene.world = world


def add_lamp(scene):
    """Add the dominant light as a sun lamp, which shines along its own -Z."""
    sun = bpy.data.lights.new("Dominant light", "SUN")
    sun.color, sun.energy, sun.angle = COLOR, STRENGTH, ANGLE
    lamp = bpy.data.objects.new("Dominant light", sun)
    lamp.rotation_mode = "QUATERNION"
    lamp.rotation_quaternion = Vector(TOWARDS_LAMP).to_track_quat("Z", "Y")
    scene.collection.objects.link(lamp)


set_world(bpy.context.scene)
add_lamp(bpy.context.scene)
'''


def format_blender_script(lighting: Lighting, environment: str) -> str:
    """The text of a script; `environment` is the name of the environment map that lies beside it."""
    lamp = lighting.lamp
    return _SCRIPT.format(
        origin=origin(),
        environment=environment,
        direction=tuple(lamp_direction(lighting, "blender").tolist()),
        color=tuple(lamp.color.tolist()),
        strength=lamp.intensity,
        angle=math.radians(lighting.angle),
    )
