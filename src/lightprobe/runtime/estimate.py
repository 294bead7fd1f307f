"""Estimate: the light of a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.geometry.layout import Layout, lay_out
from lightprobe.sphere import SH, Light

if TYPE_CHECKING:
    from PIL import Image


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

    def to_dict(self) -> dict[str, Any]:
        """Numbers and lists for JSON: everything but the panorama."""
        light = self.light
        return {
            "response": self.response,
            "curve": None if self.curve is None else self.curve.tolist(),
            "seen": self.seen,
            "clipped": self.clipped,
            "notes": list(self.notes),
            "light": {
                "direction": light.direction.tolist(),
                "azimuth_deg": light.azimuth,
                "elevation_deg": light.elevation,
                "color": light.color.tolist(),
                "intensity": light.intensity,
                "share": light.share,
            },
            "sh": {"convention": "radiance", "coeffs": self.sh.coeffs.tolist()},
        }

    def preview(self, picture: Any) -> Image.Image:
        """A drawing of picture, estimate and lit sphere; `picture` is the one that was estimated."""
        from lightprobe.imaging.files import as_picture
        from lightprobe.runtime.preview import draw_preview

        return draw_preview(lay_out(as_picture(picture), self.layout), self)
