"""An empty scene with a panoramic camera, and its rendering by Cycles on one thread.

Cycles' defaults are wrong for light: clamping (absolute; daylight lies above it), the light threshold (absolute) and
adaptive sampling are off, the pixel filter is a box.
"""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import numpy as np

BOUNCES = 5


def empty_scene():
    """A new scene without objects but a panoramic camera at the origin; everything of the last world is freed."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Raw"
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_mode, scene.render.image_settings.color_depth = "RGB", "32"
    settings = scene.cycles
    settings.device = "CPU"
    settings.use_adaptive_sampling = settings.use_denoising = False
    settings.sample_clamp_direct = settings.sample_clamp_indirect = settings.light_sampling_threshold = 0.0
    settings.pixel_filter_type, settings.filter_width = "BOX", 1.0
    settings.caustics_reflective = settings.caustics_refractive = False
    settings.blur_glossy = 1.0
    settings.max_bounces = settings.diffuse_bounces = BOUNCES
    settings.glossy_bounces, settings.transmission_bounces, settings.transparent_max_bounces = 2, 3, 4
    settings.use_light_tree = True
    camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    camera.data.type, camera.data.panorama_type = "PANO", "EQUIRECTANGULAR"
    camera.data.clip_start, camera.data.clip_end = 0.01, 1e5
    camera.rotation_euler = (math.pi / 2, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.world = bpy.data.worlds.new("surroundings")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes.clear()
    return scene


def set_surroundings(scene, radiance: np.ndarray) -> None:
    """Surround the scene by a panorama, at its radiance."""
    height, width = radiance.shape[:2]
    image = bpy.data.images.new("surroundings", width, height, float_buffer=True, alpha=False)
    image.colorspace_settings.name = "Linear Rec.709"
    flat = np.ones((height, width, 4), np.float32)
    flat[..., :3] = np.roll(radiance, -width // 4, axis=1)[::-1]
    image.pixels.foreach_set(flat.ravel())
    image.update()
    nodes, links = scene.world.node_tree.nodes, scene.world.node_tree.links
    texture = nodes.new("ShaderNodeTexEnvironment")
    texture.image, texture.interpolation = image, "Linear"
    background, output = nodes.new("ShaderNodeBackground"), nodes.new("ShaderNodeOutputWorld")
    links.new(texture.outputs[0], background.inputs[0])
    links.new(background.outputs[0], output.inputs[0])
    scene.world.cycles.sampling_method, scene.world.cycles.sample_map_resolution = "MANUAL", 256


def denoise_with_albedo(scene) -> None:
    """Denoise by Open Image Denoise, guided by albedo and normals."""
    settings = scene.cycles
    settings.use_denoising, settings.denoiser = True, "OPENIMAGEDENOISE"
    settings.denoising_input_passes, settings.denoising_prefilter = "RGB_ALBEDO_NORMAL", "FAST"
    settings.denoising_quality = "HIGH"


def render_radiance(scene, scratch: Path, width: int, height: int, samples: int, seed: int = 0) -> np.ndarray:
    """The rendered picture [height, width, 3]; NaN and negative values are 0."""
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.cycles.samples, scene.cycles.seed = samples, seed
    scene.render.filepath = str(scratch / "render.exr")
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(scene.render.filepath, check_existing=False)
    image.colorspace_settings.name = "Non-Color"
    values = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(values)
    picture = values.reshape(height, width, image.channels)[::-1, :, :3].copy()
    bpy.data.images.remove(image)
    return np.maximum(np.nan_to_num(picture, posinf=0.0), 0)
