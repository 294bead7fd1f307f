"""The suite `analytic`: light whose coefficients are known in closed form.

Uniform light, a half sphere, discs, boxes between circles of latitude and meridians, a sun in a sky. Their radiance is
in the picture's scale. Unclipped surfaces have the exact radiance of a display value, so that rounding loses nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera import Hdri, make_hdri
from lightprobe.evaluation.suites.item import SuiteItem, capture_item
from lightprobe.evaluation.suites.shots import AS_IS, SuiteShot
from lightprobe.evaluation.suites.suite import SIZE, Suite, check_suite_size
from lightprobe.imaging.tone.curves import srgb_decode
from lightprobe.sphere import basis
from lightprobe.sphere.panorama import equirect

RED, YELLOW, BLUE, WHITE = (240, 90, 60), (246, 206, 120), (96, 140, 228), (236, 236, 236)
DARK, GRAY, GROUND = (40, 44, 50), (118, 118, 118), (92, 84, 70)
SUN = 0.533
"""Angular diameter of the sun [°]."""


def exact_radiance(code: tuple[int, int, int]) -> Float[np.ndarray, " 3"]:
    """Radiance of an sRGB color of 8 bits."""
    return srgb_decode(np.array(code) / 255)


@dataclass(frozen=True, kw_only=True)
class Disc:
    """All directions within `diameter`/2 [°] of one, brighter by `radiance` than the background."""

    azimuth: float
    elevation: float
    diameter: float
    radiance: tuple[float, float, float]

    def direction(self) -> Float[np.ndarray, " 3"]:
        """Unit direction of the center, three frame."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        return np.array([math.cos(e) * math.cos(a), math.sin(e), math.cos(e) * math.sin(a)])

    def coeffs(self) -> Float[np.ndarray, "9 3"]:
        """L·Λ_l Y_lm(d) with Λ_l = 2π ∫_c^1 P_l(t) dt and c the cosine of its radius.

        Source: Ramamoorthi & Hanrahan 2001 by way of Funk-Hecke; the integrals are those of 1, t and (3t² − 1)/2.
        """
        c = math.cos(math.radians(self.diameter / 2))
        zonal = np.repeat([2 * math.pi * (1 - c), math.pi * (1 - c * c), math.pi * c * (1 - c * c)], [1, 3, 5])
        return (zonal * basis(self.direction()))[:, None] * np.array(self.radiance)

    def coverage(self, height: int) -> Float[np.ndarray, "h w"]:
        """Share of each pixel that lies inside, its edge sampled 24 × 24 and scaled to the disc's exact area."""
        limit, reach = math.cos(math.radians(self.diameter / 2)), 1.5 * math.pi / height
        angle = np.arccos(np.clip(equirect.directions(height, 2 * height) @ self.direction(), -1, 1))
        share = (angle <= math.radians(self.diameter / 2)).astype(np.float64)
        rows, columns = np.nonzero(np.abs(angle - math.radians(self.diameter / 2)) < reach)
        steps = (np.arange(24) + 0.5) / 24
        edges = equirect.row_edges(height)
        up = edges[rows][:, None] + steps * (edges[rows + 1] - edges[rows])[:, None]  # even in area
        around = math.pi * ((columns[:, None] + steps) / height - 1)
        out = np.sqrt(1 - up**2)[:, :, None]
        x, y, z = out * np.cos(around)[:, None], up[:, :, None], out * np.sin(around)[:, None]
        dx, dy, dz = self.direction()
        part = (x * dx + y * dy + z * dz >= limit).mean(axis=(1, 2))
        solid = equirect.solid_angles(height, 2 * height)
        share[rows, columns] = 0
        within = float((share * solid).sum())
        missing = 2 * math.pi * (1 - limit) - within
        share[rows, columns] = part * missing / float(part @ solid[rows, columns])
        return share


