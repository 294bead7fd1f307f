"""Examples: pictures with what is true of them, formed or read one by one, each by its number.

Every kind of supply here is small enough to be sent to another process, and loads what it needs there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.data import jobs
from lightprobe.data.formation import Pair, form
from lightprobe.data.hdri import Cache, Hdri, load_hdri
from lightprobe.data.sources import Source
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.curves import AUTO, RESPONSE_CODES, clipped
from lightprobe.imaging.files import read_picture
from lightprobe.sphere.equirect import resize, solid_angles
from lightprobe.training import folds, truths


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """A picture, what the model is told of it, and the truth."""

    picture_srgb: UInt8[np.ndarray, "h w 3"]
    response: int
    """Index into `imaging.curves.RESPONSE_CODES`."""
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance, three frame."""
    panorama: Float[np.ndarray, "32 64 3"]
    """Area means of linear radiance."""
    curve: Float[np.ndarray, " k"]
    """See `truths`."""
    clipped: float
    """Share of the sphere with a channel at display white."""


class Supply(Protocol):
    """Examples 0 … count − 1."""

    @property
    def count(self) -> int: ...

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures [pixels]."""
        ...

    def identity(self) -> dict[str, Any]:
        """All that an example depends on besides its number, as plain values."""
        ...

    def __call__(self, number: int) -> Example: ...


def of_pair(pair: Pair, response: int) -> Example:
    """The example of a formed pair."""
    job = pair.job
    angle = solid_angles(*pair.clipped.shape)
    return Example(
        picture_srgb=pair.picture_srgb,
        response=response,
        coeffs=pair.coeffs,
        panorama=resize(pair.panorama, *CELLS),
        curve=truths.curve(job.curve, job.power, job.shoulder),
        clipped=float((pair.clipped * angle).sum() / angle.sum()),
    )


@lru_cache(maxsize=2)
def hdris(sources: tuple[Source, ...], height: int) -> Callable[[str], Hdri]:
    """These HDRIs by slug, prepared for pictures of this height, kept by this process as far as memory is meant to
    go."""
    by_slug = {source.slug: source for source in sources}
    return Cache(lambda slug: load_hdri(by_slug[slug], height))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Examples formed from HDRIs, `variants` of each; the first variant of every scene comes first."""

    sources: tuple[Source, ...]
    """Sorted by slug; scenes are mixed with any other of them."""
    recipe: jobs.Recipe
    variants: int
    told: float

    @property
    def count(self) -> int:
        """Scenes × variants."""
        return len(self.sources) * self.variants

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures [pixels]."""
        return self.recipe.height, self.recipe.width

    def identity(self) -> dict[str, Any]:
        """The HDRIs' contents and the recipe. More variants come after those that were there, so they do not count."""
        return {
            "kind": "drawn",
            "sources": folds.digest_of(self.sources),
            "recipe": asdict(self.recipe),
            "told": self.told,
        }

    def __call__(self, number: int) -> Example:
        """Form one. Raises: ImageError for an HDRI that cannot be used."""
        variant, place = divmod(number, len(self.sources))
        source = self.sources[place]
        job = jobs.draw(self.recipe, source, variant, [source.slug for source in self.sources])
        hdri = hdris(self.sources, self.recipe.height)
        pair = form(job, hdri(job.scene), hdri(job.partner) if job.partner else None)
        return of_pair(pair, truths.told(job.curve, self.told, self.recipe.seed, job.scene, variant))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pair of a folder, as far as learning goes."""

    id: str
    picture: Path
    panorama: Path
    coeffs: tuple[float, ...]
    curve: str
    power: float
    shoulder: float
    response: int


@dataclass(frozen=True, kw_only=True)
class Written:
    """Examples read from a folder that `lightprobe pairs` has made."""

    rows: tuple[Row, ...] = field(repr=False)
    size: tuple[int, int]
    manifest: str
    """SHA-256 of the manifest, which holds those of the pictures."""

    @property
    def count(self) -> int:
        """Pairs."""
        return len(self.rows)

    def identity(self) -> dict[str, Any]:
        """The manifest, and which of its pairs are here and what of them is told."""
        chosen = hashlib.sha256("\n".join(f"{row.id} {row.response}" for row in self.rows).encode())
        return {"kind": "written", "manifest": self.manifest, "rows": chosen.hexdigest()}

    def __call__(self, number: int) -> Example:
        """Read one. Raises: ImageError if a file cannot be read."""
        row = self.rows[number]
        picture = np.asarray(read_picture(row.picture).pixels)
        angle = solid_angles(*picture.shape[:2])
        return Example(
            picture_srgb=picture,
            response=row.response,
            coeffs=np.array(row.coeffs).reshape(9, 3),
            panorama=resize(read_picture(row.panorama).pixels, *CELLS),
            curve=truths.curve(row.curve, row.power, row.shoulder),
            clipped=float((clipped(picture) * angle).sum() / angle.sum()),
        )


def read_row(folder: Path, row: dict[str, str], told: float, seed: int) -> Row:
    """A row of a manifest. Raises: KeyError or ValueError for another table."""
    return Row(
        id=row["id"],
        picture=folder / row["picture"],
        panorama=folder / row["panorama"],
        coeffs=tuple(float(value) for value in row["sh"].split()),
        curve=row["curve"],
        power=float(row["power"]),
        shoulder=float(row["shoulder"]),
        response=truths.told(row["curve"], told, seed, row["scene"], int(row["variant"])),
    )


def as_told(rows: Sequence[Row], *, is_told: bool) -> tuple[Row, ...]:
    """The same pairs with the curve told, those that can be; or not told, all of them."""
    from dataclasses import replace

    if not is_told:
        return tuple(replace(row, response=RESPONSE_CODES.index(AUTO)) for row in rows)
    return tuple(replace(row, response=RESPONSE_CODES.index(row.curve)) for row in rows if row.curve in RESPONSE_CODES)
