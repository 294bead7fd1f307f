"""The Blender engine: pairs whose picture and panorama Blender renders.

Blender turns, tilts, mirrors, exposes and colors a scene, and applies Standard (sRGB), Filmic or AgX. Only the native
engine mixes scenes, adds blur, noise or JPEG, or applies the curve at the source's resolution. The true coefficients
come from the HDRI, as in the native engine. Without a tilt the two engines agree; see tests/blender.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lightprobe.blender import engine
from lightprobe.camera.capture import Capture, light_of
from lightprobe.camera.geometry.rotations import placement_matrix
from lightprobe.camera.hdri import Hdri
from lightprobe.camera.sampling.recipe import ShotRecipe
from lightprobe.camera.shot import Shot
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.tone.curves import clipped
from lightprobe.sphere import FRAMES

VIEW_TRANSFORMS = {"srgb": "Standard", "filmic": "Filmic", "agx": "AgX"}
"""Blender's view transform of each tone curve that it has."""
TILTED_SAMPLES = 16


def blender_recipe(recipe: ShotRecipe) -> ShotRecipe:
    """The recipe without the steps that Blender cannot render.

    Raises: ValueError for tone curves that Blender does not have, or the form 'source'.
    """
    other = [curve for curve in recipe.curves if curve not in VIEW_TRANSFORMS]
    if other:
        raise ValueError(
            f"expected tone curves of {', '.join(VIEW_TRANSFORMS)} for Blender, got {', '.join(other)}; leave these "
            "out, or use the native engine"
        )
    if recipe.form == "source":
        raise ValueError(
            "expected the form 'picture' for Blender, got 'source'; leave it out, or use the native engine"
        )
    return replace(recipe, form="picture", mixed=0.0, blurred=0.0, noisy=0.0, compressed=0.0)


def blender_job(shot: Shot, gains: np.ndarray, path: Path, folder: Path) -> engine.BlenderJob:
    """The job for Blender that renders a shot.

    `gains` are the factors from the file's radiance to the picture's scale.
    """
    placement = placement_matrix(
        pre_yaw=shot.pre_yaw, tilt=shot.tilt, mirror=shot.mirror, yaw=shot.yaw, width=shot.width
    )
    frame = FRAMES["blender"]
    lookup = frame @ placement.T @ frame.T
    rows = [(float(x), float(y), float(z)) for x, y, z in lookup]
    name = f"{shot.scene}-{shot.variant}"
    return engine.BlenderJob(
        hdri=str(path),
        width=shot.width,
        height=shot.height,
        lookup=(rows[0], rows[1], rows[2]),
        gains=(float(gains[0]), float(gains[1]), float(gains[2])),
        view=VIEW_TRANSFORMS[shot.curve],
        exr=str(folder / f"{name}.exr"),
        png=str(folder / f"{name}.png"),
        samples=TILTED_SAMPLES if shot.tilt else 1,
    )


def capture_in_blender(
    shots: Sequence[Shot], hdris: Callable[[str], Hdri], paths: Mapping[str, Path]
) -> Iterator[Capture]:
    """Captures of these shots, all rendered in one Blender process.

    Raises: LightprobeError if Blender is missing or fails; ImageError for an HDRI that cannot be used.
    """
    lights = [light_of(shot, hdris(shot.scene)) for shot in shots]
    with tempfile.TemporaryDirectory(prefix="lightprobe-rendered-") as name:
        jobs = [
            blender_job(shot, gains, paths[shot.scene], Path(name))
            for shot, (_, gains) in zip(shots, lights, strict=True)
        ]
        for index in engine.render_jobs(jobs):
            picture = np.asarray(read_picture(jobs[index].png).pixels)
            coeffs, gains = lights[index]
            yield Capture(
                shot=shots[index],
                uncompressed_srgb=picture,
                jpeg=None,
                panorama=read_picture(jobs[index].exr).pixels,
                coeffs=coeffs,
                clipped=clipped(picture).astype(np.float32),
                gains=gains,
            )
