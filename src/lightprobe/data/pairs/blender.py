"""The Blender engine: pairs whose picture and panorama Blender renders.

Blender turns, tilts, mirrors, exposes and colors a scene, and shows it through Standard (sRGB), Filmic or AgX. Mixing,
blur, noise, JPEG and forming at the source's resolution are the native engine's alone. The truth's coefficients come
from the HDRI, as in the native engine. Without a tilt the two agree; see tests/blender.
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
from lightprobe.imaging.curves import clipped
from lightprobe.imaging.files import read_picture
from lightprobe.sphere import FRAMES

VIEWS = {"srgb": "Standard", "filmic": "Filmic", "agx": "AgX"}
"""View transform of each tone curve that Blender has."""
TILTED_SAMPLES = 16


def limit(recipe: ShotRecipe) -> ShotRecipe:
    """The recipe without what Blender does not do. Raises: ValueError for other tone curves, or a form 'source'."""
    other = [curve for curve in recipe.curves if curve not in VIEWS]
    if other:
        raise ValueError(
            f"expected tone curves of {', '.join(VIEWS)} for Blender, got {', '.join(other)}; leave them out, or use "
            "the native engine"
        )
    if recipe.form == "source":
        raise ValueError("expected the form 'picture' for Blender, got 'source'; only the native engine does that")
    return replace(recipe, form="picture", mixed=0.0, blurred=0.0, noisy=0.0, compressed=0.0)


def blender_job(shot: Shot, gains: np.ndarray, path: Path, folder: Path) -> engine.BlenderJob:
    """Blender's part of a shot: where to look the HDRI up, in its axes, and how bright.

    `gains` are the factors from the file's radiance to the picture's scale.
    """
    place = placement_matrix(pre_yaw=shot.pre_yaw, tilt=shot.tilt, mirror=shot.mirror, yaw=shot.yaw, width=shot.width)
    frame = FRAMES["blender"]
    lookup = frame @ place.T @ frame.T
    rows = [(float(x), float(y), float(z)) for x, y, z in lookup]
    name = f"{shot.scene}-{shot.variant}"
    return engine.BlenderJob(
        hdri=str(path),
        width=shot.width,
        height=shot.height,
        lookup=(rows[0], rows[1], rows[2]),
        gains=(float(gains[0]), float(gains[1]), float(gains[2])),
        view=VIEWS[shot.curve],
        exr=str(folder / f"{name}.exr"),
        png=str(folder / f"{name}.png"),
        samples=TILTED_SAMPLES if shot.tilt else 1,
    )


def render(shots: Sequence[Shot], hdris: Callable[[str], Hdri], paths: Mapping[str, Path]) -> Iterator[Capture]:
    """Captures that Blender makes of these shots, in one process.

    Raises: LightprobeError if Blender is missing or fails; ImageError for an HDRI that cannot be used.
    """
    lights = [light_of(shot, hdris(shot.scene)) for shot in shots]
    with tempfile.TemporaryDirectory(prefix="lightprobe-rendered-") as name:
        jobs = [
            blender_job(shot, gains, paths[shot.scene], Path(name))
            for shot, (_, gains) in zip(shots, lights, strict=True)
        ]
        for index in engine.render(jobs):
            picture = np.asarray(read_picture(jobs[index].png).pixels)
            coeffs, gains = lights[index]
            yield Capture(
                shot=shots[index],
                picture_srgb=picture,
                jpeg=None,
                panorama=read_picture(jobs[index].exr).pixels,
                coeffs=coeffs,
                clipped=clipped(picture).astype(np.float32),
                gains=gains,
            )
