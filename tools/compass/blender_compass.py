"""Compass test in Blender (Cycles). Run with a Python that has `bpy`, or with Blender itself:

    PYTHON_WITH_BPY blender_compass.py OUT_DIR
    blender -b -P blender_compass.py -- OUT_DIR

Expects OUT_DIR/compass.png. A camera looks along each world axis (sky), then at a white sphere
from each axis (diffuse) and at a mirror ball (mirror). Writes OUT_DIR/blender.json.
"""

import json
import sys
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

OUT = Path(sys.argv[-1]).resolve()
AXES = {"+X": (1, 0, 0), "-X": (-1, 0, 0), "+Y": (0, 1, 0), "-Y": (0, -1, 0), "+Z": (0, 0, 1), "-Z": (0, 0, -1)}
NAMES = {
    (1, 0, 0): "center",
    (0, 1, 0): "right",
    (1, 1, 0): "back",
    (0, 0, 1): "left",
    (1, 1, 1): "up",
    (1, 0, 1): "down",
}


def name(rgb):
    top = max(rgb)
    return NAMES.get(tuple(int(v > 0.5 * top) for v in rgb), "?") if top > 0.02 else "dark"


bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.samples = 64
scene.cycles.use_denoising = False
scene.render.resolution_x = scene.render.resolution_y = 33
scene.render.resolution_percentage = 100
scene.view_settings.view_transform = "Raw"
scene.render.image_settings.file_format = "OPEN_EXR"
scene.render.image_settings.color_depth = "32"

world = bpy.data.worlds.new("compass")
scene.world = world
world.use_nodes = True
texture = world.node_tree.nodes.new("ShaderNodeTexEnvironment")
texture.image = bpy.data.images.load(str(OUT / "compass.png"))
assert texture.projection == "EQUIRECTANGULAR"
world.node_tree.links.new(texture.outputs["Color"], world.node_tree.nodes["Background"].inputs["Color"])

bpy.ops.mesh.primitive_uv_sphere_add(radius=1, segments=128, ring_count=64)
ball = bpy.context.object
bpy.ops.object.shade_smooth()
camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
scene.collection.objects.link(camera)
scene.camera = camera


def shoot(eye, forward, fov):
    f = Vector(forward)
    up = Vector((0, 0, 1)) if abs(f.z) < 0.5 else Vector((0, 1, 0))
    right = f.cross(up)
    camera.data.angle = fov
    camera.matrix_world = Matrix.Translation(eye) @ Matrix((right, up, -f)).transposed().to_4x4()
    scene.render.filepath = str(OUT / "blender_shot.exr")
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(scene.render.filepath, check_existing=False)
    pixels = list(image.pixels)
    bpy.data.images.remove(image)
    return [pixels[4 * (16 * 33 + x) :][:3] for x in (0, 16, 32)]  # left edge, middle, right edge


def material(kind):
    m = bpy.data.materials.new(kind)
    m.use_nodes = True
    m.node_tree.nodes.clear()
    bsdf = m.node_tree.nodes.new("ShaderNodeBsdfDiffuse" if kind == "diffuse" else "ShaderNodeBsdfGlossy")
    bsdf.inputs["Color"].default_value = (1, 1, 1, 1)
    bsdf.inputs["Roughness"].default_value = 0
    out = m.node_tree.nodes.new("ShaderNodeOutputMaterial")
    m.node_tree.links.new(bsdf.outputs[0], out.inputs["Surface"])
    return m


result = {"tool": f"Blender {bpy.app.version_string} Cycles", "sky": {}}
ball.hide_render = True
for axis, d in AXES.items():
    result["sky"][axis] = [name(p) for p in shoot((0, 0, 0), d, 2.6)]  # [left edge, middle, right edge]
ball.hide_render = False
for kind in ("diffuse", "mirror"):
    ball.data.materials.clear()
    ball.data.materials.append(material(kind))
    result[kind] = {a: name(shoot(Vector(d) * 5, [-v for v in d], 0.1)[1]) for a, d in AXES.items()}
(OUT / "blender_shot.exr").unlink()
seen = {v[1]: a for a, v in result["sky"].items()}
result["frame"] = {k: seen.get(k) for k in ("center", "right", "up")}
front = result["sky"][seen["center"]]
result["mirrored_as_seen"] = not (front[0] == "left" and front[2] == "right")
(OUT / "blender.json").write_text(json.dumps(result, indent=1) + "\n")
print(json.dumps(result["frame"]), "mirrored as seen:", result["mirrored_as_seen"])
