"""SH: radiance coefficients and the operations on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import band_count
from lightprobe.sphere.harmonics.irradiance import irradiance, radiance
from lightprobe.sphere.harmonics.rotation import MIRROR, rotate
from lightprobe.sphere.harmonics.window import window
from lightprobe.sphere.interop import conventions
from lightprobe.sphere.light import Light, directional_fit, dominant_direction
from lightprobe.sphere.panorama.cubemap import project_cubemap
from lightprobe.sphere.panorama.projection import project


@dataclass(frozen=True, eq=False)
class SH:
    """Spherical harmonics of the radiance around a point.

    Convention: spec/CONVENTIONS.md#spherical-harmonics. Linear Rec.709; 1.0 is display white of the picture
    that was given; three frame (panorama center +X, right +Z, up +Y).
    """

    coeffs: Float[np.ndarray, "n 3"]
    """Radiance coefficients L_lm: 00, 1-1, 10, 11, 2-2, … by RGB, as three.js LightProbe takes them."""
    is_windowed: bool = False
    """Whether a window has been applied; then `to` does not apply the default window of a tool again."""

    def __post_init__(self) -> None:
        coeffs = np.array(self.coeffs, np.float64)
        if coeffs.ndim != 2 or coeffs.shape[1] != 3:
            raise ValueError(f"expected coefficients (bands², 3), got {coeffs.shape}; 27 numbers reshape to (9, 3)")
        band_count(len(coeffs))
        if not np.isfinite(coeffs).all():
            raise ValueError("expected finite coefficients, got NaN or infinity; repair the picture")
        coeffs.flags.writeable = False
        object.__setattr__(self, "coeffs", coeffs)

    @classmethod
    def from_equirect(cls, panorama: Float[np.ndarray, "h w 3"], bands: int = 3) -> SH:
        """Exact projection of a linear panorama. Raises: ValueError if it is not 2:1."""
        return cls(project(panorama, bands))

    @classmethod
    def from_cubemap(cls, faces: Float[np.ndarray, "6 s s 3"], bands: int = 3) -> SH:
        """Projection of six linear cube faces (+X −X +Y −Y +Z −Z)."""
        return cls(project_cubemap(faces, bands))

    @classmethod
    def from_convention(cls, values: Float[np.ndarray, ...], convention: str) -> SH:
        """Coefficients as another tool stores them: rows of RGB, or a flat list in that tool's layout.

        Raises: ValueError for an unknown convention or a wrong number of values.
        """
        coeffs = conventions.decode(values, convention)
        return cls(coeffs, is_windowed=conventions.find_convention(convention).window != "none")

    @property
    def bands(self) -> int:
        """Number of bands: 3 for 9 coefficients."""
        return band_count(len(self.coeffs))

    def to(self, convention: str, window: str | float | None = None) -> Float[np.ndarray, "n 3"]:
        """The values as another tool stores them, one row per value, RGB across.

        `window` is None for that tool's default (cmgen: automatic; the others: none), or a kind as in `windowed`.

        Raises: ValueError for an unknown convention, or one that needs 3 bands.
        """
        if window is None:
            window = "none" if self.is_windowed else conventions.find_convention(convention).window
        return conventions.encode(self.windowed(window).coeffs, convention)

    def flat(self, convention: str = "radiance", window: str | float | None = None) -> Float[np.ndarray, " k"]:
        """The values as a flat list, in that tool's layout."""
        return conventions.flatten(self.to(convention, window), convention)

    def to_dict(self, convention: str = "radiance", window: str | float | None = None) -> dict[str, Any]:
        """The values for JSON: convention, frame (its axes), names, rows of RGB, and the list in that tool's layout.

        Raises: as `to`.
        """
        found, values = conventions.find_convention(convention), self.to(convention, window)
        return {
            "convention": found.name,
            "frame": found.frame,
            "names": found.labels(self.bands),
            "coeffs": values.tolist(),
            "flat": conventions.flatten(values, convention).tolist(),
        }

    def radiance(self, directions: Float[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape 3"]:
        """Radiance in unit directions; may be negative (ringing)."""
        return radiance(self.coeffs, np.asarray(directions, np.float64))

    def irradiance(self, normals: Float[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape 3"]:
        """Irradiance of surfaces with these unit normals; divide by π for the radiance of a white one."""
        return irradiance(self.coeffs, np.asarray(normals, np.float64))

    def rotated(self, matrix: Float[np.ndarray, "3 3"]) -> SH:
        """The light turned (or mirrored) by a 3×3 matrix that takes old directions to new ones."""
        return SH(rotate(self.coeffs, np.asarray(matrix, np.float64)), self.is_windowed)

    def mirrored(self) -> SH:
        """Left and right of the panorama exchanged."""
        return self.rotated(MIRROR)

    def windowed(self, kind: str | float = "auto") -> SH:
        """The light under a window that reduces ringing: 'auto' as cmgen, 'sloan', a cut-off in bands, or 'none'."""
        if kind == "none":
            return self
        return SH(window(self.coeffs, kind)[:, None] * self.coeffs, is_windowed=True)

    @property
    def dominant_direction(self) -> Float[np.ndarray, " 3"]:
        """Unit direction from which most light comes, by band 1."""
        return dominant_direction(self.coeffs)

    @property
    def light(self) -> Light:
        """The directional light that, with a constant ambient light, fits these coefficients best."""
        return directional_fit(self.coeffs)
