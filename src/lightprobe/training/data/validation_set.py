"""Validation set: every held-out scene at the standard exposures, under every condition, always the same pictures.

No noise, blur, JPEG or tilt. The only random numbers are the parameters of the curve `camera`, fixed by the scene's
name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lightprobe.camera.exposure import STANDARD
from lightprobe.camera.hdri import make_unclipped, read_radiance
from lightprobe.camera.response import POWER, SHOULDER
from lightprobe.camera.sampling import rng
from lightprobe.camera.sampling.recipe import form_of
from lightprobe.camera.sampling.views import shown_by
from lightprobe.camera.shot import Shot
from lightprobe.camera.view import View
from lightprobe.data.catalog.hdri_files import Source
from lightprobe.imaging.tone.curves import AUTO, RESPONSE_CODES
from lightprobe.training.data import folds, samples
from lightprobe.training.data.samples import Sample


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A tone curve, and whether the model is given it."""

    curve: str
    response_given: bool = False
    unclipped: bool = False
    """The light is cut off so that nothing clips: then the estimate must be exact."""
    fov: int = 0
    """Horizontal field of view of a 4:3 picture, level, at the center [°]; 0 for the whole panorama."""

    @property
    def key(self) -> str:
        """Key of its scores in checkpoints, metrics.json and the manifests of models.

        These keys are in manifests that have been published: 'told' means curve given, 'auto' curve unknown.
        """
        words = [self.curve, "unclipped" * self.unclipped, f"fov{self.fov}" if self.fov else ""]
        return " ".join([word for word in words if word] + ["told" if self.response_given else "auto"])


def condition_label(key: str) -> str:
    """A key in words: 'srgb, unclipped, curve given'."""
    *words, response = key.split()
    return ", ".join([*words, {"told": "curve given", "auto": "curve unknown"}.get(response, response)])


CONDITIONS = (
    Condition(curve="srgb", response_given=True),
    Condition(curve="filmic", response_given=True),
    Condition(curve="agx", response_given=True),
    Condition(curve="camera"),
    Condition(curve="srgb"),
    Condition(curve="filmic"),
    Condition(curve="reinhard"),
    Condition(curve="srgb", response_given=True, unclipped=True),
)
VIEW = Condition(curve="srgb", response_given=True, fov=65)
"""For models that take partial pictures."""


@dataclass(frozen=True, kw_only=True)
class ValidationSet:
    """The pictures of these scenes: scene by scene, exposure by exposure, condition by condition."""

    sources: tuple[Source, ...]
    width: int
    height: int
    partial: bool = False
    """Whether there are pictures of a part of the sphere."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of each scene and exposure."""
        return (*CONDITIONS, VIEW) if self.partial else CONDITIONS

    @property
    def count(self) -> int:
        """Scenes × exposures × conditions."""
        return len(self.sources) * len(STANDARD) * len(self.conditions)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures [pixels]."""
        return self.height, self.width

    def identity(self) -> dict[str, Any]:
        """The HDRIs' contents, the exposures and the conditions."""
        return {
            "kind": "validation",
            "sources": folds.digest_sources(self.sources),
            "size": [self.height, self.width],
            "exposures": STANDARD,
            "conditions": [condition.key for condition in self.conditions],
        }

    def condition(self, number: int) -> str:
        """Key of a picture's condition."""
        return self.conditions[number % len(self.conditions)].key

    def __call__(self, number: int) -> Sample:
        """Make one. Raises: ImageError for an HDRI that cannot be used."""
        rest, which = divmod(number, len(self.conditions))
        index, exposure = divmod(rest, len(STANDARD))
        source, condition = self.sources[index], self.conditions[which]
        shot = validation_shot(source.slug, condition, STANDARD[exposure], self.width, self.height)
        if condition.unclipped:
            hdri = make_unclipped(source.slug, read_radiance(source.path), self.height, STANDARD[exposure])
        else:
            hdri = samples.hdri_cache(self.sources, self.height)(source.slug)
        response = RESPONSE_CODES.index(condition.curve if condition.response_given else AUTO)
        seen = None
        if condition.fov:
            seen = shown_by(View(width=4, height=3, fov=condition.fov), self.height, self.width)
        return samples.captured_sample(samples.capture_for(seen, shot, hdri), response, seen)


def validation_shot(slug: str, condition: Condition, exposure: float, width: int, height: int) -> Shot:
    """The shot. Photographs clip at the HDRI's resolution, renderings and unclipped pictures at their own."""
    is_camera = condition.curve == "camera"
    # the names of these random streams decide the pictures: keep them
    power, shoulder = (
        round(rng.normal(rng.uniform(0, slug, 0, f"validation {name}"), *spread), 4) if is_camera else spread[0]
        for name, spread in (("power", POWER), ("shoulder", SHOULDER))
    )
    return Shot(
        scene=slug,
        width=width,
        height=height,
        compensation=exposure,
        curve=condition.curve,
        power=power,
        shoulder=shoulder,
        form="picture" if condition.unclipped else form_of(condition.curve),
    )
