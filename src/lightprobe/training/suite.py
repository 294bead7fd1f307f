"""The fixed pictures that every validation shows: each held-out scene at three exposures, through several curves.

Convention: exposures bring the median luminance over the sphere to 0.18 · 2^EV of display white. No noise, no blur, no
JPEG, no tilt, nothing drawn but the camera's curve, which is fixed by the scene's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lightprobe.data import cameras, jobs, metering, streams
from lightprobe.data.formation import form
from lightprobe.data.hdri import Hdri, make_hdri
from lightprobe.data.sources import Source
from lightprobe.imaging.curves import AUTO, RESPONSE_CODES
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.picture import check_radiance
from lightprobe.training import examples, folds
from lightprobe.training.examples import Example

EXPOSURES = (-1.5, -0.5, 0.5)
"""[EV]"""
BELOW_WHITE = 0.9
"""Radiance to which unclipped pictures are cut down; 1.0 is display white."""


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
        return len(self.sources) * len(EXPOSURES) * len(MODES)

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
            "exposures": EXPOSURES,
            "modes": [mode.name for mode in MODES],
        }

    def mode(self, number: int) -> str:
        """Name of the mode of a picture."""
        return MODES[number % len(MODES)].name

    def __call__(self, number: int) -> Example:
        """Form one. Raises: ImageError for an HDRI that cannot be used."""
        rest, mode = divmod(number, len(MODES))
        place, exposure = divmod(rest, len(EXPOSURES))
        source, shown = self.sources[place], MODES[mode]
        job = shown_job(source.slug, shown, EXPOSURES[exposure], self.width, self.height)
        if shown.is_whole:
            hdri = _cut_down(source, self.height, EXPOSURES[exposure])
        else:
            hdri = examples.hdris(self.sources, self.height)(source.slug)
        response = RESPONSE_CODES.index(shown.curve if shown.is_told else AUTO)
        return examples.of_pair(form(job, hdri), response)


def shown_job(slug: str, mode: Mode, exposure: float, width: int, height: int) -> jobs.Job:
    """How a scene is shown: photographs clip at the HDRI's resolution, renderings and whole pictures at their own."""
    is_photograph = mode.curve in jobs.PHOTOGRAPHIC and not mode.is_whole
    is_camera = mode.curve == "camera"
    power, shoulder = (
        round(streams.normal(streams.uniform(0, slug, 0, f"validation {name}"), *spread), 4) if is_camera else spread[0]
        for name, spread in (("power", cameras.POWER), ("shoulder", cameras.SHOULDER))
    )
    return jobs.Job(
        scene=slug,
        variant=0,
        width=width,
        height=height,
        meter="fixed",
        compensation=exposure,
        curve=mode.curve,
        power=power,
        shoulder=shoulder,
        form="source" if is_photograph else "picture",
    )


def _cut_down(source: Source, height: int, exposure: float) -> Hdri:
    """The scene without what would clip at this exposure.

    A meter counts nothing as darker than a thousandth of the mean, and that falls with what is cut off, so the
    exposure may rise again: cut until it does not.
    """
    radiance = check_radiance(read_picture(source.path), repair=True).pixels
    whole, level = make_hdri(source.slug, radiance, height), 0.0
    while (found := metering.exposure(whole.reading, "fixed", 0.0, exposure) * whole.scale) > level:
        level = found
        whole = make_hdri(source.slug, np.minimum(radiance, np.float32(BELOW_WHITE / level)), height)
    return whole