@dataclass(frozen=True, kw_only=True)
class Box:
    """All directions between two elevations and two azimuths [°], brighter by `radiance` than the background.

    Its edges must be multiples of 2.8125°, so that they are sharp in pictures of 64 rows or more.
    """

    azimuth: tuple[float, float]
    elevation: tuple[float, float]
    radiance: tuple[float, float, float]

    def coeffs(self) -> Float[np.ndarray, "9 3"]:
        """K_lm times the integrals of 1, y, z, x, xy, yz, 3z² − 1, xz, x² − y² over the box."""
        (a0, a1), (e0, e1) = np.radians(self.azimuth), np.radians(self.elevation)

        def between(f0: float, f1: float) -> float:
            return f1 - f0

        s0, s1, c0, c1 = math.sin(e0), math.sin(e1), math.cos(e0), math.cos(e1)
        area, wide = between(s0, s1), between(a0, a1)
        cos2 = between(e0 / 2 + s0 * c0 / 2, e1 / 2 + s1 * c1 / 2)  # ∫ cos² dφ
        sin_cos = between(s0 * s0 / 2, s1 * s1 / 2)
        sin2_cos = between(s0**3 / 3, s1**3 / 3)
        sin_cos2 = -between(c0**3 / 3, c1**3 / 3)
        cos3 = area - sin2_cos
        around_cos, around_sin = between(math.sin(a0), math.sin(a1)), -between(math.cos(a0), math.cos(a1))
        cos_sq = between(a0 / 2 + math.sin(2 * a0) / 4, a1 / 2 + math.sin(2 * a1) / 4)
        sin_sq, mixed = wide - cos_sq, between(math.sin(a0) ** 2 / 2, math.sin(a1) ** 2 / 2)
        moments = [
            area * wide,
            sin_cos * wide,
            cos2 * around_sin,
            cos2 * around_cos,
            sin_cos2 * around_cos,
            sin_cos2 * around_sin,
            3 * cos3 * sin_sq - area * wide,
            cos3 * mixed,
            cos3 * cos_sq - sin2_cos * wide,
        ]
        k = [1 / 4, 3 / 4, 3 / 4, 3 / 4, 15 / 4, 15 / 4, 5 / 16, 15 / 4, 15 / 16]
        return (np.sqrt(np.array(k) / math.pi) * moments)[:, None] * np.array(self.radiance)

    def coverage(self, height: int) -> Float[np.ndarray, "h w"]:
        """Share of each pixel that lies inside."""

        def share(edges: np.ndarray, low: float, high: float) -> np.ndarray:
            first, last = np.minimum(edges[1:], edges[:-1]), np.maximum(edges[1:], edges[:-1])
            return np.clip(np.minimum(last, high) - np.maximum(first, low), 0, None) / (last - first)

        down = share(equirect.row_edges(height), *np.sin(np.radians(self.elevation)))
        return np.outer(down, share(equirect.column_edges(2 * height), *np.radians(self.azimuth)))


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Even light all around, and lights on top of it."""

    background: tuple[float, float, float]
    lights: tuple[Disc | Box, ...] = ()
    clips: bool = False
    """Some of it is brighter than display white."""

    def coeffs(self) -> Float[np.ndarray, "9 3"]:
        """Radiance coefficients, in closed form."""
        total = np.zeros((9, 3))
        total[0] = math.sqrt(4 * math.pi) * np.array(self.background)
        return total + sum((light.coeffs() for light in self.lights), np.zeros((9, 3)))

    def radiance(self, height: int) -> Float[np.ndarray, "h w 3"]:
        """Means over the pixels of a panorama."""
        panorama = np.tile(np.array(self.background), (height, 2 * height, 1))
        for light in self.lights:
            panorama += light.coverage(height)[..., None] * np.array(light.radiance)
        return panorama


def _over(code: tuple[int, int, int], behind: tuple[int, int, int], times: float = 1.0) -> tuple[float, float, float]:
    """Radiance that a light of this color, `times` as bright, adds to the color behind it."""
    red, green, blue = times * exact_radiance(code) - exact_radiance(behind)
    return float(red), float(green), float(blue)


def _plain(code: tuple[int, int, int]) -> tuple[float, float, float]:
    return _over(code, (0, 0, 0))


def _sky(sun: float) -> Arrangement:
    """Blue above, brown below, and a sun that gives a face-on surface this irradiance."""
    above = Box(azimuth=(-180, 180), elevation=(0, 90), radiance=_over(BLUE, GROUND))
    light = sun / (math.pi * math.sin(math.radians(SUN / 2)) ** 2)
    disc = Disc(azimuth=40, elevation=35, diameter=SUN, radiance=(light, 0.95 * light, 0.85 * light))
    return Arrangement(background=_plain(GROUND), lights=(above, disc), clips=True)


def _disc(diameter: float, times: float) -> Arrangement:
    disc = Disc(azimuth=-70, elevation=25, diameter=diameter, radiance=_over(YELLOW, DARK, times))
    return Arrangement(background=_plain(DARK), lights=(disc,), clips=times > 1)


def _boxes(times: float) -> Arrangement:
    key = Box(azimuth=(22.5, 67.5), elevation=(11.25, 45), radiance=_over(WHITE, DARK, times))
    fill = Box(azimuth=(-135, -90), elevation=(0, 22.5), radiance=_over(RED, DARK))
    return Arrangement(background=_plain(DARK), lights=(key, fill), clips=times > 1)


ARRANGEMENTS = {
    "uniform-gray": Arrangement(background=_plain(GRAY)),
    "uniform-color": Arrangement(background=_plain(YELLOW)),
    "half-sphere": Arrangement(
        background=_plain(GROUND),
        lights=(Box(azimuth=(-180, 180), elevation=(0, 90), radiance=_over(BLUE, GROUND)),),
    ),
    "disc-10": _disc(10, 1),
    "disc-30": _disc(30, 1),
    "disc-90": _disc(90, 1),
    "boxes": _boxes(1),
    "disc-10-bright": _disc(10, 60),
    "disc-30-bright": _disc(30, 12),
    "boxes-bright": _boxes(8),
    "sun-and-sky": _sky(2.0),
    "low-sun-and-sky": _sky(0.5),
}
"""By name; those named bright clip."""


def analytic_shots() -> list[SuiteShot]:
    """The shots: hard-clipped sRGB and two renderers' curves, as is, not turned."""
    return [
        SuiteShot(
            id=f"{slug}/{curve}",
            scene=slug,
            group=slug,
            stratum=f"{'clipped' if arrangement.clips else 'unclipped'}, {curve}",
            exposure=AS_IS,
            curve=curve,
        )
        for slug, arrangement in ARRANGEMENTS.items()
        for curve in ("srgb", "filmic", "reinhard")
    ]


def analytic_suite(seed: int, size: tuple[int, int] = SIZE) -> Suite:
    """The suite of these arrangements; nothing in it depends on the seed.

    Raises: ValueError for a size that no suite can have.
    """
    width, height = check_suite_size(*size)

    @lru_cache(maxsize=1)
    def scene(slug: str) -> Hdri:
        arrangement = ARRANGEMENTS[slug]
        # at the picture's own size the curve gets exact means, so edges are exact too
        return make_hdri(slug, arrangement.radiance(height), height, arrangement.coeffs())

    def load(shot: SuiteShot) -> SuiteItem:
        return capture_item(shot, scene(shot.scene), width=width, height=height)

    return Suite(
        name="analytic",
        width=width,
        height=height,
        seed=seed,
        shots=tuple(analytic_shots()),
        about=f"{len(ARRANGEMENTS)} arrangements of light with coefficients in closed form",
        load=load,
    )
