"""Shots: which pictures a suite takes of its scenes, seeded and listed.

A scene is photographed with `srgb` at the three standard exposures, as a camera would expose, and unclipped; with
every other curve as a camera would, and at one standard exposure that is drawn. Turn, mirror and the camera's care
for highlights are drawn, each from a stream of its own (lightprobe.data.streams).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lightprobe.data import streams
from lightprobe.evaluation.tones import TONES

STANDARD = {"ev-1.5": -1.5, "ev-0.5": -0.5, "ev+0.5": 0.5}
"""Exposures that bring the median luminance to 0.18·2^EV of display white [EV]."""
AUTO = "auto"
"""As a camera's meter would (lightprobe.data.metering)."""
UNCLIPPED = "unclipped"
"""The brightest channel at 0.98 of display white; not part of the headline, as nobody photographs a sun so."""
AS_IS = "as-is"
"""The scene's own radiance, which is in the picture's scale already: analytic scenes."""
EXPOSURES = (*STANDARD, AUTO, UNCLIPPED, AS_IS)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture to be taken, or that has been taken."""

    id: str
    """scene/curve_exposure"""
    scene: str
    group: str
    """Scenes of one place share it; bootstrap and training split go by it."""
    stratum: str
    """Kind of light: sun, soft, indoor, studio, night; of analytic scenes whether and what it clips."""
    exposure: str
    curve: str
    yaw: int = 0
    """Turn [columns of the picture], content moving right."""
    mirror: bool = False
    protection: float = 0.0
    """How much the automatic exposure heeds the highlights, 0 … 1."""
    headline: bool = True
    """It counts in the suite's table; the others are in breakdowns only."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is known of a scene before it is looked at."""

    slug: str
    group: str
    stratum: str


def plan(places: Iterable[Place], *, width: int, seed: int) -> list[Shot]:
    """The shots of natural scenes, scene by scene."""
    return [
        _shot(place, curve, exposure, width=width, seed=seed)
        for place in places
        for curve, exposure in conditions(place.slug, seed)
    ]


def conditions(slug: str, seed: int) -> list[tuple[str, str]]:
    """Curve and exposure of each picture of a scene."""
    chosen = [("srgb", exposure) for exposure in (*STANDARD, AUTO, UNCLIPPED)]
    for curve in TONES:
        if curve != "srgb":
            drawn = streams.choice(streams.uniform(seed, slug, 0, f"exposure {curve}"), tuple(STANDARD))
            chosen += [(curve, AUTO), (curve, drawn)]
    return chosen


def _shot(place: Place, curve: str, exposure: str, *, width: int, seed: int) -> Shot:
    def u(question: str) -> float:
        return streams.uniform(seed, place.slug, 0, f"{question} of {curve} {exposure}")

    return Shot(
        id=f"{place.slug}/{curve}_{exposure}",
        scene=place.slug,
        group=place.group,
        stratum=place.stratum,
        exposure=exposure,
        curve=curve,
        yaw=int(u("yaw") * width),
        mirror=u("mirror") < 0.5,
        protection=round(0.6 * u("protection"), 4) if exposure == AUTO else 0.0,
        headline=exposure != UNCLIPPED,
    )
