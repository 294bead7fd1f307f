"""The script for Blender: its text, and a matte ball rendered with it. The latter is skipped without Blender."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.blender.environment import blender_version, find_python
from lightprobe.errors import LightprobeError
from lightprobe.imaging import read_picture
from lightprobe.sphere.panorama.equirect import directions, solid_angles


def _blender() -> str:
    try:
        blender_version(find_python())
    except LightprobeError as error:
        return str(error)
    return ""


MISSING = _blender()
RENDER = """
import math, sys, bpy
script, picture = sys.argv[-2:]
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
exec(compile(open(script, encoding="utf-8").read(), script, "exec"), {"__file__": script, "__name__": "__main__"})
bpy.ops.mesh.primitive_uv_sphere_add(segments=128, ring_count=64)
bpy.ops.object.shade_smooth()
white = bpy.data.materials.new("white")
white.use_nodes = True
nodes = white.node_tree.nodes
nodes.clear()
matte, output = nodes.new("ShaderNodeBsdfDiffuse"), nodes.new("ShaderNodeOutputMaterial")
matte.inputs["Color"].default_value = 1, 1, 1, 1
white.node_tree.links.new(matte.outputs[0], output.inputs[0])
bpy.context.object.data.materials.append(white)
camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
camera.data.type, camera.data.ortho_scale = "ORTHO", 2
camera.location, camera.rotation_euler = (0, -5, 0), (math.pi / 2, 0, 0)  # in -Y, looking along +Y, up +Z
scene.collection.objects.link(camera)
scene.camera = camera
scene.render.engine, scene.cycles.samples, scene.cycles.max_bounces = "CYCLES", 256, 0
scene.cycles.use_denoising, scene.cycles.seed = False, 1
scene.render.resolution_x = scene.render.resolution_y = 32
scene.render.resolution_percentage = 100
settings = scene.render.image_settings
settings.file_format, settings.color_mode, settings.color_depth = "OPEN_EXR", "RGB", "32"
scene.render.filepath = picture
bpy.ops.render.render(write_still=True)
"""


def constants(path: Path) -> dict[str, object]:
    """The constants at the top of a script."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = [node for node in body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in found}


def test_the_lamp_shines_from_over_the_right_shoulder(compass: ModuleType, tmp_path: Path) -> None:
    result, path = compass.saved(tmp_path, 'it\'s "light" é.py')
    values = constants(path)
    assert values["ENVIRONMENT"] == 'it\'s "light" é_environment.exr'
    expected = [compass.CENTER, -compass.RIGHT, compass.UP]  # center +X, right -Y, up +Z
    np.testing.assert_allclose(values["TOWARDS_LAMP"], expected, atol=0.01)
    np.testing.assert_allclose(np.array(values["COLOR"]) * values["STRENGTH"], result.sun.irradiance)
    assert values["ANGLE"] == pytest.approx(np.radians(0.53))


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"Blender is not installed: {MISSING}")
def test_a_matte_ball_in_blender_has_the_irradiance_of_the_answer(compass: ModuleType, tmp_path: Path) -> None:
    """Seen from the right (-Y), where the sun is; rendered light against the integral over environment and lamp."""
    result, path = compass.saved(tmp_path, "light.py")
    (tmp_path / "render.py").write_text(RENDER)
    command = [find_python(), tmp_path / "render.py", path, tmp_path / "ball.exr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ball = read_picture(tmp_path / "ball.exr").pixels
    place = (np.arange(32) + 0.5) / 16 - 1
    right_in_image, down = np.meshgrid(place, place)  # the image's right is +X, the picture's center
    inside = right_in_image**2 + down**2 < 0.8
    towards_eye = np.sqrt(np.maximum(1 - right_in_image**2 - down**2, 0))
    normals = np.stack([right_in_image, -down, towards_eye], axis=-1)[inside]  # three: center, up, right
    toward, angle = directions(64, 128).reshape(-1, 3), solid_angles(64, 128)
    environment = result.without_sun().environment().reshape(-1, 3)
    expected = np.maximum(normals @ toward.T, 0) @ (np.broadcast_to(angle, (64, 128)).reshape(-1, 1) * environment)
    expected += np.maximum(normals @ result.sun.direction, 0)[:, None] * result.sun.irradiance
    error = ball[inside] * np.pi / expected - 1
    assert np.abs(error.mean(axis=0)).max() < 0.01
    assert np.sqrt((error**2).mean()) < 0.04  # noise of 256 samples, facets, the pixel's area
    smooth = result.sh.irradiance(normals)  # of three bands, so only roughly
    assert np.sqrt(((ball[inside] * np.pi - smooth) ** 2).mean() / (smooth**2).mean()) < 0.15
