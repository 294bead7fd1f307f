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
from lightprobe.sphere.light import dominant_light, without_light

if TYPE_CHECKING:
    from PIL import Image

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
    notes: tuple[str, ...] = ()
    """What was done with the picture that its user may not expect, and what in its file was not used."""
    layout: Layout = field(default_factory=Layout)
    """What the caller said about the geometry of the picture."""
    is_drawn: bool = False
    """The panorama is drawn from `sh` alone, because the model has no other output: it holds nothing sharp."""

    whole: Estimate | None = None
    """Of the rest without its sun, the estimate that it was; otherwise None."""

    def to_dict(self, format: str = "radiance") -> dict[str, Any]:
        """Numbers and lists for JSON: everything but the panorama's values.

        Convention: all of it is in one frame, that of the convention `format`, which "frame" names and "panorama"
        describes: the directions of the panorama's center, right and top. Only azimuth and elevation are angles in
        the picture, whatever the frame.

        Raises: ValueError for an unknown convention.
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
            "sun": self.sun.to_dict(frame),
            "sh": self.sh.to_dict(format),
            "panorama": {"rows": rows, "columns": columns, **frame_axes(frame)},
        }

    def direction(self, format: str = "radiance") -> Float[np.ndarray, " 3"]:
        """Unit vector towards the dominant light, in the frame of a convention.

        Raises: ValueError for an unknown convention.
        """
        return FRAMES[find_convention(format).frame] @ self.light.direction + 0.0

    @cached_property
    def sun(self) -> Sun:
        """The dominant light with its size and a confidence; `without_sun()` and it add up to the whole."""
        from lightprobe.runtime.environment import find_sun

        return find_sun(self.panorama, self.light, self.seen)

    def without_sun(self) -> Estimate:
        """The rest without the sun: its panorama, coefficients and environments, and the dominant light among it.

        Convention: `sh` lacks exactly `sun.coefficients()`, and the light that `panorama` and `environment` lack adds
        up to `sun.irradiance`. Radiance is never negative.
        """
        if self.whole is not None:
            return self
        coeffs, panorama = self.sh.coeffs - self.sun.coefficients(), without_light(self.panorama, self.light)
        return replace(self, sh=SH(coeffs), panorama=panorama, light=dominant_light(coeffs, panorama), whole=self)

    def environment(self, picture: Any = None, width: int | None = None) -> Float[np.ndarray, "h w 3"]:
        """The surroundings as an environment map of width/2 × width pixels (float32), linear Rec.709, three frame.

        Pixels that hold their light are the picture's, linearised; light that is lost or unseen is put where it belongs
        (spec/CONVENTIONS.md#environments). `picture` is the one that was estimated; without it, or of 64 columns, this
        is the panorama, spread smoothly. Without `width`, it has the picture's resolution, of partial pictures at most
        8192 columns.

        Raises: ImageError if the picture cannot be read; ValueError for a width that is odd or not between 64 and
        32768.
        """
        from lightprobe.imaging.files import as_picture
        from lightprobe.imaging.picture import check_radiance
        from lightprobe.runtime.environment import compose_environment, spread_environment, sun_cut

        whole = self if self.whole is None else self.whole
        if picture is None or width == self.panorama.shape[1]:
            return spread_environment(self.panorama, width)
        environment = compose_environment(
            lay_out(check_radiance(as_picture(picture), repair=True), self.layout),
            width,
            coeffs=whole.sh.coeffs,
            panorama=whole.panorama,
            light=whole.light,
            sun=whole.sun,
            response=self.response,
            curve=self.curve,
        )
        return environment if whole is self else sun_cut(environment, whole.panorama, whole.sun)

    def save_environment(self, path: str | Path, picture: Any = None, width: int | None = None) -> None:
        """Write the environment as an HDR environment map, linear Rec.709: .exr (float32) or .hdr, atomically.

        Convention: columns and rows as in the picture; tools turn it by their own axes (spec/CONVENTIONS.md#frames).

        Raises: as `environment`; ValueError for another suffix; OutputError if the file cannot be written.
        """
        from lightprobe.imaging.envmap import check_environment_path, write_environment

        write_environment(check_environment_path(path), self.environment(picture, width))

    def save_sun(self, path: str | Path, format: str = "radiance") -> None:
        """Write the sun as JSON, in the frame of a convention, atomically.

        Raises: ValueError for an unknown convention; OutputError if the file cannot be written.
        """
        from lightprobe.imaging.output import write_text

        frame = find_convention(format).frame
        document = {"frame": frame, "angles": ANGLES, **self.sun.to_dict(frame)}
        write_text(path, json.dumps(document, indent=2) + "\n")

    def preview(self, picture: Any) -> Image.Image:
        """A drawing of picture, estimate and lit sphere; `picture` is the one that was estimated."""
        from lightprobe.imaging.files import as_picture
        from lightprobe.runtime.preview import draw_preview

        return draw_preview(lay_out(as_picture(picture), self.layout), self)
