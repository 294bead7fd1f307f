"""Estimate: the light of a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.geometry.layout import Layout, lay_out
from lightprobe.sphere import FRAMES, SH, Light
from lightprobe.sphere.interop.conventions import find_convention
from lightprobe.sphere.interop.frames import frame_axes
from lightprobe.sphere.light import without_light

if TYPE_CHECKING:
    from PIL import Image


ANGLES = "azimuth and elevation are in the picture: degrees to the right of its center and above its horizon"
"""What holds of them in every frame."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """The light around a picture's point of view.

    Convention: three frame, linear Rec.709, 1.0 is display white of the picture (spec/CONVENTIONS.md).
    """

    sh: SH
    """Radiance coefficients, three bands."""
    light: Light
    """The dominant light; its part is also in `sh`."""
    panorama: Float[np.ndarray, "32 64 3"]
    """Small HDR panorama of the surroundings (float32), as an environment map for reflections."""
    clipped: float
    """Part of the sphere [0…1] where the picture is at display white: the light there is a guess."""
    seen: float
    """Part of the sphere [0…1] that the picture shows; the rest is extrapolated from it."""
    response: str
    """The tone curve that was undone; 'linear' for HDR input, 'auto' where it was unknown."""
    curve: Float[np.ndarray, " k"] | None = None
    """The tone curve as a network estimates it where it is unknown: radiance of the gray display values 1/k, 2/k … 1;
    otherwise None."""
    notes: tuple[str, ...] = ()
    """What was done with the picture that its user may not expect, and what in its file was not used."""
    layout: Layout = field(default_factory=Layout)
    """What the caller said about the geometry of the picture."""
    is_drawn: bool = False
    """The panorama is drawn from `sh` alone, because the model has no other output: it holds nothing sharp."""

    def to_dict(self, format: str = "radiance", window: str | float | None = None) -> dict[str, Any]:
        """Numbers and lists for JSON: everything but the panorama's values.

        Convention: all of it is in one frame, that of the convention `format`, which "frame" names and "panorama"
        describes: the directions of the panorama's center, right and top. Only azimuth and elevation are angles in
        the picture, whatever the frame. `window` is applied to the coefficients, as `SH.to` does.

        Raises: ValueError for an unknown convention or window.
        """
        light, frame = self.light, find_convention(format).frame
        rows, columns = self.panorama.shape[:2]
        return {
            "frame": frame,
            "angles": ANGLES,
            "response": self.response,
            "curve": None if self.curve is None else self.curve.tolist(),
            "seen": self.seen,
            "clipped": self.clipped,
            "notes": list(self.notes),
            "light": {
                "direction": self.direction(format).tolist(),
                "azimuth_deg": light.azimuth,
                "elevation_deg": light.elevation,
                "color": light.color.tolist(),
                "intensity": light.intensity,
                "share": light.share,
            },
            "sh": {**self.sh.to_dict(format, window), **({} if window is None else {"window": window})},
            "panorama": {"rows": rows, "columns": columns, **frame_axes(frame), "file": None},
        }

    def direction(self, format: str = "radiance") -> Float[np.ndarray, " 3"]:
        """Unit vector towards the dominant light, in the frame of a convention.

        Raises: ValueError for an unknown convention.
        """
        return FRAMES[find_convention(format).frame] @ self.light.direction + 0.0

    def save(self, path: str | Path) -> None:
        """Write the light as a file for another tool, by the suffix of the path, atomically.

        .usda (USD), .gltf and .py (a script for Blender) are scenes: an environment map without the dominant light,
        which lies beside them as NAME_environment.exr, and that light as a lamp, each in the tool's own axes and units.
        .exr and .hdr are the whole panorama, as `save_panorama` writes it.

        Raises: ValueError for another suffix; OutputError if a file cannot be written.
        """
        from lightprobe.imaging.envmap import ENVIRONMENT_SUFFIXES
        from lightprobe.scenes.files import SCENE_SUFFIXES, write_scene
        from lightprobe.scenes.lighting import Lighting

        suffix = Path(path).suffix.lower()
        if suffix in SCENE_SUFFIXES:
            write_scene(path, Lighting(environment=self.surroundings(), lamp=self.light))
        elif suffix in ENVIRONMENT_SUFFIXES:
            self.save_panorama(path)
        else:
            known = ", ".join((*SCENE_SUFFIXES, *ENVIRONMENT_SUFFIXES))
            raise ValueError(f"expected a path that ends in one of {known}, got {path}; rename it")

    def save_panorama(self, path: str | Path, without_light: bool = False) -> None:
        """Write the panorama as an HDR environment map, linear Rec.709: .exr (float32) or .hdr, atomically.

        Convention: columns and rows as in the picture; tools turn it by their own axes (spec/CONVENTIONS.md#frames).
        `without_light` takes the dominant light out, for scenes that have it as a lamp of its own.

        Raises: ValueError for another suffix; OutputError if the file cannot be written.
        """
        from lightprobe.imaging.envmap import write_environment

        write_environment(path, self.surroundings() if without_light else self.panorama)

    def surroundings(self) -> Float[np.ndarray, "32 64 3"]:
        """The panorama without the dominant light; together they are the light of the whole panorama."""
        return without_light(self.panorama, self.light)

    def preview(self, picture: Any) -> Image.Image:
        """A drawing of picture, estimate and lit sphere; `picture` is the one that was estimated."""
        from lightprobe.imaging.files import as_picture
        from lightprobe.runtime.preview import draw_preview

        return draw_preview(lay_out(as_picture(picture), self.layout), self)
