"""Runs in Blender's Python: small scenes whose light is known, as arrays for test_worlds.

python blender_physics.py OUT.npz
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from world.compositing import composite
from world.cycles import empty_scene, render_radiance, set_surroundings
from world.draws import Draws
from world.panoramas import along
from world.parts.lamps import add_globe, add_sun
from world.parts.materials import Surface
from world.parts.stage import Stage
from world.radiometry import globe_radiance
from world.sky.bank import clear_sky
from world.sky.clouds import CloudySky

HEIGHT = 128
SKIES = (40, 62, 80, 100, 115, 126)


def stage_for(eye: float = 1.5) -> Stage:
    return Stage(empty_scene(), Draws(1, 0), eye, HEIGHT)


def picture(stage: Stage, scratch: Path, samples: int) -> np.ndarray:
    stage.build()
    return render_radiance(stage.scene, scratch, 2 * HEIGHT, HEIGHT, samples).astype(np.float64)


def sun_at(azimuth: float, elevation: float) -> CloudySky:
    black = np.zeros((64, 128, 3), np.float32)
    return CloudySky(black, np.array([3.0, 2.0, 1.0]), along(azimuth, elevation), np.degrees(elevation), azimuth)


def furnace(scratch: Path) -> np.ndarray:
    """A box of reflectance 0.9 in surroundings of 1."""
    stage = stage_for()
    stage.box(stage.surface("white", Surface((0.9, 0.9, 0.9))), (0, 4, 1.5), (2, 2, 2), 0.4)
    set_surroundings(stage.scene, np.ones((64, 128, 3), np.float32))
    return picture(stage, scratch, 64)


def shadow(scratch: Path, sky: CloudySky) -> tuple[np.ndarray, np.ndarray]:
    """A post on flat ground under a sun; without and with the sun in the picture."""
    stage = stage_for()
    gray = stage.surface("gray", Surface((0.5, 0.5, 0.5)))
    stage.quad(gray, (0, 0, 0), (300, 0, 0), (0, 300, 0))
    stage.box(stage.surface("black", Surface((0.01, 0.01, 0.01))), (1.0, 4.0, 1.5), (0.8, 0.8, 3.0))
    add_sun(stage, sky)
    before = picture(stage, scratch, 16)
    after = before.copy()
    composite(stage, after, sky)
    return before, after


def lamp(scratch: Path) -> tuple[np.ndarray, np.ndarray]:
    """A globe of 1000 lm, 3 m above gray ground; without and with the globe in the picture."""
    stage = stage_for()
    stage.scene.cycles.max_bounces = 0
    stage.quad(stage.surface("gray", Surface((0.5, 0.5, 0.5))), (0, 0, 0), (300, 0, 0), (0, 300, 0))
    add_globe(stage, (2.0, 3.0, 3.0), np.ones(3) * globe_radiance(1000, 0.1), 0.1)
    before = picture(stage, scratch, 16)
    after = before.copy()
    composite(stage, after, None)
    return before, after


def main(out: str) -> None:
    found: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        skies = [clear_sky(scratch / "skies", number, scratch) for number in SKIES]
        found["upper"] = np.stack([sky.upper for sky in skies])
        found["normal"] = np.stack([sky.normal for sky in skies])
        found["elevation"] = np.array([sky.elevation for sky in skies])
        found["furnace"] = furnace(scratch)
        found["shadow"], found["shadow_sun"] = shadow(scratch, sun_at(2.2, 0.6))
        found["lamp"], found["lamp_seen"] = lamp(scratch)
    np.savez(out, **found)


if __name__ == "__main__":
    main(sys.argv[1])
