"""Samples: pictures with their true light, each made or read by its number.

Every kind of `Samples` is small enough to be sent to another process, and loads its files there.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from lightprobe._shapes import Bool, Float, UInt8
from lightprobe.camera import exposure
from lightprobe.camera.capture import Capture, capture
from lightprobe.camera.hdri import Hdri, HdriCache, load_hdri
from lightprobe.camera.lens.glare import LENSES, drawn_share
from lightprobe.camera.sampling import rng
from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot
from lightprobe.camera.sampling.views import drawn_views
from lightprobe.camera.shot import Shot
from lightprobe.data.catalog.hdri_files import Source
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.tone.curves import AUTO, RESPONSE_CODES, clipped
from lightprobe.sphere.panorama import equirect
from lightprobe.training.data import folds, targets
from lightprobe.untrusted.file_names import check_path


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """A picture, the response that the model is given with it, and the true light."""

    picture_srgb: UInt8[np.ndarray, "h w 3"]
    response: int
    """Index in `imaging.curves.RESPONSE_CODES`."""
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance, three frame."""
    panorama: Float[np.ndarray, "32 64 3"]
    """Area means of linear radiance."""
    curve: Float[np.ndarray, " k"]
    """See `targets.log_curve`."""
    clipped: float
    """Share of the sphere with a channel at display white."""
    seen: Bool[np.ndarray, "h w"] | None = None
    """The pixels that the model is shown; None for all."""


@runtime_checkable
class Samples(Protocol):
    """Samples 0 … count − 1."""

    @property
    def count(self) -> int: ...

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures [pixels]."""
        ...

    def identity(self) -> dict[str, Any]:
        """Everything that a sample depends on besides its number, as plain values."""
        ...

    def __call__(self, number: int) -> Sample: ...


def captured_sample(taken: Capture, response: int, seen: Bool[np.ndarray, "h w"] | None = None) -> Sample:
    """The sample of a captured picture; `response` is the index of the response given to the model, `seen` are the
    pixels that it is shown."""
    shot = taken.shot
    return Sample(
        picture_srgb=taken.picture_srgb,
        response=response,
        coeffs=taken.coeffs,
        panorama=equirect.resize(taken.panorama, *CELLS),
        curve=targets.log_curve(shot.curve, shot.power, shot.shoulder),
        clipped=equirect.mean(taken.clipped),
        seen=seen,
    )


def capture_for(seen: Bool[np.ndarray, "h w"] | None, shot: Shot, hdri: Hdri, partner: Hdri | None = None) -> Capture:
    """The picture of a shot, exposed for the part that is `seen`; None is all."""
    taken = capture(shot, hdri, partner)
    if seen is None:
        return taken
    whole, part = (
        exposure.exposure(exposure.Reading.of(taken.panorama, weights), shot.meter, shot.protection, 0)
        for weights in (None, equirect.solid_angles(*seen.shape) * seen)
    )
    return capture(replace(shot, compensation=shot.compensation + math.log2(part / whole)), hdri, partner)


@lru_cache(maxsize=2)
def hdri_cache(sources: tuple[Source, ...], height: int) -> Callable[[str], Hdri]:
    """A function that loads these HDRIs by slug, prepared for pictures of this height; this process keeps as many as
    its memory limit allows. A rendered world has a name for each lens (`seen_name`)."""
    by_slug = {source.slug: source for source in sources}

    def load(name: str) -> Hdri:
        slug, _, lens = name.partition("/")
        source = by_slug[slug]
        return load_hdri(slug, source.path, height, drawn_share(source.glare, slug, int(lens or 0)))

    return HdriCache(load)


def seen_name(source: Source, variant: int) -> str:
    """Name under which `hdri_cache` loads an HDRI for a variant: of a rendered world with the variant's lens."""
    return f"{source.slug}/{variant % LENSES}" if source.glare else source.slug


