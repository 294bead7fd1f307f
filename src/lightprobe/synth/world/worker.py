"""The program that Blender's Python runs: `python -m world.worker JOB.json`.

JOB.json holds:
  seed, worlds    the seed, and a list of [index, kind]
  width, height   size of the panoramas, 2:1
  samples         rays per pixel
  noise           seed of the rendering's noise, 0 as a rule
  denoise         whether pictures are denoised
  skies           folder of the bank of skies
  out             folder for the worlds: for each an .npz with `radiance` (kcd/m², float32)

Standard output has lines `lightprobe {...}`: the first says that Blender has started, then there is one for each world,
with its index and parameters, or with `failed` and the reason.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

import bpy
import numpy as np

from .compositing import composite
from .cycles import denoise_with_albedo, empty_scene, render_radiance, set_surroundings
from .draws import Draws
from .kinds.indoor import furnish_indoors
from .kinds.night import CLOUDS, GAIN, furnish_night, night_sky
from .kinds.outdoor import furnish_outdoors
from .kinds.studio import furnish_studio
from .panoramas import pixel_angles
from .parts.stage import Stage
from .radiometry import KCD_PER_UNIT, LUMINANCE
from .sky.bank import clear_sky
from .sky.clear import COUNT
from .sky.clouds import CloudySky, cover

TWILIGHTS = 6
"""The first skies of the bank, with the sun below the horizon."""


def stage_of(draws: Draws, kind: str, job: dict, scratch: Path) -> tuple[Stage, CloudySky | None]:
    """Build a world of a kind; returns its stage, and the sky over it unless no light comes from outside."""
    skies, pixels = Path(job["skies"]), job["height"]
    eye = draws.uniform("eye", 0.9, 1.8)
    clear = clear_sky(skies, draws.integer("sky.number", 0, COUNT - 1), scratch)
    if kind == "night":
        twilight = clear_sky(skies, draws.integer("twilight.number", 0, TWILIGHTS - 1), scratch)
        stage = Stage(empty_scene(), draws, eye, pixels, gain=GAIN)
        return _finished(stage, furnish_night(stage, night_sky(stage, cover(draws, clear, CLOUDS), twilight)))
    stage = Stage(empty_scene(), draws, eye, pixels)
    furnish = {"outdoor": furnish_outdoors, "indoor": furnish_indoors, "studio": furnish_studio}[kind]
    return _finished(stage, furnish(stage, cover(draws, clear)))


def _finished(stage: Stage, sky: CloudySky | None) -> tuple[Stage, CloudySky | None]:
    stage.build()
    if sky is not None:
        set_surroundings(stage.scene, sky.radiance)
    return stage, sky


def white_balanced(draws: Draws, kind: str, radiance: np.ndarray) -> np.ndarray:
    """The picture as a camera balances its white: part of the way from the mean color to gray, at equal luminance."""
    mean = (radiance * pixel_angles(len(radiance))[:, None, None]).sum(axis=(0, 1))
    low, high = {"night": (0.5, 0.95), "studio": (0.6, 0.95), "indoor": (0.4, 0.9)}.get(kind, (0.0, 0.4))
    gains = (mean / (mean @ LUMINANCE)) ** -draws.uniform("white_balance", low, high)
    gains *= (mean @ LUMINANCE) / ((mean * gains) @ LUMINANCE)
    draws.record("white_balance.gains", [float(f"{gain:.6g}") for gain in gains])
    return radiance * gains


def make_world(job: dict, index: int, kind: str, scratch: Path) -> dict:
    """Make one world and write its file; returns the line to print."""
    began = time.perf_counter()
    draws = Draws(job["seed"], index)
    stage, sky = stage_of(draws, kind, job, scratch)
    if job["denoise"]:
        denoise_with_albedo(stage.scene)
    built = time.perf_counter()
    noise = (7919 * job["noise"] + index) % 2**31
    radiance = render_radiance(stage.scene, scratch, job["width"], job["height"], job["samples"], noise)
    radiance = radiance.astype(np.float64)
    visible = composite(stage, radiance, sky)
    draws.record("sun_visible", float(f"{visible:.4g}"))
    radiance = white_balanced(draws, kind, radiance) * (KCD_PER_UNIT / stage.gain)
    np.savez(Path(job["out"]) / f"{index}.npz", radiance=radiance.astype(np.float32))
    normal = sky.normal if sky is not None else np.zeros(3)
    draws.record("sun_illuminance", float(f"{normal @ LUMINANCE * KCD_PER_UNIT / stage.gain:.6g}"))
    seconds = [round(built - began, 2), round(time.perf_counter() - built, 2)]
    return {"index": index, "parameters": draws.values, "seconds": seconds}


def say(line: dict) -> None:
    """Tell the process that started this one."""
    sys.stdout.write(f"\nlightprobe {json.dumps(line)}\n")
    sys.stdout.flush()


def run_listing(path: str) -> None:
    """Make all worlds of a job."""
    job = json.loads(Path(path).read_text(encoding="utf-8"))
    say({"blender": bpy.app.version_string})
    with tempfile.TemporaryDirectory() as scratch:
        for index, kind in job["worlds"]:
            try:
                line = make_world(job, index, kind, Path(scratch))
            except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
                traceback.print_exc()
                line = {"index": index, "failed": f"{type(error).__name__}: {error}"}
            say({**line, "blender": bpy.app.version_string})


if __name__ == "__main__":
    run_listing(sys.argv[-1])
