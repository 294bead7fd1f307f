"""Suites: sets of pictures with the truth about each, built in or in a folder.

`registry` (A)  HDRIs that anyone can get from package registries; packed in lightprobe/evaluation/fixtures
`analytic` (B)  light known in closed form
a folder   (C)  what `lightprobe suite build` wrote, from a catalog or from one of the above
`test`          A and B
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera import Hdri, make_hdri, make_unclipped
from lightprobe.evaluation.suites import analytic, folder
from lightprobe.evaluation.suites.hdr_codec import unpack
from lightprobe.evaluation.suites.item import SuiteItem, take
from lightprobe.evaluation.suites.shots import UNCLIPPED, UNCLIPPED_EV, Place, SuiteShot, plan

FIXTURES = Path(__file__).parents[1] / "fixtures"
BUILT_IN = ("registry", "analytic")
TEST = "test"
SIZE = (256, 128)
"""Width and height of pictures, unless another is asked for."""
ANALYTIC_FINENESS = 1
"""Source pixels of analytic scenes across one of the picture: the curve sees exact means, so edges are exact too."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Suite:
    """Pictures to be judged on. Iterating over `items` forms or reads them, one in memory at a time."""

    name: str
    width: int
    height: int
    seed: int
    shots: tuple[SuiteShot, ...]
    about: str
    """What the pictures are made of, in a sentence."""
    load: Callable[[SuiteShot], SuiteItem]

    def items(self, ids: Iterable[str] | None = None) -> Iterator[SuiteItem]:
        """The pictures of these ids, or all, in the suite's order."""
        wanted = None if ids is None else set(ids)
        for shot in self.shots:
            if wanted is None or shot.id in wanted:
                yield self.load(shot)

    def item(self, id: str) -> SuiteItem:
        """One picture. Raises: ValueError if there is none of this id."""
        shot = self.by_id.get(id)
        if shot is None:
            raise ValueError(f"expected the id of a picture in {self.name}, got {id!r}; the manifest lists them")
        return self.load(shot)

    @cached_property
    def by_id(self) -> dict[str, SuiteShot]:
        """Shots by their id."""
        return {shot.id: shot for shot in self.shots}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the list of shots, in hexadecimal: two suites with the same one ask the same."""
        rows = [[self.width, self.height], *(sorted(vars(shot).items()) for shot in self.shots)]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def open_suites(names: Iterable[str | Path], *, seed: int = 1, size: tuple[int, int] = SIZE) -> list[Suite]:
    """Suites by name or folder; `test` stands for both that are built in. Each once.

    Raises: ValueError for an unknown name; ImageError for a folder that is damaged.
    """
    found: dict[str, Suite] = {}
    for name in names:
        for part in BUILT_IN if str(name) == TEST else (name,):
            suite = open_suite(part, seed=seed, size=size)
            found.setdefault(suite.name, suite)
    return list(found.values())


def open_suite(name: str | Path, *, seed: int = 1, size: tuple[int, int] = SIZE) -> Suite:
    """One suite by name or folder; `seed` and `size` are those of what is built in, a folder has its own.

    Raises: as `open_suites`.
    """
    if str(name) == "registry":
        return _registry(seed, *check_size(*size))
    if str(name) == "analytic":
        return _analytic(seed, *check_size(*size))
    path = Path(name)
    if not (path / folder.MANIFEST).is_file():
        raise ValueError(
            f"expected a suite of {', '.join((TEST, *BUILT_IN))}, or a folder with {folder.MANIFEST}, got "
            f"{str(name)!r}; build one with `lightprobe suite build`"
        )
    manifest, truth = folder.read(path)
    return Suite(
        name=manifest["name"],
        width=manifest["width"],
        height=manifest["height"],
        seed=manifest["seed"],
        shots=truth.shots,
        about=manifest["about"],
        load=truth.item,
    )


def check_size(width: int, height: int) -> tuple[int, int]:
    """Raises: ValueError for a size that no suite can have."""
    if height < 32 or height % 32 or width != 2 * height:
        raise ValueError(f"expected a 2:1 size with rows in multiples of 32, got {width}×{height}; say 256x128")
    return width, height


def from_scenes(
    name: str,
    places: Iterable[Place],
    radiance: Callable[[str], Float[np.ndarray, "H W 3"]],
    *,
    seed: int,
    size: tuple[int, int] = SIZE,
    about: str = "",
) -> Suite:
    """A suite of natural scenes; `radiance` gives the panorama of each by its slug."""
    width, height = check_size(*size)

    @lru_cache(maxsize=1)
    def whole(slug: str) -> Hdri:
        return make_hdri(slug, radiance(slug), height)

    def load(shot: SuiteShot) -> SuiteItem:
        if shot.exposure == UNCLIPPED:
            hdri = make_unclipped(shot.scene, radiance(shot.scene), height, UNCLIPPED_EV)
        else:
            hdri = whole(shot.scene)
        return take(shot, hdri, width=width, height=height)

    return Suite(
        name=name,
        width=width,
        height=height,
        seed=seed,
        shots=tuple(plan(places, width=width, seed=seed)),
        about=about,
        load=load,
    )


def registry_scenes() -> list[dict[str, Any]]:
    """What the fixture holds and where it comes from: slug, group, stratum, licence, package, file, sha256."""
    return json.loads((FIXTURES / "registry.json").read_text(encoding="utf-8"))["scenes"]


def registry_radiance(slug: str) -> Float[np.ndarray, "128 256 3"]:
    """One HDRI of the fixture; its median luminance is 1."""
    with np.load(FIXTURES / "registry.npz") as stored:
        return unpack(stored[slug])


def _registry(seed: int, width: int, height: int) -> Suite:
    rows = registry_scenes()
    packages = " and ".join(sorted({row["package"] for row in rows}))
    return from_scenes(
        "registry",
        [Place(slug=row["slug"], group=row["group"], stratum=row["stratum"]) for row in rows],
        registry_radiance,
        seed=seed,
        size=(width, height),
        about=f"{len(rows)} HDRIs (CC0) of {packages}",
    )


def _analytic(seed: int, width: int, height: int) -> Suite:
    @lru_cache(maxsize=1)
    def scene(slug: str) -> Hdri:
        arrangement = analytic.ARRANGEMENTS[slug]
        return make_hdri(slug, arrangement.radiance(ANALYTIC_FINENESS * height), height, arrangement.coeffs())

    return Suite(
        name="analytic",
        width=width,
        height=height,
        seed=seed,
        shots=tuple(analytic.plan()),
        about=f"{len(analytic.ARRANGEMENTS)} arrangements of light with coefficients in closed form",
        load=lambda shot: take(shot, scene(shot.scene), width=width, height=height),
    )