@dataclass(frozen=True, kw_only=True)
class SyntheticSamples:
    """Samples made from HDRIs, `variants` of each; the first variant of every scene comes first."""

    sources: tuple[Source, ...]
    """Sorted by slug; each scene may be mixed with any other of them."""
    recipe: ShotRecipe
    variants: int
    p_response_given: float
    """Probability that the model is given a tone curve that has a name."""
    partial: float = 0.0
    """Probability that the model is shown a part of the picture only."""
    several: float = 0.0
    """Probability that this part is that of several views."""

    @property
    def count(self) -> int:
        """Scenes × variants."""
        return len(self.sources) * self.variants

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures [pixels]."""
        return self.recipe.height, self.recipe.width

    def identity(self) -> dict[str, Any]:
        """The HDRIs' contents and the recipe. The number of variants does not count: more variants are appended."""
        parts = {"partial": self.partial, "several": self.several} if self.partial else {}
        return {
            "kind": "synthetic",
            "sources": folds.digest_sources(self.sources),
            "recipe": asdict(self.recipe),
            "response_given": self.p_response_given,
            **parts,
        }

    def __call__(self, number: int) -> Sample:
        """Make one. Raises: ImageError for an HDRI that cannot be used."""
        variant, index = divmod(number, len(self.sources))
        source = self.sources[index]
        shot = draw_shot(self.recipe, source.slug, variant, [source.slug for source in self.sources])
        hdri = hdri_cache(self.sources, self.recipe.height)
        partner = next((other for other in self.sources if other.slug == shot.partner), None)
        seen, seed = None, self.recipe.seed
        if rng.uniform(seed, shot.scene, variant, "partial") < self.partial:
            seen = drawn_views(seed, shot.scene, variant, self.several, *self.size)
        pair = hdri(seen_name(source, variant)), hdri(seen_name(partner, variant)) if partner else None
        response = targets.draw_response(shot.curve, self.p_response_given, seed, shot.scene, variant)
        return captured_sample(capture_for(seen, shot, *pair), response, seen)


@dataclass(frozen=True, kw_only=True)
class StoredPair:
    """A pair in a folder, as far as training needs it."""

    id: str
    picture: Path
    panorama: Path
    coeffs: tuple[float, ...]
    curve: str
    power: float
    shoulder: float
    response: int
    """Index in `imaging.curves.RESPONSE_CODES` of the response given to the model."""


@dataclass(frozen=True, kw_only=True)
class StoredSamples:
    """Samples read from a folder that `lightprobe pairs` has made."""

    pairs: tuple[StoredPair, ...] = field(repr=False)
    size: tuple[int, int]
    manifest: str
    """SHA-256 of the manifest, which holds those of the pictures."""

    @property
    def count(self) -> int:
        """Number of pairs."""
        return len(self.pairs)

    def identity(self) -> dict[str, Any]:
        """The manifest, the chosen pairs and the responses given with them."""
        chosen = hashlib.sha256("\n".join(f"{pair.id} {pair.response}" for pair in self.pairs).encode())
        return {"kind": "stored", "manifest": self.manifest, "pairs": chosen.hexdigest()}

    def __call__(self, number: int) -> Sample:
        """Read one. Raises: ImageError if a file cannot be read."""
        pair = self.pairs[number]
        picture = np.asarray(read_picture(pair.picture).pixels)
        return Sample(
            picture_srgb=picture,
            response=pair.response,
            coeffs=np.array(pair.coeffs).reshape(9, 3),
            panorama=equirect.resize(read_picture(pair.panorama).pixels, *CELLS),
            curve=targets.log_curve(pair.curve, pair.power, pair.shoulder),
            clipped=equirect.mean(clipped(picture).astype(np.float64)),
        )


def parse_pair(folder: Path, row: dict[str, str], p_response_given: float, seed: int) -> StoredPair:
    """The pair in a row of a folder's manifest.

    Raises: KeyError or ValueError for a row of another table, or of files outside the folder.
    """
    return StoredPair(
        id=row["id"],
        picture=folder / check_path(row["picture"], row["id"]),
        panorama=folder / check_path(row["panorama"], row["id"]),
        coeffs=tuple(float(value) for value in row["sh"].split()),
        curve=row["curve"],
        power=float(row["power"]),
        shoulder=float(row["shoulder"]),
        response=targets.draw_response(row["curve"], p_response_given, seed, row["scene"], int(row["variant"])),
    )


def with_curve_given(pairs: Sequence[StoredPair]) -> tuple[StoredPair, ...]:
    """The pairs whose tone curve has a name, with the curve given to the model."""
    return tuple(
        replace(pair, response=RESPONSE_CODES.index(pair.curve)) for pair in pairs if pair.curve in RESPONSE_CODES
    )


def with_curve_unknown(pairs: Sequence[StoredPair]) -> tuple[StoredPair, ...]:
    """All the pairs, with the curve unknown to the model."""
    return tuple(replace(pair, response=RESPONSE_CODES.index(AUTO)) for pair in pairs)
