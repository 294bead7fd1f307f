"""Views: perspective pictures of scenes, as phones and webcams take them, with the light of the whole surroundings.

Each scene is photographed in every framing twice, at a camera's automatic exposure, which meters the view alone: as
sRGB, and with another curve, drawn at random. The true light is in the camera's frame: its optical axis is the center
of the panorama (lightprobe.camera.view).
"""

from __future__ import annotations

from collections.abc import Iterable

from lightprobe.camera import View
from lightprobe.camera.sampling import rng
from lightprobe.evaluation.suites.registry import registry_natural_suite
from lightprobe.evaluation.suites.shots import (
    AUTO_EXPOSURE,
    CURVES,
    SuiteScene,
    SuiteShot,
    framing_text,
    suite_shot,
)
from lightprobe.evaluation.suites.suite import SIZE, Suite

LONG, SHORT = 128, 96
"""Sides of the pictures [pixels]: 4:3, as cameras of phones."""
FRAMINGS = (
    View(width=LONG, height=SHORT, fov=50),
    View(width=LONG, height=SHORT, fov=65),
    View(width=LONG, height=SHORT, fov=90),
    View(width=LONG, height=SHORT, fov=120),
    View(width=LONG, height=SHORT, fov=65, pitch=20),
    View(width=LONG, height=SHORT, fov=65, pitch=-20),
    View(width=SHORT, height=LONG, fov=51),
)
"""The last is the second, held upright."""


def view_shots(scenes: Iterable[SuiteScene], *, width: int, seed: int) -> list[SuiteShot]:
    """The shots of photographed scenes, scene by scene; `width` is that of the true panoramas."""
    return [
        _draw_view(scene, view, curve, width=width, seed=seed)
        for scene in scenes
        for view in FRAMINGS
        for curve in ("srgb", _other_curve(scene.slug, view, seed))
    ]


def _other_curve(slug: str, view: View, seed: int) -> str:
    return rng.choice(rng.uniform(seed, slug, 0, f"curve of {framing_text(view)}"), CURVES[1:])


def _draw_view(scene: SuiteScene, view: View, curve: str, *, width: int, seed: int) -> SuiteShot:
    framing = framing_text(view)
    short = framing.replace("°", "").replace(",", "").replace(" ", "-")
    condition = f"{framing} {curve}"
    return suite_shot(scene, f"{short}_{curve}", condition, curve, AUTO_EXPOSURE, width=width, seed=seed, view=view)


def views_suite(seed: int, size: tuple[int, int] = SIZE) -> Suite:
    """The suite of views of the registry's scenes. Raises: ValueError for a size that no suite can have."""
    return registry_natural_suite("views", "Perspective pictures of ", seed=seed, size=size, draw=view_shots)
