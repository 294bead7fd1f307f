"""Shots of a suite: the list of pictures that are taken of its scenes, drawn from a seed.

A scene is photographed with `srgb` at the three standard exposures, at a camera's automatic exposure, and unclipped;
with every other curve at the automatic exposure and at one standard exposure, drawn at random. Turn, mirror and how
much the automatic exposure protects highlights are random too, each with a stream of its own
(lightprobe.camera.sampling.rng).

The field names are columns of a suite's manifest.json, and the names of curves and exposures its values: they are
part of `suites.suite.FORMAT`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lightprobe.camera import View, exposure
from lightprobe.camera.sampling import rng
from lightprobe.camera.sampling.recipe import form_of
from lightprobe.camera.shot import Shot
from lightprobe.imaging.tone.curves import RESPONSES

STANDARD = {f"ev{ev:+.1f}": ev for ev in exposure.STANDARD}
"""Standard exposures by name [EV]: the median luminance at 0.18 · 2^EV of display white."""
AUTO_EXPOSURE = "auto"
"""As a camera's light meter exposes."""
UNCLIPPED = "unclipped"
"""At −0.5 EV, without the light that would clip there (lightprobe.camera.make_unclipped). Not part of the headline,
because no real scene is like that."""
UNCLIPPED_EV = -0.5
AS_IS = "as-is"
"""The scene's own radiance, which is in the picture's scale already: analytic scenes."""
EXPOSURES = (*STANDARD, AUTO_EXPOSURE, UNCLIPPED, AS_IS)

JPEG_QUALITY = 85
CAMERAS = ("bt709", "hlg", "polynomial")
"""Responses outside the family that training draws from (lightprobe.camera.response)."""
CURVES = ("srgb", "srgb+jpeg", "filmic", "agx", "aces", "reinhard", *CAMERAS)
"""Curves by their names in manifests: those that an estimator may be given, sRGB as a JPEG, and three other cameras."""


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
    """Kind of light: sun, soft, indoor, studio, night; in the analytic suite whether the scene clips, and the curve."""
    exposure: str
    curve: str
    yaw: int = 0
    """Turn [columns of the picture], content moving right."""
    mirror: bool = False
    protection: float = 0.0
    """How much the automatic exposure protects the highlights, 0 … 1."""
    headline: bool = True
    """The picture counts in the suite's table; the others count in breakdowns only."""
    view: View | None = None
    """A perspective picture instead of the whole panorama."""

    def __post_init__(self) -> None:
        for name, known in (("curve", CURVES), ("exposure", EXPOSURES)):
            if getattr(self, name) not in known:
                raise ValueError(f"expected the {name} to be one of {', '.join(known)}, got {getattr(self, name)!r}")

    @property
    def framing(self) -> str:
        """What of the sphere the picture shows, in words."""
        return "whole" if self.view is None else framing_text(self.view)

    @property
    def known_response(self) -> str:
        """The response to name to an estimator that is given the curve; 'auto' where the curve has no such name."""
        name = self.curve.removesuffix("+jpeg")
        return name if name in RESPONSES else "auto"

    def camera_shot(self, width: int, height: int) -> Shot:
        """The camera's parameters for a picture of this size."""
        name = self.curve.removesuffix("+jpeg")
        return Shot(
            scene=self.scene,
            width=width,
            height=height,
            mirror=self.mirror,
            yaw=self.yaw,
            meter={AUTO_EXPOSURE: "auto", AS_IS: "none"}.get(self.exposure, "fixed"),
            protection=self.protection,
            compensation=UNCLIPPED_EV if self.exposure == UNCLIPPED else STANDARD.get(self.exposure, 0.0),
            curve=name,
            form=form_of(name),
            jpeg=JPEG_QUALITY if name != self.curve else 0,
            view=self.view,
        )


@dataclass(frozen=True, kw_only=True)
class SuiteScene:
    """A scene before its HDRI is read."""

    slug: str
    group: str
    """Scenes of one place share it."""
    stratum: str
    """Kind of light."""


def framing_text(view: View) -> str:
    """Field of view and direction of a view, in words."""
    parts = [f"fov {view.fov:g}°"]
    if view.height > view.width:
        parts.append("portrait")
    if view.pitch:
        parts.append(f"{abs(view.pitch):g}° {'up' if view.pitch > 0 else 'down'}")
    return ", ".join(parts)


def natural_shots(scenes: Iterable[SuiteScene], *, width: int, seed: int) -> list[SuiteShot]:
    """The shots of photographed scenes, scene by scene; `width` is that of the pictures."""
    return [
        _draw(scene, curve, exposure, width=width, seed=seed)
        for scene in scenes
        for curve, exposure in shot_conditions(scene.slug, seed)
    ]


def shot_conditions(slug: str, seed: int) -> list[tuple[str, str]]:
    """Curve and exposure of each picture of a scene."""
    chosen = [("srgb", exposure) for exposure in (*STANDARD, AUTO_EXPOSURE, UNCLIPPED)]
    for curve in CURVES:
        if curve != "srgb":
            drawn = rng.choice(rng.uniform(seed, slug, 0, f"exposure {curve}"), tuple(STANDARD))
            chosen += [(curve, AUTO_EXPOSURE), (curve, drawn)]
    return chosen


def _draw(scene: SuiteScene, curve: str, exposure: str, *, width: int, seed: int) -> SuiteShot:
    return suite_shot(scene, f"{curve}_{exposure}", f"{curve} {exposure}", curve, exposure, width=width, seed=seed)


def suite_shot(
    scene: SuiteScene,
    name: str,
    condition: str,
    curve: str,
    exposure: str,
    *,
    width: int,
    seed: int,
    view: View | None = None,
) -> SuiteShot:
    """The shot of a scene with this name and condition; turn [columns of `width`], mirror and protection of the
    highlights are drawn for the condition."""

    def u(question: str) -> float:
        return rng.uniform(seed, scene.slug, 0, f"{question} of {condition}")

    return SuiteShot(
        id=f"{scene.slug}/{name}",
        scene=scene.slug,
        group=scene.group,
        stratum=scene.stratum,
        exposure=exposure,
        curve=curve,
        yaw=int(u("yaw") * width),
        mirror=u("mirror") < 0.5,
        protection=round(0.6 * u("protection"), 4) if exposure == AUTO_EXPOSURE else 0.0,
        headline=exposure != UNCLIPPED,
        view=view,
    )
