"""Shots of a suite: the pictures that it takes of its scenes, seeded and listed.

A scene is photographed with `srgb` at the three standard exposures, as a camera would expose, and unclipped; with
every other curve as a camera would, and at one standard exposure that is drawn. Turn, mirror and the camera's care
for highlights are drawn, each from a stream of its own (lightprobe.camera.sampling.rng).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lightprobe.camera import exposure
from lightprobe.camera.sampling import rng
from lightprobe.camera.sampling.recipe import form_of
from lightprobe.camera.shot import Shot
from lightprobe.imaging.curves import RESPONSES

STANDARD = {f"ev{ev:+.1f}": ev for ev in exposure.STANDARD}
"""Standard exposures by name [EV]: the median luminance at 0.18 · 2^EV of display white."""
AUTO = "auto"
"""As a camera's meter would."""
UNCLIPPED = "unclipped"
"""At −0.5 EV, of the scene without the light that would clip there (lightprobe.camera.make_unclipped); not part of the
headline, as no scene is like that by itself."""
UNCLIPPED_EV = -0.5
AS_IS = "as-is"
"""The scene's own radiance, which is in the picture's scale already: analytic scenes."""
EXPOSURES = (*STANDARD, AUTO, UNCLIPPED, AS_IS)

JPEG_QUALITY = 85
CAMERAS = ("bt709", "hlg", "polynomial")
"""Responses outside the family that training draws from (lightprobe.camera.response)."""
CURVES = ("srgb", "srgb+jpeg", "filmic", "agx", "aces", "reinhard", *CAMERAS)
"""Curves by the names that manifests use: those that an estimator may be given, JPEG, and three other cameras."""


@dataclass(frozen=True, kw_only=True)
class SuiteShot:
    """One picture of a suite, to be taken or taken already.

    Raises: ValueError for an unknown curve or exposure.
    """

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

    def __post_init__(self) -> None:
        for name, known in (("curve", CURVES), ("exposure", EXPOSURES)):
            if getattr(self, name) not in known:
                raise ValueError(f"expected the {name} to be one of {', '.join(known)}, got {getattr(self, name)!r}")

    @property
    def known_response(self) -> str:
        """The response that an estimator may be given; 'auto' where it has no name for the curve."""
        name = self.curve.removesuffix("+jpeg")
        return name if name in RESPONSES else "auto"

    def camera_shot(self, width: int, height: int) -> Shot:
        """The camera's parameters."""
        name = self.curve.removesuffix("+jpeg")
        return Shot(
            scene=self.scene,
            width=width,
            height=height,
            mirror=self.mirror,
            yaw=self.yaw,
            meter={AUTO: "auto", AS_IS: "none"}.get(self.exposure, "fixed"),
            protection=self.protection,
            compensation=UNCLIPPED_EV if self.exposure == UNCLIPPED else STANDARD.get(self.exposure, 0.0),
            curve=name,
            form=form_of(name),
            jpeg=JPEG_QUALITY if name != self.curve else 0,
        )


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is known of a scene before it is looked at."""

    slug: str
    group: str
    stratum: str


def plan(places: Iterable[Place], *, width: int, seed: int) -> list[SuiteShot]:
    """The shots of natural scenes, scene by scene."""
    return [
        _shot(place, curve, exposure, width=width, seed=seed)
        for place in places
        for curve, exposure in conditions(place.slug, seed)
    ]


def conditions(slug: str, seed: int) -> list[tuple[str, str]]:
    """Curve and exposure of each picture of a scene."""
    chosen = [("srgb", exposure) for exposure in (*STANDARD, AUTO, UNCLIPPED)]
    for curve in CURVES:
        if curve != "srgb":
            drawn = rng.choice(rng.uniform(seed, slug, 0, f"exposure {curve}"), tuple(STANDARD))
            chosen += [(curve, AUTO), (curve, drawn)]
    return chosen


def _shot(place: Place, curve: str, exposure: str, *, width: int, seed: int) -> SuiteShot:
    def u(question: str) -> float:
        return rng.uniform(seed, place.slug, 0, f"{question} of {curve} {exposure}")

    return SuiteShot(
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
