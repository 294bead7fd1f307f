"""The fixed pictures that every validation shows: each held-out scene at three exposures, through several curves.

Convention: exposures bring the median luminance over the sphere to 0.18 · 2^EV of display white. No noise, no blur, no
JPEG, no tilt, nothing drawn but the camera's curve, which is fixed by the scene's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lightprobe.camera.capture import capture
from lightprobe.camera.exposure import STANDARD
from lightprobe.camera.hdri import make_unclipped, read_radiance
from lightprobe.camera.response import POWER, SHOULDER
from lightprobe.camera.sampling import rng
from lightprobe.camera.sampling.recipe import form_of
from lightprobe.camera.shot import Shot
from lightprobe.data.catalog.hdri_files import Source
from lightprobe.imaging.curves import AUTO, RESPONSE_CODES
from lightprobe.training.data import folds, samples
from lightprobe.training.data.samples import Example


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One way of showing a scene."""

    curve: str
    is_told: bool = False
    is_whole: bool = False
    """Of a scene that has been cut down so that nothing clips: what is not lost must come through."""

    @property
    def name(self) -> str:
        """What its scores are called."""
        return f"{self.curve} {'unclipped ' if self.is_whole else ''}{'told' if self.is_told else 'auto'}"


MODES = (
    Mode(curve="srgb", is_told=True),
    Mode(curve="filmic", is_told=True),
    Mode(curve="agx", is_told=True),
    Mode(curve="camera"),
    Mode(curve="srgb"),
    Mode(curve="filmic"),
    Mode(curve="reinhard"),
    Mode(curve="srgb", is_told=True, is_whole=True),
)


@dataclass(frozen=True, kw_only=True)
class Suite:
    """The pictures of these scenes: scene by scene, exposure by exposure, mode by mode."""

    sources: tuple[Source, ...]
    width: int
    height: int

    @property
    def count(self) -> int:
        """Scenes × exposures × modes."""
        return len(self.sources) * len(STANDARD) * len(MODES)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures [pixels]."""
        return self.height, self.width

    def identity(self) -> dict[str, Any]:
        """The HDRIs' contents, the exposures and modes."""
        return {
            "kind": "suite",
            "sources": folds.digest_of(self.sources),
            "size": [self.height, self.width],
            "exposures": STANDARD,
            "modes": [mode.name for mode in MODES],
        }

    def mode(self, number: int) -> str:
        """Name of the mode of a picture."""
        return MODES[number % len(MODES)].name

    def __call__(self, number: int) -> Example:
        """Form one. Raises: ImageError for an HDRI that cannot be used."""
        rest, mode = divmod(number, len(MODES))
        place, exposure = divmod(rest, len(STANDARD))
        source, shown = self.sources[place], MODES[mode]
        shot = shot_of(source.slug, shown, STANDARD[exposure], self.width, self.height)
        if shown.is_whole:
            hdri = make_unclipped(source.slug, read_radiance(source.path), self.height, STANDARD[exposure])
        else:
            hdri = samples.hdris(self.sources, self.height)(source.slug)
        response = RESPONSE_CODES.index(shown.curve if shown.is_told else AUTO)
        return samples.of_capture(capture(shot, hdri), response)


def shot_of(slug: str, mode: Mode, exposure: float, width: int, height: int) -> Shot:
    """How a scene is photographed: photographs clip at the HDRI's resolution, renderings and unclipped pictures at
    their own."""
    is_camera = mode.curve == "camera"
    power, shoulder = (
        round(rng.normal(rng.uniform(0, slug, 0, f"validation {name}"), *spread), 4) if is_camera else spread[0]
        for name, spread in (("power", POWER), ("shoulder", SHOULDER))
    )
    return Shot(
        scene=slug,
        width=width,
        height=height,
        compensation=exposure,
        curve=mode.curve,
        power=power,
        shoulder=shoulder,
        form="picture" if mode.is_whole else form_of(mode.curve),
    )
