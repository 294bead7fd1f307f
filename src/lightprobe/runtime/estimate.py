"""Estimate: the light of a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.geometry.layout import Layout, lay_out
from lightprobe.sphere import FRAMES, SH, Light
from lightprobe.sphere.interop.conventions import find_convention
from lightprobe.sphere.interop.frames import frame_axes
from lightprobe.sphere.light import changed_light, without_light

if TYPE_CHECKING:
    from PIL import Image

    from lightprobe.imaging.picture import Picture
    from lightprobe.runtime.environment import Sun


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
    answer: str | None = None
    """Which of a network's answers this is: best, balanced or median; None where there is one only."""
    uncertainty: float | None = None
    """How far irradiance may be off [stops]: half the width of the interval that should hold the true one in 8 of 10
    pictures. The error of an unknown tone curve is no part of it. None: unknown."""
    notes: tuple[str, ...] = ()
    """What was done with the picture that its user may not expect, and what in its file was not used."""
    layout: Layout = field(default_factory=Layout)
    """What the caller said about the geometry of the picture."""
    is_drawn: bool = False
    """The panorama is drawn from `sh` alone, because the model has no other output: it holds nothing sharp."""
    source: Any = field(default=None, repr=False)
    """The picture, as the caller gave it: a path is read again when an environment is wanted, an array is not copied.
    None of frames of videos."""
    whole: Estimate | None = field(default=None, repr=False)
    """Of the rest without the sun, the estimate that it was; otherwise None."""

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
            "answer": self.answer,
            "uncertainty_stops": self.uncertainty,
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

    def save(self, path: str | Path, width: int | None = None, picture: Any = None) -> None:
        """Write the light as a file for another tool, by the suffix of the path, atomically.

        .usda (USD), .gltf and .py (a script for Blender) are scenes: the environment without the sun, which lies beside
        them as NAME_environment.exr, and the sun, or else the dominant light, as a lamp of its size, each in the tool's
        own axes and units. Together they have the coefficients of the answer. .exr, .hdr and .jpg are the environment,
        as `save_environment` writes it. `width` and `picture` are as there.

        Raises: ValueError for another suffix; OutputError if a file cannot be written; ImageError if the picture
        cannot be read again.
        """
        from lightprobe.imaging.envmap import ENVIRONMENT_SUFFIXES
        from lightprobe.runtime.environment import complement
        from lightprobe.scenes.files import SCENE_SUFFIXES, write_scene
        from lightprobe.scenes.lighting import Lighting

        suffix = Path(path).suffix.lower()
        if suffix in SCENE_SUFFIXES:
            whole = self if self.whole is None else self.whole
            sun = whole.find_sun(picture)
            rest = complement(whole.without_sun().environment(width, picture), sun, whole.sh.coeffs)
            lamp = replace(whole.light, direction=sun.direction, color=sun.color, intensity=sun.intensity)
            write_scene(path, Lighting(environment=rest, lamp=lamp, angle=sun.angular_diameter))
        elif suffix in ENVIRONMENT_SUFFIXES:
            self.save_environment(path, width, picture)
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

    @cached_property
    def sun(self) -> Sun:
        """The dominant light with its size, and how sure it is that it is a bare sun; see `find_sun`."""
        return self.find_sun()

    def find_sun(self, picture: Any = None) -> Sun:
        """The dominant light with its size; it and `without_sun()` add up to the whole.

        `picture` is the one that was estimated, where `source` is None; without any, no light counts as a bare sun.

        Raises: ImageError if the picture cannot be read.
        """
        from lightprobe.runtime.environment import find_sun

        return find_sun(self.panorama, self.light, self._laid_out(picture))

    def without_sun(self) -> Estimate:
        """The rest without the sun: its panorama, coefficients and environments, and the dominant light among it.

        Convention: `sh` lacks exactly `sun.coefficients()`, and the light that `panorama` and `environment` lack adds
        up to `sun.irradiance`. Radiance is never negative where it was not.
        """
        if self.whole is not None:
            return self
        coeffs, panorama = self.sh.coeffs - self.sun.coefficients(), without_light(self.panorama, self.light)
        light = changed_light(self.light, self.sh.coeffs, coeffs, panorama, self.seen)
        return replace(self, sh=SH(coeffs), panorama=panorama, light=light, whole=self)

    def environment(self, width: int | None = None, picture: Any = None) -> Float[np.ndarray, "h w 3"]:
        """The surroundings as an environment map of width/2 × width pixels (float32), linear Rec.709, three frame.

        Pixels that hold their light are the picture's, linearized; light that is lost or unseen is put where it belongs
        (spec/CONVENTIONS.md#environments). Without `width`, it has the picture's resolution, of partial pictures at
        most 8192 columns. `picture` is the one that was estimated, where `source` is None; without any, this is the
        panorama, spread smoothly.

        Raises: ImageError if the picture cannot be read; ValueError for a width that is odd or not between 64 and
        32768.
        """
        from lightprobe.runtime.environment import Answer, compose_environment, find_sun, spread_environment, sun_cut

        whole = self if self.whole is None else self.whole
        shown = whole._laid_out(picture)
        if shown is None or width == self.panorama.shape[1]:
            return spread_environment(self.panorama, width)
        answer = Answer(
            coeffs=whole.sh.coeffs,
            panorama=whole.panorama,
            light=whole.light,
            sun=find_sun(whole.panorama, whole.light, shown),
            response=self.response,
            curve=self.curve,
        )
        environment = compose_environment(shown, width, answer)
        return environment if whole is self else sun_cut(environment, whole.panorama, answer.sun)

    def _laid_out(self, picture: Any) -> Picture | None:
        from lightprobe.imaging.files import as_picture
        from lightprobe.imaging.picture import check_radiance

        source = self.source if picture is None else picture
        return None if source is None else lay_out(check_radiance(as_picture(source), repair=True), self.layout)

    def save_environment(self, path: str | Path, width: int | None = None, picture: Any = None) -> None:
        """Write the environment, linear Rec.709, atomically: .exr (half floats, or float32 where light exceeds them),
        .hdr, or .jpg (display values and a gain map).

        Convention: columns and rows as in the picture; tools turn it by their own axes (spec/CONVENTIONS.md#frames).

        Raises: as `environment`; ValueError for another suffix; OutputError if the file cannot be written.
        """
        from lightprobe.imaging.envmap import check_environment_path, write_environment

        write_environment(check_environment_path(path), self.environment(width, picture), is_large=True)

    def save_sun(self, path: str | Path, format: str = "radiance", picture: Any = None) -> None:
        """Write the sun as JSON, in the frame of a convention, atomically.

        Raises: ValueError for an unknown convention; OutputError if the file cannot be written.
        """
        from lightprobe.imaging.output import write_text

        frame = find_convention(format).frame
        document = {"frame": frame, "angles": ANGLES, **self.find_sun(picture).to_dict(frame)}
        write_text(path, json.dumps(document, indent=2) + "\n")

    def surroundings(self) -> Float[np.ndarray, "32 64 3"]:
        """The panorama without the dominant light; together they are the light of the whole panorama."""
        return without_light(self.panorama, self.light)

    def preview(self, picture: Any) -> Image.Image:
        """A drawing of picture, estimate and lit sphere; `picture` is the one that was estimated."""
        from lightprobe.imaging.files import as_picture
        from lightprobe.runtime.preview import draw_preview

        return draw_preview(lay_out(as_picture(picture), self.layout), self)
