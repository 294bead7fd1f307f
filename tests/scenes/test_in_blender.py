"""Scenes in Blender: a white matte ball and its shadow, with the sun over the right shoulder. Skipped without Blender.

Blender loads each scene with its own importer. The light is compared with the integral over environment and lamp, the
shadow with the direction of the compass.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.blender.environment import find_python
from lightprobe.imaging import read_picture
from lightprobe.sphere.panorama.equirect import directions, solid_angles

BALL, FLOOR = 32, 64
"""Sizes of both pictures [pixels]."""
SIDE = 8.0
"""Of the part of the floor that is seen; the ball has radius 1 and touches it."""
ENVIRONMENT = """
nodes, links = scene.world.node_tree.nodes, scene.world.node_tree.links
texture = nodes.new("ShaderNodeTexEnvironment")
texture.image = bpy.data.images.load(given["environment"])
links.new(texture.outputs["Color"], nodes["Background"].inputs["Color"])
"""
LOAD = {
    ".py": 'exec(compile(open(path, encoding="utf-8").read(), path, "exec"), {"__file__": path})',
    ".usda": "bpy.ops.wm.usd_import(filepath=path)",
    ".gltf": 'bpy.ops.import_scene.gltf(filepath=path, export_import_convert_lighting_mode="COMPAT")' + ENVIRONMENT,
}
AXES = {
    ".py": ((1, 0, 0), (0, -1, 0)),
    ".usda": ((0, -1, 0), (-1, 0, 0)),
    ".gltf": ((1, 0, 0), (0, -1, 0)),
}
"""The picture's center and right in Blender; the importers turn +Y up to +Z up: +Z becomes −Y."""
RENDER = """
import bpy, json, sys
from mathutils import Matrix, Vector

given = json.loads(sys.argv[-1])
path = given["path"]
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.world = bpy.data.worlds.new("World")
scene.world.use_nodes = True
LOAD
for lamp in bpy.data.lights:
    lamp.energy *= given["lamps"]
white = bpy.data.materials.new("white")
white.use_nodes = True
nodes = white.node_tree.nodes
nodes.clear()
matte, output = nodes.new("ShaderNodeBsdfDiffuse"), nodes.new("ShaderNodeOutputMaterial")
matte.inputs["Color"].default_value = 1, 1, 1, 1
white.node_tree.links.new(matte.outputs[0], output.inputs[0])
bpy.ops.mesh.primitive_uv_sphere_add(segments=128, ring_count=64)
bpy.ops.object.shade_smooth()
bpy.context.object.data.materials.append(white)
scene.render.engine, scene.cycles.samples, scene.cycles.max_bounces = "CYCLES", 256, 0
scene.cycles.use_denoising, scene.cycles.seed = False, 1
scene.render.resolution_percentage = 100
settings = scene.render.image_settings
settings.file_format, settings.color_mode, settings.color_depth = "OPEN_EXR", "RGB", "32"

def render(across, up, towards_eye, width, pixels, file):
    camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    camera.data.type, camera.data.ortho_scale = "ORTHO", width
    camera.location, camera.rotation_mode = 5 * Vector(towards_eye), "QUATERNION"
    camera.rotation_quaternion = Matrix((across, up, towards_eye)).transposed().to_quaternion()
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.resolution_x = scene.render.resolution_y = pixels
    scene.render.filepath = file
    bpy.ops.render.render(write_still=True)

render(*given["axes"], 2, given["pixels"][0], given["files"][0])
bpy.ops.mesh.primitive_plane_add(size=100, location=(0, 0, -1))
bpy.context.object.data.materials.append(white)
render((1, 0, 0), (0, 1, 0), (0, 0, 1), given["side"], given["pixels"][1], given["files"][1])
"""


def rendered(scene: Path, lamps: float) -> tuple[np.ndarray, np.ndarray]:
    """The ball as seen from the picture's right, where the sun is; and the floor below it from above, +X to the right.

    The strength of lamps is multiplied by `lamps`.
    """
    center, right = AXES[scene.suffix]
    script, files = scene.with_name("render.py"), [scene.with_name("ball.exr"), scene.with_name("floor.exr")]
    script.write_text(RENDER.replace("LOAD", LOAD[scene.suffix]))
    given = {
        "path": str(scene),
        "environment": str(scene.with_name(f"{scene.stem}_environment.exr")),
        "lamps": lamps,
        "axes": [center, (0, 0, 1), right],
        "side": SIDE,
        "pixels": [BALL, FLOOR],
        "files": [str(file) for file in files],
    }
    done = subprocess.run([find_python(), script, json.dumps(given)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return read_picture(files[0]).pixels, read_picture(files[1]).pixels


def places(pixels: int, side: float) -> tuple[np.ndarray, np.ndarray]:
    """To the right and down of the middle of a picture."""
    place = ((np.arange(pixels) + 0.5) / pixels - 0.5) * side
    right, down = np.meshgrid(place, place)
    return right, down


@pytest.mark.slow
@pytest.mark.blender
@pytest.mark.parametrize(("suffix", "lamps"), [(".py", 1), (".usda", 0.25), (".gltf", 1)])
def test_a_matte_ball_and_its_shadow(compass: ModuleType, tmp_path: Path, suffix: str, lamps: float) -> None:
    """The import of USD makes lamps four times as strong."""
    result, path = compass.saved(tmp_path, f"light{suffix}")
    ball, floor = rendered(path, lamps)

    across, down = places(BALL, 2)  # the image's right is the picture's center
    inside = across**2 + down**2 < 0.8
    towards_eye = np.sqrt(np.maximum(1 - across**2 - down**2, 0))
    normals = np.stack([across, -down, towards_eye], axis=-1)[inside]  # three: center, up, right
    toward, angle = directions(64, 128).reshape(-1, 3), solid_angles(64, 128)
    environment = result.without_sun().environment().reshape(-1, 3)
    expected = np.maximum(normals @ toward.T, 0) @ (np.broadcast_to(angle, (64, 128)).reshape(-1, 1) * environment)
    expected += np.maximum(normals @ result.sun.direction, 0)[:, None] * result.sun.irradiance
    error = ball[inside] * np.pi / expected - 1
    assert np.abs(error.mean(axis=0)).max() < 0.01
    assert np.sqrt((error**2).mean()) < 0.04  # noise of 256 samples, facets, the pixel's area
    smooth = result.sh.irradiance(normals)  # of three bands, so only roughly
    assert np.sqrt(((ball[inside] * np.pi - smooth) ** 2).mean() / (smooth**2).mean()) < 0.15

    across, down = places(FLOOR, SIDE)
    center, right = np.array(AXES[suffix])
    sun = compass.CENTER * center + compass.RIGHT * right + compass.UP * np.array([0, 0, 1])
    from_ball = np.stack([across, -down, np.full_like(across, -1)], axis=-1)
    beside = np.linalg.norm(from_ball - (from_ball @ sun)[..., None] * sun, axis=-1)  # the ray's distance from the ball
    seen = across**2 + down**2 > 1.2
    red = floor[..., 0]
    is_dark = red < (np.median(red[seen & (beside < 0.9)]) + np.median(red[seen & (beside > 1.1)])) / 2
    clear = seen & (np.abs(beside - 1) > 0.1)
    assert red[clear & (beside > 1)].mean() > 1.3 * red[clear & (beside < 1)].mean()
    assert (is_dark == (beside < 1))[clear].mean() > 0.98
