"""The bank: clear skies without the sun's disc, and the disc's irradiance, baked once by Blender and kept on disk.

Sky number k is a function of k alone. Blender 4.5's sky (Nishita) scatters light once: a smooth part for the light
scattered more often is added, so that clear skies have the ratio of direct to diffuse light of illuminance tables, and
its sun is made less red.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np

from ..cycles import empty_scene, render_radiance
from ..draws import Draws
from .clear import COUNT, DISC, ClearSky, elevation_of, scattered_again

HEIGHT = 128
SUN_COLOR = np.array([0.92, 1.0, 1.13])
"""Factor on the sun's color: log2 R/B is 0.4 at 35° instead of 0.76, as in photographs."""
BANK_SEED = 991


def clear_sky(folder: Path, number: int, scratch: Path) -> ClearSky:
    """Sky `number` of the bank, baked if `folder` does not hold it yet. Baking frees the present scene."""
    path = folder / f"sky-{number:03d}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{path.stem}.{os.getpid()}.npz"
        np.savez(temporary, **vars(_bake(number, scratch)))
        temporary.replace(path)
    with np.load(path) as held:
        arrays = {name: held[name] for name in held.files}
    return ClearSky(
        upper=arrays["upper"],
        normal=arrays["normal"],
        **{name: float(arrays[name]) for name in ("elevation", "air", "dust", "ozone")},
    )


def _bake(number: int, scratch: Path) -> ClearSky:
    draws = Draws(BANK_SEED, number)
    elevation = elevation_of((number + draws.uniform("elevation", 0, 1)) / COUNT)
    air, ozone = draws.uniform("air", 0.7, 1.6), draws.uniform("ozone", 0.6, 2.5)
    dust = min(10.0, draws.spread("dust", 1.1, 0.8))
    scene = empty_scene()
    nodes, links = scene.world.node_tree.nodes, scene.world.node_tree.links
    sky, background = nodes.new("ShaderNodeTexSky"), nodes.new("ShaderNodeBackground")
    links.new(sky.outputs[0], background.inputs[0])
    links.new(background.outputs[0], nodes.new("ShaderNodeOutputWorld").inputs[0])
    sky.sky_type, sky.sun_disc, sky.sun_rotation, sky.sun_size = "NISHITA", False, 0.0, math.radians(DISC)
    sky.sun_elevation = math.radians(elevation)
    sky.air_density, sky.dust_density, sky.ozone_density = air, dust, ozone
    upper = render_radiance(scene, scratch, 2 * HEIGHT, HEIGHT, 1)[: HEIGHT // 2]
    upper[-1] = upper[-2]
    normal = _disc_irradiance(scene, sky, elevation, scratch) if elevation > -DISC / 2 else np.zeros(3)
    return ClearSky(
        upper=scattered_again(upper).astype(np.float32),
        normal=normal * SUN_COLOR,
        elevation=elevation,
        air=air,
        dust=dust,
        ozone=ozone,
    )


def _disc_irradiance(scene, sky, elevation: float, scratch: Path) -> np.ndarray:
    """Irradiance of the disc, from two pictures of 0.7°: with and without it."""
    camera = scene.camera
    camera.data.type, camera.data.angle = "PERSP", math.radians(0.7)
    camera.rotation_euler = (math.pi / 2 + math.radians(elevation), 0, 0)
    without = render_radiance(scene, scratch, 32, 32, 4).sum(axis=(0, 1))
    sky.sun_disc = True
    with_disc = render_radiance(scene, scratch, 32, 32, 4).sum(axis=(0, 1))
    pixel = (2 * math.tan(math.radians(0.35)) / 32) ** 2
    return np.maximum(with_disc - without, 0).astype(np.float64) * pixel
