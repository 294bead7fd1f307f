"""Renders panoramas of a world without objects. Runs inside Blender's Python; imports nothing of lightprobe.

    PYTHON_WITH_BPY worker.py JOBS.json

JOBS.json holds a list of objects, with directions in Blender's world axes:
  hdri           path of an equirectangular .exr or .hdr
  width, height  size of the panorama; at most the HDRI's, the height dividing its height
  lookup         3×3 rows: from the direction of view to the direction in which the HDRI is sampled
  gains          factor of red, green, blue
  samples        per pixel of the HDRI; 1 is exact as long as pixels map to whole pixels
  view           view transform: Standard, Filmic, AgX
  exr, png       paths to write: the linear panorama (float32), and the panorama after the view transform

The world is rendered at the HDRI's size without filtering, averaged down over the sphere in linear light, and then
put through the view transform. Each finished job is a line `lightprobe {"done": index}` on standard output.
"""

import json
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np


def make_scene():
    """An empty scene with a panoramic camera that renders the world as an unrotated panorama."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.use_denoising = False
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.pixel_filter_type = "BOX"
    scene.cycles.max_bounces = 0
    scene.render.resolution_percentage = 100
    scene.render.dither_intensity = 0
    scene.render.film_transparent = False
    scene.display_settings.display_device = "sRGB"
    scene.view_settings.look = "None"
    scene.view_settings.exposure, scene.view_settings.gamma = 0, 1
    camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    camera.data.type = "PANO"
    (camera.data if hasattr(camera.data, "panorama_type") else camera.data.cycles).panorama_type = "EQUIRECTANGULAR"
    camera.rotation_euler = (np.pi / 2, 0, -np.pi / 2)  # along +X, up +Z
    scene.collection.objects.link(camera)
    scene.camera = camera
    return scene


def build_world(scene):
    """Nodes: direction → lookup → environment texture → gains → background. Returns the nodes that jobs set."""
    world = bpy.data.worlds.new("surroundings")
    scene.world = world
    world.use_nodes = True
    world.cycles.sampling_method = "NONE"
    nodes, links = world.node_tree.nodes, world.node_tree.links
    direction = nodes.new("ShaderNodeTexCoord").outputs["Generated"]
    combine = nodes.new("ShaderNodeCombineXYZ")
    rows = []
    for axis in range(3):
        dot = nodes.new("ShaderNodeVectorMath")
        dot.operation = "DOT_PRODUCT"
        links.new(direction, dot.inputs[0])
        links.new(dot.outputs["Value"], combine.inputs[axis])
        rows.append(dot.inputs[1])
    texture = nodes.new("ShaderNodeTexEnvironment")
    gains = nodes.new("ShaderNodeVectorMath")
    gains.operation = "MULTIPLY"
    links.new(combine.outputs[0], texture.inputs["Vector"])
    links.new(texture.outputs["Color"], gains.inputs[0])
    links.new(gains.outputs["Vector"], nodes["Background"].inputs["Color"])
    return rows, texture, gains.inputs[1]


def pixels_of(image):
    """The pixels of an image: rows from the top, RGB."""
    width, height = image.size
    values = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(values)
    return values.reshape(height, width, image.channels)[::-1, :, :3]


def average_down(pixels, height):
    """The panorama with this height; each pixel is a mean over the sphere."""
    factor = len(pixels) // height
    edges = np.cos(np.pi * np.arange(len(pixels) + 1) / len(pixels))
    angle = edges[:-1] - edges[1:]
    weighted = (pixels * angle[:, None, None]).reshape(height, factor, 2 * height, factor, 3)
    return weighted.sum(axis=(1, 3)) / (factor * angle.reshape(height, factor).sum(axis=1))[:, None, None]


def save_pixels(scene, pixels, path, file_format, depth):
    """Write linear pixels to a file; display formats go through the scene's view transform."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new("result", width, height, float_buffer=True)
    flat = np.ones((height, width, 4), np.float32)
    flat[..., :3] = pixels[::-1]
    image.pixels.foreach_set(flat.ravel())
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.color_depth = file_format, "RGB", depth
    image.save_render(str(path), scene=scene)
    bpy.data.images.remove(image)


def run_job(scene, world, job, scratch):
    """Render one job and write its files."""
    rows, texture, gains = world
    height = job["height"]
    if texture.image is None or texture.image.filepath != job["hdri"]:
        if texture.image is not None:
            bpy.data.images.remove(texture.image)
        texture.image = bpy.data.images.load(job["hdri"])
        texture.interpolation = "Closest"
    for row, values in zip(rows, job["lookup"], strict=True):
        row.default_value = values
    gains.default_value = job["gains"]
    scene.render.resolution_x, scene.render.resolution_y = texture.image.size
    scene.cycles.samples = job["samples"]
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.color_depth = "OPEN_EXR", "RGB", "32"
    settings.exr_codec = "NONE"
    scene.view_settings.view_transform = "Raw"
    scene.render.filepath = str(scratch / "render.exr")
    bpy.ops.render.render(write_still=True)
    rendered = bpy.data.images.load(scene.render.filepath, check_existing=False)
    pixels = np.maximum(np.nan_to_num(pixels_of(rendered).astype(np.float64), posinf=0.0), 0)
    bpy.data.images.remove(rendered)
    panorama = average_down(pixels, height)
    settings.exr_codec = "ZIP"
    save_pixels(scene, panorama, job["exr"], "OPEN_EXR", "32")
    scene.view_settings.view_transform = job["view"]
    save_pixels(scene, panorama, job["png"], "PNG", "8")


def main(path):
    """Run all jobs of a file."""
    scene = make_scene()
    world = build_world(scene)
    with tempfile.TemporaryDirectory() as scratch:
        for index, job in enumerate(json.loads(Path(path).read_text())):
            run_job(scene, world, job, Path(scratch))
            sys.stdout.write(f"\nlightprobe {json.dumps({'done': index, 'blender': bpy.app.version_string})}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[-1])
